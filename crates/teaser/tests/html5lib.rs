//! Inputs of html5lib's tokenizer tests as pieces of pages: before the article, in it, and behind it.
#![allow(clippy::unwrap_used, reason = "a test")]

use iteras::policy::Reason;
use iteras_guard::page::{Charset, PageCharset};
use iteras_teaser::{Refusal, Teaser};
use serde_json::Value;

const UTF_8: PageCharset = PageCharset::Named(Charset::Utf8);

const FILES: [&str; 4] = [
    include_str!("../../../tests/vectors/html5lib/tokenizer-domjs.test.json"),
    include_str!("../../../tests/vectors/html5lib/tokenizer-entities.test.json"),
    include_str!("../../../tests/vectors/html5lib/tokenizer-test1.test.json"),
    include_str!("../../../tests/vectors/html5lib/tokenizer-test2.test.json"),
];

fn inputs() -> Vec<String> {
    let files = FILES
        .iter()
        .map(|file| serde_json::from_str::<Value>(file).unwrap());
    let tests = files.flat_map(|file| file["tests"].as_array().unwrap().clone());
    tests
        .map(|test| test["input"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn c74_no_input_lets_words_out() {
    let teaser = Teaser::new([".g"]).unwrap().with_characters(13);
    let (mut made, inputs) = (0, inputs());
    for input in &inputs {
        // The first word stands in the article unless the input has swallowed its start, the second unless
        // the input ends it, which none of these does.
        let page = format!(
            "<!doctype html><p>{input}</p><div class=g>one two three CANARY-1 {input} CANARY-2</div><p>{input}</p>"
        );
        match teaser.cut(page.as_bytes(), UTF_8, Reason::NoPass) {
            Ok(came) => {
                let came = String::from_utf8(came).unwrap();
                assert!(!came.contains("CANARY"), "{page}\n{came}");
                made += 1;
            }
            Err(refusal) => {
                assert!(
                    matches!(refusal, Refusal::NothingGated | Refusal::TreeDiffers),
                    "{page}: {refusal}"
                );
            }
        }
    }
    assert!(
        made * 10 > inputs.len() * 7,
        "teasers of {made} pages of {}",
        inputs.len()
    );
}
