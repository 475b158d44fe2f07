//! Answers and calls of the service of any bytes: read or refused, and no error quotes them.
#![cfg(not(target_arch = "wasm32"))]

mod checks;
#[path = "../../../../tests/shared/fuzz.rs"]
mod fuzz;

use fuzz::{bytes, edited, holds, soup};
use proptest::prelude::prop_oneof;

const JSON: [&str; 42] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\\",
    "\\u00e6",
    "\\ud800",
    "null",
    "true",
    "1",
    "-1",
    "1e400",
    "0.1",
    "\"id\"",
    "\"data\"",
    "\"active_subscriptions\"",
    "\"subscriptions\"",
    "\"periods\"",
    "\"begin\"",
    "\"end\"",
    "\"products\"",
    "\"name\"",
    "\":own\"",
    "\"2026-02-01T00:00:00\"",
    "\"access_token\"",
    "\"token\"",
    "\"jwt\"",
    "\"expires_in\"",
    "\"token_type\"",
    "\"bearer\"",
    checks::SECRET,
    ".",
    "{\"a\":{\"a\":{\"a\":",
    "[[[[",
    " ",
    "\u{feff}",
    "e30",
    "eyJleHAiOjE3Njg0Nzg0MDB9",
    "x",
];

/// Sound answers, to change.
fn known() -> Vec<String> {
    [
        r#"{"access_token":"s3cret-0123456789","token_type":"Bearer","expires_in":3600}"#,
        r#"{"jwt":"e30.eyJleHAiOjE3Njg0ODIwMDB9.s3cret-0123456789"}"#,
        "e30.eyJleHAiOjE3Njg0ODIwMDB9.s3cret-0123456789",
        r#"[{"event":"customer","id":12,"more":{"a":null}}]"#,
        r#"{"id":"12","data":{"name":"Ane","address":"A\nB",":own":"x"},"active_subscriptions":[{"campaign_name":"C",
            "campaign_id":"7"}],"subscriptions":[{"data":{},"periods":[{"campaign_id":1,"begin":"2026-02-01T00:00:00",
            "end":null,"products":[{"name":"P","date":"2026-02-01T00:00:00","external_id":"9"}]}]}]}"#,
    ]
    .map(str::to_owned)
    .to_vec()
}

#[test]
fn c60_c64_answers_of_any_bytes_are_read_or_refused() {
    let texts = || bytes(prop_oneof![soup(&JSON, 20), edited(known(), &JSON, 4)]);
    holds("token-answer", 4000, texts(), |body| {
        checks::token_answer(body)
    });
    holds("events", 3000, texts(), |body| checks::events(body));
    holds("customer", 3000, texts(), |body| checks::customer(body));
}

#[test]
fn c64_no_url_shows_its_key() {
    let pieces = [
        "https://",
        "user:",
        "@",
        "a.example",
        "/",
        "?",
        "&",
        "=",
        "#",
        "iteras-key=",
        "apiKey=",
        "api%4bey=",
        "x=1",
        "%",
        "+",
        "own=",
    ];
    holds("shown-url", 4000, soup(&pieces, 10), |text| {
        checks::shown_url(text)
    });
}
