//! Counts tokens on their way to the tree builder, and what it has to do for them.

use std::cell::Cell;

use html5ever::tokenizer::{TagKind, Token, TokenSink, TokenSinkResult};
use html5ever::tree_builder::{Tracer, TreeBuilder, TreeBuilderOpts};

use super::Id;
use super::sink::Sink;
use crate::Refusal;

/// The tokens after which open elements are counted again.
const COUNTED_AFTER: usize = 32;
/// Comparing the attributes of two elements takes as long as looking at so many open elements.
const COMPARISON: usize = 8;

pub(super) struct Tokens {
    pub(super) builder: TreeBuilder<Id, Sink>,
    count: Cell<usize>,
    /// Open elements, and formatting elements that would be opened again, when they were counted last.
    open: Cell<usize>,
    /// Looks at open elements that the page may still ask for.
    work: Cell<Option<usize>>,
}

impl Tokens {
    pub(super) fn new(sink: Sink, work: usize) -> Self {
        Self {
            builder: TreeBuilder::new(sink, TreeBuilderOpts::default()),
            count: Cell::new(0),
            open: Cell::new(0),
            work: Cell::new(Some(work)),
        }
    }

    /// The number of tokens so far.
    pub(super) fn count(&self) -> usize {
        self.count.get()
    }

    /// An error once a bound is overstepped: the page must not be parsed further.
    pub(super) fn within_bounds(&self) -> Result<(), Refusal> {
        match (self.builder.sink.refusal(), self.work.get()) {
            (Some(refusal), _) => Err(refusal),
            (None, None) => Err(Refusal::TooMuchWork),
            (None, Some(_)) => Ok(()),
        }
    }

    // For each token the tree builder looks for elements among the open ones; a formatting element's
    // attributes are sorted and compared with those of all others (the standard's "Noah's Ark clause").
    fn spend(&self, token: &Token) {
        if self.count.get().is_multiple_of(COUNTED_AFTER) {
            let open = Open(Cell::new(0));
            self.builder.trace_handles(&open);
            self.open.set(open.0.get());
        }
        let each = match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag && is_formatting(&tag.name) => {
                COMPARISON * (1 + tag.attrs.len())
            }
            _ => 1,
        };
        let work = self.open.get() * each;
        self.work
            .set(self.work.get().and_then(|left| left.checked_sub(work)));
    }
}

/// Counts what the tree builder holds.
struct Open(Cell<usize>);

impl Tracer for Open {
    type Handle = Id;

    fn trace_handle(&self, _: &Id) {
        self.0.set(self.0.get() + 1);
    }
}

fn is_formatting(name: &str) -> bool {
    matches!(
        name,
        "a" | "b"
            | "big"
            | "code"
            | "em"
            | "font"
            | "i"
            | "nobr"
            | "s"
            | "small"
            | "strike"
            | "strong"
            | "tt"
            | "u"
    )
}

impl TokenSink for Tokens {
    type Handle = Id;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Id> {
        if !matches!(token, Token::ParseError(_)) {
            self.spend(&token);
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
