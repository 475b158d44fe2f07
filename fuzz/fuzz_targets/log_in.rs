//! Log-in forms.
#![no_main]

#[allow(dead_code, reason = "other targets call the rest")]
#[path = "../../crates/guard/tests/fuzz/checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    checks::log_in(bytes, true);
    checks::log_in(bytes, false);
    let text = String::from_utf8_lossy(bytes);
    if let Some((email, password)) = text.split_once('\n') {
        checks::log_in_fields(email, password);
    }
});
