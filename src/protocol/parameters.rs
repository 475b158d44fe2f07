//! Query parameters of the page that belong to the service.

use alloc::string::String;

use crate::urls::{Resolved, add_query, keep_pieces, piece_name, pieces};

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

/// Tells a query parameter that belongs to the service and may be handed on to frames and links.
pub fn is_carried(name: &str) -> bool {
    name.starts_with("iteras") && name != PREAUTH && name != GIFT
}

/// The link's address with those parameters of the page that it has not; `None` where it stays as it is.
pub fn carried(link: &Resolved<'_>, page: &Resolved<'_>) -> Option<String> {
    let mut extra = String::new();
    if link.origin == page.origin && link.is_http() {
        keep_pieces(&mut extra, page.query(), &|name| {
            is_carried(name) && !pieces(link.query()).any(|own| piece_name(own) == name)
        });
    }
    let mut url = Some(String::from(link.href)).filter(|_| !extra.is_empty())?;
    add_query(&mut url, &extra);
    Some(url)
}
