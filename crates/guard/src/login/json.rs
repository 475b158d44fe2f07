//! JSON (RFC 8259), as much as a log-in needs: an object is read whole and strictly, strings are written.
//!
//! A library for all of JSON would be a third of the module that servers load. Only the fields' own types and texts
//! are kept; what lies deeper is checked and thrown away.

use alloc::string::String;
use alloc::vec::Vec;

use zeroize::Zeroizing;

/// The deepest nesting that is read.
const DEEPEST: usize = 100;

/// The value of a field.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Text(Zeroizing<String>),
    /// A number, an array or an object.
    Other,
}

/// A value and what stands behind it; none where there is no such value.
type Read<'a, T> = Option<(T, &'a str)>;

/// The fields of a text that is one object and nothing else, in their order, those of one name too.
pub(super) fn object(text: &[u8]) -> Option<Vec<(Zeroizing<String>, Value)>> {
    let text = core::str::from_utf8(text).ok()?;
    let (fields, rest) = fields(blank(text), DEEPEST)?;
    blank(rest).is_empty().then_some(fields)
}

/// Writes a string with its quotes.
pub(super) fn push_text(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\0'..='\x1f' => {
                let digit = |value: u32| char::from_digit(value & 15, 16).unwrap_or('0');
                out.push_str("\\u00");
                out.extend([digit(u32::from(c) >> 4), digit(u32::from(c))]);
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

fn blank(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', '\n', '\r'])
}

fn fields(text: &str, depth: usize) -> Read<'_, Vec<(Zeroizing<String>, Value)>> {
    let mut rest = blank(text.strip_prefix('{')?);
    let mut fields = Vec::new();
    if let Some(rest) = rest.strip_prefix('}') {
        return Some((fields, rest));
    }
    loop {
        let (name, after) = string(rest)?;
        let (value, after) = value(blank(after).strip_prefix(':')?, depth)?;
        fields.push((name, value));
        match blank(after).strip_prefix(',') {
            Some(after) => rest = blank(after),
            None => return Some((fields, blank(after).strip_prefix('}')?)),
        }
    }
}

fn items(text: &str, depth: usize) -> Read<'_, ()> {
    let mut rest = text.strip_prefix('[')?;
    if let Some(rest) = blank(rest).strip_prefix(']') {
        return Some(((), rest));
    }
    loop {
        let (_, after) = value(rest, depth)?;
        match blank(after).strip_prefix(',') {
            Some(after) => rest = after,
            None => return Some(((), blank(after).strip_prefix(']')?)),
        }
    }
}

fn value(text: &str, depth: usize) -> Read<'_, Value> {
    let text = blank(text);
    let depth = depth.checked_sub(1)?;
    for (word, value) in [
        ("null", Value::Null),
        ("true", Value::Bool(true)),
        ("false", Value::Bool(false)),
    ] {
        if let Some(rest) = text.strip_prefix(word) {
            return Some((value, rest));
        }
    }
    let other = |rest| (Value::Other, rest);
    match text.as_bytes().first()? {
        b'"' => string(text).map(|(text, rest)| (Value::Text(text), rest)),
        b'{' => fields(text, depth).map(|(_, rest)| other(rest)),
        b'[' => items(text, depth).map(|((), rest)| other(rest)),
        _ => number(text).map(other),
    }
}

/// The text behind a number.
fn number(text: &str) -> Option<&str> {
    let text = text.strip_prefix('-').unwrap_or(text);
    let mut rest = match text.strip_prefix('0') {
        Some(rest) => rest,
        None => digits(text)?,
    };
    if let Some(fraction) = rest.strip_prefix('.') {
        rest = digits(fraction)?;
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        rest = digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))?;
    }
    Some(rest)
}

fn digits(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < text.len()).then_some(rest)
}

fn string(text: &str) -> Read<'_, Zeroizing<String>> {
    let mut rest = text.strip_prefix('"')?;
    let mut out = Zeroizing::new(String::new());
    loop {
        let end = rest.find(|c: char| c < ' ' || matches!(c, '"' | '\\'))?;
        let (plain, after) = rest.split_at(end);
        out.push_str(plain);
        if let Some(rest) = after.strip_prefix('"') {
            return Some((out, rest));
        }
        let (c, after) = escape(after.strip_prefix('\\')?)?;
        out.push(c);
        rest = after;
    }
}

fn escape(text: &str) -> Read<'_, char> {
    let mut chars = text.chars();
    let c = match chars.next()? {
        c @ ('"' | '\\' | '/') => c,
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode(chars.as_str()),
        _ => return None,
    };
    Some((c, chars.as_str()))
}

/// Four hex digits, or two times four for what lies beyond them.
fn unicode(text: &str) -> Read<'_, char> {
    let (first, rest) = unit(text)?;
    let Some(high) = first.checked_sub(0xd800).filter(|high| *high < 0x800) else {
        return Some((char::from_u32(first)?, rest));
    };
    let (second, rest) = unit(rest.strip_prefix("\\u")?)?;
    let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
    let high = Some(high).filter(|high| *high < 0x400)?;
    Some((char::from_u32(0x10000 + (high << 10 | low))?, rest))
}

fn unit(text: &str) -> Read<'_, u32> {
    let (digits, rest) = text.split_at_checked(4)?;
    let are_digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    Some((
        u32::from_str_radix(digits, 16)
            .ok()
            .filter(|_| are_digits)?,
        rest,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;
    use alloc::format;
    use alloc::string::ToString;

    type Kinds = Option<BTreeMap<String, String>>;

    /// The fields that a library reads; none where it refuses. Of two fields of one name it takes the last.
    fn expected(text: &[u8]) -> Kinds {
        let read: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(text).ok()?;
        let kind = |value: &serde_json::Value| match value {
            serde_json::Value::Null => "null".into(),
            serde_json::Value::Bool(value) => value.to_string(),
            serde_json::Value::String(text) => format!("{text:?}"),
            _ => "other".into(),
        };
        let kinds = read.iter().map(|(name, value)| (name.clone(), kind(value)));
        Some(kinds.collect())
    }

    fn came(text: &[u8]) -> Kinds {
        let kind = |value: &Value| match value {
            Value::Null => "null".into(),
            Value::Bool(value) => value.to_string(),
            Value::Text(text) => format!("{:?}", **text),
            Value::Other => "other".into(),
        };
        let fields = object(text)?;
        let kinds = fields
            .iter()
            .map(|(name, value)| (name.to_string(), kind(value)));
        Some(kinds.collect())
    }

    #[track_caller]
    fn agrees(text: &[u8]) {
        assert_eq!(
            came(text),
            expected(text),
            "{}",
            String::from_utf8_lossy(text)
        );
    }

    /// Texts with a byte less, and with one changed, are texts as well.
    #[test]
    fn objects_are_read_as_a_library_reads_them() {
        for text in [
            r#"{}"#,
            r#" { "a" : null , "b":true,"c":false, "":"x" } "#,
            r#"{"a":[1,-0.5e+3,[],{},[{"b":[null]}],"]"],"b":{"a":{"b":1E9}}}"#,
            r#"{"a":"\"\\\/\b\f\n\r\tæ\u00e6\ud83d\ude00","\u0062":""}"#,
            r#"{"a":"\ud800"}"#,
            r#"{"a":"\ude00\ud83d"}"#,
            r#"{"a":01}"#,
            r#"{"a":+1}"#,
            r#"{"a":1.}"#,
            r#"{"a":"\u+12f"}"#,
            r#"{"a":1,"\u0061":2}"#,
            "{\"a\":\"\t\"}",
            "\u{feff}{}",
            "[]",
            "true",
            "",
        ] {
            agrees(text.as_bytes());
            for at in 0..text.len() {
                let (before, after) = (&text.as_bytes()[..at], &text.as_bytes()[at + 1..]);
                agrees(&[before, after].concat());
                for other in b"\"\\{}[],:0u \xff" {
                    agrees(&[before, &[*other], after].concat());
                }
            }
        }
    }

    #[test]
    fn nothing_is_read_too_deep() {
        let nested =
            |depth: usize| [r#"{"a":"#, &"[".repeat(depth), &"]".repeat(depth), "}"].concat();
        assert!(object(nested(DEEPEST).as_bytes()).is_some());
        assert_eq!(object(nested(DEEPEST + 1).as_bytes()), None);
        assert_eq!(object(nested(1_000_000).as_bytes()), None);
    }

    #[test]
    fn texts_are_written_so_that_they_are_read_again() {
        let text: String = (0..0x250)
            .filter_map(char::from_u32)
            .chain(['\u{2028}', '😀'])
            .collect();
        let mut out = String::new();
        push_text(&mut out, &text);
        assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
    }
}
