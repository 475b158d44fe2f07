//! URLs without a URL parser: encoding, query strings, and which targets a page may be sent to.
//!
//! ```
//! use iteras::urls::{Resolved, is_safe_target};
//!
//! let page = Resolved { origin: "https://pub.example", protocol: "https:", ..Resolved::default() };
//! let evil = Resolved { pathname: "//evil.example", ..page };
//! assert!(!is_safe_target("/.//evil.example", &evil, &page));
//! ```
//!
//! Resolving a reference is the door's business (`URL` in browsers, crate `url` natively): it hands
//! in the parts of the resolved URL, and what is decided here is the same everywhere.

use alloc::string::String;

use crate::text::{cut, from, halves, join, parts, push, replaced};

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
    /// The host without port; an IPv6 address in brackets.
    pub hostname: &'a str,
}

impl<'a> Resolved<'a> {
    /// Tells http and https URLs.
    pub fn is_http(&self) -> bool {
        self.protocol == "https:" || self.protocol == "http:"
    }

    /// The query of the URL without its `?`; empty when there is none.
    pub fn query(&self) -> &'a str {
        query(self.href)
    }

    /// The URL with these raw query pieces, each after its `&`, in place of its own.
    pub fn with_query(&self, pieces: &str) -> String {
        let before = without_fragment(self.href);
        let mut url = with_query(halves(before, b'?').0, pieces);
        push(&mut url, from(self.href, before.len()));
        url
    }
}

/// Tells paths that are equal apart from one trailing slash.
pub fn same_path(one: &str, other: &str) -> bool {
    strip_slash(one) == strip_slash(other)
}

pub(crate) fn strip_slash(path: &str) -> &str {
    path.strip_suffix('/').unwrap_or(path)
}

/// The longest redirect target that is followed, in bytes.
const MAX_TARGET: usize = 2048;

/// Tells a safe target among those that anybody may have written (`iterasnext`, a frame's `next`, `navigate`):
/// `page` may go there (rules, "Redirect targets").
pub fn is_safe_target(raw: &str, target: &Resolved<'_>, page: &Resolved<'_>) -> bool {
    // `/.//evil` stays on the origin and yet leaves it when it is handed on as a path.
    is_clean(raw)
        && target.origin == page.origin
        && target.origin != "null"
        && (target.protocol == "https:" || target.protocol == "http:" && page.protocol == "http:")
        && target.credentials.is_empty()
        && !target.pathname.starts_with("//")
}

/// Tells a `target` of the frame's own origin, which the frame may send the page to (payment return).
pub fn is_own_target(raw: &str, target: &Resolved<'_>, origin: &str) -> bool {
    is_clean(raw) && target.is_http() && target.origin == origin && target.credentials.is_empty()
}

fn is_clean(raw: &str) -> bool {
    raw.len() <= MAX_TARGET
        && !raw.starts_with(' ')
        && !raw.ends_with(' ')
        && !raw
            .bytes()
            .any(|byte| byte < 0x20 || byte == 0x7f || byte == b'\\')
}

/// A URL up to its `#`.
pub fn without_fragment(url: &str) -> &str {
    halves(url, b'#').0
}

/// The query of an address without its `?`; empty when there is none.
pub fn query(address: &str) -> &str {
    halves(without_fragment(address), b'?').1
}

/// The raw `name=value` pieces of a query without its `?`.
pub fn pieces(query: &str) -> impl Iterator<Item = &str> {
    parts(query, b'&').filter(|piece| !piece.is_empty())
}

/// The form-decoded name of a raw query piece.
pub fn piece_name(piece: &str) -> String {
    percent_decode(halves(piece, b'=').0, Escapes::Form)
}

/// The first value of a query parameter, form-decoded; later ones are not looked at.
pub fn parameter(query: &str, name: &str) -> Option<String> {
    let piece = pieces(query).find(|piece| piece_name(piece) == name)?;
    Some(percent_decode(halves(piece, b'=').1, Escapes::Form))
}

/// Appends `&` and the raw piece, bytes kept, for each piece whose name passes `keep`.
pub fn keep_pieces(out: &mut String, query: &str, keep: impl Fn(&str) -> bool) {
    for piece in pieces(query).filter(|piece| keep(&piece_name(piece))) {
        out.push('&');
        push(out, piece);
    }
}

/// Adds raw query pieces, each after its `&`, behind the URL's own query and before its fragment.
pub fn add_query(url: &mut String, extra: &str) {
    *url = with_query(url, extra);
}

/// The URL with further raw query pieces, each after its `&`, behind its own query and before its fragment.
#[cfg_attr(not(feature = "fast"), inline(never))]
pub(crate) fn with_query(url: &str, extra: &str) -> String {
    let before = without_fragment(url);
    let first = extra.strip_prefix('&').unwrap_or(extra);
    // A `?` that ends the last value is not the query's own.
    let mark = match cut(before, b'?').map(|(_, own)| own.as_bytes()) {
        _ if extra.is_empty() => "",
        None => "?",
        Some([] | [.., b'&']) => "",
        Some(_) => "&",
    };
    join(&[before, mark, first, from(url, before.len())])
}

/// Appends `&name=` and the value, form-encoded.
#[cfg_attr(not(feature = "fast"), inline(never))]
pub(crate) fn push_parameter(query: &mut String, name: &str, value: &str) {
    *query = join(&[query, "&", name, "="]);
    push_form_encoded(query, value);
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
        out.push('%');
        out.push(hex_digit(byte >> 4));
        out.push(hex_digit(byte & 15));
    }
}

fn hex_digit(value: u8) -> char {
    char::from(value + if value < 10 { b'0' } else { b'A' - 10 })
}

/// The treatment of `+` and of escapes of bytes that are not ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escapes {
    /// A cookie value: a pass holds none of those bytes, so each becomes DEL, which it does not hold
    /// either. `+` is a plus.
    Cookie,
    /// A form-encoded name or value: they stay escaped. Part of a URL it means the same, and a path of
    /// an old Latin-1 site still leads there. `+` is a space.
    Form,
}

/// Decodes `%XX` once; anything else stays as it is.
pub fn percent_decode(text: &str, escapes: Escapes) -> String {
    let spaced;
    let mut rest = text;
    if escapes == Escapes::Form {
        spaced = replaced(text, b'+', " ");
        rest = &spaced;
    }
    let mut out = String::new();
    while let Some((plain, after)) = cut(rest, b'%') {
        push(&mut out, plain);
        let byte = after
            .get(..2)
            .and_then(|digits| hex_value(digits.as_bytes()));
        match byte {
            Some(byte) if byte < 0x80 || escapes == Escapes::Cookie => {
                out.push(char::from(byte.min(0x7f)));
                rest = from(after, 2);
            }
            _ => {
                out.push('%');
                rest = after;
            }
        }
    }
    push(&mut out, rest);
    out
}

fn hex_value(digits: &[u8]) -> Option<u8> {
    digits.iter().try_fold(0_u8, |value, &digit| {
        // Of a digit, the low half; a letter's low half counts from 1.
        let low = (digit & 15) + if digit > b'9' { 9 } else { 0 };
        digit.is_ascii_hexdigit().then_some(value << 4 | low)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn additions_stand_between_query_and_fragment() {
        let add = |url: &str, extra| {
            let mut url = String::from(url);
            add_query(&mut url, extra);
            url
        };
        assert_eq!(add("/a", "&x=1"), "/a?x=1");
        assert_eq!(add("/?page_id=1", "&x=1"), "/?page_id=1&x=1");
        assert_eq!(add("/a#top?no", "&x=1"), "/a?x=1#top?no");
        assert_eq!(add("/a?#top", "&x=1"), "/a?x=1#top");
        assert_eq!(add("/a?b=1&", "&x=1"), "/a?b=1&x=1");
        assert_eq!(add("/a?q=why?", "&x=1"), "/a?q=why?&x=1");
        assert_eq!(add("/a?b#c", ""), "/a?b#c");
        assert_eq!(add("/a#c", ""), "/a#c");
    }

    #[test]
    fn a_frame_may_send_the_page_to_its_own_origin() {
        const SERVICE: &str = "https://app.iteras.dk";
        let paid = Resolved {
            origin: SERVICE,
            protocol: "https:",
            pathname: "/paid",
            ..Resolved::default()
        };
        let is_own = |raw: &str, target| is_own_target(raw, &target, SERVICE);
        assert!(is_own("https://app.iteras.dk/paid", paid));
        for raw in [
            " https://app.iteras.dk/paid",
            "https:\\\\app.iteras.dk/paid",
        ] {
            assert!(!is_own(raw, paid), "{raw}");
        }
        let others = [
            Resolved {
                origin: "https://evil.example",
                ..paid
            },
            Resolved {
                protocol: "ftp:",
                ..paid
            },
            Resolved {
                credentials: "me:secret",
                ..paid
            },
        ];
        assert!(others.into_iter().all(|other| !is_own("/paid", other)));
    }

    #[test]
    fn pieces_are_kept_byte_for_byte() {
        let page = Resolved {
            href: "https://a/b?x=%41&y=+&z#f",
            ..Resolved::default()
        };
        let mut kept = String::new();
        keep_pieces(&mut kept, page.query(), |name| name != "y");
        assert_eq!(page.with_query(&kept), "https://a/b?x=%41&z#f");
        assert_eq!(page.with_query(""), "https://a/b#f");
    }

    #[test]
    fn the_first_parameter_of_a_name_counts_and_is_form_decoded() {
        assert_eq!(
            parameter("a=1&n=%2Fx%3Fq+r&n=2", "n").as_deref(),
            Some("/x?q r")
        );
        assert_eq!(parameter("n", "n").as_deref(), Some(""));
        assert_eq!(parameter("%6e=1", "n").as_deref(), Some("1"));
        assert_eq!(parameter("a=1", "n"), None);
        assert_eq!(parameter("n=%ff%4", "n").as_deref(), Some("%ff%4"));
    }

    #[test]
    fn encoding_leaves_nothing_that_could_end_a_value() {
        let mut out = String::new();
        push_percent_encoded(&mut out, "a b/?#&\"'<>æ%~");
        assert_eq!(out, "a%20b%2F%3F%23%26%22%27%3C%3E%C3%A6%25~");
        out.clear();
        push_form_encoded(&mut out, "/a b?c=æ&d~*");
        assert_eq!(out, "%2Fa+b%3Fc%3D%C3%A6%26d%7E*");
        let decode = |text| percent_decode(text, Escapes::Form);
        assert_eq!(decode(&out), "/a b?c=%C3%A6&d~*");
        assert_eq!(decode("æ+%zz%4%%41"), "æ %zz%4%A");
        assert_eq!(percent_decode("a+%7c%e6%41", Escapes::Cookie), "a+|\u{7f}A");
    }

    #[test]
    fn one_trailing_slash_makes_no_difference() {
        assert!(same_path("/paywall", "/paywall/") && same_path("/", "/"));
        assert!(!same_path("/paywall", "/paywall//") && !same_path("/Paywall", "/paywall"));
    }
}
