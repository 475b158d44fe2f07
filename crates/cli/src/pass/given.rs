//! The pass that somebody gave: the value itself, or the cookies of a request with the pass among them.

use std::borrow::Cow;
use std::io::{IsTerminal, Read};

use iteras::cookies::{NAME, pass_values};
use iteras_guard::cookies::header_text;

// More than the cookies of any request.
const LONGEST: u64 = 1024 * 1024;

/// The argument of `show` and `verify`.
#[derive(clap::Args)]
pub(super) struct Given {
    /// The pass, or `Cookie` lines with it; without it or with - what comes in at the standard input.
    pass: Option<String>,
}

impl Given {
    /// The text that holds the pass. One line break at its end does not belong to it.
    pub(super) fn text(&self) -> Result<String, String> {
        if let Some(text) = self.pass.as_ref().filter(|text| *text != "-") {
            return Ok(text.clone());
        }
        let input = std::io::stdin();
        if input.is_terminal() {
            return Err("no pass: give one, or send it to the standard input".into());
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
}

/// The values that may be passes, decoded as servers decode them.
pub(super) fn values(text: &str) -> Vec<Cow<'static, str>> {
    let is_header =
        text.contains(&format!("{NAME}=")) || text.lines().any(|line| rest(line).is_some());
    if is_header {
        let lines: Vec<&str> = text
            .lines()
            .map(|line| rest(line).unwrap_or(line))
            .collect();
        return in_cookies(&lines.join(";"));
    }
    // Without `|` it may be percent-encoded, which is looked into where cookies are read.
    if text.contains('|') {
        return vec![Cow::Owned(text.to_owned())];
    }
    in_cookies(&format!("{NAME}={text}"))
}

fn in_cookies(header: &str) -> Vec<Cow<'static, str>> {
    let values = pass_values(header);
    values.map(|value| Cow::Owned(value.into_owned())).collect()
}

/// The text behind `Cookie:`, if a line begins with it.
fn rest(line: &str) -> Option<&str> {
    const HEADER: &str = "cookie:";
    let start = line.get(..HEADER.len())?;
    start
        .eq_ignore_ascii_case(HEADER)
        .then(|| &line[HEADER.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_is_found_alone_and_among_cookies() {
        let pass = "sub|A|2026-02-01T00:00:00Z|1|/sha256:00";
        for text in [
            pass,
            &format!("a=b; iteraspass={pass}"),
            &format!("Cookie: a=b\r\ncookie: iteraspass={pass}; c=d"),
            &pass.replace('|', "%7C"),
        ] {
            assert_eq!(values(text), [pass], "{text}");
        }
        assert_eq!(values("Cookie: a=b").len(), 0);
        assert_eq!(values(" a|b"), [" a|b"]);
        assert_eq!(values("iteraspass=1; iteraspass=2"), ["1", "2"]);
    }
}
