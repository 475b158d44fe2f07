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

/// The text as the value of a `Cookie` header, or as one pass that stands alone.
pub(super) struct Found {
    text: String,
    is_header: bool,
}

impl Found {
    pub(super) fn of(text: &str) -> Self {
        let lines = || text.lines().map(|line| rest(line).unwrap_or(line));
        let is_header =
            text.contains(&format!("{NAME}=")) || text.lines().any(|line| rest(line).is_some());
        let text = if is_header {
            lines().collect::<Vec<&str>>().join(";")
        } else if text.contains('|') {
            let text = text.to_owned();
            return Self { text, is_header };
        } else {
            // Without `|` it may be percent-encoded, which is looked into where cookies are read.
            format!("{NAME}={text}")
        };
        Self {
            text,
            is_header: true,
        }
    }

    /// The values that may be passes, decoded as servers decode them; borrowed where nothing was decoded.
    pub(super) fn values(&self) -> Vec<Cow<'_, str>> {
        if self.is_header {
            pass_values(&self.text).collect()
        } else {
            vec![Cow::Borrowed(&self.text)]
        }
    }
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
            assert_eq!(Found::of(text).values(), [pass], "{text}");
        }
        assert_eq!(Found::of("Cookie: a=b").values().len(), 0);
        assert_eq!(Found::of(" a|b").values(), [" a|b"]);
        assert_eq!(Found::of("iteraspass=1; iteraspass=2").values(), ["1", "2"]);
    }
}
