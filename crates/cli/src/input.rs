//! Text that somebody gave, as an argument or at the standard input, and the cookies in it.

use std::io::{IsTerminal, Read};

use iteras_guard::cookies::header_text;

// More than the cookies of any request.
const LONGEST: u64 = 1024 * 1024;

/// The argument, or without one and for `-` what comes in at the standard input. One line break at its end does not
/// belong to it. `what` names it where there is none.
pub(crate) fn text(given: Option<&str>, what: &str) -> Result<String, String> {
    if let Some(text) = given.filter(|text| *text != "-") {
        return Ok(text.to_owned());
    }
    let input = std::io::stdin();
    if input.is_terminal() {
        return Err(format!(
            "no {what}: give one, or send it to the standard input"
        ));
    }
    let mut bytes = Vec::new();
    let read = input.lock().take(LONGEST + 1).read_to_end(&mut bytes);
    read.map_err(|error| format!("standard input: {error}"))?;
    if bytes.len() as u64 > LONGEST {
        return Err(format!("standard input: it is longer than {LONGEST} bytes"));
    }
    let line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    Ok(header_text(line).into_owned())
}

/// The text as the value of a `Cookie` header, lines of one joined; `None` where no cookie of this name is in it and no line
/// is one of `Cookie`.
pub(crate) fn cookie_header(text: &str, name: &str) -> Option<String> {
    let is_header =
        text.contains(&format!("{name}=")) || text.lines().any(|line| rest(line).is_some());
    let lines = || text.lines().map(|line| rest(line).unwrap_or(line));
    is_header.then(|| lines().collect::<Vec<&str>>().join(";"))
}

/// The text behind `Cookie:`, if a line begins with it.
fn rest(line: &str) -> Option<&str> {
    const HEADER: &str = "cookie:";
    let start = line.get(..HEADER.len())?;
    start
        .eq_ignore_ascii_case(HEADER)
        .then(|| &line[HEADER.len()..])
}
