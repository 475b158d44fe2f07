//! `Cookie` headers as servers get them: bytes of any kind, in several lines, some made to be slow.
//!
//! ```
//! use iteras::cookies::pass_values;
//! use iteras_guard::cookies::header_text;
//!
//! let header = header_text(b"tema=bl\xe5; iteraspass=sub|A; x=1");
//! assert_eq!(pass_values(&header).next().as_deref(), Some("sub|A"));
//! ```
//!
//! Rules, "Extracting the pass from cookies".

use alloc::borrow::Cow;
use alloc::string::String;

use iteras::cookies::{MAX_VALUES, NAME};
use iteras::pass::MAX_BYTES;

/// A header's bytes as text. Those that are not ASCII can only be a neighbour's, or make a value malformed;
/// each becomes DEL, which does the same.
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

/// The pairs of this name in the lines of a `Cookie` header, as text for
/// [`pass_values`](iteras::cookies::pass_values) and
/// [`values`](iteras::cookies::values); at most as many as they look at. HTTP/2 may split the header (RFC 9113,
/// section 8.2.3).
///
/// Leaving out the neighbours first keeps a header that is made to be slow, such as 16 KiB of semicolons,
/// from costing more than one look at each byte.
pub fn own_text<'a>(name: &'static str, lines: impl Iterator<Item = &'a [u8]>) -> Cow<'a, str> {
    joined(lines.flat_map(|line| own_pairs(name, line)), header_text)
}

/// [`own_text`] of one header that a script shows as text, each byte as the character of that number, and
/// hands over in UTF-8.
///
/// Characters that are not ASCII become DEL, as in [`header_text`]; a character up to U+00FF one, as the byte that it
/// was, so that sizes are counted as received.
pub fn own_script_text<'a>(name: &'static str, header: &'a [u8]) -> Cow<'a, str> {
    joined(own_pairs(name, header), |pair| match pair.is_ascii() {
        true => header_text(pair),
        false => Cow::Owned(unsigned(pair).unwrap_or_else(|| as_received(pair))),
    })
}

/// U+0080 to U+00FF begin in UTF-8 with one of two bytes, which stands for nothing of its own.
const fn is_lead(byte: u8) -> bool {
    byte & 0xfe == 0xc2
}

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
    Some([NAME, "=\u{7f}|", signature].concat())
}

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
            // The part that was looked at before ends at a `;` or in another name.
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    #[test]
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
            own_script_text(NAME, script.as_bytes()),
            format!(
                " iteraspass={}x; iteraspass=\u{7f}\u{7f}\u{3}",
                "\u{7f}".repeat(8)
            )
        );
        assert_eq!(own_script_text(NAME, b"a=1;iteraspass=x"), "iteraspass=x");
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
    fn what_is_read_in_short_has_the_same_verdict() {
        use crate::signature::{Algorithms, PassKey, PassKeys};
        use iteras::Requirement;
        use iteras::cookies::pass_values;
        use iteras::timestamp::Timestamp;

        let key = PassKey::new("j8kau2v3lzp0n12ilw1d0hurr6059gyo").unwrap();
        let pass = key.sign("a|\u{7f}|");
        let tag = &pass[4..];
        let keys = PassKeys::new(alloc::vec![("1".into(), key)], Algorithms::Sha256).unwrap();
        let reason = |text: &str| {
            let value = pass_values(text).next().unwrap();
            let now = Timestamp::from_unix(1_768_478_400);
            keys.examine(value, &Requirement::ANY, now).reason()
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
}
