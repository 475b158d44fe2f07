//! The paths and hosts of requests in the one form that servers compare.
//!
//! ```
//! use iteras_guard::paths::{normal_host, normal_path};
//!
//! assert_eq!(normal_path("/Article/%41%2e/..//x;v=1").as_deref(), Some("/article/x"));
//! assert_eq!(normal_path("/article%2fx"), None, "servers disagree about what that is");
//! assert_eq!(normal_host("WWW.Pub.Example.:8443").as_deref(), Some("www.pub.example"));
//! ```
//!
//! Rules, "Servers in front of content":
//!
//! 1. Escapes of letters, digits and `-._~` are decoded once.
//! 2. In each segment, everything from a `;` on is cut.
//! 3. Dot segments are resolved, runs of slashes become one.
//! 4. ASCII letters become lower case. A byte that is not ASCII counts as its escape.
//!
//! `None` means: no two servers need agree which page that is, so the strictest rule has to apply. That
//! is a path that still holds `%2f`, `%5c`, `%00`, a bad escape, a backslash or a control character, one
//! that does not begin with a slash, and `..;x` or `//..`, where the order of the steps matters.

use alloc::string::String;
use alloc::vec::Vec;

/// The path of a request, without its query, as rules and gift links name it.
pub fn normal_path(path: &str) -> Option<String> {
    if !path.starts_with('/') {
        return None;
    }
    let decoded = decode(path)?;
    let mut segments: Vec<&str> = Vec::new();
    let mut after_empty = false;
    let mut at_directory = false;
    for segment in decoded.get(1..)?.split('/') {
        let name = segment.split(';').next().unwrap_or("");
        let dots = name == "." || name == "..";
        if dots && (name.len() < segment.len() || after_empty) {
            return None;
        }
        match name {
            ".." => drop(segments.pop()),
            "" | "." => {}
            name => segments.push(name),
        }
        after_empty = segment.is_empty();
        at_directory = dots || name.is_empty();
    }
    let mut normal = String::with_capacity(decoded.len());
    for segment in &segments {
        normal.push('/');
        normal.push_str(segment);
    }
    if at_directory || segments.is_empty() {
        normal.push('/');
    }
    Some(normal)
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
        None => !name.is_empty() && name.bytes().all(letters),
    };
    fits.then(|| name.to_ascii_lowercase())
}

fn decode(path: &str) -> Option<String> {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        let (byte, escaped) = match byte {
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                let (high, low) = (digit(bytes.next())?, digit(bytes.next())?);
                ((high << 4 | low) as u8, true)
            }
            byte => (byte, false),
        };
        let unreserved = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        match byte {
            b'\\' | 0 => return None,
            b'/' if escaped => return None,
            0x01..=0x20 | 0x7f | b'#' | b'?' if !escaped => return None,
            byte if unreserved || (!escaped && byte.is_ascii()) => {
                out.push(char::from(byte.to_ascii_lowercase()));
            }
            byte => {
                out.push('%');
                out.push(char::from(HEX[usize::from(byte >> 4)]));
                out.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn becomes(path: &str, normal: &str) {
        assert_eq!(normal_path(path).as_deref(), Some(normal), "{path}");
    }

    #[test]
    fn c28_spellings_of_one_path_are_one() {
        becomes("/article", "/article");
        becomes("/Article/%2e%2e/article", "/article");
        becomes("/Article/%2E%2e/", "/");
        becomes("//article", "/article");
        becomes("/article;x=1", "/article");
        becomes("/article;x=1/2;y", "/article/2");
        becomes("/%61rticle", "/article");
        becomes("/./article/.", "/article/");
        becomes("/../../article//", "/article/");
        becomes("/", "/");
        becomes("/;x", "/");
        becomes("/%C3%86/\u{c6}", "/%c3%86/%c3%86");
        becomes("/a%20b%3Bc", "/a%20b%3bc");
        becomes("/%2561", "/%2561");
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
            "/a/..;/b",
            "/a/%2e%2e;x/b",
            "/a//../b",
            "/a#b",
            "/a b",
            "/a\tb",
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
