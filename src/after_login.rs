//! The step after a log-in: on to where the reader came from, unless the new pass does not open it (wire protocol,
//! "The step after log-in").
//!
//! ```
//! use iteras::after_login::{Step, after_login};
//! use iteras::needs::State;
//! use iteras::urls::Resolved;
//!
//! let site = Resolved { origin: "https://p.dk", protocol: "https:", ..Resolved::default() };
//! let page = Resolved { href: "https://p.dk/login?iterasneeds=BBBB2222", pathname: "/login", ..site };
//! let article = Resolved { href: "https://p.dk/a", pathname: "/a", ..site };
//! assert_eq!(after_login(&page, &[("/a", &article)], State::Lacking), Step::Lacking);
//! assert_eq!(after_login(&page, &[("/a", &article)], State::In), Step::Go("https://p.dk/a"));
//! ```

use crate::document::is_same;
use crate::needs::State;
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

/// Decides where a page goes after a log-in. `targets` = `iterasnext` of the page, then `next` of the frame, each as
/// written and as resolved; `state` = the reader's, towards what the page's own address names, without a frame's ids.
pub fn after_login<'a>(
    page: &Resolved<'a>,
    targets: &[(&str, &Resolved<'a>)],
    state: State,
) -> Step<'a> {
    match target(page, targets) {
        None => Step::Stay,
        Some(url) if state == State::In => Step::Go(url),
        Some(_) => Step::Lacking,
    }
}

/// The first safe target; the site's root where all that were given are unusable.
fn target<'a>(page: &Resolved<'a>, targets: &[(&str, &Resolved<'a>)]) -> Option<&'a str> {
    let mut unusable = false;
    for (raw, target) in targets {
        // This page itself counts as not given: it would show the log-in form again.
        if raw.is_empty() || is_same(target.href, page.href) {
            continue;
        }
        if is_safe_target(raw, target, page) {
            return Some(target.href);
        }
        unusable = true;
    }
    let at_root = is_same(page.href, page.origin);
    // Absolute, since a page may have a `<base>`.
    (unusable && !at_root).then_some(page.origin)
}
