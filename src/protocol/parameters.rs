//! Query parameters of the page that belong to the service.

use alloc::string::String;

use crate::text::join;
use crate::urls::{Resolved, keep_pieces, parameter, with_query};

/// The page's query parameter that holds where to go after log-in.
pub const NEXT: &str = "iterasnext";
/// The page's query parameter that holds the entitlement level asked for.
pub const ACCESS: &str = "iterasaccess";
/// The page's query parameter that holds the ids asked for, comma-separated.
pub const NEEDS: &str = "iterasneeds";
/// The page's query parameter that holds a log-in token: a credential.
pub const PREAUTH: &str = "iteraspreauth";
/// The page's query parameter that opens one page as a gift; it concerns no other page and no frame.
pub const GIFT: &str = "iterasgift";

/// Those that are credentials or concern no other page, as a query.
pub(crate) const PRIVATE: &str = "iteraspreauth&iterasgift";

/// Appends the page's parameters that belong to the service and may be handed on to frames and links, each raw after
/// its `&`, less those that the query `own` has.
pub(crate) fn push_carried(out: &mut String, page_query: &str, own: &str) {
    push_others(out, page_query, "iteras", &join(&[PRIVATE, "&", own]));
}

/// Appends the raw pieces of a query, each after its `&`, whose names have this beginning and do not stand in the
/// query `own`.
#[cfg_attr(not(feature = "fast"), inline(never))]
pub(crate) fn push_others(out: &mut String, query: &str, beginning: &str, own: &str) {
    keep_pieces(out, query, |name| {
        name.starts_with(beginning) && parameter(own, name).is_none()
    });
}

/// The link's address with those parameters of the page that it has not; `None` where it stays as it is.
pub fn carried(link: &Resolved<'_>, page: &Resolved<'_>) -> Option<String> {
    let mut extra = String::new();
    if link.origin == page.origin && link.is_http() {
        push_carried(&mut extra, page.query(), link.query());
    }
    (!extra.is_empty()).then(|| with_query(link.href, &extra))
}
