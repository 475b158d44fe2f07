//! The step after a log-in: on to where the reader came from, unless the new pass does not open it (wire protocol,
//! "The step after log-in").
//!
//! ```
//! use iteras::after_login::{Step, after_login};
//! use iteras::urls::Resolved;
//!
//! let site = Resolved { origin: "https://p.dk", protocol: "https:", ..Resolved::default() };
//! let page = Resolved { href: "https://p.dk/login?iterasneeds=BBBB2222", pathname: "/login", ..site };
//! let article = Resolved { href: "https://p.dk/a", pathname: "/a", ..site };
//! let pass = "sub|AAAA1111|2026-02-01T00:00:00Z|31168|/sha256:00";
//! assert_eq!(after_login(&page, &[("/a", article)], pass), Step::Lacking);
//! ```

use crate::document::{Document, is_same};
use crate::needs::Needs;
use crate::urls::{Resolved, is_safe_target};

/// The step after a log-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// Go to this URL, in place of the page.
    Go(&'a str),
    /// Stay, and tell the frame the reader's state again: the target is not open to this pass.
    Lacking,
    /// Stay: there is no target.
    Stay,
}

/// Decides where a page goes after `pass` was stored. `targets` = `iterasnext` of the page, then `next` of the frame,
/// each as written and as resolved.
pub fn after_login<'a>(
    page: &Resolved<'a>,
    targets: &[(&str, Resolved<'a>)],
    pass: &str,
) -> Step<'a> {
    let Some(url) = target(page, targets) else {
        return Step::Stay;
    };
    if Needs::read(page.query()).are_met_by(pass) {
        Step::Go(url)
    } else {
        Step::Lacking
    }
}

/// The first safe target; the site's root where all that were given are unusable.
fn target<'a>(page: &Resolved<'a>, targets: &[(&str, Resolved<'a>)]) -> Option<&'a str> {
    let mut unusable = false;
    for (raw, target) in targets {
        // This page itself counts as not given: it would show the log-in form again.
        if raw.is_empty() || is_same(target, page) {
            continue;
        }
        if is_safe_target(raw, target, page) {
            return Some(target.href);
        }
        unusable = true;
    }
    let at_root = Document::of(page).is(Document::at("/"));
    // Absolute, since a page may have a `<base>`.
    (unusable && !at_root).then_some(page.origin)
}
