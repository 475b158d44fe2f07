//! This document: one rule for "the same page", whatever a landing or a newsletter has added to its address.
//!
//! ```
//! use iteras::document::{Document, is_tracking};
//!
//! let article = Document::at("/?p=5");
//! assert!(article.is(Document::at("/?p=5&utm_source=letter&iterasnext=%2F")));
//! assert!(!article.is(Document::at("/?page_id=12")));
//! assert!(is_tracking("fbclid"));
//! ```
//!
//! Same origin, same path (one trailing slash apart) and same query, less `iteras*` and tracking parameters (wire
//! protocol, "This document"). The query counts: every page of a site with plain permalinks has the path `/`.

use crate::text::cut;
use crate::urls::{Resolved, piece_name, pieces, same_path, without_fragment};

/// The beginning of the names of all parameters that are ours.
const OWN: &str = "iteras";
/// Families of tracking parameters, by the beginning of their names.
const FAMILIES: [&str; 2] = ["utm_", "mc_"];
/// Single tracking parameters: of advertisers, networks and mail programs.
const NAMES: [&str; 16] = [
    "fbclid", "gclid", "dclid", "wbraid", "gbraid", "msclkid", "yclid", "twclid", "ttclid",
    "igshid", "igsh", "_ga", "_gl", "_hsenc", "_hsmi", "mkt_tok",
];

/// Tells a query parameter that follows readers around and says nothing about the page. The one list, also for gift
/// links and meters; `name` is form-decoded, and letter case counts.
pub fn is_tracking(name: &str) -> bool {
    FAMILIES.iter().any(|start| name.starts_with(start)) || NAMES.contains(&name)
}

/// A page of this site as far as it is told apart from others.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    path: &'a str,
    query: &'a str,
}

impl<'a> Document<'a> {
    /// The page at a URL.
    pub fn of(url: &Resolved<'a>) -> Self {
        Self {
            path: url.pathname,
            query: url.query(),
        }
    }

    /// The page at an address without its origin, such as `/?p=5`.
    pub fn at(address: &'a str) -> Self {
        let address = without_fragment(address);
        let (path, query) = cut(address, b'?').unwrap_or((address, ""));
        Self { path, query }
    }

    /// Tells another address of the same page.
    pub fn is(self, other: Document<'_>) -> bool {
        same_path(self.path, other.path) && self.pieces().eq(other.pieces())
    }

    /// The path as it stands, with a trailing slash if it has one.
    pub fn path(self) -> &'a str {
        self.path
    }

    /// The query without its `?`, as it stands.
    pub fn query(self) -> &'a str {
        self.query
    }

    /// The raw pieces of the query that belong to the page.
    pub fn pieces(self) -> impl Iterator<Item = &'a str> {
        pieces(self.query).filter(|piece| {
            let name = piece_name(piece);
            !name.starts_with(OWN) && !is_tracking(&name)
        })
    }
}

/// Tells two URLs of one page.
pub fn is_same(one: &Resolved<'_>, other: &Resolved<'_>) -> bool {
    one.origin == other.origin && Document::of(one).is(Document::of(other))
}
