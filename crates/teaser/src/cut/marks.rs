//! The publisher's selectors that each element fits, found before anything is cut: they must not depend on what was
//! dropped around it.

use crate::Teaser;
use crate::selector::Matcher;
use crate::tree::{Id, ROOT, Step, Tree};

/// The selectors that an element fits.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mark {
    /// The place of the first selector of gated elements that it fits.
    pub(super) gated: Option<usize>,
    /// True for an element that stays, though it may be data.
    pub(super) allowed: bool,
    /// True for an element that ends the teaser.
    pub(super) ends: bool,
}

/// The marks of all nodes, by their numbers.
pub(super) struct Marks(Vec<Mark>);

impl Marks {
    pub(super) fn get(&self, id: Id) -> Mark {
        self.0.get(id).copied().unwrap_or_default()
    }
}

pub(super) fn of(tree: &Tree, teaser: &Teaser) -> Marks {
    let mut marks = vec![Mark::default(); tree.len()];
    let mut matcher = Matcher::new(tree);
    for step in tree.walk(ROOT) {
        let Step::Open(id) = step else { continue };
        if tree.element(id).is_none() {
            continue;
        }
        marks[id] = Mark {
            gated: teaser
                .gated
                .iter()
                .position(|gated| matcher.fits(id, &gated.selector)),
            allowed: teaser
                .allowed
                .iter()
                .any(|allowed| matcher.fits(id, allowed)),
            ends: teaser
                .gated
                .iter()
                .filter_map(|gated| gated.marker.as_ref())
                .any(|end| matcher.fits(id, end)),
        };
    }
    Marks(marks)
}
