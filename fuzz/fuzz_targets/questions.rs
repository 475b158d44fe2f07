//! Questions of a page's script.
#![no_main]

#[allow(dead_code, reason = "other targets call the rest")]
#[path = "../../tests/fuzz/checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|text: &str| {
    for number in [1_768_478_400.0, 0.0, -1.0, f64::NAN, f64::INFINITY] {
        checks::question(text, number);
    }
});
