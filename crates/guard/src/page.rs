//! Answers that are pages and can be rewritten, and the open mark in those that something else than a pass opened.
//!
//! ```
//! use iteras_guard::page::{Charset, MARK, PageCharset, mark, page_charset};
//!
//! let charset = page_charset(200, [], ["text/html; charset=ISO-8859-1"]);
//! assert_eq!(charset, Some(PageCharset::Named(Charset::Latin1)));
//! assert_eq!(page_charset(200, ["gzip"], ["text/html"]), None);
//! assert_eq!(mark(b"<!doctype html><p>Hi"), [b"<!doctype html>", MARK.as_bytes(), b"<p>Hi"].concat());
//! ```
//!
//! See rules, "Servers in front of content".

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::meter::Metered;

/// An encoding that a page can be read and written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// The usual one.
    Utf8,
    /// ISO-8859-1, which browsers read as windows-1252 (Encoding standard).
    Latin1,
}

/// The encoding of a page, as far as its header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageCharset {
    /// The header names it.
    Named(Charset),
    /// The header names none: the page's own `<meta>` counts, and UTF-8 where there is none.
    Unnamed,
}

impl Charset {
    /// The encoding of a label, as browsers know it (Encoding standard); `None` for all but these two.
    pub fn of_label(label: &str) -> Option<Self> {
        const UTF_8: [&str; 6] = [
            "unicode-1-1-utf-8",
            "unicode11utf8",
            "unicode20utf8",
            "utf-8",
            "utf8",
            "x-unicode20utf8",
        ];
        const LATIN_1: [&str; 17] = [
            "ansi_x3.4-1968",
            "ascii",
            "cp1252",
            "cp819",
            "csisolatin1",
            "ibm819",
            "iso-8859-1",
            "iso-ir-100",
            "iso8859-1",
            "iso88591",
            "iso_8859-1",
            "iso_8859-1:1987",
            "l1",
            "latin1",
            "us-ascii",
            "windows-1252",
            "x-cp1252",
        ];
        let label = label.trim_matches(|c: char| c.is_ascii_whitespace());
        let is_one_of = |labels: &[&str]| labels.iter().any(|it| it.eq_ignore_ascii_case(label));
        match (is_one_of(&UTF_8), is_one_of(&LATIN_1)) {
            (true, _) => Some(Self::Utf8),
            (false, true) => Some(Self::Latin1),
            (false, false) => None,
        }
    }
}

/// The encoding of an answer that is a page to be rewritten: an uncoded `200 text/html` in UTF-8 or Latin-1.
/// `codings` and `types` are all its values of `Content-Encoding` and `Content-Type`.
pub fn page_charset<'a>(
    status: u16,
    codings: impl IntoIterator<Item = &'a str>,
    types: impl IntoIterator<Item = &'a str>,
) -> Option<PageCharset> {
    let identity = |coding: &str| coding.trim().eq_ignore_ascii_case("identity");
    let mut types = types.into_iter();
    match (types.next(), types.next()) {
        (Some(kind), None) if status == 200 && codings.into_iter().all(identity) => of_type(kind),
        _ => None,
    }
}

fn of_type(content_type: &str) -> Option<PageCharset> {
    let mut parts = content_type.split(';');
    if !parts.next()?.trim().eq_ignore_ascii_case("text/html") {
        return None;
    }
    let label = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let named = name.trim().eq_ignore_ascii_case("charset");
        named.then(|| value.trim().trim_matches('"'))
    });
    match label {
        Some(label) => Charset::of_label(label).map(PageCharset::Named),
        None => Some(PageCharset::Unnamed),
    }
}

/// Tells the page's own wall that something else than a pass opened it (documented surface, section 7).
pub const MARK: &str = "<meta name=\"iteras-gate\" content=\"open\">";

/// The same in a page that a meter opened: how many of the free ones were used.
pub fn metered_mark(metered: Metered) -> String {
    let Metered { used, free } = metered;
    let mark = MARK.trim_end_matches('>');
    format!("{mark} data-used=\"{used}\" data-free=\"{free}\">")
}

/// The part of a page that is searched for the place of its open mark, in bytes: whoever sends a page on while it
/// comes need not hold more.
pub const MAX_MARK_SEARCH: usize = 16 * 1024;

/// The byte order mark of UTF-8.
pub const BOM: &[u8] = b"\xef\xbb\xbf";

/// The place of the open mark, in bytes from the page's start: right behind the document type, and in a page without
/// one before the first tag or text. `None` while too little of the page is there to tell.
///
/// Only a byte order mark, blanks and comments are passed over, and nothing is changed: no page fails here.
pub fn mark_place(start: &[u8]) -> Option<usize> {
    if BOM.starts_with(start) {
        return None;
    }
    let mut at = if start.starts_with(BOM) { BOM.len() } else { 0 };
    loop {
        let rest = &start[at..];
        let blanks = rest.iter().take_while(|byte| byte.is_ascii_whitespace());
        at += blanks.count();
        let rest = &start[at..];
        match rest {
            [] | [b'<'] | [b'<', b'!', b'-'] => return None,
            [b'<', b'!', b'-', b'-', ..] => at += end_of_comment(rest)?,
            [b'<', b'!', name @ ..] if is_start_of(DOCTYPE, name) => return None,
            [b'<', b'!', name @ ..] if begins_with(name, DOCTYPE) => {
                return Some(at + end_of_tag(rest)?);
            }
            // Browsers read these as comments, too.
            [b'<', b'!' | b'?', ..] => at += end_of_tag(rest)?,
            _ => return Some(at),
        }
    }
}

/// The page with its mark; as it is where no place for one is found.
pub fn mark(page: &[u8]) -> Vec<u8> {
    with_mark(page, MARK)
}

/// The same with other elements in the place of the mark.
pub fn with_mark(page: &[u8], mark: &str) -> Vec<u8> {
    match mark_place(&page[..page.len().min(MAX_MARK_SEARCH)]) {
        Some(at) => [&page[..at], mark.as_bytes(), &page[at..]].concat(),
        None => page.into(),
    }
}

const DOCTYPE: &[u8] = b"doctype";

fn begins_with(name: &[u8], word: &[u8]) -> bool {
    name.get(..word.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// True where more than `start` is needed to tell this word from others.
fn is_start_of(word: &[u8], start: &[u8]) -> bool {
    start.len() < word.len() && begins_with(word, start)
}

fn end_of_tag(tag: &[u8]) -> Option<usize> {
    tag.iter().position(|byte| *byte == b'>').map(|at| at + 1)
}

// HTML standard, sections 13.2.5.43 to 52: `-->`, `--!>`, and at once `>` and `->`.
fn end_of_comment(comment: &[u8]) -> Option<usize> {
    let text = comment.get(4..)?;
    for at_once in [&b">"[..], b"->"] {
        if text.starts_with(at_once) {
            return Some(4 + at_once.len());
        }
    }
    (0..text.len()).find_map(|at| {
        let end = [&b"-->"[..], b"--!>"]
            .into_iter()
            .find(|end| text[at..].starts_with(end))?;
        Some(4 + at + end.len())
    })
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    use super::*;

    #[test]
    fn a_page_is_an_uncoded_200_in_one_of_two_encodings() {
        let of = |status, codings: &[&'static str], types: &[&'static str]| {
            page_charset(status, codings.iter().copied(), types.iter().copied())
        };
        let utf8 = Some(PageCharset::Named(Charset::Utf8));
        assert_eq!(of(200, &[], &["text/html"]), Some(PageCharset::Unnamed));
        assert_eq!(
            of(200, &["identity"], &["Text/HTML ; x=1; Charset=\"UTF8\""]),
            utf8
        );
        assert_eq!(
            of(200, &[], &["text/html;charset=l1"]),
            Some(PageCharset::Named(Charset::Latin1))
        );
        for (status, codings, types) in [
            (206, &[][..], &["text/html"][..]),
            (404, &[], &["text/html"]),
            (200, &["gzip"], &["text/html"]),
            (200, &["identity", "br"], &["text/html"]),
            (200, &[], &[]),
            (200, &[], &["text/html", "text/html"]),
        ] {
            assert_eq!(
                of(status, codings, types),
                None,
                "{status} {codings:?} {types:?}"
            );
        }
        for other in [
            "",
            "text/plain",
            "application/xhtml+xml",
            "text/html+x",
            "x; text/html",
        ] {
            assert_eq!(of(200, &[], &[other]), None, "{other}");
        }
        for other in ["utf-16", "shift_jis", "big5", ""] {
            let kind = format!("text/html; charset={other}");
            assert_eq!(page_charset(200, [], [kind.as_str()]), None, "{other}");
        }
    }

    #[test]
    fn the_mark_stands_behind_the_document_type() {
        for (before, behind) in [
            ("<!doctype html>", "<html><head><title>x"),
            (
                "\u{feff} \n<!-- <!doctype --> <!DOCTYPE html PUBLIC \"x\">",
                "\n<html>",
            ),
            ("<!----><!--> <?xml version=1?><!x>", "<p>x"),
            ("<!-->", "--><!doctype html>"),
            ("<!--->", "x"),
            ("", "text"),
            ("", "<html>"),
            ("<!doctype>", ""),
        ] {
            let marked = String::from_utf8(mark(format!("{before}{behind}").as_bytes())).unwrap();
            assert_eq!(marked, format!("{before}{MARK}{behind}"));
        }
        for without in [
            "",
            "<!-- a",
            "<!-- --!><!-",
            "\u{feff}",
            " <",
            "<!docty",
            "<!doctype html",
        ] {
            assert_eq!(mark(without.as_bytes()), without.as_bytes());
        }
        let late = format!("<!--{}--><p>", "x".repeat(MAX_MARK_SEARCH));
        assert_eq!(mark(late.as_bytes()), late.as_bytes());
    }

    #[test]
    fn the_place_does_not_depend_on_how_the_page_comes() {
        let page = "\u{feff}<!-- a -- b --!>\n<!doctype html><html>";
        let place = page.find("<html>").unwrap();
        for end in 0..=page.len() {
            let found = mark_place(&page.as_bytes()[..end]);
            assert_eq!(found, (end >= place).then_some(place), "{end}");
        }
    }
}
