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
    let values = parts(header, b';').filter_map(|pair| value(pair, NAME).map(decode));
    values.take(MAX_VALUES)
}

/// The values of a cookie as they stand in a `Cookie` header, at most 8, in order.
pub fn values<'a>(header: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    let values = parts(header, b';').filter_map(move |pair| value(pair, name));
    values.take(MAX_VALUES)
}

fn value<'a>(pair: &'a str, name: &str) -> Option<&'a str> {
    let (found, value) = cut(pair, b'=')?;
    (trim(found) == name).then(|| trim(value))
}

/// A header's bytes as text. What is not ASCII can only be a neighbour's, or make a value malformed;
/// each such byte becomes DEL, which does the same.
pub fn header_text(bytes: &[u8]) -> Cow<'_, str> {
    match core::str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() => Cow::Borrowed(text),
        _ => bytes
            .iter()
            .map(|&byte| {
                if byte.is_ascii() {
                    byte as char
                } else {
                    '\u{7f}'
                }
            })
            .collect(),
    }
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
    let encoded_bar = |three: &[u8]| three.eq_ignore_ascii_case(b"%7c");
    if value.len() <= MAX_BYTES
        && cut(value, b'|').is_none()
        && value.as_bytes().windows(3).any(encoded_bar)
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
    fn no_more_than_eight_values_are_looked_at() {
        assert_eq!(pass_values(&"iteraspass=x;".repeat(20)).count(), 8);
    }
}
