//! Paths and hosts; two lines are a pattern and a path, or the path and query of a gift.
#![no_main]

#[allow(dead_code, reason = "other targets call the rest")]
#[path = "../../crates/guard/tests/fuzz/checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|text: &str| {
    checks::paths(text);
    if let Some((one, other)) = text.split_once('\n') {
        checks::patterns(one, other);
        checks::gift_pages(one, other);
    }
});
