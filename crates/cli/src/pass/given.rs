//! The pass that somebody gave: the value itself, or the cookies of a request with the pass among them.

use std::borrow::Cow;

use iteras::cookies::{NAME, pass_values};

use crate::input;

/// The argument of `show` and `verify`.
#[derive(clap::Args)]
pub(super) struct Given {
    /// The pass, or `Cookie` lines with it; without it or with - what comes in at the standard input.
    pass: Option<String>,
}

impl Given {
    /// The text that holds the pass. One line break at its end does not belong to it.
    pub(super) fn text(&self) -> Result<String, String> {
        input::text(self.pass.as_deref(), "pass")
    }
}

/// The text as the value of a `Cookie` header, or as one pass that stands alone.
pub(super) struct Found {
    text: String,
    is_header: bool,
}

impl Found {
    pub(super) fn of(text: &str) -> Self {
        let text = if let Some(header) = input::cookie_header(text, NAME) {
            header
        } else if text.contains('|') {
            return Self {
                text: text.to_owned(),
                is_header: false,
            };
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
