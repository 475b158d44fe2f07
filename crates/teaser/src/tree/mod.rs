//! The tree of a page: nodes in one vector, linked by their numbers, so that nothing recurses.

mod attributes;
mod equal;
mod parse;
mod sink;
mod tokens;
mod write;

use html5ever::tendril::StrTendril;
use html5ever::tree_builder::QuirksMode;
use html5ever::{Attribute, QualName, ns};

pub(crate) use equal::same;
pub(crate) use parse::{Limits, parse};
pub(crate) use write::{is_void, write};

/// The number of a node.
pub(crate) type Id = usize;

/// The document node.
pub(crate) const ROOT: Id = 0;

#[derive(Debug)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    pub(crate) quirks: QuirksMode,
}

#[derive(Debug)]
struct Node {
    /// A template's contents have the template as parent, though they are none of its children.
    parent: Option<Id>,
    previous: Option<Id>,
    next: Option<Id>,
    first: Option<Id>,
    last: Option<Id>,
    kind: Kind,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Document,
    Doctype {
        name: StrTendril,
        public: StrTendril,
        system: StrTendril,
    },
    Element(Element),
    Text(StrTendril),
    Comment(StrTendril),
    /// The contents of a `<template>`.
    Contents,
}

#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) name: QualName,
    pub(crate) attributes: Vec<Attribute>,
    /// The contents of a `<template>`.
    pub(crate) contents: Option<Id>,
    /// True where HTML may stand in this element of MathML.
    pub(crate) integration_point: bool,
}

/// A step of a walk through a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Open(Id),
    Close(Id),
}

impl Element {
    pub(crate) fn local(&self) -> &str {
        &self.name.local
    }

    pub(crate) fn is_html(&self) -> bool {
        self.name.ns == ns!(html)
    }

    /// The value of an attribute without a namespace.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self
            .attributes
            .iter()
            .find(|it| it.name.ns == ns!() && &*it.name.local == name);
        found.map(|it| &*it.value)
    }
}

impl Tree {
    pub(crate) fn new() -> Self {
        let mut tree = Self {
            nodes: Vec::new(),
            quirks: QuirksMode::NoQuirks,
        };
        tree.add(Kind::Document);
        tree
    }

    /// Adds a node that stands nowhere yet.
    pub(crate) fn add(&mut self, kind: Kind) -> Id {
        let node = Node {
            parent: None,
            previous: None,
            next: None,
            first: None,
            last: None,
            kind,
        };
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// The number of nodes, those that stand nowhere included.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn kind(&self, id: Id) -> &Kind {
        &self.nodes[id].kind
    }

    pub(crate) fn kind_mut(&mut self, id: Id) -> &mut Kind {
        &mut self.nodes[id].kind
    }

    pub(crate) fn element(&self, id: Id) -> Option<&Element> {
        match &self.nodes[id].kind {
            Kind::Element(element) => Some(element),
            _ => None,
        }
    }

    pub(crate) fn element_mut(&mut self, id: Id) -> Option<&mut Element> {
        match &mut self.nodes[id].kind {
            Kind::Element(element) => Some(element),
            _ => None,
        }
    }

    pub(crate) fn parent(&self, id: Id) -> Option<Id> {
        self.nodes[id].parent
    }

    pub(crate) fn next(&self, id: Id) -> Option<Id> {
        self.nodes[id].next
    }

    pub(crate) fn previous(&self, id: Id) -> Option<Id> {
        self.nodes[id].previous
    }

    /// The first child, in a `<template>` the first of its contents.
    pub(crate) fn first(&self, id: Id) -> Option<Id> {
        let inner = self
            .element(id)
            .and_then(|element| element.contents)
            .unwrap_or(id);
        self.nodes[inner].first
    }

    /// The node around one, for a template's contents the template.
    pub(crate) fn outer(&self, id: Id) -> Option<Id> {
        let parent = self.nodes[id].parent?;
        match self.nodes[parent].kind {
            Kind::Contents => self.nodes[parent].parent,
            _ => Some(parent),
        }
    }

    /// The steps from one node's opening to its closing, in document order.
    pub(crate) fn walk(&self, top: Id) -> impl Iterator<Item = Step> + '_ {
        let mut next = Some(Step::Open(top));
        std::iter::from_fn(move || {
            let step = next?;
            next = self.after(step, top);
            Some(step)
        })
    }

    /// The step that follows in a walk that began at `top`.
    pub(crate) fn after(&self, step: Step, top: Id) -> Option<Step> {
        match step {
            Step::Open(id) => Some(self.first(id).map_or(Step::Close(id), Step::Open)),
            Step::Close(id) if id == top => None,
            Step::Close(id) => self
                .next(id)
                .map(Step::Open)
                .or_else(|| self.outer(id).map(Step::Close)),
        }
    }

    /// Makes a node that stands nowhere the last child.
    pub(crate) fn append(&mut self, parent: Id, child: Id) {
        let last = self.nodes[parent].last.replace(child);
        match last {
            Some(last) => self.nodes[last].next = Some(child),
            None => self.nodes[parent].first = Some(child),
        }
        let node = &mut self.nodes[child];
        (node.parent, node.previous, node.next) = (Some(parent), last, None);
    }

    /// Puts a node that stands nowhere before one that has a parent.
    pub(crate) fn insert_before(&mut self, sibling: Id, new: Id) {
        let (parent, previous) = (
            self.nodes[sibling].parent,
            self.nodes[sibling].previous.replace(new),
        );
        match (previous, parent) {
            (Some(previous), _) => self.nodes[previous].next = Some(new),
            (None, Some(parent)) => self.nodes[parent].first = Some(new),
            (None, None) => {}
        }
        let node = &mut self.nodes[new];
        (node.parent, node.previous, node.next) = (parent, previous, Some(sibling));
    }

    /// Takes a node out of its parent, with all that it holds.
    pub(crate) fn detach(&mut self, id: Id) {
        let node = &mut self.nodes[id];
        let (parent, previous, next) = (node.parent.take(), node.previous.take(), node.next.take());
        match (previous, parent) {
            (Some(previous), _) => self.nodes[previous].next = next,
            (None, Some(parent)) => self.nodes[parent].first = next,
            (None, None) => {}
        }
        match (next, parent) {
            (Some(next), _) => self.nodes[next].previous = previous,
            (None, Some(parent)) => self.nodes[parent].last = previous,
            (None, None) => {}
        }
    }

    /// Takes all children out of a node.
    pub(crate) fn clear(&mut self, id: Id) {
        while let Some(child) = self.first(id) {
            self.detach(child);
        }
    }

    /// Makes one text node of neighbours, as a parser would read them.
    pub(crate) fn join_texts(&mut self) {
        let mut step = Some(Step::Open(ROOT));
        while let Some(now) = step {
            if let Step::Open(id) = now {
                self.join_followers(id);
            }
            step = self.after(now, ROOT);
        }
    }

    fn join_followers(&mut self, id: Id) {
        if !matches!(self.nodes[id].kind, Kind::Text(_)) {
            return;
        }
        while let Some(next) = self.nodes[id].next {
            let Kind::Text(more) = &mut self.nodes[next].kind else {
                return;
            };
            let more = std::mem::take(more);
            if let Kind::Text(text) = &mut self.nodes[id].kind {
                text.push_tendril(&more);
            }
            self.detach(next);
        }
    }
}
