//! The core on any input: nothing panics, nothing opens that should not, what is read is printed back.
#![cfg(not(target_arch = "wasm32"))]

mod checks;
#[path = "../shared/fuzz.rs"]
mod fuzz;
#[path = "../shared/mod.rs"]
mod shared;

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;

use fuzz::{edited, holds, soup};

const PASS: [&str; 20] = [
    "sub",
    "user",
    ",",
    "|",
    "/",
    ":",
    "A",
    "B1",
    "2026-02-01T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "0000-00-00T00:00:00Z",
    "+01:00",
    "sha256",
    "sha1",
    "0",
    "f",
    "F",
    "%7C",
    "\u{7f}",
];
const COOKIE: [&str; 14] = [
    "iteraspass=",
    "iteraspass",
    "Iteraspass=",
    "iteras%70ass=",
    ";",
    "; ",
    "\t",
    "=",
    "\"",
    "|",
    "%7c",
    "%7C",
    "%",
    "sub|A|2026-02-01T00:00:00Z|1|/sha256:0",
];
const TARGET: [&str; 22] = [
    "/",
    "//",
    "\\",
    ".",
    "..",
    ":",
    "@",
    "?",
    "#",
    "evil.example",
    "pub.example",
    "https:",
    "http:",
    "javascript:",
    "data:",
    "\t",
    "\n",
    " ",
    "%2f",
    "%5c",
    "a",
    ":8080",
];

/// The passes of the shared vectors.
fn passes() -> Vec<String> {
    let file = shared::load(shared::PASSES);
    let cases = shared::cases(&file).iter();
    let texts = cases.filter_map(|case| case["pass"].as_str().map(str::to_owned));
    texts.filter(|text| text.len() < 500).collect()
}

fn pass_texts() -> impl Strategy<Value = String> {
    prop_oneof![edited(passes(), &PASS, 3), soup(&PASS, 14)]
}

fn cookie_texts() -> impl Strategy<Value = String> {
    let pass = pass_texts().prop_map(|pass| format!("; iteraspass={pass}"));
    vec(prop_oneof![soup(&COOKIE, 6), pass], 0..4).prop_map(|texts| texts.concat())
}

#[test]
fn c2_c11_c14_a_pass_is_what_its_grammar_says_and_prints_back() {
    holds("pass", 4000, pass_texts(), |text| checks::pass(text));
}

#[test]
fn c32_c33_our_cookies_are_those_of_a_plain_reading() {
    let many = soup(&COOKIE, 40);
    let texts = prop_oneof![cookie_texts(), many];
    holds("cookies", 4000, texts, |text| checks::cookies(text));
}

#[test]
fn c13_a_page_opens_by_its_own_paywall_level_and_time_alone() {
    let ids = vec(
        select(vec!["A".to_owned(), "B1".to_owned(), String::new()]),
        1..3,
    );
    let edges = select(vec![1_769_904_000, 1_769_904_001, i64::MIN, i64::MAX, 0]);
    let inputs = (cookie_texts(), ids, any::<bool>(), edges);
    holds("decide", 4000, inputs, |(cookie, ids, sub, now)| {
        checks::decide(cookie, ids, *sub, *now);
    });
}

#[test]
fn c51_no_target_leaves_the_site() {
    let file = shared::load(shared::TARGETS);
    let cases = shared::cases(&file).iter();
    let known = cases.map(|case| shared::text(case, "input").to_owned());
    let known: Vec<String> = known.filter(|text| text.len() < 500).collect();
    let texts = prop_oneof![soup(&TARGET, 10), edited(known, &TARGET, 3)];
    holds("target", 6000, texts, |text| checks::target(text));
}

#[test]
fn decoding_undoes_encoding() {
    let texts = soup(
        &["%", "%41", "%c3%a6", "%7f", "%zz", "+", "æ", "a", "&", "\0"],
        12,
    );
    holds("percent-decode", 4000, texts, |text| checks::percent(text));
}

#[test]
fn c52_parameters_stand_between_query_and_fragment() {
    let urls = soup(&["https://a/b", "?", "&", "#", "=", "x", "%41", "+"], 10);
    let names = soup(&["n", "%", "&", "=", " "], 4);
    let inputs = (urls, names, soup(&["v", "#", "?", "&", "æ"], 6));
    holds("queries", 4000, inputs, |(url, name, value)| {
        checks::queries(url, name, value);
    });
}

#[test]
fn any_question_gets_its_answer() {
    // Letter and number of fields, as in questions.json.
    const QUESTIONS: [(&str, usize); 16] = [
        ("b", 2),
        ("c", 2),
        ("e", 2),
        ("d", 6),
        ("p", 1),
        ("l", 5),
        ("f", 14),
        ("m", 9),
        ("n", 6),
        ("o", 2),
        ("g", 6),
        ("h", 2),
        ("y", 3),
        ("s", 3),
        ("r", 8),
        ("a", 7),
    ];
    const FIELD: [&str; 40] = [
        "",
        "",
        "",
        "true",
        "false",
        "sub",
        "user",
        "any",
        "0",
        "1",
        "60",
        "18446744073709551615",
        "locked",
        "claimed",
        "renewal",
        "page",
        "open",
        "cut",
        "stored",
        "string",
        "null",
        "paywall",
        "ordering",
        "selfservice",
        "hello",
        "resize",
        "pass",
        "navigate",
        "https://pub.example/a?b=1&iteraspreauth=x&iterasnext=/c#d",
        "https://pub.example",
        "https:",
        "/a",
        "pub.example",
        "iteraspass=",
        "sub|A|2026-02-01T00:00:00Z|1|/sha256:0",
        "\u{1e}",
        "\u{1e}",
        "A",
        "0123456789abcdef0123456789abcdef",
        "200",
    ];
    let url = Just(
        "https://pub.example/a?b=1\u{1e}https://pub.example\u{1e}https:\u{1e}\u{1e}/a\u{1e}pub.example".to_owned(),
    );
    let field = || {
        prop_oneof![
            4 => select(FIELD.to_vec()).prop_map(str::to_owned),
            1 => url.clone(),
            2 => soup(&FIELD, 4),
        ]
    };
    let fitting = (select(QUESTIONS.to_vec()), vec(field(), 14), 0..20_u8).prop_map(
        |((letter, count), fields, off)| {
            // Now and then a field too few.
            let count = count - usize::from(off == 0);
            format!("{letter}\u{1f}{}", fields[..count].join("\u{1f}"))
        },
    );
    let texts = prop_oneof![8 => fitting, 1 => soup(&["b", "\u{1f}", "\u{1e}", "f", "a"], 20)];
    holds("question", 12_000, (texts, any::<u64>()), |(text, bits)| {
        checks::question(text, f64::from_bits(*bits));
    });
}
