//! Cookie strings: finding the pass among its neighbours, and setting it.
//!
//! ```
//! use iteras::cookies::{header_text, pass_values};
//!
//! let header = header_text(b"tema=bl\xe5; iteraspass=sub|A; x=1");
//! assert_eq!(pass_values(&header).next().as_deref(), Some("sub|A"));
//! ```
//!
//! A neighbour may hold anything without harm. Split on `;` only, trim space and tab only, the name
//! matches exactly, quotes are never stripped (rules for every runtime, "Extracting").

use alloc::borrow::Cow;
use alloc::string::String;

use crate::pass::MAX_BYTES;
use crate::text::{cut, join, parts};
use crate::urls::{Escapes, percent_decode};

/// The cookie's name.
pub const NAME: &str = "iteraspass";

/// How many values of ours are looked at.
const MAX_VALUES: usize = 8;

/// The values of the pass cookie in a `Cookie` header (see [`header_text`]) or `document.cookie`, at
/// most 8, in order. Several header lines are joined with `;` first.
///
/// One without `|` that holds `%7C` is percent-decoded once; one over 4096 bytes comes back as it is.
pub fn pass_values(header: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let values = parts(header, b';').filter_map(|pair| {
        let (name, value) = cut(pair, b'=')?;
        (trim(name) == NAME).then(|| decode(trim(value)))
    });
    values.take(MAX_VALUES)
}

/// A header's bytes as text. What is not ASCII can only be a neighbour's, or make a value malformed;
/// each such byte becomes DEL, which does the same.
pub fn header_text(bytes: &[u8]) -> Cow<'_, str> {
    match core::str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() => Cow::Borrowed(text),
        _ => {
            let del = |byte: &u8| if byte.is_ascii() { *byte } else { 0x7f };
            let ascii = String::from_utf8(bytes.iter().map(del).collect());
            Cow::Owned(ascii.expect("ASCII is UTF-8"))
        }
    }
}

/// What is ours of the lines of a `Cookie` header, as text for [`pass_values`]; at most as much as that
/// looks at. HTTP/2 may split the header (RFC 9113, section 8.2.3).
///
/// Leaving out the neighbours first keeps a header that is made to be slow, such as 16 KiB of semicolons,
/// from costing more than one look at each byte.
#[cfg(feature = "verify")]
pub fn own_text<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Cow<'a, str> {
    let pairs = lines.flat_map(|line| line.split(|byte| *byte == b';'));
    let mut ours = pairs.filter(|pair| is_ours(pair)).take(MAX_VALUES);
    let mut joined = ours.next().map_or(Cow::Borrowed(""), header_text);
    for pair in ours {
        let all = joined.to_mut();
        all.push(';');
        all.push_str(&header_text(pair));
    }
    joined
}

#[cfg(feature = "verify")]
fn is_ours(pair: &[u8]) -> bool {
    let named = trim_start(pair).strip_prefix(NAME.as_bytes());
    named.is_some_and(|rest| trim_start(rest).first() == Some(&b'='))
}

#[cfg(feature = "verify")]
fn trim_start(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = bytes {
        bytes = rest;
    }
    bytes
}

fn trim(mut text: &str) -> &str {
    loop {
        let shorter = match text.as_bytes() {
            [b' ' | b'\t', ..] => text.get(1..),
            [.., b' ' | b'\t'] => text.get(..text.len() - 1),
            _ => None,
        };
        match shorter {
            Some(rest) => text = rest,
            None => return text,
        }
    }
}

fn decode(value: &str) -> Cow<'_, str> {
    let is_bar = |after: &str| {
        let digits = after.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.eq_ignore_ascii_case(b"7c"))
    };
    if value.len() <= MAX_BYTES
        && cut(value, b'|').is_none()
        && parts(value, b'%').skip(1).any(is_bar)
    {
        Cow::Owned(percent_decode(value, Escapes::Cookie))
    } else {
        Cow::Borrowed(value)
    }
}

/// The `document.cookie` text that stores a pass: raw, 30 days, whatever expiry the pass itself has
/// (wire protocol, "The cookie we set").
pub fn store(pass: &str, secure: bool, domain: Option<&str>) -> String {
    join(&[
        NAME,
        "=",
        pass,
        "; Path=/; Max-Age=2592000; SameSite=Lax",
        if secure { "; Secure" } else { "" },
        if domain.is_some() { "; Domain=" } else { "" },
        domain.unwrap_or(""),
    ])
}

/// Whether a page on `host` can set cookies for `domain`: the host itself or a parent of it that has
/// at least two labels.
pub fn is_own_domain(domain: &str, host: &str) -> bool {
    let parent = host
        .strip_suffix(domain)
        .is_some_and(|rest| rest.ends_with('.'));
    domain == host || (parent && domain.contains('.') && !is_ip_address(host))
}

// `URL` writes IPv6 hosts in brackets and every IPv4 host as four decimal numbers.
fn is_ip_address(host: &str) -> bool {
    host.starts_with('[')
        || host
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_is_stored_raw_for_30_days() {
        assert_eq!(
            store("p", false, None),
            "iteraspass=p; Path=/; Max-Age=2592000; SameSite=Lax"
        );
        assert_eq!(
            store("p", true, Some("example.com")),
            "iteraspass=p; Path=/; Max-Age=2592000; SameSite=Lax; Secure; Domain=example.com"
        );
    }

    #[test]
    fn a_cookie_domain_is_the_host_or_a_parent_of_two_labels() {
        assert!(is_own_domain("pub.example", "www.pub.example"));
        assert!(is_own_domain("pub.example", "pub.example"));
        assert!(is_own_domain("localhost", "localhost"));
        assert!(!is_own_domain("example", "pub.example"));
        assert!(!is_own_domain("b.example", "pub.example"));
        assert!(!is_own_domain("0.1", "127.0.0.1"));
    }

    #[test]
    #[cfg(feature = "verify")]
    fn of_several_lines_only_what_is_ours_is_kept() {
        let lines: [&[u8]; 3] = [
            b"a=1; iteraspass=x\xe5; iteraspassed=1",
            b"\t iteraspass =y",
            b";;",
        ];
        assert_eq!(
            own_text(lines.into_iter()),
            " iteraspass=x\u{7f};\t iteraspass =y"
        );
        assert_eq!(own_text([].into_iter()), "");
    }

    #[test]
    fn no_more_than_eight_values_are_looked_at() {
        assert_eq!(pass_values(&"iteraspass=x;".repeat(20)).count(), 8);
    }
}
