//! The names of parameters in queries and forms, as the laxest common reader has them, which is PHP.
//!
//! ```
//! use iteras_guard::parameters::{Name, query_names};
//!
//! let feed = Name::parse("feed").unwrap();
//! for query in ["feed=rss2", "+FEED", "a=1;f%65ed", "feed[]=1", "feed%00x"] {
//!     assert!(query_names(query).any(|name| feed.is(&name)), "{query}");
//! }
//! ```
//!
//! Rules, "Parameters": pieces are split at `&` and `;`. Of a name leading blanks go, and what is behind a NUL or a
//! `[`; `.` and blank are `_`; letters are compared in lower case. PHP reads a `[` without a `]` behind it as `_`: such
//! a name counts both ways.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use iteras::urls::{Escapes, percent_decode};

/// The name of a parameter that a rule speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// A name as it stands in a query, without escapes; `None` for one that no parameter has: an empty one, one with
    /// `?`, `=`, `&`, `;`, `[`, `%`, `+`, `#`, a blank at its beginning or a control character.
    pub fn parse(text: &str) -> Option<Self> {
        let odd = |letter: char| "?=&;[%+#".contains(letter) || letter.is_control();
        let fits = !text.is_empty() && !text.starts_with(' ') && !text.contains(odd);
        fits.then(|| Self(read(text)))
    }

    /// The name as names are compared.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// Tells whether a name out of a query or a form is this one.
    pub fn is(&self, name: &ReadName) -> bool {
        let own = self.0.as_str();
        name.cut == own || name.whole.as_deref() == Some(own)
    }
}

/// A name out of a query or a form, as PHP reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadName {
    cut: String,
    whole: Option<String>,
}

impl ReadName {
    /// A name whose escapes are undone.
    pub fn of(decoded: &str) -> Self {
        let name = decoded.split('\0').next().unwrap_or("").trim_ascii_start();
        match name.split_once('[') {
            None => Self {
                cut: read(name),
                whole: None,
            },
            Some((cut, index)) => Self {
                cut: read(cut),
                whole: (!index.contains(']')).then(|| read(name)),
            },
        }
    }
}

fn read(name: &str) -> String {
    let letters = name.chars().map(|letter| match letter {
        ' ' | '.' | '[' => '_',
        letter => letter,
    });
    letters.flat_map(char::to_lowercase).collect()
}

/// The names in a query without its `?`, or in a form that is encoded as one.
pub fn query_names(query: &str) -> impl Iterator<Item = ReadName> {
    let pieces = query.split(['&', ';']).filter(|piece| !piece.is_empty());
    pieces.map(|piece| {
        let name = piece.split('=').next().unwrap_or("");
        ReadName::of(&decode(name))
    })
}

// The core leaves escapes of bytes that are not ASCII; a name may be in UTF-8.
fn decode(name: &str) -> String {
    let ascii = percent_decode(name, Escapes::Form);
    if !ascii.contains('%') {
        return ascii;
    }
    let mut bytes = Vec::with_capacity(ascii.len());
    let mut rest = ascii.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = rest.get(1..3).filter(|_| first == b'%');
        let byte = digits
            .and_then(|digits| u8::from_str_radix(core::str::from_utf8(digits).ok()?, 16).ok());
        match byte.filter(|byte| !byte.is_ascii()) {
            Some(byte) => {
                bytes.push(byte);
                rest = rest.get(3..).unwrap_or_default();
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or(ascii)
}

/// A form that is coded, or of which nobody knows for sure what kind it is: it may hold any name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// The kinds of form that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormKind {
    /// `application/x-www-form-urlencoded`
    Urlencoded,
    /// `multipart/form-data`
    Multipart,
}

impl FormKind {
    /// The kind that a `Content-Type` names; `None` for what is no form.
    pub fn of(content_type: &str) -> Option<Self> {
        let kind = content_type
            .split([';', ',', ' '])
            .next()
            .unwrap_or("")
            .trim_ascii();
        match kind.to_ascii_lowercase().as_str() {
            "application/x-www-form-urlencoded" => Some(Self::Urlencoded),
            "multipart/form-data" => Some(Self::Multipart),
            _ => None,
        }
    }

    /// The kind of the form in a body with these headers, each with all its lines; `None` for what is no form.
    pub fn of_headers<'a>(
        types: impl IntoIterator<Item = &'a str>,
        codings: impl IntoIterator<Item = &'a str>,
    ) -> Option<Result<Self, Unreadable>> {
        let types: Vec<&str> = types.into_iter().flat_map(|line| line.split(',')).collect();
        let kind = types.iter().find_map(|kind| Self::of(kind.trim_ascii()))?;
        let is_coded =
            |coding: &str| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity");
        // Servers disagree which of two types counts.
        let is_readable = types.len() == 1 && !codings.into_iter().any(is_coded);
        Some(if is_readable {
            Ok(kind)
        } else {
            Err(Unreadable)
        })
    }

    /// The names in a whole form.
    pub fn names(self, body: &[u8]) -> Vec<ReadName> {
        let text = String::from_utf8_lossy(body);
        match self {
            Self::Urlencoded => query_names(text.trim_ascii()).collect(),
            Self::Multipart => part_names(&text).collect(),
        }
    }
}

/// The names of all parts. Readers see boundaries differently: each line that could be the header of a part
/// counts as one, also in a file that is uploaded.
fn part_names(body: &str) -> impl Iterator<Item = ReadName> {
    const HEADER: &str = "content-disposition";
    let lines = body.split(['\r', '\n']);
    // A header may go on in lines that begin with a blank.
    let mut heads: Vec<String> = Vec::new();
    let mut is_head = false;
    for line in lines.filter(|line| !line.is_empty()) {
        let head = line.get(..HEADER.len());
        if head.is_some_and(|head| head.eq_ignore_ascii_case(HEADER)) {
            heads.push(line.to_owned());
            is_head = true;
        } else if is_head && line.starts_with([' ', '\t']) {
            if let Some(head) = heads.last_mut() {
                head.push_str(line);
            }
        } else {
            is_head = false;
        }
    }
    heads.into_iter().flat_map(|head| values_of_name(&head))
}

/// Every value that `name=` has in a header, quoted or not.
fn values_of_name(head: &str) -> Vec<ReadName> {
    let lower = head.to_ascii_lowercase();
    let places = lower.match_indices("name").filter_map(|(at, name)| {
        let before = head[..at].chars().next_back();
        let own = !before.is_some_and(|letter| letter.is_ascii_alphanumeric());
        let behind = head[at + name.len()..].trim_ascii_start();
        let (is_extended, behind) = match behind.strip_prefix('*') {
            Some(behind) => (true, behind.trim_ascii_start()),
            None => (false, behind),
        };
        let value = behind.strip_prefix('=')?.trim_ascii_start();
        let text = match value.rsplit_once('\'').filter(|_| is_extended) {
            // RFC 8187: `name*=UTF-8''feed`.
            Some((_, value)) => decode(&value_at(value)),
            None => value_at(value),
        };
        own.then(|| ReadName::of(&text))
    });
    places.collect()
}

fn value_at(text: &str) -> String {
    let quote = text
        .chars()
        .next()
        .filter(|first| matches!(first, '"' | '\''));
    let Some(quote) = quote else {
        let end = [';', ' ', '\t'];
        return text.split(end).next().unwrap_or("").to_owned();
    };
    let mut value = String::new();
    let mut letters = text[1..].chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => value.extend(letters.next()),
            letter if letter == quote => break,
            letter => value.push(letter),
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(kind: FormKind, body: &str, name: &str) -> bool {
        let name = Name::parse(name).unwrap();
        kind.names(body.as_bytes()).iter().any(|read| name.is(read))
    }

    #[test]
    fn a_form_is_read_where_its_headers_leave_no_doubt() {
        const FORM: &str = "application/x-www-form-urlencoded";
        let of = |types: &[&'static str], codings: &[&'static str]| {
            FormKind::of_headers(types.iter().copied(), codings.iter().copied())
        };
        for codings in [&[][..], &[""], &["identity"], &["", "IDENTITY"]] {
            assert_eq!(of(&[FORM], codings), Some(Ok(FormKind::Urlencoded)));
        }
        assert_eq!(
            of(&["multipart/form-data; boundary=x"], &[]),
            Some(Ok(FormKind::Multipart))
        );
        assert_eq!(of(&[FORM], &["gzip"]), Some(Err(Unreadable)));
        assert_eq!(of(&[FORM], &["identity", "gzip"]), Some(Err(Unreadable)));
        for types in [
            &["text/plain", FORM][..],
            &["text/plain, multipart/form-data"],
        ] {
            assert_eq!(of(types, &[]), Some(Err(Unreadable)));
        }
        assert_eq!(of(&["application/json"], &["gzip"]), None);
    }

    #[test]
    fn a_name_is_kept_as_names_are_compared() {
        assert_eq!(Name::parse("Feed of.day").unwrap().text(), "feed_of_day");
    }

    #[test]
    fn c72_names_are_read_as_php_reads_them() {
        for query in [
            "feed",
            "feed=",
            "a=1&feed=rss2",
            "+feed=",
            "%20feed",
            "%09feed",
            "feed%00x",
            "feed[]=",
            "feed[a][b]=",
            "feed%5b%5d",
            ";feed=",
            "a=1;feed",
            "FEED",
            "f%65ed=1",
            "%46eed",
        ] {
            assert!(names(FormKind::Urlencoded, query, "feed"), "{query}");
        }
        for query in [
            "feeds",
            "x=feed",
            "xfeed",
            "feed_",
            "fe%65",
            "",
            "&&",
            "a=1;b=feed",
        ] {
            assert!(!names(FormKind::Urlencoded, query, "feed"), "{query}");
        }
        for query in ["a.b", "a b", "a+b", "a_b", "a[b", "A%2Eb"] {
            assert!(names(FormKind::Urlencoded, query, "a.b"), "{query}");
        }
        for query in ["\u{e6}", "%C3%A6=1", "%c3%86"] {
            assert!(names(FormKind::Urlencoded, query, "\u{e6}"), "{query}");
        }
    }

    #[test]
    fn c72_names_of_parts_are_found_however_they_are_written() {
        for head in [
            "Content-Disposition: form-data; name=\"feed\"",
            "content-disposition:form-data;name=feed",
            "CONTENT-DISPOSITION: form-data; NAME='feed'",
            "Content-Disposition : form-data; filename=\"x; name=y\"; name = \"feed[]\"",
            "Content-Disposition: form-data;\r\n\tname=\"feed\"",
            "Content-Disposition: form-data; name=\" f\\eed\"",
            "Content-Disposition: form-data; name*=UTF-8''f%65ed",
        ] {
            let body = ["--b\r\n", head, "\r\n\r\nx\r\n--b--\r\n"].concat();
            assert!(names(FormKind::Multipart, &body, "feed"), "{head}");
        }
        let body = "--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"feed\"\r\n\r\n\
                    name=\"feed\"\r\n--b--\r\n";
        assert!(!names(FormKind::Multipart, body, "feed"));
        assert!(names(FormKind::Multipart, body, "a"));
    }

    #[test]
    fn forms_are_known_by_their_content_type() {
        assert_eq!(
            FormKind::of("Multipart/Form-Data; boundary=b"),
            Some(FormKind::Multipart)
        );
        let urlencoded = "application/x-www-form-urlencoded";
        assert_eq!(FormKind::of(urlencoded), Some(FormKind::Urlencoded));
        assert_eq!(
            FormKind::of("application/x-www-form-urlencoded,x"),
            Some(FormKind::Urlencoded)
        );
        assert_eq!(FormKind::of("application/json"), None);
    }

    #[test]
    fn a_rule_names_what_a_parameter_can_be_called() {
        for odd in ["", "?feed", "a=b", "a&b", "a;b", "a[]", " a", "%61", "a\0"] {
            assert_eq!(Name::parse(odd), None, "{odd}");
        }
    }
}
