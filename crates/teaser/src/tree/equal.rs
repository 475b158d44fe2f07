//! Compares two trees.

use super::{Kind, ROOT, Step, Tree};

/// True for two trees that are the same, to the last attribute.
pub(crate) fn same(one: &Tree, other: &Tree) -> bool {
    one.quirks == other.quirks
        && one
            .walk(ROOT)
            .map(|step| Event::of(one, step))
            .eq(other.walk(ROOT).map(|step| Event::of(other, step)))
}

/// A step of a walk, with what is seen there.
enum Event<'a> {
    Open(&'a Kind),
    Close,
}

impl<'a> Event<'a> {
    fn of(tree: &'a Tree, step: Step) -> Self {
        match step {
            Step::Open(id) => Self::Open(tree.kind(id)),
            Step::Close(_) => Self::Close,
        }
    }
}

impl PartialEq for Event<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Event::Open(one), Event::Open(other)) => same_kind(one, other),
            (Event::Close, Event::Close) => true,
            _ => false,
        }
    }
}

fn same_kind(one: &Kind, other: &Kind) -> bool {
    match (one, other) {
        (Kind::Document, Kind::Document) | (Kind::Contents, Kind::Contents) => true,
        (Kind::Text(one), Kind::Text(other)) | (Kind::Comment(one), Kind::Comment(other)) => {
            one == other
        }
        (Kind::Element(one), Kind::Element(other)) => {
            one.name == other.name
                && one.attributes == other.attributes
                && one.contents.is_some() == other.contents.is_some()
        }
        (
            Kind::Doctype {
                name,
                public,
                system,
            },
            Kind::Doctype {
                name: other,
                public: other_public,
                system: other_system,
            },
        ) => name == other && public == other_public && system == other_system,
        _ => false,
    }
}
