//! CSS selectors matched as browsers match them, by the crate `selectors`.

mod node;

use std::fmt;

use cssparser::{BasicParseErrorKind, ParseErrorKind, ToCss};
use html5ever::tree_builder::QuirksMode as DocumentMode;
use html5ever::{LocalName, Namespace};
use precomputed_hash::PrecomputedHash;
use selectors::context::{
    MatchingContext, MatchingForInvalidation, MatchingMode, NeedsSelectorFlags, QuirksMode,
    SelectorCaches,
};
use selectors::matching::matches_selector;
use selectors::parser::{
    Combinator, Component, NthType, ParseRelative, Selector as Parsed, SelectorImpl, SelectorList,
    SelectorParseErrorKind,
};

use self::node::Node;
use crate::tree::{Id, Tree};

/// One selector without commas.
#[derive(Clone, Debug)]
pub(crate) struct Selector {
    parsed: Parsed<Names>,
}

impl Selector {
    /// Reads one; an error says why it is none.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut parser = cssparser::Parser::new(text);
        let list = SelectorList::parse(&Language, &mut parser, ParseRelative::No)
            .map_err(|error| why(error.kind).to_owned())?;
        match list.slice() {
            [parsed] => {
                affordable(parsed)?;
                Ok(Self {
                    parsed: parsed.clone(),
                })
            }
            _ => Err("one at a time, without commas".into()),
        }
    }
}

fn why(error: ParseErrorKind<SelectorParseErrorKind>) -> &'static str {
    use SelectorParseErrorKind::*;
    match error {
        ParseErrorKind::Basic(BasicParseErrorKind::EndOfInput) => "it ends too early",
        ParseErrorKind::Custom(EmptySelector) => "it is empty",
        ParseErrorKind::Custom(DanglingCombinator) => "nothing stands behind a combinator",
        ParseErrorKind::Custom(UnsupportedPseudoClassOrElement) => {
            "pseudo-class or pseudo-element not supported"
        }
        _ => "not understood",
    }
}

// These look at all siblings for each element: with many siblings that takes too long.
fn affordable(selector: &Parsed<Names>) -> Result<(), String> {
    for component in selector.iter_raw_match_order() {
        match component {
            Component::Combinator(Combinator::LaterSibling) => {
                return Err("`~` is not supported".into());
            }
            Component::Nth(nth) if matches!(nth.ty, NthType::LastOfType | NthType::OnlyOfType) => {
                return Err("`:last-of-type` and the like are not supported".into());
            }
            Component::Nth(nth) if nth.ty == NthType::LastChild && nth.is_function => {
                return Err("`:nth-last-child()` is not supported".into());
            }
            Component::Negation(list) => list.slice().iter().try_for_each(affordable)?,
            _ => {}
        }
    }
    Ok(())
}

/// Matches elements of one tree, which must not change meanwhile.
pub(crate) struct Matcher<'a> {
    tree: &'a Tree,
    caches: SelectorCaches,
    mode: QuirksMode,
}

impl<'a> Matcher<'a> {
    pub(crate) fn new(tree: &'a Tree) -> Self {
        let mode = match tree.quirks {
            DocumentMode::Quirks => QuirksMode::Quirks,
            DocumentMode::LimitedQuirks => QuirksMode::LimitedQuirks,
            DocumentMode::NoQuirks => QuirksMode::NoQuirks,
        };
        Self {
            tree,
            caches: SelectorCaches::default(),
            mode,
        }
    }

    /// True for an element that fits a selector.
    pub(crate) fn fits(&mut self, id: Id, selector: &Selector) -> bool {
        let Some(node) = Node::of(self.tree, id) else {
            return false;
        };
        let mut context = MatchingContext::new(
            MatchingMode::Normal,
            None,
            &mut self.caches,
            self.mode,
            NeedsSelectorFlags::No,
            MatchingForInvalidation::No,
        );
        matches_selector(&selector.parsed, 0, None, &node, &mut context)
    }
}

/// The types of this crate's selectors.
#[derive(Clone, Debug)]
struct Names;

impl SelectorImpl for Names {
    type ExtraMatchingData<'a> = ();
    type AttrValue = Text;
    type Identifier = Name;
    type LocalName = Name;
    type NamespaceUrl = Namespace;
    type NamespacePrefix = Name;
    type BorrowedNamespaceUrl = Namespace;
    type BorrowedLocalName = Name;
    type NonTSPseudoClass = Never;
    type PseudoElement = Never;
}

struct Language;

impl<'i> selectors::parser::Parser<'i> for Language {
    type Impl = Names;
    type Error = SelectorParseErrorKind;
}

/// An interned name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Name(LocalName);

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Text(String);

/// Pseudo-classes that depend on a reader, and pseudo-elements: there are none.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Never {}

impl From<&str> for Name {
    fn from(name: &str) -> Self {
        Self(name.into())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl PrecomputedHash for Name {
    fn precomputed_hash(&self) -> u32 {
        self.0.precomputed_hash()
    }
}

impl ToCss for Name {
    fn to_css<W: fmt::Write>(&self, dest: &mut W) -> fmt::Result {
        dest.write_str(&self.0)
    }
}

impl ToCss for Text {
    fn to_css<W: fmt::Write>(&self, dest: &mut W) -> fmt::Result {
        cssparser::serialize_string(&self.0, dest)
    }
}

impl ToCss for Never {
    fn to_css<W: fmt::Write>(&self, _: &mut W) -> fmt::Result {
        match *self {}
    }
}

impl selectors::parser::NonTSPseudoClass for Never {
    fn is_active_or_hover(&self) -> bool {
        match *self {}
    }

    fn is_user_action_state(&self) -> bool {
        match *self {}
    }
}

impl selectors::parser::PseudoElement for Never {}
