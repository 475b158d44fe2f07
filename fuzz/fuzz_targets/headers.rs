//! Headers: bytes are lines of `Cookie`; the first is a name, the second a value.
#![no_main]

#[allow(dead_code, reason = "other targets call the rest")]
#[path = "../../crates/guard/tests/fuzz/checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let lines: Vec<Vec<u8>> = bytes.split(|byte| *byte == b'\n').map(Vec::from).collect();
    checks::cookie_lines(&lines);
    checks::marks(bytes);
    if let [name, value, ..] = &lines[..] {
        checks::headers(&String::from_utf8_lossy(name), &String::from_utf8_lossy(value));
    }
});
