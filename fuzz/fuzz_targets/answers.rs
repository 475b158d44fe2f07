//! Answers and calls of the service.
#![no_main]

#[allow(dead_code, reason = "other targets call the rest")]
#[path = "../../crates/client/tests/fuzz/checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    checks::token_answer(bytes);
    checks::events(bytes);
    checks::customer(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        checks::shown_url(text);
    }
});
