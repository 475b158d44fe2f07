//! The key that passes are signed with, and what no key can be.
//!
//! ```
//! use iteras_guard::keys::{KeyError, PassKey};
//!
//! let key = PassKey::new("j8kau2v3lzp0n12ilw1d0hurr6059gyo").unwrap();
//! assert!(key.sign("sub|A|2099-12-31T23:59:59Z|1|").contains("/sha256:"));
//! assert_eq!(PassKey::new("").unwrap_err(), KeyError::Empty);
//! ```
//!
//! Rules, "Configuration errors" and "Two kinds of key".

use alloc::string::String;
use core::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::Sha256;

use crate::tag::{Tag, push_hex};

/// The shortest key that is accepted, in bytes.
pub const MIN_KEY_BYTES: usize = 16;

/// The signing key of the account settings, ready for use. Shows nothing of itself.
///
/// A pass key is not an API key: that one reads every customer of the publisher,
/// and checking passes needs none.
#[derive(Clone)]
pub struct PassKey {
    // Keyed once: the two hash states are cloned for every check.
    sha256: Hmac<Sha256>,
    sha1: Hmac<Sha1>,
}

impl PassKey {
    /// Takes the key as text: raw ASCII bytes, 32 of `[a-z0-9]` in the account settings.
    ///
    /// Refuses an empty key, one under 16 bytes, and white space or control characters at its ends.
    pub fn new(key: &str) -> Result<Self, KeyError> {
        let outer = |c: Option<char>| c.is_some_and(|c| c.is_whitespace() || c.is_control());
        if key.is_empty() {
            return Err(KeyError::Empty);
        }
        if outer(key.chars().next()) || outer(key.chars().next_back()) {
            return Err(KeyError::OuterSpace);
        }
        if key.len() < MIN_KEY_BYTES {
            return Err(KeyError::Short { bytes: key.len() });
        }
        Ok(Self::keyed(key.as_bytes()))
    }

    pub(crate) fn keyed(key: &[u8]) -> Self {
        let keyed = "HMAC takes a key of any length";
        Self {
            sha256: Hmac::new_from_slice(key).expect(keyed),
            sha1: Hmac::new_from_slice(key).expect(keyed),
        }
    }

    /// Takes the content of a key file: as [`new`](Self::new), less one final LF or CRLF.
    pub fn from_file(content: &str) -> Result<Self, KeyError> {
        let line = content
            .strip_suffix('\n')
            .map_or(content, |c| c.strip_suffix('\r').unwrap_or(c));
        Self::new(line)
    }

    /// Signs the text left of the `/` with HMAC-SHA256 and gives the whole pass.
    pub fn sign(&self, signed: &str) -> String {
        let mut pass = String::with_capacity(signed.len() + 72);
        pass.push_str(signed);
        pass.push_str("/sha256:");
        self.push_tag(&mut pass, signed.as_bytes());
        pass
    }

    /// Appends the HMAC-SHA256 of `signed` as 64 lower-case hex digits.
    pub(crate) fn push_tag(&self, out: &mut String, signed: &[u8]) {
        push_hex(out, &self.tag(signed));
    }

    /// The HMAC-SHA256 of `signed`.
    pub(crate) fn tag(&self, signed: &[u8]) -> [u8; 32] {
        let tag = self.sha256.clone().chain_update(signed).finalize();
        tag.into_bytes().into()
    }

    /// True for the same key, which shows in what it signs.
    pub(crate) fn is(&self, other: &Self) -> bool {
        let mut tag = String::new();
        self.push_tag(&mut tag, b"same");
        other.made_tag(b"same", &tag)
    }

    /// True if `hex` is the HMAC-SHA256 of `signed` in 64 lower-case hex digits; in constant time.
    pub(crate) fn made_tag(&self, signed: &[u8], hex: &str) -> bool {
        let digits = hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        digits && Tag::sha256(hex).is_some_and(|tag| self.made(signed, &tag))
    }

    /// True for a tag that this key made of `signed`; in constant time.
    pub(crate) fn made(&self, signed: &[u8], tag: &Tag) -> bool {
        match tag {
            Tag::Sha256(tag) => self
                .sha256
                .clone()
                .chain_update(signed)
                .verify_slice(tag)
                .is_ok(),
            Tag::Sha1(tag) => self
                .sha1
                .clone()
                .chain_update(signed)
                .verify_slice(tag)
                .is_ok(),
        }
    }
}

impl fmt::Debug for PassKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PassKey([redacted])")
    }
}

/// A text that can't be a signing key: a mistake in the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// Nothing at all.
    Empty,
    /// White space or a control character at one of its ends.
    OuterSpace,
    /// Fewer than [`MIN_KEY_BYTES`].
    Short {
        /// The number that there are.
        bytes: usize,
    },
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("signing key is empty"),
            Self::OuterSpace => f.write_str("signing key begins or ends with white space"),
            Self::Short { bytes } => {
                write!(
                    f,
                    "signing key has {bytes} bytes, expected at least {MIN_KEY_BYTES}"
                )
            }
        }
    }
}

impl core::error::Error for KeyError {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;
    use std::string::ToString;

    #[test]
    fn a_key_shows_nothing_of_itself() {
        let key = PassKey::new("j8kau2v3lzp0n12ilw1d0hurr6059gyo").unwrap();
        assert_eq!(format!("{key:?}"), "PassKey([redacted])");
    }

    #[test]
    fn a_key_is_the_same_as_one_of_the_same_text_alone() {
        let key = |text| PassKey::new(text).unwrap();
        let own = key("j8kau2v3lzp0n12ilw1d0hurr6059gyo");
        assert!(own.is(&key("j8kau2v3lzp0n12ilw1d0hurr6059gyo")));
        assert!(!own.is(&key("j8kau2v3lzp0n12ilw1d0hurr6059gyp")));
    }

    #[test]
    fn c19_keys_that_cannot_be_meant_are_refused() {
        let refused = |key: &str| PassKey::new(key).unwrap_err().to_string();
        assert_eq!(refused(""), "signing key is empty");
        assert_eq!(
            refused("short"),
            "signing key has 5 bytes, expected at least 16"
        );
        assert_eq!(
            refused("j8kau2v3lzp0n12ilw1d0hurr6059gyo\n"),
            "signing key begins or ends with white space"
        );
        assert!(PassKey::from_file("j8kau2v3lzp0n12ilw1d0hurr6059gyo\r\n").is_ok());
        assert!(PassKey::from_file("j8kau2v3lzp0n12ilw1d0hurr6059gyo\n\n").is_err());
    }
}
