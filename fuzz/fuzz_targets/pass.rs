//! Passes.
#![no_main]

#[allow(dead_code, reason = "other targets call the rest")]
#[path = "../../tests/fuzz/checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|text: &str| checks::pass(text));
