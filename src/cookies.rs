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
//! matches exactly, quotes are never stripped (rules, "Extracting the pass from cookies").

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
        _ => {
            let del = |byte: &u8| if byte.is_ascii() { *byte } else { 0x7f };
            let ascii = String::from_utf8(bytes.iter().map(del).collect());
            Cow::Owned(ascii.expect("ASCII is UTF-8"))
        }
    }
}

/// What has a name of the lines of a `Cookie` header, as text for [`pass_values`] and [`values`]; at most as much as they
/// look at. HTTP/2 may split the header (RFC 9113, section 8.2.3).
///
/// Leaving out the neighbours first keeps a header that is made to be slow, such as 16 KiB of semicolons,
/// from costing more than one look at each byte.
#[cfg(feature = "verify")]
pub fn own_text<'a>(name: &'static str, lines: impl Iterator<Item = &'a [u8]>) -> Cow<'a, str> {
    joined(lines.flat_map(|line| own_pairs(name, line)), header_text)
}

/// The same of one header that a script shows as text, each byte as the character of that number, and
/// hands over in UTF-8.
///
/// What is not ASCII becomes DEL, as in [`header_text`]; a character up to U+00FF one, as the byte that it
/// was, so that sizes are counted as received.
#[cfg(feature = "verify")]
pub fn own_script_text(header: &[u8]) -> Cow<'_, str> {
    joined(own_pairs(NAME, header), |pair| match pair.is_ascii() {
        true => header_text(pair),
        false => Cow::Owned(unsigned(pair).unwrap_or_else(|| as_received(pair))),
    })
}

/// U+0080 to U+00FF begin in UTF-8 with one of two bytes, which stands for nothing of its own.
#[cfg(feature = "verify")]
const fn is_lead(byte: u8) -> bool {
    byte & 0xfe == 0xc2
}

#[cfg(feature = "verify")]
fn as_received(pair: &[u8]) -> String {
    // Without a branch for each byte: half of a hostile header may be such.
    let (mut bytes, mut length) = (pair.to_vec(), 0);
    for byte in pair {
        bytes[length] = if byte.is_ascii() { *byte } else { 0x7f };
        length += usize::from(!is_lead(*byte));
    }
    bytes.truncate(length);
    String::from_utf8(bytes).expect("ASCII is UTF-8")
}

/// A shorter pair with the same verdict, where what is not ASCII stands in the signed text: no key makes its
/// signature, however long it is, so it need not be read for that.
#[cfg(feature = "verify")]
fn unsigned(pair: &[u8]) -> Option<String> {
    let mut value = pair.get(memchr::memchr(b'=', pair)? + 1..)?;
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    if memchr::memchr(b'|', value).is_none() && memchr::memchr(b'%', value).is_some() {
        // May have to be decoded first.
        return None;
    }
    let (_, signature) = value.split_at(memchr::memrchr(b'/', value)?);
    let leads = value.iter().filter(|byte| is_lead(**byte)).count();
    let fits = signature.is_ascii() && value.len() - leads <= MAX_BYTES;
    let signature = core::str::from_utf8(signature).ok().filter(|_| fits)?;
    Some(join(&[NAME, "=\u{7f}|", signature]))
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
fn own_pairs<'a>(name: &'static str, line: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    let mut from = 0;
    core::iter::from_fn(move || {
        loop {
            let at = from + memchr::memmem::find(line.get(from..)?, name.as_bytes())?;
            let after = line.get(at + name.len()..)?;
            let before = line.get(from..at)?;
            from = at + name.len();
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
                return Some(&line[at - lead..at + name.len() + end]);
            }
        }
    })
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
            own_text(NAME, lines.into_iter()),
            " iteraspass=x\u{7f};\t iteraspass =y"
        );
        assert_eq!(own_text(NAME, [].into_iter()), "");
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
                let found = own_text(
                    NAME,
                    [format!("{line}iteraspass=x;{line}").as_bytes()].into_iter(),
                )
                .into_owned();
                assert_eq!(found.trim_start(), "iteraspass=x", "{line}");
            }
            for line in [
                format!("{many}x{blank}"),
                format!("x{many}="),
                format!("iteraspass{blank}"),
            ] {
                let text = format!("{line}iteraspass=x");
                assert_eq!(own_text(NAME, [text.as_bytes()].into_iter()), "", "{text}");
            }
        }
        assert_eq!(
            own_text(
                NAME,
                [&b"iteraspass;iteraspass=1;=iteraspass=2"[..]].into_iter()
            ),
            "iteraspass=1"
        );
    }

    #[test]
    #[cfg(feature = "verify")]
    fn what_is_read_in_short_has_the_same_verdict() {
        use crate::policy::Requirement;
        use crate::signature::{Algorithms, PassKey, PassKeys};
        use crate::timestamp::Timestamp;

        let key = PassKey::new("j8kau2v3lzp0n12ilw1d0hurr6059gyo").unwrap();
        let pass = key.sign("a|\u{7f}|");
        let tag = &pass[4..];
        let keys = PassKeys::new(alloc::vec![("1".into(), key)], Algorithms::Sha256).unwrap();
        let reason = |text: &str| {
            let value = pass_values(text).next().unwrap();
            let now = Timestamp::from_unix(1_768_478_400);
            keys.examine(value, &Requirement::ANY, now).reason
        };
        let mut in_short = 0;
        for left in [
            "sub|A|2099-01-01T00:00:00Z|\u{e5}|",
            "\u{e5}",
            "a|\u{20ac}/b",
            "%7C\u{ff}",
        ] {
            for length in [0, 1000, 4096, 5000] {
                for right in [tag, "/sha256:00", "/md5:00", "/x:\u{e5}", "", "/", " "] {
                    let pair = format!("iteraspass={left}{}{right}", "\u{f8}".repeat(length));
                    let text = as_received(pair.as_bytes());
                    if let Some(short) = unsigned(pair.as_bytes()) {
                        in_short += 1;
                        assert!(short.len() < 100);
                        assert_eq!(reason(&short), reason(&text), "{pair}");
                    }
                }
            }
        }
        assert_eq!(in_short, 26);
    }

    #[test]
    fn no_more_than_eight_values_are_looked_at() {
        assert_eq!(pass_values(&"iteraspass=x;".repeat(20)).count(), 8);
    }
}
