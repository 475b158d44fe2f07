//! Cuts the gated element.

use html5ever::tendril::StrTendril;
use html5ever::{Attribute, LocalName, QualName, ns};
use iteras::policy::Reason;

use super::marks::Marks;
use super::rules::{is_hidden, is_out_of_place, is_picture, shows};
use super::text::end_of_kept;
use crate::tree::{Id, Kind, Step, Tree};

/// The characters that a picture counts for.
const PICTURE: usize = 100;

/// The decision about a node.
enum Fate {
    Kept,
    Dropped,
    /// The teaser ends before it.
    EndsBefore,
    /// The teaser ends in this text, behind so many bytes of it.
    EndsIn(usize),
}

/// Characters that may still be shown, and whether some were.
struct Rest {
    left: usize,
    shown: bool,
}

/// Keeps the first characters of an element, and gives it the classes that the page's own wall looks for.
pub(super) fn cut(tree: &mut Tree, gated: Id, marks: &Marks, characters: usize, reason: Reason) {
    let mut rest = Rest {
        left: characters,
        shown: false,
    };
    let mut next = tree.after(Step::Open(gated), gated);
    while let Some(step) = next {
        let Step::Open(id) = step else {
            next = tree.after(step, gated);
            continue;
        };
        let behind = tree.after(Step::Close(id), gated);
        next = match fate(tree, id, marks, &mut rest) {
            Fate::Kept => {
                if let Some(element) = tree.element_mut(id) {
                    element
                        .attributes
                        .retain(|it| shows(&it.name.local, &it.value));
                }
                // The text of these is never shown.
                if tree
                    .element(id)
                    .is_some_and(|element| element.local() == "iframe")
                {
                    tree.clear(id);
                }
                tree.after(step, gated)
            }
            Fate::Dropped => {
                tree.detach(id);
                behind
            }
            Fate::EndsBefore => {
                drop_behind(tree, id, gated);
                tree.detach(id);
                None
            }
            Fate::EndsIn(end) => {
                drop_behind(tree, id, gated);
                shorten(tree, id, end);
                None
            }
        };
    }
    mark(tree, gated, reason);
}

fn fate(tree: &Tree, id: Id, marks: &Marks, rest: &mut Rest) -> Fate {
    let element = match tree.kind(id) {
        Kind::Element(element) => element,
        Kind::Text(text) => return text_fate(text, rest),
        _ => return Fate::Dropped,
    };
    let picture = is_picture(element.local());
    if marks.get(id).ends || (picture && rest.left < PICTURE) {
        return Fate::EndsBefore;
    }
    if is_hidden(element.local()) || is_out_of_place(element.local()) {
        return Fate::Dropped;
    }
    if picture {
        rest.left -= PICTURE;
    }
    Fate::Kept
}

fn text_fate(text: &StrTendril, rest: &mut Rest) -> Fate {
    match end_of_kept(text, rest.left) {
        Ok(used) => {
            rest.left -= used;
            rest.shown |= used > 0;
            Fate::Kept
        }
        // Half a word is better than nothing at all.
        Err(end) if end.word == 0 && !rest.shown => Fate::EndsIn(end.hard),
        Err(end) => Fate::EndsIn(end.word),
    }
}

/// Drops all that comes after a node, in it and in all around it up to the gated element.
fn drop_behind(tree: &mut Tree, id: Id, gated: Id) {
    let mut around = Some(id).filter(|id| *id != gated);
    while let Some(id) = around {
        while let Some(next) = tree.next(id) {
            tree.detach(next);
        }
        around = tree.outer(id).filter(|id| *id != gated);
    }
}

fn shorten(tree: &mut Tree, id: Id, end: usize) {
    if end == 0 {
        tree.detach(id);
    } else if let Kind::Text(text) = tree.kind_mut(id) {
        *text = StrTendril::from_slice(&text[..end]);
    }
}

fn mark(tree: &mut Tree, gated: Id, reason: Reason) {
    let Some(element) = tree.element_mut(gated) else {
        return;
    };
    element
        .attributes
        .retain(|it| shows(&it.name.local, &it.value));
    let own = element
        .get("class")
        .map(|classes| format!("{classes} "))
        .unwrap_or_default();
    let why = match reason {
        Reason::NoPass => "iteras-no-pass",
        _ => "iteras-invalid-pass",
    };
    let value = StrTendril::from(format!("{own}iteras-content-truncated {why}"));
    let name = QualName::new(None, ns!(), LocalName::from("class"));
    element.attributes.retain(|it| it.name != name);
    element.attributes.push(Attribute { name, value });
}
