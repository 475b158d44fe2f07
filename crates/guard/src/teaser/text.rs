//! Where the kept text ends, and the texts that a teaser adds. Plain functions.

use alloc::format;
use alloc::string::String;

/// JSON-LD for search engines: the page is not free, and which element is gated.
pub(super) fn label(selector: &str) -> String {
    let mut quoted = String::new();
    for c in selector.chars() {
        match c {
            '"' | '\\' | '<' | '>' | '&' | '\'' => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(c)))
            }
            c if c.is_control() => {}
            c => quoted.push(c),
        }
    }
    format!(
        "<script type=\"application/ld+json\">{{\"@context\":\"https://schema.org\",\"@type\":\"NewsArticle\",\
         \"isAccessibleForFree\":false,\"hasPart\":{{\"@type\":\"WebPageElement\",\
         \"isAccessibleForFree\":false,\"cssSelector\":\"{quoted}\"}}}}</script>"
    )
}

/// The longest text node that is held; only white space, which counts once, can come near it.
const MAX_TEXT: usize = 64 * 1024;

/// Where the kept part of a text that is too long ends, in bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct End {
    /// Behind the last whole word that fits.
    pub(super) word: usize,
    /// Behind the last whole character that fits.
    pub(super) hard: usize,
}

/// How many characters a text uses of those left, or where its kept part ends.
pub(super) fn end_of_kept(text: &str, left: usize) -> Result<usize, End> {
    let (mut used, mut word, mut hard, mut in_space) = (0, 0, 0, false);
    for (at, c) in text.char_indices() {
        let space = c.is_whitespace();
        if space && !in_space {
            word = at;
        }
        used += usize::from(!(space && in_space));
        in_space = space;
        if used > left || at > MAX_TEXT {
            let hard = whole(text, hard);
            return Err(End { word, hard });
        }
        hard = at + c.len_utf8();
    }
    Ok(used)
}

// Not in the middle of a character reference.
fn whole(text: &str, end: usize) -> usize {
    let kept = &text[..end];
    match kept.rfind('&') {
        Some(at) if !kept[at..].contains(';') && end - at < 32 => at,
        _ => end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_kept() {
        let kept = |text: &'static str, left| {
            end_of_kept(text, left).map_err(|end| (&text[..end.word], &text[..end.hard]))
        };
        assert_eq!(kept("one two", 7), Ok(7));
        assert_eq!(kept("one \n two", 7), Ok(7));
        assert_eq!(kept("one two", 6), Err(("one", "one tw")));
        assert_eq!(kept("onetwo", 3), Err(("", "one")));
        assert_eq!(kept("a&amp;b", 3), Err(("", "a")));
        assert_eq!(kept("æøå", 2), Err(("", "æø")));
        assert_eq!(kept("  x", 0), Err(("", "")));
    }
}
