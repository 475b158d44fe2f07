//! Text put together and taken apart without formatting machinery, which would double the browser file.
//!
//! With the feature `fast`, which servers turn on, several bytes are searched at a time. It changes speed and bytes
//! and nothing else; the tests of this crate run with it and without.

use alloc::string::String;

/// The parts in one string.
#[cfg_attr(not(feature = "fast"), inline(never))]
pub(crate) fn join(parts: &[&str]) -> String {
    let mut text = String::new();
    for part in parts {
        push(&mut text, part);
    }
    text
}

/// The parts of a text between `separator`s, which are ASCII, with another one between them.
#[cfg_attr(not(feature = "fast"), inline(never))]
pub(crate) fn rejoin(text: &str, separator: u8, other: u8) -> String {
    let mut joined = String::new();
    for part in parts(text, separator) {
        if !joined.is_empty() {
            joined.push(char::from(other));
        }
        push(&mut joined, part);
    }
    joined
}

/// The text with another one in place of each `byte`, which is ASCII.
#[cfg_attr(not(feature = "fast"), inline(never))]
pub(crate) fn replaced(text: &str, byte: u8, other: &str) -> String {
    let (mut out, mut between) = (String::new(), "");
    for part in parts(text, byte) {
        push(&mut out, between);
        push(&mut out, part);
        between = other;
    }
    out
}

/// `String::push_str`, once in the module instead of at every use.
#[cfg_attr(not(feature = "fast"), inline(never))]
pub(crate) fn push(text: &mut String, part: &str) {
    text.push_str(part);
}

/// Appends a number in decimal digits.
pub(crate) fn push_number(text: &mut String, number: u64) {
    // In 32 bits where they do: wasm engines divide 64 slowly.
    let rest = u32::try_from(number).map_or(number / 10, |small| u64::from(small / 10));
    if rest > 0 {
        push_number(text, rest);
    }
    text.push(char::from(b'0' + (number - rest * 10) as u8));
}

/// The same of 32 bits.
pub(crate) fn push_small(text: &mut String, number: u32) {
    let rest = number / 10;
    if rest > 0 {
        push_small(text, rest);
    }
    text.push(char::from(b'0' + (number - rest * 10) as u8));
}

/// Reads a number of 32 bits in 1 to 10 decimal digits and nothing else.
pub(crate) fn small_number(text: &str) -> Option<u32> {
    let mut number = 0u32;
    for byte in text.bytes() {
        let digit = u32::from(byte).wrapping_sub(u32::from(b'0'));
        if digit > 9 || number > (u32::MAX - digit) / 10 {
            return None;
        }
        number = number * 10 + digit;
    }
    (1..11).contains(&text.len()).then_some(number)
}

/// Reads a number of 1 to 15 decimal digits and nothing else.
pub(crate) fn number(text: &str) -> Option<u64> {
    let fits = (1..16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| {
        text.bytes()
            .fold(0, |number, byte| number * 10 + u64::from(byte - b'0'))
    })
}

/// Where the first byte stands that is `odd`. Servers look at all of them first, since that is done many at
/// a time and nearly always finds none.
pub(crate) fn position(text: &str, odd: impl Fn(u8) -> bool) -> Option<usize> {
    #[cfg(feature = "fast")]
    if !text.bytes().fold(false, |any, byte| any | odd(byte)) {
        return None;
    }
    text.bytes().position(odd)
}

/// Cuts at the first `separator`, which is ASCII.
#[cfg_attr(not(feature = "fast"), inline(never))]
pub(crate) fn cut(text: &str, separator: u8) -> Option<(&str, &str)> {
    cut_at(text, first(text, separator)?)
}

/// Cuts at the last `separator`, which is ASCII.
#[cfg_attr(not(feature = "fast"), inline(never))]
pub(crate) fn cut_last(text: &str, separator: u8) -> Option<(&str, &str)> {
    cut_at(text, last(text, separator)?)
}

/// The texts before and behind the one byte at a place.
#[cfg_attr(not(feature = "fast"), inline(never))]
fn cut_at(text: &str, at: usize) -> Option<(&str, &str)> {
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// The texts before and behind the first `separator`, which is ASCII; nothing is behind where there is none.
#[cfg_attr(not(feature = "fast"), inline(never))]
pub(crate) fn halves(text: &str, separator: u8) -> (&str, &str) {
    cut(text, separator).unwrap_or((text, ""))
}

#[cfg(feature = "fast")]
fn first(text: &str, byte: u8) -> Option<usize> {
    // Where each byte is a separator a search of many at a time would begin anew for each.
    match text.as_bytes().first() {
        Some(first) if *first == byte => Some(0),
        _ => memchr::memchr(byte, text.as_bytes()),
    }
}

#[cfg(feature = "fast")]
fn last(text: &str, byte: u8) -> Option<usize> {
    memchr::memrchr(byte, text.as_bytes())
}

#[cfg(not(feature = "fast"))]
fn first(text: &str, byte: u8) -> Option<usize> {
    text.bytes().position(|other| other == byte)
}

#[cfg(not(feature = "fast"))]
fn last(text: &str, byte: u8) -> Option<usize> {
    text.bytes().rposition(|other| other == byte)
}

/// The parts of a text between `separator`s, which are ASCII; at least one, as with `str::split`.
#[derive(Clone, Debug)]
pub(crate) struct Parts<'a> {
    rest: Option<&'a str>,
    separator: u8,
}

pub(crate) fn parts(text: &str, separator: u8) -> Parts<'_> {
    let rest = Some(text);
    Parts { rest, separator }
}

/// The same of a text that is empty where there are no parts.
pub(crate) fn items(text: &str, separator: u8) -> Parts<'_> {
    let rest = Some(text).filter(|text| !text.is_empty());
    Parts { rest, separator }
}

impl<'a> Parts<'a> {
    /// All parts that are left, and what stands between them.
    pub(crate) fn rest(&self) -> Option<&'a str> {
        self.rest
    }

    /// Tells that no part is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_none()
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a str;

    #[cfg_attr(not(feature = "fast"), inline(never))]
    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest?;
        let (part, after) = match cut(rest, self.separator) {
            Some((part, after)) => (part, Some(after)),
            None => (rest, None),
        };
        self.rest = after;
        Some(part)
    }
}

/// The text from a place on; empty where there is no such place.
#[cfg_attr(not(feature = "fast"), inline(never))]
pub(crate) fn from(text: &str, at: usize) -> &str {
    text.get(at..).unwrap_or("")
}

/// `text`, or the other where it is empty.
pub(crate) fn or<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if text.is_empty() { otherwise } else { text }
}
