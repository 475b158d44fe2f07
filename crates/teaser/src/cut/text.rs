//! The end of the kept part of a text.

/// The end of the kept part of a text that is too long, in bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct End {
    /// Behind the last whole word that fits.
    pub(super) word: usize,
    /// Behind the last character that fits.
    pub(super) hard: usize,
}

/// The characters that a text uses of those left, or the end of its kept part. White space counts once.
pub(super) fn end_of_kept(text: &str, left: usize) -> Result<usize, End> {
    let (mut used, mut word, mut hard, mut in_space) = (0, 0, 0, false);
    for (at, c) in text.char_indices() {
        let space = c.is_whitespace();
        if space && !in_space {
            word = at;
        }
        used += usize::from(!(space && in_space));
        in_space = space;
        if used > left {
            return Err(End { word, hard });
        }
        hard = at + c.len_utf8();
    }
    Ok(used)
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
        assert_eq!(kept("æøå", 2), Err(("", "æø")));
        assert_eq!(kept("  x", 0), Err(("", "")));
    }
}
