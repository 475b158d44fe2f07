//! Pages in UTF-8 and in Latin-1, which browsers read as windows-1252 (Encoding standard), read and written.

use std::borrow::Cow;

use iteras_guard::page::Charset;

use crate::Refusal;
use crate::tree::{ROOT, Step, Tree};

/// The characters of windows-1252 in the place of 0x80 to 0x9f.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// True for an encoding that has this character.
pub(crate) fn has(charset: Charset, c: char) -> bool {
    charset == Charset::Utf8 || byte(c).is_some()
}

pub(crate) fn decode(charset: Charset, bytes: &[u8]) -> Cow<'_, str> {
    match charset {
        Charset::Utf8 => String::from_utf8_lossy(bytes),
        Charset::Latin1 if bytes.is_ascii() => String::from_utf8_lossy(bytes),
        Charset::Latin1 => bytes.iter().map(|byte| character(*byte)).collect(),
    }
}

/// The bytes of a text; `None` when the encoding lacks one of its characters.
pub(crate) fn encode(charset: Charset, text: String) -> Option<Vec<u8>> {
    match charset {
        Charset::Utf8 => Some(text.into_bytes()),
        Charset::Latin1 => text.chars().map(byte).collect(),
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
        let text = decode(Charset::Latin1, &all).into_owned();
        assert_eq!(text.chars().nth(0x80), Some('€'));
        assert_eq!(encode(Charset::Latin1, text), Some(all));
        assert_eq!(encode(Charset::Latin1, "中".into()), None);
    }
}
