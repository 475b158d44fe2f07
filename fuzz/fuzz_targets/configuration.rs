//! The gate's configuration.
#![no_main]

#[allow(dead_code, reason = "other targets call the rest")]
#[path = "../../crates/gate/tests/fuzz/checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|text: &str| checks::configuration(text));
