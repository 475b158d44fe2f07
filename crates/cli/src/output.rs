//! Writing to the standard output, whose reader may be gone or a terminal.

use std::io::Write;

/// Writes a text and a line break.
pub(crate) fn print(text: &str) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    let written = writeln!(out, "{text}").and_then(|()| out.flush());
    written.map_err(|error| format!("standard output: {error}"))
}

/// The text for a terminal: strangers typed it, and what it is must not move the cursor or rewrite lines.
pub(crate) fn plain(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(|c| if c.is_control() { ' ' } else { c })
}
