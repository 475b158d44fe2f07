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
    joined(lines.flat_map(own_pairs), header_text)
}

/// The same of one header that a script shows as text, each byte as the character of that number, and
/// hands over in UTF-8.
///
/// What is not ASCII becomes DEL, as in [`header_text`]; a character up to U+00FF one, as the byte that it
/// was, so that sizes are counted as received.
#[cfg(feature = "verify")]
pub fn own_script_text(header: &[u8]) -> Cow<'_, str> {
    joined(own_pairs(header), |pair| {
        if pair.is_ascii() {
            return header_text(pair);
        }
        // Without a branch for each byte: half of a hostile header may be such.
        let (mut bytes, mut length) = (pair.to_vec(), 0);
        for byte in pair {
            bytes[length] = if byte.is_ascii() { *byte } else { 0x7f };
            // U+0080 to U+00FF begin with one of two bytes, which stands for nothing of its own.
            length += usize::from(byte & 0xfe != 0xc2);
        }
        bytes.truncate(length);
        Cow::Owned(String::from_utf8(bytes).expect("ASCII is UTF-8"))
    })
}

#[cfg(feature = "verify")]
fn joined<'a>(
    pairs: impl Iterator<Item = &'a [u8]>,
    text: impl Fn(&'a [u8]) -> Cow<'a, str>,
) -> Cow<'a, str> {
    let mut pairs = pairs.take(MAX_VALUES).map(text);
    let mut joined = pairs.next().unwrap_or_default();
    for pair in pairs {
        let all = joined.to_mut();
        all.push(';');
        all.push_str(&pair);
    }
    joined
}

/// The pairs of a header line that bear our name. The name is looked for first, so that long headers, and
/// those that are made to be slow, cost no look at each pair.
#[cfg(feature = "verify")]
fn own_pairs(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut from = 0;
    core::iter::from_fn(move || {
        loop {
            let at = from + find_name(line.get(from..)?)?;
            let after = line.get(at + NAME.len()..)?;
            let before = line.get(from..at)?;
            from = at + NAME.len();
            let blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
            let lead = before.iter().rev().take_while(blank).count();
            // What was looked at before ends at a `;` or in another name.
            let is_start = match before.len() - lead {
                0 => line[..at - lead].last().is_none_or(|byte| *byte == b';'),
                end => before[end - 1] == b';',
            };
            let blanks = after.iter().take_while(blank).count();
            if is_start && after.get(blanks) == Some(&b'=') {
                let end = memchr::memchr(b';', after).unwrap_or(after.len());
                from += end;
                return Some(&line[at - lead..at + NAME.len() + end]);
            }
        }
    })
}

/// Where our name stands first. Sixteen places at a time are tried by its first and last letter.
#[cfg(feature = "verify")]
fn find_name(bytes: &[u8]) -> Option<usize> {
    const PLACES: usize = 16;
    const LAST: usize = NAME.len() - 1;
    let (first_letter, last_letter) = (NAME.as_bytes()[0], NAME.as_bytes()[LAST]);
    let mut start = 0;
    while let Some(window) = bytes.get(start..start + PLACES + LAST) {
        let mut may_be = false;
        for place in 0..PLACES {
            may_be |= (window[place] == first_letter) & (window[place + LAST] == last_letter);
        }
        if may_be {
            let names = |place: &usize| window[*place..].starts_with(NAME.as_bytes());
            if let Some(place) = (0..PLACES).find(names) {
                return Some(start + place);
            }
        }
        start += PLACES;
    }
    let rest = bytes.get(start..)?;
    let place = rest
        .windows(NAME.len())
        .position(|name| name == NAME.as_bytes())?;
    Some(start + place)
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
    #[cfg(feature = "verify")]
    use std::format;

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
        let script =
            "tema=bl\u{e5}; iteraspass=\u{e5}\u{2000}\u{1f600}x; iteraspass=\u{c3}\u{a5}\u{3}";
        assert_eq!(
            own_script_text(script.as_bytes()),
            format!(
                " iteraspass={}x; iteraspass=\u{7f}\u{7f}\u{3}",
                "\u{7f}".repeat(8)
            )
        );
        assert_eq!(own_script_text(b"a=1;iteraspass=x"), "iteraspass=x");
        // At each place of a block of sixteen, behind neighbours and in front of them.
        for lead in 0..40 {
            let (blank, many) = (" ".repeat(lead), "a=1;".repeat(lead));
            for line in ["", &blank, &many, &format!("{many}\t{blank}")] {
                let found = own_text([format!("{line}iteraspass=x;{line}").as_bytes()].into_iter())
                    .into_owned();
                assert_eq!(found.trim_start(), "iteraspass=x", "{line}");
            }
            for line in [
                format!("{many}x{blank}"),
                format!("x{many}="),
                format!("iteraspass{blank}"),
            ] {
                let text = format!("{line}iteraspass=x");
                assert_eq!(own_text([text.as_bytes()].into_iter()), "", "{text}");
            }
        }
        assert_eq!(
            own_text([&b"iteraspass;iteraspass=1;=iteraspass=2"[..]].into_iter()),
            "iteraspass=1"
        );
    }

    #[test]
    fn no_more_than_eight_values_are_looked_at() {
        assert_eq!(pass_values(&"iteraspass=x;".repeat(20)).count(), 8);
    }
}
