//! Gift links: a URL that opens one page without a pass until it expires.
//!
//! ```
//! use iteras_guard::gift::GiftKey;
//! use iteras::timestamp::Timestamp;
//!
//! let key = GiftKey::new("a key that is for gift links only").unwrap();
//! let at = Timestamp::from_unix;
//! let token = key.token("pub.example", "/article/1", at(1_800_000_000)).unwrap();
//! assert!(key.opens(&token, "PUB.example:443", "/Article//1", at(1_800_000_000)));
//! assert!(!key.opens(&token, "pub.example", "/article/2", at(1_800_000_000)));
//! assert!(!key.opens(&token, "pub.example", "/article/1", at(1_800_000_001)));
//! ```
//!
//! `iterasgift=<expiry, unix seconds>.<64 hex>`: HMAC-SHA256 of `gift1|host|normalised path|expiry` with
//! a key of its own, so that whoever makes gift links can make no passes. Host and path are those of
//! [`paths`](crate::paths); a path without a normal form has no gift links. Valid up to and including
//! the expiry, without leeway. Whoever has the link can hand it on: it says nothing about the reader.

use alloc::string::String;
use core::fmt;

use crate::paths::{folded, normal_host, normal_path};
use crate::signature::{KeyError, PassKey};
use crate::token;
use iteras::timestamp::Timestamp;

/// The query parameter's name.
pub use iteras::protocol::GIFT as PARAMETER;

/// The key of gift links; neither a signing key of passes nor an API key. Shows nothing of itself.
#[derive(Clone)]
pub struct GiftKey(PassKey);

impl GiftKey {
    /// Takes the key as text, under the rules of [`PassKey::new`].
    pub fn new(key: &str) -> Result<Self, KeyError> {
        PassKey::new(key).map(Self)
    }

    /// Takes the content of a key file: as [`new`](Self::new), less one final LF or CRLF.
    pub fn from_file(content: &str) -> Result<Self, KeyError> {
        PassKey::from_file(content).map(Self)
    }

    /// The value of `iterasgift` for one page; `None` for a host or path without a normal form, and for
    /// an expiry before 1970 or after the year 9999.
    pub fn token(&self, host: &str, path: &str, expiry: Timestamp) -> Option<String> {
        token::make(&self.0, expiry, |expiry| signed(host, path, expiry))
    }

    /// Whether a token opens this page at `now`.
    pub fn opens(&self, token: &str, host: &str, path: &str, now: Timestamp) -> bool {
        token::holds(&self.0, token, now, |expiry| signed(host, path, expiry))
    }
}

// A path may hold `|`, and yet the text is unambiguous: a host and an expiry hold none.
fn signed(host: &str, path: &str, expiry: &str) -> Option<String> {
    let (host, path) = (normal_host(host)?, folded(&normal_path(path)?));
    Some(["gift1|", &host, "|", &path, "|", expiry].concat())
}

impl fmt::Debug for GiftKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GiftKey([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    const KEY: &str = "gift0123456789abcdefghijklmnopqr";
    const NOW: Timestamp = Timestamp::from_unix(1_768_478_400);

    fn key() -> GiftKey {
        GiftKey::new(KEY).unwrap()
    }

    #[test]
    fn the_token_is_what_another_hmac_makes_of_it() {
        // printf 'gift1|pub.example|/a|1800000000' | openssl dgst -sha256 -hmac $KEY
        let token = key().token("pub.example", "/a", Timestamp::from_unix(1_800_000_000));
        assert_eq!(
            token.as_deref(),
            Some("1800000000.654b5c7c6fe0de52230b1d527ea98b39d7743d39f8205de10cd281c22a872a75")
        );
    }

    #[test]
    fn a_changed_character_opens_nothing() {
        let token = key()
            .token("pub.example", "/a", Timestamp::from_unix(1_800_000_000))
            .unwrap();
        assert!(key().opens(&token, "pub.example", "/a", NOW));
        for at in 0..token.len() {
            for other in ["0", "1", "f", ".", "A", ""] {
                let mut changed = token.clone();
                changed.replace_range(at..=at, other);
                let same = changed == token;
                assert_eq!(
                    key().opens(&changed, "pub.example", "/a", NOW),
                    same,
                    "{changed}"
                );
            }
        }
        assert!(!key().opens(&format!("0{token}"), "pub.example", "/a", NOW));
        assert!(!key().opens(&format!("{token}0"), "pub.example", "/a", NOW));
    }

    #[test]
    fn it_opens_that_page_of_that_host_and_no_other() {
        let token = key()
            .token("pub.example", "/a", Timestamp::from_unix(1_800_000_000))
            .unwrap();
        for (host, path) in [
            ("www.pub.example", "/a"),
            ("pub.example", "/a/"),
            ("pub.example", "/a%2f"),
            ("", "/a"),
        ] {
            assert!(!key().opens(&token, host, path, NOW), "{host}{path}");
        }
        let other = GiftKey::new("another key of enough bytes").unwrap();
        assert!(!other.opens(&token, "pub.example", "/a", NOW));
    }

    #[test]
    fn the_key_shows_nothing_of_itself() {
        assert_eq!(format!("{:?}", key()), "GiftKey([redacted])");
    }
}
