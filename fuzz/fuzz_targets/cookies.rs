//! Cookies of a page, and what opens it.
#![no_main]

#[allow(dead_code, reason = "other targets call the rest")]
#[path = "../../tests/fuzz/checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|text: &str| {
    checks::cookies(text);
    for (sub, now) in [(true, 1_769_904_000), (false, 0)] {
        checks::decide(text, &["A".into(), "B1".into()], sub, now);
    }
});
