//! Editors' cookies: what lets the publisher's own people past the gate for a while.
//!
//! ```
//! use iteras_guard::editor::EditorKey;
//! use iteras::timestamp::Timestamp;
//!
//! let key = EditorKey::new("a key that is for editors only").unwrap();
//! let at = Timestamp::from_unix;
//! let value = key.cookie("pub.example", at(1_800_000_000)).unwrap();
//! assert!(key.lets_in(&value, "PUB.example:443", at(1_800_000_000)));
//! assert!(!key.lets_in(&value, "other.example", at(1_800_000_000)));
//! assert!(!key.lets_in(&value, "pub.example", at(1_800_000_001)));
//! ```
//!
//! `iteraseditor=<expiry, unix seconds>.<64 hex>`: HMAC-SHA256 of `editor1|host|expiry` with a key of its
//! own. The publisher's system sets it, `HttpOnly` and `Secure`, for those who are logged in there. It opens
//! every page of the host up to and including the expiry, so let it end with the working day.

use alloc::string::String;
use core::fmt;

use crate::paths::normal_host;
use crate::signature::{KeyError, PassKey};
use crate::token;
use iteras::timestamp::Timestamp;

/// The cookie's name.
pub const NAME: &str = "iteraseditor";

/// The key of editors' cookies; neither a signing key of passes nor that of gift links. Shows nothing of
/// itself.
#[derive(Clone)]
pub struct EditorKey(PassKey);

impl EditorKey {
    /// Takes the key as text, under the rules of [`PassKey::new`].
    pub fn new(key: &str) -> Result<Self, KeyError> {
        PassKey::new(key).map(Self)
    }

    /// Takes the content of a key file: as [`new`](Self::new), less one final LF or CRLF.
    pub fn from_file(content: &str) -> Result<Self, KeyError> {
        PassKey::from_file(content).map(Self)
    }

    pub(crate) fn as_key(&self) -> &PassKey {
        &self.0
    }

    /// The cookie's value for one host; `None` for what is no host, and for an expiry before 1970 or after
    /// the year 9999.
    pub fn cookie(&self, host: &str, expiry: Timestamp) -> Option<String> {
        token::make(&self.0, expiry, |expiry| signed(host, expiry))
    }

    /// True for a value that lets its bearer in on this host at `now`.
    pub fn lets_in(&self, value: &str, host: &str, now: Timestamp) -> bool {
        token::holds(&self.0, value, now, |expiry| signed(host, expiry))
    }
}

fn signed(host: &str, expiry: &str) -> Option<String> {
    Some(["editor1|", &*normal_host(host)?, "|", expiry].concat())
}

impl fmt::Debug for EditorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EditorKey([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gift::GiftKey;
    use std::format;

    const KEY: &str = "gift0123456789abcdefghijklmnopqr";
    const NOW: Timestamp = Timestamp::from_unix(1_768_478_400);
    const END: Timestamp = Timestamp::from_unix(1_800_000_000);

    #[test]
    fn the_cookie_is_what_another_hmac_makes_of_it() {
        // printf 'editor1|pub.example|1800000000' | openssl dgst -sha256 -hmac $KEY
        let value = EditorKey::new(KEY).unwrap().cookie("pub.example", END);
        assert_eq!(
            value.as_deref(),
            Some("1800000000.75b67c91daaed48c613274ff7e1ffb8168cbde88519d3b7b2b1e8de0e1345f3e")
        );
    }

    #[test]
    fn neither_a_changed_cookie_nor_a_gift_of_the_same_key_lets_anybody_in() {
        let key = EditorKey::new(KEY).unwrap();
        let value = key.cookie("pub.example", END).unwrap();
        assert!(key.lets_in(&value, "pub.example", NOW));
        for at in 0..value.len() {
            for other in ["0", "1", "f", ".", "A", ""] {
                let mut changed = value.clone();
                changed.replace_range(at..=at, other);
                let same = changed == value;
                assert_eq!(key.lets_in(&changed, "pub.example", NOW), same, "{changed}");
            }
        }
        let gift = GiftKey::new(KEY).unwrap();
        let token = gift.token("pub.example", "/", "", END).unwrap();
        assert!(!key.lets_in(&token, "pub.example", NOW));
        assert!(!gift.opens(&value, "pub.example", "/", "", NOW));
        assert!(!key.lets_in(&value, "", NOW) && key.cookie("", END).is_none());
    }

    #[test]
    fn the_key_shows_nothing_of_itself() {
        let key = EditorKey::new(KEY).unwrap();
        assert_eq!(format!("{key:?}"), "EditorKey([redacted])");
    }
}
