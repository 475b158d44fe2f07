//! Cookie strings: finding the pass among its neighbours, and setting it.
//!
//! ```
//! use iteras::cookies::pass_values;
//!
//! let header = b"tema=bl\xe5; iteraspass=sub|A; x=1";
//! assert_eq!(pass_values(header)[0], b"sub|A"[..]);
//! ```
//!
//! Bytes in: a neighbour may hold anything without harm. Split on `;` only, trim space and tab only,
//! the name matches exactly, quotes are never stripped (rules for every runtime, "Extracting").

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::pass::MAX_BYTES;
use crate::text::join;
use crate::urls::percent_decode;

/// The cookie's name.
pub const NAME: &str = "iteraspass";

/// How many values of ours are looked at.
const MAX_VALUES: usize = 8;

/// The values of the pass cookie in a `Cookie` header or `document.cookie`, at most 8, in order.
/// Several header lines are joined with `;` first.
///
/// One without `|` that holds `%7C` is percent-decoded once; one over 4096 bytes comes back as it is.
pub fn pass_values(header: &[u8]) -> Vec<Cow<'_, [u8]>> {
    let mut values = Vec::new();
    for pair in header.split(|&byte| byte == b';') {
        let equals = pair.iter().position(|&byte| byte == b'=').unwrap_or(0);
        let (name, value) = pair.split_at_checked(equals).unwrap_or((pair, &[]));
        if let ([b'=', value @ ..], true) = (value, trim(name) == NAME.as_bytes()) {
            values.push(decode(trim(value)));
            if values.len() == MAX_VALUES {
                break;
            }
        }
    }
    values
}

fn trim(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

fn decode(value: &[u8]) -> Cow<'_, [u8]> {
    let encoded_bar = |three: &[u8]| three.eq_ignore_ascii_case(b"%7c");
    if value.len() <= MAX_BYTES
        && !value.iter().any(|&byte| byte == b'|')
        && value.windows(3).any(encoded_bar)
    {
        Cow::Owned(percent_decode(value))
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
        let header = b"iteraspass=x;".repeat(20);
        assert_eq!(pass_values(header).len(), 8);
    }
}
