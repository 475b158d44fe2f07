//! The pages that every door is tried with.
#![allow(clippy::unwrap_used, reason = "a test")]

use iteras::policy::Reason;
use iteras_guard::page::{Charset, PageCharset};
use iteras_teaser::{Refusal, Teaser};
use serde_json::Value;

const UTF_8: PageCharset = PageCharset::Named(Charset::Utf8);

/// `CANARY-n` stands where no teaser may show it; `KEPT-n` where it has to.
const PAGE: &str = include_str!("../../gate/tests/pages/article.html");
/// The teaser that every door makes of it.
const TEASER: &str = include_str!("../../gate/tests/pages/article.teaser.html");
const MALFORMED: &str = include_str!("../../../tests/vectors/teaser_cases.json");

fn cut(teaser: &Teaser, page: &str) -> Result<String, Refusal> {
    let teaser = teaser.cut(page.as_bytes(), UTF_8, Reason::NoPass)?;
    Ok(String::from_utf8(teaser).unwrap())
}

#[test]
fn forty_words_stay_hidden() {
    let teaser = Teaser::new([".article-body"]).unwrap().with_characters(120);
    let teaser = teaser
        .with_marker(".more")
        .unwrap()
        .allow("#consent")
        .unwrap()
        .allow_comment("#include");
    assert!(PAGE.matches("CANARY").count() >= 40);
    let came = cut(&teaser, PAGE).unwrap();
    assert!(!came.contains("CANARY"), "{came}");
    for kept in 1..=PAGE.matches("KEPT-").count() {
        assert!(
            came.contains(&format!("KEPT-{kept}.")),
            "KEPT-{kept}: {came}"
        );
    }
    assert_eq!(came, TEASER);
}

#[test]
fn c74_malformed_pages_lead_nowhere() {
    let vectors: Value = serde_json::from_str(MALFORMED).unwrap();
    let characters = usize::try_from(vectors["characters"].as_u64().unwrap()).unwrap();
    let teaser = Teaser::new([vectors["gated"].as_str().unwrap()])
        .unwrap()
        .with_characters(characters);
    let mut wrong = Vec::new();
    for case in vectors["cases"].as_array().unwrap() {
        let page = case["page"].as_str().unwrap();
        let came = cut(&teaser, page).unwrap_or_else(|refusal| refusal.to_string());
        if !came.ends_with(case["ends"].as_str().unwrap()) || came.contains("CANARY") {
            wrong.push(format!("{}: {page}\n  {came}", case["note"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
