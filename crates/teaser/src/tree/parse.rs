//! Parses a page within bounds.

use std::cell::Cell;

use html5ever::buffer_queue::BufferQueue;
use html5ever::interface::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink};

use super::attributes::Attributes;
use super::sink::Sink;
use super::{Id, Tree};
use crate::Refusal;

/// The most that is given to the tokenizer before the bounds are looked at, in bytes.
const PIECE: usize = 256;

/// The tree that browsers with scripts build of a page. `budget` is the number of nodes and attributes that
/// may be made, and of nodes that may be moved.
pub(crate) fn parse(page: &str, budget: usize) -> Result<Tree, Refusal> {
    let builder = TreeBuilder::new(Sink::new(budget), TreeBuilderOpts::default());
    let tokens = Tokens {
        builder,
        count: Cell::new(0),
    };
    let options = TokenizerOpts {
        discard_bom: false,
        ..TokenizerOpts::default()
    };
    let tokenizer = Tokenizer::new(tokens, options);
    let (input, page) = (BufferQueue::default(), StrTendril::from_slice(page));
    let mut attributes = Attributes::default();
    for (start, end) in pieces(&page) {
        let before = tokenizer.sink.count.get();
        input.push_back(page.subtendril(start, end - start));
        while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
        let ended = tokenizer.sink.count.get() != before;
        if attributes.too_many(&page.as_bytes()[start as usize..end as usize], ended) {
            return Err(Refusal::TooManyNodes);
        }
        tokenizer.sink.refusal()?;
    }
    tokenizer.end();
    tokenizer.sink.refusal()?;
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

/// Counts the tokens on their way to the tree builder.
struct Tokens {
    builder: TreeBuilder<Id, Sink>,
    count: Cell<usize>,
}

impl Tokens {
    fn refusal(&self) -> Result<(), Refusal> {
        self.builder.sink.refusal().map_or(Ok(()), Err)
    }
}

impl TokenSink for Tokens {
    type Handle = Id;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Id> {
        if !matches!(token, Token::ParseError(_)) {
            self.count.set(self.count.get() + 1);
        }
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder
            .adjusted_current_node_present_but_not_in_html_namespace()
    }
}
