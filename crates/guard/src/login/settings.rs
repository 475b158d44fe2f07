//! A publisher's settings: the pages that readers are sent to, whose forms count, and how long tokens live.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::num::NonZeroU32;

use iteras::urls::push_percent_encoded;

use super::address::{behind_authority, stays_on_site};
use crate::config_error::ConfigError;

/// The longest life of a token that the service gives, in seconds.
pub const MAX_PREAUTH_SECONDS: u32 = 86_400;

/// The settings of a log-in form's other end.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The page that a plain form leads to after a log-in, with the self-service frame. `/` by default.
    pub account_page: Page,
    /// The page that it leads to otherwise, with the form. `/` by default.
    pub form_page: Page,
    /// Further origins whose pages may post.
    pub origins: Vec<Origin>,
    /// Seconds for which tokens are good: by default 120, long enough for the next page to load.
    pub preauth_seconds: NonZeroU32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            account_page: Page("/".into()),
            form_page: Page("/".into()),
            origins: Vec::new(),
            preauth_seconds: const { NonZeroU32::new(120).expect("120 is not 0") },
        }
    }
}

/// A page that readers may be sent to: a path of the site, or a http(s) URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page(String);

impl Page {
    /// The sentence for what is no page.
    pub const EXPECTED: &str = "a path such as \"/account\" or a http(s) URL";

    /// Takes a text under the rules for redirect targets (rules, "Redirect targets"), save that the publisher may
    /// name another host: no control characters, backslashes or outer blanks, at most 2048 bytes, no user, and no
    /// path that leaves the site. The error names this setting.
    pub fn new(setting: &str, text: &str) -> Result<Self, ConfigError> {
        let is_odd = |c: char| c.is_control() || c == '\\';
        let is_plain = text.len() <= 2048 && !text.contains(is_odd) && text.trim() == text;
        if is_plain && (behind_authority(text).is_some() || stays_on_site(text)) {
            return Ok(Self(text.to_string()));
        }
        Err(unexpected(setting, Self::EXPECTED, text))
    }

    /// The page as a header may hold it.
    pub(super) fn location(&self) -> String {
        let mut location = String::with_capacity(self.0.len());
        let mut buffer = [0; 4];
        for c in self.0.chars() {
            match c {
                '!'..='~' => location.push(c),
                _ => push_percent_encoded(&mut location, c.encode_utf8(&mut buffer)),
            }
        }
        location
    }
}

/// An origin as browsers write it: `https://www.pub.example`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// The sentence for what is none.
    pub const EXPECTED: &str = "an origin such as https://www.pub.example";

    /// Takes an origin in lower case and ASCII, without the scheme's own port; no browser would send another. The
    /// error names this setting.
    pub fn new(setting: &str, text: &str) -> Result<Self, ConfigError> {
        let own_port = if text.starts_with("https:") {
            ":443"
        } else {
            ":80"
        };
        let is_written_so = text.is_ascii() && !text.contains(|c: char| c.is_ascii_uppercase());
        if is_written_so && behind_authority(text) == Some("") && !text.ends_with(own_port) {
            return Ok(Self(text.to_string()));
        }
        Err(unexpected(setting, Self::EXPECTED, text))
    }

    pub(super) fn is(&self, origin: &str) -> bool {
        self.0.eq_ignore_ascii_case(origin)
    }
}

fn unexpected(setting: &str, expected: &str, text: &str) -> ConfigError {
    ConfigError::new(setting, format!("expected {expected}, got {text:?}"))
}
