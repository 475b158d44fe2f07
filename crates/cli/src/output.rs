//! Writing to the standard output, whose reader may be gone.

use std::io::Write;

/// Writes a text and a line break.
pub(crate) fn print(text: &str) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    let written = writeln!(out, "{text}").and_then(|()| out.flush());
    written.map_err(|error| format!("standard output: {error}"))
}
