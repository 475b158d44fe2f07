//! The two encodings that pages may have here: UTF-8, and Latin-1, which browsers read as windows-1252.

use std::borrow::Cow;

use crate::Refusal;
use crate::tree::{ROOT, Step, Tree};

/// An encoding that a page can be read and written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// The usual one.
    Utf8,
    /// ISO-8859-1, read as windows-1252 (Encoding standard).
    Latin1,
}

/// What windows-1252 has in the place of 0x80 to 0x9f.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The byte order mark of UTF-8.
pub(crate) const BOM: &[u8] = b"\xef\xbb\xbf";

impl Charset {
    /// The encoding of a label, as browsers know it (Encoding standard); `None` for all but these two.
    pub fn of_label(label: &str) -> Option<Self> {
        let label = label
            .trim_matches(|c: char| c.is_ascii_whitespace())
            .to_ascii_lowercase();
        match label.as_str() {
            "unicode-1-1-utf-8" | "unicode11utf8" | "unicode20utf8" | "utf-8" | "utf8"
            | "x-unicode20utf8" => Some(Self::Utf8),
            "ansi_x3.4-1968" | "ascii" | "cp1252" | "cp819" | "csisolatin1" | "ibm819"
            | "iso-8859-1" | "iso-ir-100" | "iso8859-1" | "iso88591" | "iso_8859-1"
            | "iso_8859-1:1987" | "l1" | "latin1" | "us-ascii" | "windows-1252" | "x-cp1252" => {
                Some(Self::Latin1)
            }
            _ => None,
        }
    }

    /// Whether this encoding has a character.
    pub(crate) fn has(self, c: char) -> bool {
        self == Self::Utf8 || byte(c).is_some()
    }

    pub(crate) fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes),
            Self::Latin1 if bytes.is_ascii() => String::from_utf8_lossy(bytes),
            Self::Latin1 => bytes.iter().map(|byte| character(*byte)).collect(),
        }
    }

    /// The bytes of a text; `None` when this encoding lacks one of its characters.
    pub(crate) fn encode(self, text: String) -> Option<Vec<u8>> {
        match self {
            Self::Utf8 => Some(text.into_bytes()),
            Self::Latin1 => text.chars().map(byte).collect(),
        }
    }
}

fn character(byte: u8) -> char {
    let high = byte
        .checked_sub(0x80)
        .and_then(|at| HIGH.get(usize::from(at)));
    high.copied().unwrap_or(char::from(byte))
}

fn byte(c: char) -> Option<u8> {
    let high = || {
        HIGH.iter()
            .position(|it| *it == c)
            .and_then(|at| u8::try_from(at + 0x80).ok())
    };
    match u32::from(c) {
        code @ (0..0x80 | 0xa0..0x100) => u8::try_from(code).ok(),
        _ => high(),
    }
}

/// The encoding that an answer's header names, `None` when it names none: the page's `<meta>` counts then.
/// `codings` and `types` are all its values of `Content-Encoding` and `Content-Type`.
///
/// # Errors
///
/// [`Refusal::NotAPage`] for what is no uncoded `200 text/html`, [`Refusal::Charset`] for other encodings.
pub fn page_charset<'a>(
    status: u16,
    codings: impl IntoIterator<Item = &'a str>,
    types: impl IntoIterator<Item = &'a str>,
) -> Result<Option<Charset>, Refusal> {
    let coded = codings
        .into_iter()
        .any(|coding| !coding.trim().eq_ignore_ascii_case("identity"));
    let mut types = types.into_iter();
    match (types.next(), types.next()) {
        (Some(kind), None) if status == 200 && !coded => of_content_type(kind),
        _ => Err(Refusal::NotAPage),
    }
}

fn of_content_type(content_type: &str) -> Result<Option<Charset>, Refusal> {
    let mut parts = content_type.split(';');
    if !parts
        .next()
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/html"))
    {
        return Err(Refusal::NotAPage);
    }
    let label = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let named = name.trim().eq_ignore_ascii_case("charset");
        named.then(|| value.trim().trim_matches('"'))
    });
    label
        .map(|label| Charset::of_label(label).ok_or(Refusal::Charset))
        .transpose()
}

/// The encoding that the first `<meta>` of its kind names, and an error when it is another than the two.
pub(crate) fn of_meta(tree: &Tree) -> Result<Option<Charset>, Refusal> {
    let elements = tree.walk(ROOT).filter_map(|step| match step {
        Step::Open(id) => tree.element(id),
        Step::Close(_) => None,
    });
    let metas = elements.filter(|element| element.local() == "meta");
    let mut first = None;
    for label in metas.filter_map(|meta| label_of(|name| meta.get(name))) {
        let charset = Charset::of_label(&label).ok_or(Refusal::Charset)?;
        first = first.or(Some(charset));
    }
    Ok(first)
}

fn label_of<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Option<String> {
    if let Some(label) = get("charset") {
        return Some(label.into());
    }
    let by_type = get("http-equiv").is_some_and(|kind| kind.eq_ignore_ascii_case("content-type"));
    let content = get("content").filter(|_| by_type)?.to_ascii_lowercase();
    let (_, label) = content.split_once("charset=")?;
    Some(label.split(';').next()?.trim().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_type_names_an_encoding_or_none() {
        assert_eq!(of_content_type("text/html"), Ok(None));
        assert_eq!(
            of_content_type("Text/HTML ; x=1; Charset=\"Latin1\""),
            Ok(Some(Charset::Latin1))
        );
        for other in [
            "",
            "text/plain",
            "application/xhtml+xml",
            "text/html+x",
            "x; text/html",
        ] {
            assert_eq!(of_content_type(other), Err(Refusal::NotAPage), "{other}");
        }
        for other in [
            "text/html; charset=utf-16",
            "text/html; charset=shift_jis",
            "text/html;charset=",
        ] {
            assert_eq!(of_content_type(other), Err(Refusal::Charset), "{other}");
        }
    }

    #[test]
    fn a_meta_names_one_in_two_ways() {
        let meta = |attributes: &'static [(&str, &str)]| {
            label_of(|name| {
                attributes
                    .iter()
                    .find(|(key, _)| *key == name)
                    .map(|(_, value)| *value)
            })
        };
        assert_eq!(meta(&[("charset", "latin1")]).as_deref(), Some("latin1"));
        let by_type = &[
            ("http-equiv", "Content-Type"),
            ("content", "text/html; CHARSET=big5; x"),
        ];
        assert_eq!(meta(by_type).as_deref(), Some("big5"));
        assert_eq!(meta(&[("content", "text/html; charset=big5")]), None);
    }

    #[test]
    fn every_byte_of_latin_1_comes_back() {
        let all: Vec<u8> = (0..=255).collect();
        let text = Charset::Latin1.decode(&all).into_owned();
        assert_eq!(text.chars().nth(0x80), Some('€'));
        assert_eq!(Charset::Latin1.encode(text), Some(all));
        assert_eq!(Charset::Latin1.encode("中".into()), None);
    }
}
