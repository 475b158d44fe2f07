//! Addresses: a text is a target, and its lines a URL, a name and a value.
#![no_main]

#[allow(dead_code, reason = "other targets call the rest")]
#[path = "../../tests/fuzz/checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|text: &str| {
    checks::target(text);
    checks::percent(text);
    let mut lines = text.splitn(3, '\n');
    let mut line = || lines.next().unwrap_or("");
    checks::queries(line(), line(), line());
});
