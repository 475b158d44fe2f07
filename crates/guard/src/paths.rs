//! The paths and hosts of requests in the one form that servers compare.
//!
//! ```
//! use iteras_guard::paths::{folded, normal_host, normal_path};
//!
//! let path = normal_path("/Article/%4f//x;v=1").unwrap();
//! assert_eq!((path.as_str(), folded(&path).as_str()), ("/Article/O/x", "/article/o/x"));
//! assert_eq!(normal_path("/article%2fx"), None, "servers disagree about what that is");
//! assert_eq!(normal_path("/article/../x"), None, "so they do about that");
//! assert_eq!(normal_host("WWW.Pub.Example.:8443").as_deref(), Some("www.pub.example"));
//! ```
//!
//! Rules, "Paths":
//!
//! 1. Escapes of letters, digits and `-._~` are decoded once; a byte that is not ASCII counts as its escape.
//! 2. In each segment, everything from a `;` on is cut.
//! 3. Runs of slashes become one.
//! 4. Protecting rules compare in NFC and Unicode lower case ([`folded`]), and as the path stands where its accents are
//!    written apart from their letters.
//!
//! A path has no normal form where no two servers need agree which page it is, so that everything has to be asked
//! for: where it holds a dot segment in any spelling, `%2f`, `%5c`, `%00`, a bad escape, a backslash, a control
//! character or a blank, and where it does not begin with a slash.

use alloc::string::String;
use alloc::vec::Vec;

use unicode_normalization::UnicodeNormalization;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// The path of a request, without its query, in normal form with its case kept; `None` where it has none.
pub fn normal_path(path: &str) -> Option<String> {
    let decoded = decode(path.strip_prefix('/')?)?;
    let mut normal = String::with_capacity(decoded.len() + 1);
    let mut ends_in_name = false;
    for segment in decoded.split('/') {
        let name = segment.split(';').next().unwrap_or("");
        match name {
            "." | ".." => return None,
            "" => {}
            name => {
                normal.push('/');
                normal.push_str(name);
            }
        }
        ends_in_name = !name.is_empty();
    }
    if !ends_in_name {
        normal.push('/');
    }
    Some(normal)
}

/// A path in normal form as protecting rules compare it: in NFC and lower case, a final sigma as any other.
/// Escapes that are no UTF-8, such as those of an old Latin-1 site, stay as they are.
pub fn folded(normal: &str) -> String {
    by_letters(normal, |text| {
        lower(text.nfc()).collect::<String>().nfc().collect()
    })
}

/// The same with accents apart from their letters where they are written so.
pub(crate) fn lowered(normal: &str) -> String {
    by_letters(normal, |text| lower(text.chars()).collect())
}

fn lower(letters: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let lower = letters.flat_map(char::to_lowercase);
    lower.map(|letter| if letter == 'ς' { 'σ' } else { letter })
}

/// A path with each run of its letters changed, escapes of letters undone for that and written again.
fn by_letters(normal: &str, change: impl Fn(&str) -> String) -> String {
    if !has_high_escapes(normal) {
        return normal.to_ascii_lowercase();
    }
    let mut changed = String::with_capacity(normal.len());
    for chunk in without_high_escapes(normal).utf8_chunks() {
        // The digits of an escape that stays are no letters: an accent behind them is not theirs.
        for (at, piece) in chunk.valid().split('%').enumerate() {
            let (digits, letters) = match at {
                0 => ("", piece),
                _ => piece.split_at_checked(2).unwrap_or((piece, "")),
            };
            if at > 0 {
                changed.push('%');
            }
            changed.push_str(digits);
            push_letters(&mut changed, &change(letters));
        }
        for &byte in chunk.invalid() {
            push_escape(&mut changed, byte);
        }
    }
    changed
}

fn push_letters(out: &mut String, letters: &str) {
    for letter in letters.chars() {
        if letter.is_ascii() {
            out.push(letter);
            continue;
        }
        for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
            push_escape(out, byte);
        }
    }
}

/// Tells whether a path in normal form has characters that are not ASCII.
pub(crate) fn has_high_escapes(normal: &str) -> bool {
    normal.as_bytes().windows(2).any(is_high_escape)
}

/// Tells whether a `%` and the digit behind it begin the escape of a byte that is not ASCII.
fn is_high_escape(pair: &[u8]) -> bool {
    matches!(pair, [b'%', b'8'..=b'9' | b'a'..=b'f'])
}

fn without_high_escapes(normal: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(normal.len());
    let mut rest = normal.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let escape = rest.get(..3).filter(|escape| is_high_escape(&escape[..2]));
        match escape.and_then(|escape| hex(escape[1], escape[2])) {
            Some(byte) => {
                bytes.push(byte);
                rest = &rest[3..];
            }
            None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    bytes
}

/// The host of a request in lower case, without its port and without the dot of a fully qualified name;
/// `None` for what is not a host.
pub fn normal_host(host: &str) -> Option<String> {
    let name = match host.bytes().rposition(|byte| byte == b':') {
        Some(at) if !host.ends_with(']') => {
            let (name, port) = (host.get(..at)?, host.get(at + 1..)?);
            port.bytes()
                .all(|byte| byte.is_ascii_digit())
                .then_some(name)?
        }
        _ => host,
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let address = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
    let fits = match name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'))
    {
        Some(inner) => !inner.is_empty() && inner.bytes().all(address),
        None => !name.is_empty() && !name.ends_with('.') && name.bytes().all(letters),
    };
    fits.then(|| name.to_ascii_lowercase())
}

fn decode(path: &str) -> Option<String> {
    let mut out = String::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        let (byte, escaped) = match byte {
            b'%' => (hex(bytes.next()?, bytes.next()?)?, true),
            byte => (byte, false),
        };
        let unreserved = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        match byte {
            b'\\' | 0 => return None,
            b'/' if escaped => return None,
            0x01..=0x20 | 0x7f | b'#' | b'?' if !escaped => return None,
            byte if unreserved || (!escaped && byte.is_ascii()) => out.push(char::from(byte)),
            byte => push_escape(&mut out, byte),
        }
    }
    Some(out)
}

fn hex(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    Some(((digit(high)? << 4) + digit(low)?) as u8)
}

fn push_escape(out: &mut String, byte: u8) {
    out.push('%');
    out.push(char::from(HEX[usize::from(byte >> 4)]));
    out.push(char::from(HEX[usize::from(byte & 15)]));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn becomes(path: &str, normal: &str) {
        let came = normal_path(path).map(|path| folded(&path));
        assert_eq!(came.as_deref(), Some(normal), "{path}");
    }

    #[test]
    fn hosts_are_names_or_addresses_without_their_port() {
        for (host, normal) in [
            ("Pub.Example.:8080", Some("pub.example")),
            ("[::1]", Some("[::1]")),
            ("[2001:DB8::1]:443", Some("[2001:db8::1]")),
            ("[]", None),
            ("[::x]", None),
            ("pub.example:https", None),
            ("", None),
        ] {
            assert_eq!(normal_host(host).as_deref(), normal, "{host}");
        }
    }

    #[test]
    fn c28_spellings_of_one_path_are_one() {
        becomes("/article", "/article");
        becomes("//article", "/article");
        becomes("/article;x=1", "/article");
        becomes("/article;x=1/2;y", "/article/2");
        becomes("/%61rticle", "/article");
        becomes("/article//", "/article/");
        becomes("/", "/");
        becomes("/;x", "/");
        becomes("/%C3%86/\u{c6}", "/%c3%a6/%c3%a6");
        becomes("/a%20b%3Bc", "/a%20b%3bc");
        becomes("/%2561", "/%2561");
        becomes("/.../..a/a..", "/.../..a/a..");
    }

    #[test]
    fn c28_the_case_is_kept_until_it_is_folded() {
        assert_eq!(
            normal_path("/Article/%41%C3%86").as_deref(),
            Some("/Article/A%c3%86")
        );
    }

    #[test]
    fn c71_paths_are_folded_as_unicode_has_it() {
        becomes("/A/\u{d8}", "/a/%c3%b8");
        // Precomposed and not.
        becomes("/A\u{30a}", "/%c3%a5");
        becomes("/\u{c5}", "/%c3%a5");
        becomes("/%41%cc%8A", "/%c3%a5");
        // The Kelvin sign is a k.
        becomes("/\u{212a}", "/k");
        becomes("/\u{39f}\u{394}\u{39f}\u{3a3}", "/%ce%bf%ce%b4%ce%bf%cf%83");
        becomes("/\u{3bf}\u{3b4}\u{3bf}\u{3c2}", "/%ce%bf%ce%b4%ce%bf%cf%83");
        // Latin-1 is no UTF-8.
        becomes("/%C6%41", "/%c6a");
        becomes("/%e6%98", "/%e6%98");
    }

    #[test]
    fn c28_what_servers_disagree_about_has_no_normal_form() {
        for path in [
            "",
            "*",
            "article",
            "/a%2fb",
            "/a%2Fb",
            "/a%5cb",
            "/a\\b",
            "/a%00",
            "/a%",
            "/a%4",
            "/a%zz",
            "/a%+1",
            "/a/..;/b",
            "/a/%2e%2e;x/b",
            "/a//../b",
            "/a#b",
            "/a b",
            "/a\tb",
            "/Article/%2e%2e/article",
            "/./article",
            "/article/.",
            "/article/..",
            "/%2E",
            "/a/.%2e/b",
            "/a/%2e;v=1",
        ] {
            assert_eq!(normal_path(path), None, "{path}");
        }
    }

    #[test]
    fn hosts_are_compared_without_case_port_and_final_dot() {
        let host = |text| normal_host(text);
        assert_eq!(host("Pub.Example").as_deref(), Some("pub.example"));
        assert_eq!(host("pub.example.").as_deref(), Some("pub.example"));
        assert_eq!(host("pub.example.:80").as_deref(), Some("pub.example"));
        assert_eq!(host("[::1]:80").as_deref(), Some("[::1]"));
        for text in [
            "",
            ".",
            ":80",
            "a b",
            "a/b",
            "a:b",
            "[::1",
            "a|b",
            "\u{e6}.dk",
        ] {
            assert_eq!(host(text), None, "{text}");
        }
    }
}
