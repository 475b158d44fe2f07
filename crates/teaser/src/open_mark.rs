//! `<meta name="iteras-gate" content="open">`: tells the page's own wall that something else than a pass
//! opened it (documented surface, section 7).

use crate::charset::BOM;

/// What is written into such a page.
pub const MARK: &str = "<meta name=\"iteras-gate\" content=\"open\">";

/// How much of a page is searched for the place of its mark, in bytes: whoever sends a page on while it
/// comes need not hold more.
pub const MAX_MARK_SEARCH: usize = 16 * 1024;

/// Where the mark stands, in bytes from the page's start: right behind the document type, and in a page
/// without one before the first tag or text. `None` while what has come of the page does not tell.
///
/// Only a byte order mark, blanks and comments are passed over, and nothing is changed: no page fails here.
pub fn mark_place(start: &[u8]) -> Option<usize> {
    if BOM.starts_with(start) {
        return None;
    }
    let mut at = if start.starts_with(BOM) { BOM.len() } else { 0 };
    loop {
        let rest = &start[at..];
        let blanks = rest
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        let rest = &rest[blanks..];
        at += blanks;
        match rest {
            [] | [b'<'] => return None,
            [b'<', b'!', b'-', b'-', ..] => at += end_of_comment(rest)?,
            [b'<', b'!', name @ ..] if name.len() < 7 && is_start_of(b"doctype", name) => {
                return None;
            }
            [b'<', b'!', name @ ..]
                if name.len() >= 7 && name[..7].eq_ignore_ascii_case(b"doctype") =>
            {
                return Some(at + end_of_tag(rest)?);
            }
            [b'<', b'!', b'-'] => return None,
            // Browsers read these as comments, too.
            [b'<', b'!' | b'?', ..] => at += end_of_tag(rest)?,
            _ => return Some(at),
        }
    }
}

/// The page with its mark; as it is where there is no place for one.
pub fn mark(page: &[u8]) -> Vec<u8> {
    let searched = &page[..page.len().min(MAX_MARK_SEARCH)];
    match mark_place(searched) {
        Some(at) => [&page[..at], MARK.as_bytes(), &page[at..]].concat(),
        None => page.into(),
    }
}

fn is_start_of(word: &[u8], start: &[u8]) -> bool {
    word.len() >= start.len() && word[..start.len()].eq_ignore_ascii_case(start)
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
