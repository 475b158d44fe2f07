//! Names of parameters in queries and forms; three lines are what stands before a name, it, and what stands behind.
#![no_main]

#[allow(dead_code, reason = "other targets call the rest")]
#[path = "../../crates/guard/tests/fuzz/checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    checks::forms(bytes);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut lines = text.splitn(3, '\n');
    if let (Some(before), Some(name), Some(behind)) = (lines.next(), lines.next(), lines.next()) {
        checks::multipart(before, name, behind);
        if behind.is_empty() || behind.starts_with(['=', '&', ';']) {
            checks::parameter(name, 0x5555_5555, before, behind);
        }
    }
});
