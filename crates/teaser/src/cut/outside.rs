//! Cuts the page around the gated element.

use html5ever::tendril::StrTendril;
use iteras::policy::Reason;

use super::inside;
use super::label;
use super::marks::Marks;
use super::rules::{
    MAX_INLINE, can_be_gated, holds_article, is_copy, is_data, is_hidden, is_program,
    is_streamed_copy,
};
use crate::tree::{Element, Id, Kind, ROOT, Step, Tree};
use crate::{Refusal, Teaser};

/// The decision about a node.
enum Fate {
    /// The node stays, and its contents are looked at.
    Kept,
    /// The node stays without its contents.
    Emptied,
    Dropped,
    /// The node is the element to gate, by the selector of this place.
    Gated(usize),
}

/// Cuts the whole page, and gives the place of the selector that the gated element fits; an error when there is nothing
/// to gate.
pub(super) fn cut(
    tree: &mut Tree,
    marks: &Marks,
    teaser: &Teaser,
    reason: Reason,
) -> Result<usize, Refusal> {
    let mut found = None;
    let mut next = Some(Step::Open(ROOT));
    while let Some(step) = next {
        let Step::Open(id) = step else {
            next = tree.after(step, ROOT);
            continue;
        };
        let behind = tree.after(Step::Close(id), ROOT);
        next = match fate(tree, id, marks, teaser, found.is_some()) {
            Fate::Kept => {
                if let Some(element) = tree.element_mut(id).filter(|_| !marks.get(id).allowed) {
                    element
                        .attributes
                        .retain(|it| !is_data(&it.name.local, &it.value));
                }
                tree.after(step, ROOT)
            }
            Fate::Emptied => {
                if let Some(element) = tree.element_mut(id) {
                    element
                        .attributes
                        .retain(|it| !is_data(&it.name.local, &it.value));
                }
                tree.clear(id);
                behind
            }
            Fate::Dropped => {
                tree.detach(id);
                behind
            }
            Fate::Gated(selector) => {
                found = Some(selector);
                label::put(tree, id, &teaser.gated[selector].text)?;
                inside::cut(tree, id, marks, teaser.characters, reason);
                behind
            }
        };
    }
    found.ok_or(Refusal::NothingGated)
}

fn fate(tree: &Tree, id: Id, marks: &Marks, teaser: &Teaser, found: bool) -> Fate {
    let element = match tree.kind(id) {
        Kind::Comment(text) => return comment(text, teaser),
        Kind::Element(element) => element,
        _ => return Fate::Kept,
    };
    let mark = marks.get(id);
    if let Some(selector) = mark.gated {
        let shown = !found && can_be_gated(element) && !in_template(tree, id);
        return if shown {
            Fate::Gated(selector)
        } else {
            Fate::Dropped
        };
    }
    if mark.allowed {
        return Fate::Kept;
    }
    match element.local() {
        "script" => script(tree, id, element),
        "meta" if holds_article(element) => Fate::Dropped,
        "textarea" => Fate::Dropped,
        // Its text is never shown.
        "iframe" => Fate::Emptied,
        name if is_hidden(name) || is_streamed_copy(element) => Fate::Dropped,
        _ => Fate::Kept,
    }
}

fn comment(text: &StrTendril, teaser: &Teaser) -> Fate {
    let text = text.trim_start();
    let kept = teaser
        .comments
        .iter()
        .any(|beginning| text.starts_with(beginning.as_str()));
    if kept { Fate::Kept } else { Fate::Dropped }
}

fn script(tree: &Tree, id: Id, element: &Element) -> Fate {
    let named = element.get("id").is_some_and(|id| id.starts_with("__"));
    if named || !is_program(element.get("type")) {
        return Fate::Dropped;
    }
    if element.get("src").is_some() {
        return Fate::Emptied;
    }
    let mut program = String::new();
    for step in tree.walk(id) {
        match step {
            Step::Open(inner) if inner == id => {}
            Step::Open(inner) => match tree.kind(inner) {
                Kind::Text(text) => program.push_str(text),
                // In SVG: markup in a script is no program.
                _ => return Fate::Dropped,
            },
            Step::Close(_) => {}
        }
    }
    if program.len() > MAX_INLINE || is_copy(&program) {
        Fate::Dropped
    } else {
        Fate::Kept
    }
}

/// True for an element in a template, which is not shown.
fn in_template(tree: &Tree, id: Id) -> bool {
    let mut around = std::iter::successors(tree.parent(id), |id| tree.parent(*id));
    around.any(|id| matches!(tree.kind(id), Kind::Contents))
}
