//! Gift links: a URL that opens one page without a pass until it expires.
//!
//! ```
//! use iteras_guard::gift::GiftKey;
//! use iteras::timestamp::Timestamp;
//!
//! let key = GiftKey::new("a key that is for gift links only").unwrap();
//! let end = Timestamp::from_unix(1_800_000_000);
//! let token = key.token("pub.example", "/show", "id=1", end).unwrap();
//! assert!(key.opens(&token, "PUB.example:443", "//show", "id=1&utm_source=x", end));
//! assert!(!key.opens(&token, "pub.example", "/show", "id=2", end));
//! assert!(!key.opens(&token, "pub.example", "/Show", "id=1", end));
//! assert!(!key.opens(&token, "pub.example", "/show", "id=1", Timestamp::from_unix(1_800_000_001)));
//! ```
//!
//! `iterasgift=<expiry, unix seconds>.<64 hex>`: HMAC-SHA256 of `gift2|host|expiry|path|query` with a key of its
//! own, so that whoever makes gift links can make no passes (rules, "Gift links"). Host and path are those of
//! [`paths`](crate::paths), case kept; a path without a normal form has no gift links. The query is less `iteras*` and
//! tracking parameters; a `|` in path or query is `%7C`. Valid up to and including the expiry, without leeway. The link
//! opens the page to whoever has it: it says nothing about the reader.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;

use iteras::timestamp::Timestamp;
use iteras::tracking::is_ours_or_tracking;
use iteras::urls::piece_name;

use crate::paths::{normal_host, normal_path};
use crate::signature::{KeyError, PassKey};
use crate::token;

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

    pub(crate) fn as_key(&self) -> &PassKey {
        &self.0
    }

    /// The value of `iterasgift` for one page, its query without the `?`; `None` for a host or path without a normal
    /// form, and for an expiry before 1970 or after the year 9999.
    pub fn token(&self, host: &str, path: &str, query: &str, expiry: Timestamp) -> Option<String> {
        token::make(&self.0, expiry, |expiry| signed(host, path, query, expiry))
    }

    /// True for a token that opens this page at `now`.
    pub fn opens(&self, token: &str, host: &str, path: &str, query: &str, now: Timestamp) -> bool {
        token::holds(&self.0, token, now, |expiry| {
            signed(host, path, query, expiry)
        })
    }
}

fn signed(host: &str, path: &str, query: &str, expiry: &str) -> Option<String> {
    let (host, path, query) = (normal_host(host)?, normal_path(path)?, own_query(query));
    let (path, query) = (field(&path), field(&query));
    Some(["gift2|", &host, "|", expiry, "|", &path, "|", &query].concat())
}

/// A field of what is signed, of gift links and meters: fields stand between bars.
pub(crate) fn field(text: &str) -> Cow<'_, str> {
    match text.contains('|') {
        true => Cow::Owned(text.replace('|', "%7C")),
        false => Cow::Borrowed(text),
    }
}

/// The pieces of a query that say which page it is. Some servers split at `;` too: then each part has to be ours or
/// a tracking parameter.
pub(crate) fn own_query(query: &str) -> String {
    let is_own = |piece: &str| {
        let mut parts = piece.split(';').filter(|part| !part.is_empty());
        parts.any(|part| !is_ours_or_tracking(&piece_name(part)))
    };
    let mut own = String::new();
    for piece in query.split('&').filter(|piece| is_own(piece)) {
        if !own.is_empty() {
            own.push('&');
        }
        own.push_str(piece);
    }
    own
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

    const END: Timestamp = Timestamp::from_unix(1_800_000_000);

    #[test]
    fn the_token_is_what_another_hmac_makes_of_it() {
        // printf 'gift2|pub.example|1800000000|/A|id=1%%7C2' | openssl dgst -sha256 -hmac $KEY
        let token = key().token("pub.example", "/A", "id=1|2&utm_source=x", END);
        assert_eq!(
            token.as_deref(),
            Some("1800000000.5a1fbd04c5017850e7195ee1238a13e418ebe85b5735ce890e8768eb1616da95")
        );
    }

    #[test]
    fn a_changed_character_opens_nothing() {
        let token = key().token("pub.example", "/a", "", END).unwrap();
        assert!(key().opens(&token, "pub.example", "/a", "", NOW));
        for at in 0..token.len() {
            for other in ["0", "1", "f", ".", "A", ""] {
                let mut changed = token.clone();
                changed.replace_range(at..=at, other);
                let same = changed == token;
                assert_eq!(
                    key().opens(&changed, "pub.example", "/a", "", NOW),
                    same,
                    "{changed}"
                );
            }
        }
        assert!(!key().opens(&format!("0{token}"), "pub.example", "/a", "", NOW));
        assert!(!key().opens(&format!("{token}0"), "pub.example", "/a", "", NOW));
    }

    #[test]
    fn c73_it_opens_that_page_of_that_host_and_no_other() {
        let token = key().token("pub.example", "/a/b", "id=1&x", END).unwrap();
        let opens = |host, path, query| key().opens(&token, host, path, query, NOW);
        for query in [
            "id=1&x",
            "id=1&x&iterasgift=9",
            "fbclid=1&id=1&utm_a=2&x",
            "id=1&x&iterasnext=%2F;utm_a=1",
        ] {
            assert!(opens("pub.example", "/a/b", query), "{query}");
        }
        for (host, path, query) in [
            ("www.pub.example", "/a/b", "id=1&x"),
            ("pub.example", "/a/b/", "id=1&x"),
            ("pub.example", "/a%2fb", "id=1&x"),
            ("pub.example", "/A/b", "id=1&x"),
            ("pub.example", "/a/b/../b", "id=1&x"),
            ("", "/a/b", "id=1&x"),
            ("pub.example", "/a/b", ""),
            ("pub.example", "/a/b", "id=2&x"),
            ("pub.example", "/a/b", "x&id=1"),
            ("pub.example", "/a/b", "id=1&x&id=2"),
            ("pub.example", "/a/b", "id=1&x&iterasx=1;id=2"),
            ("pub.example", "/a/b", "id=1&x&page_id=2"),
        ] {
            assert!(!opens(host, path, query), "{host}{path}?{query}");
        }
        let other = GiftKey::new("another key of enough bytes").unwrap();
        assert!(!other.opens(&token, "pub.example", "/a/b", "id=1&x", NOW));
    }

    #[test]
    fn c73_links_of_the_first_kind_are_refused() {
        let key = key();
        let first = |expiry: &str| Some(["gift1|pub.example|/a|", expiry].concat());
        let token = token::make(&key.0, END, first).unwrap();
        assert!(!key.opens(&token, "pub.example", "/a", "", NOW));
    }

    #[test]
    fn the_key_shows_nothing_of_itself() {
        assert_eq!(format!("{:?}", key()), "GiftKey([redacted])");
    }
}
