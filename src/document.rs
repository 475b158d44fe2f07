//! This document: one rule for "the same page", whatever a landing or a newsletter has added to its address.
//!
//! ```
//! use iteras::document::{document, is_tracking};
//!
//! assert_eq!(document("/?p=5"), document("/?p=5&utm_source=letter&iterasnext=%2F#comments"));
//! assert_ne!(document("/?p=5"), document("/?page_id=12"));
//! assert!(is_tracking("fbclid"));
//! ```
//!
//! Same origin, same path (one trailing slash apart) and same query, less `iteras*` and tracking parameters (wire
//! protocol, "This document"). The query counts: every page of a site with plain permalinks has the path `/`.

use alloc::string::String;

use crate::protocol::OWN;
use crate::text::{cut, join, parts};
use crate::urls::{Resolved, keep_pieces, same_path, strip_slash, without_fragment};

/// Tracking parameters of advertisers, networks and mail programs, besides `utm_*` and `mc_*`.
const TRACKING: &str = "fbclid gclid dclid gbraid wbraid msclkid yclid ttclid twclid igshid igsh _ga _gl _hsenc _hsmi mkt_tok";

/// Tells a query parameter that follows readers around and says nothing about the page. The one list, also for gift
/// links and meters; `name` is form-decoded, and letter case counts.
pub fn is_tracking(name: &str) -> bool {
    name.starts_with("utm_")
        || name.starts_with("mc_")
        || parts(TRACKING, b' ').any(|own| own == name)
}

/// The page at an address, with its origin or without, such as `/?p=5#comments`: equal texts are one page.
pub fn document(address: &str) -> String {
    let address = without_fragment(address);
    let (path, query) = cut(address, b'?').unwrap_or((address, ""));
    let mut page = join(&[strip_slash(path), "?"]);
    keep_pieces(&mut page, query, &|name| {
        !name.starts_with(OWN) && !is_tracking(name)
    });
    page
}

/// Tells two addresses of one page.
pub fn is_same(one: &str, other: &str) -> bool {
    document(one) == document(other)
}

/// Tells the page that a publisher names by its address: by the path alone, or by path and query.
pub fn is_at(page: &Resolved<'_>, address: &str) -> bool {
    match cut(address, b'?') {
        None => same_path(address, page.pathname),
        Some(_) => is_same(&join(&[page.origin, address]), page.href),
    }
}
