//! Parses a page within bounds.

use html5ever::buffer_queue::BufferQueue;
use html5ever::interface::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tokenizer, TokenizerOpts};
use html5ever::tree_builder::TreeSink;

use super::Tree;
use super::attributes::Attributes;
use super::sink::Sink;
use super::tokens::Tokens;
use crate::Refusal;

/// The most that is given to the tokenizer before the bounds are looked at, in bytes.
const PIECE: usize = 256;

/// The limits on what a page may cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Nodes and attributes that may be made, and nodes that may be moved.
    nodes: usize,
    /// Looks at open elements, as tags make a parser take them.
    work: usize,
}

impl Limits {
    /// The limits that befit a page of so many bytes: a node or an attribute for every four of them, and for each byte
    /// a look at 16 open elements.
    pub(crate) fn of_length(bytes: usize) -> Self {
        Self {
            nodes: bytes / 4,
            work: bytes.saturating_mul(16),
        }
    }
}

/// The tree that browsers with scripts build of a page.
pub(crate) fn parse(page: &str, limits: Limits) -> Result<Tree, Refusal> {
    let tokens = Tokens::new(Sink::new(limits.nodes), limits.work);
    let options = TokenizerOpts {
        discard_bom: false,
        ..TokenizerOpts::default()
    };
    let tokenizer = Tokenizer::new(tokens, options);
    let (input, page) = (BufferQueue::default(), StrTendril::from_slice(page));
    let mut attributes = Attributes::default();
    for (start, end) in pieces(&page) {
        let before = tokenizer.sink.count();
        input.push_back(page.subtendril(start, end - start));
        while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
        let ended = tokenizer.sink.count() != before;
        if attributes.too_many(&page.as_bytes()[start as usize..end as usize], ended) {
            return Err(Refusal::TooManyNodes);
        }
        tokenizer.sink.within_bounds()?;
    }
    tokenizer.end();
    tokenizer.sink.within_bounds()?;
    Ok(tokenizer.sink.builder.sink.finish())
}

/// Starts and ends of pieces that begin at each `<` and are no longer than [`PIECE`].
fn pieces(page: &str) -> impl Iterator<Item = (u32, u32)> + '_ {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = page.get(start..).filter(|rest| !rest.is_empty())?;
        let longest = rest.len().min(PIECE);
        let bytes = rest.as_bytes()[..longest].iter();
        let mut length = bytes
            .skip(1)
            .position(|byte| *byte == b'<')
            .map_or(longest, |at| at + 1);
        while !rest.is_char_boundary(length) {
            length -= 1;
        }
        let piece = (start, start + length);
        start = piece.1;
        Some((u32::try_from(piece.0).ok()?, u32::try_from(piece.1).ok()?))
    })
}
