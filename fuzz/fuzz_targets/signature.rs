//! Signed passes, gift links, editors' cookies and those of free pages, changed.
#![no_main]

#[allow(dead_code, reason = "other targets call the rest")]
#[path = "../../crates/guard/tests/fuzz/checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|text: &str| {
    checks::signature(text);
    checks::tokens(text);
});
