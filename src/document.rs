//! This document: one rule for "the same page", whatever a landing or a newsletter has added to its address.
//!
//! ```
//! use iteras::document::document;
//!
//! assert_eq!(document("/?p=5"), document("/?p=5&utm_source=letter&iterasnext=%2F#comments"));
//! assert_ne!(document("/?p=5"), document("/?page_id=12"));
//! ```
//!
//! Same origin, same path (one trailing slash apart) and same query, less `iteras*` and tracking parameters (wire
//! protocol, "This document"). The query counts: every page of a site with plain permalinks has the path `/`.

use alloc::string::String;

use crate::text::{halves, items, join, push};
use crate::tracking::is_ours_or_tracking;
use crate::urls::{Resolved, piece_name, same_path, strip_slash, without_fragment};

/// The page at an address, with its origin or without, such as `/?p=5#comments`: equal texts are one page.
pub fn document(address: &str) -> String {
    let (path, query) = halves(without_fragment(address), b'?');
    let mut page = join(&[strip_slash(path), "?"]);
    for piece in items(query, b'&') {
        if !is_ours_or_tracking(&piece_name(piece)) {
            push(&mut page, "&");
            push(&mut page, piece);
        }
    }
    page
}

/// Tells two addresses of one page.
pub fn is_same(one: &str, other: &str) -> bool {
    document(one) == document(other)
}

/// Tells the page that a publisher names by its address: by the path alone, or by path and query.
pub fn is_at(page: &Resolved<'_>, address: &str) -> bool {
    same_path(address, page.pathname) || is_same(&join(&[page.origin, address]), page.href)
}
