//! URLs without a URL parser: encoding, query strings, and which targets a page may be sent to.
//!
//! ```
//! use iteras::urls::{Resolved, is_safe_target};
//!
//! let page = Resolved::new("https://pub.example/login", "https://pub.example", "https:", "", "/login");
//! let evil = Resolved::new("https://pub.example//evil.example", "https://pub.example", "https:", "", "//evil.example");
//! assert!(!is_safe_target("/.//evil.example", &evil, &page));
//! ```
//!
//! Resolving a reference is the door's business (`URL` in browsers, crate `url` natively): it hands
//! in the parts of the resolved URL, and what is decided here is the same everywhere.

use alloc::string::String;
use alloc::vec::Vec;

/// The parts of a URL that the URL standard's parser found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resolved<'a> {
    /// The serialised absolute URL.
    pub href: &'a str,
    /// `scheme://host[:port]`, or `null`.
    pub origin: &'a str,
    /// The scheme with its colon.
    pub protocol: &'a str,
    /// User name and password, joined; empty when the URL has neither.
    pub credentials: &'a str,
    /// The path, percent-encoded as serialised.
    pub pathname: &'a str,
}

impl<'a> Resolved<'a> {
    /// From the five parts.
    pub const fn new(
        href: &'a str,
        origin: &'a str,
        protocol: &'a str,
        credentials: &'a str,
        pathname: &'a str,
    ) -> Self {
        Self { href, origin, protocol, credentials, pathname }
    }

    /// Whether the scheme is http or https.
    pub fn is_http(&self) -> bool {
        self.protocol == "https:" || self.protocol == "http:"
    }

    /// Whether both are one page: the same origin and path, apart from one trailing slash.
    pub fn is_same_path(&self, other: &Resolved<'_>) -> bool {
        self.origin == other.origin && same_path(self.pathname, other.pathname)
    }

    /// Whether both are the same document apart from the fragment.
    pub fn is_same_document(&self, other: &Resolved<'_>) -> bool {
        split_fragment(self.href).0 == split_fragment(other.href).0
    }

    /// The query of the URL without its `?`; empty when there is none.
    pub fn query(&self) -> &'a str {
        split_fragment(self.href).0.split_once('?').map_or("", |(_, query)| query)
    }
}

/// Whether two paths are equal apart from one trailing slash.
pub fn same_path(one: &str, other: &str) -> bool {
    let bare = |path: &'_ str| path.len() - usize::from(path.ends_with('/'));
    one[..bare(one)] == other[..bare(other)]
}

/// The longest redirect target that is followed, in bytes.
const MAX_TARGET: usize = 2048;

/// Whether a target that anybody may have written (`iterasnext`, a frame's `next`, `navigate`) may be
/// gone to from `page`: rules for every runtime, "Redirect targets".
pub fn is_safe_target(raw: &str, target: &Resolved<'_>, page: &Resolved<'_>) -> bool {
    // `/.//evil` stays on the origin and yet leaves it when it is handed on as a path.
    is_clean(raw)
        && target.origin == page.origin
        && target.origin != "null"
        && (target.protocol == "https:" || target.protocol == "http:" && page.protocol == "http:")
        && target.credentials.is_empty()
        && !target.pathname.starts_with("//")
}

/// Whether the frame `origin` may send the page to its own `target` (payment return).
pub fn is_own_target(raw: &str, target: &Resolved<'_>, origin: &str) -> bool {
    is_clean(raw) && target.is_http() && target.origin == origin && target.credentials.is_empty()
}

fn is_clean(raw: &str) -> bool {
    raw.len() <= MAX_TARGET
        && !raw.starts_with(' ')
        && !raw.ends_with(' ')
        && !raw.bytes().any(|byte| byte < 0x20 || byte == 0x7f || byte == b'\\')
}

/// A URL cut before its `#`.
pub fn split_fragment(url: &str) -> (&str, &str) {
    url.split_at(url.find('#').unwrap_or(url.len()))
}

/// The raw `name=value` pieces of a query without its `?`.
pub fn pieces(query: &str) -> impl Iterator<Item = &str> {
    query.split('&').filter(|piece| !piece.is_empty())
}

/// The form-decoded name of a raw query piece.
pub fn piece_name(piece: &str) -> String {
    form_decode(piece.split('=').next().unwrap_or(piece))
}

/// The first value of a query parameter, form-decoded; later ones are not looked at.
pub fn parameter(query: &str, name: &str) -> Option<String> {
    let piece = pieces(query).find(|piece| piece_name(piece) == name)?;
    Some(form_decode(piece.split_once('=').map_or("", |(_, value)| value)))
}

/// The raw pieces, bytes kept, whose names pass `keep`, joined by `&`.
pub fn keep_pieces(query: &str, keep: impl Fn(&str) -> bool) -> String {
    let mut kept = String::new();
    for piece in pieces(query).filter(|piece| keep(&piece_name(piece))) {
        push_piece(&mut kept, piece);
    }
    kept
}

fn push_piece(query: &mut String, piece: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    query.push_str(piece);
}

/// Adds raw query pieces after the URL's own query and before its fragment.
pub fn with_query(url: &str, addition: &str) -> String {
    let (before, fragment) = split_fragment(url);
    let mut out = String::from(before);
    if !addition.is_empty() {
        match before.find('?') {
            None => out.push('?'),
            Some(at) if at + 1 == before.len() || before.ends_with('&') => {}
            Some(_) => out.push('&'),
        }
        out.push_str(addition);
    }
    out.push_str(fragment);
    out
}

/// Percent-encodes for any place in a URL: only letters, digits and `-._~` stay as they are.
pub fn push_percent_encoded(out: &mut String, text: &str) {
    for &byte in text.as_bytes() {
        push_byte(out, byte, matches!(byte, b'-' | b'.' | b'_' | b'~'));
    }
}

/// Encodes as `application/x-www-form-urlencoded` does: `+` for space.
pub fn push_form_encoded(out: &mut String, text: &str) {
    for &byte in text.as_bytes() {
        match byte {
            b' ' => out.push('+'),
            _ => push_byte(out, byte, matches!(byte, b'-' | b'.' | b'_' | b'*')),
        }
    }
}

fn push_byte(out: &mut String, byte: u8, plain: bool) {
    if plain || byte.is_ascii_alphanumeric() {
        out.push(char::from(byte));
    } else {
        const HEX: &[u8; 16] = b"0123456789ABCDEF";
        out.push('%');
        out.push(char::from(HEX[usize::from(byte >> 4)]));
        out.push(char::from(HEX[usize::from(byte & 15)]));
    }
}

/// Decodes `%XX` once; what is not an escape stays as it is.
pub fn percent_decode(text: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        let escape = match tail {
            [high, low, after @ ..] if *first == b'%' => {
                digit(*high).zip(digit(*low)).map(|(high, low)| (high << 4 | low, after))
            }
            _ => None,
        };
        let (byte, after) = escape.unwrap_or((*first, tail));
        out.push(byte);
        rest = after;
    }
    out
}

/// Decodes a form-encoded name or value; bytes that are not UTF-8 become U+FFFD.
pub fn form_decode(text: &str) -> String {
    let spaced: Vec<u8> = text.bytes().map(|b| if b == b'+' { b' ' } else { b }).collect();
    let decoded = percent_decode(&spaced);
    String::from_utf8(decoded)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn additions_stand_between_query_and_fragment() {
        assert_eq!(with_query("/a", "x=1"), "/a?x=1");
        assert_eq!(with_query("/?page_id=1", "x=1"), "/?page_id=1&x=1");
        assert_eq!(with_query("/a#top?no", "x=1"), "/a?x=1#top?no");
        assert_eq!(with_query("/a?#top", "x=1"), "/a?x=1#top");
        assert_eq!(with_query("/a?b=1&", "x=1"), "/a?b=1&x=1");
        assert_eq!(with_query("/a?b#c", ""), "/a?b#c");
    }

    #[test]
    fn the_first_parameter_of_a_name_counts_and_is_form_decoded() {
        assert_eq!(parameter("a=1&n=%2Fx%3Fq+r&n=2", "n").as_deref(), Some("/x?q r"));
        assert_eq!(parameter("n", "n").as_deref(), Some(""));
        assert_eq!(parameter("%6e=1", "n").as_deref(), Some("1"));
        assert_eq!(parameter("a=1", "n"), None);
        assert_eq!(parameter("n=%ff%4", "n").as_deref(), Some("\u{fffd}%4"));
    }

    #[test]
    fn encoding_leaves_nothing_that_could_end_a_value() {
        let mut out = String::new();
        push_percent_encoded(&mut out, "a b/?#&\"'<>æ%~");
        assert_eq!(out, "a%20b%2F%3F%23%26%22%27%3C%3E%C3%A6%25~");
        out.clear();
        push_form_encoded(&mut out, "/a b?c=æ&d~*");
        assert_eq!(out, "%2Fa+b%3Fc%3D%C3%A6%26d%7E*");
        assert_eq!(form_decode(&out), "/a b?c=æ&d~*");
    }

    #[test]
    fn one_trailing_slash_makes_no_difference() {
        assert!(same_path("/paywall", "/paywall/") && same_path("/", "/"));
        assert!(!same_path("/paywall", "/paywall//") && !same_path("/Paywall", "/paywall"));
    }
}
