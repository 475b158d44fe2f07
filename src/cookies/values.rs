//! The values of our cookies, among their neighbours.

use alloc::borrow::Cow;

use super::NAME;
use crate::pass::MAX_BYTES;
use crate::text::{cut, parts};
use crate::urls::{Escapes, percent_decode};

/// The most values of one cookie that are looked at.
pub const MAX_VALUES: usize = 8;

/// The values of the pass cookie in a `Cookie` header or `document.cookie`, at
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_eight_values_are_looked_at() {
        assert_eq!(pass_values(&"iteraspass=x;".repeat(20)).count(), 8);
    }
}
