//! Where a visitor is sent: to a landing page without authorization, back from it after log-in.
//!
//! ```
//! use iteras::landing::landing_url;
//! use iteras::Access;
//! use iteras::urls::Resolved;
//!
//! let page = Resolved { href: "https://p.dk/a", pathname: "/a", ..Resolved::default() };
//! let buy = Resolved { href: "https://p.dk/buy#now", pathname: "/buy", ..Resolved::default() };
//! let url = landing_url(&buy, &page, Access::Sub);
//! assert_eq!(url.as_deref(), Some("https://p.dk/buy?iterasnext=%2Fa&iterasaccess=sub#now"));
//! ```
//!
//! Both parameters come after the redirect's own query and before its fragment; a redirect that could
//! go round in circles is not made, and nothing is stored to find that out (surface, section 2.1).

use alloc::string::String;

use crate::protocol::{ACCESS, GIFT, NEXT, PREAUTH};
use crate::requirement::Access;
use crate::text::{cut, join};
use crate::urls::{
    Resolved, add_query, is_safe_target, keep_pieces, parameter, push_form_encoded, same_path,
    without_fragment,
};

/// The longest path and query that is handed on, in bytes; beyond it the query is left out.
const MAX_NEXT: usize = 1500;

/// The deepest nesting of addresses in `iterasnext` that is looked at; the cap on its length ends it sooner.
const MAX_DEPTH: usize = 16;

/// The URL that an unauthorized visitor is sent to; `None` where that would go round in circles.
pub fn landing_url(target: &Resolved<'_>, page: &Resolved<'_>, access: Access) -> Option<String> {
    if target.is_same_path(page) || goes_in_circles(target, page) {
        return None;
    }
    let mut extra = join(&["&", NEXT, "="]);
    push_form_encoded(&mut extra, &return_address(page));
    if let Some(level) = access.name() {
        extra = join(&[&extra, "&", ACCESS, "=", level]);
    }
    let mut url = String::from(target.href);
    add_query(&mut url, &extra);
    Some(url)
}

/// Where a page goes after log-in (wire protocol, "Messages"): the first of the targets, as written and as
/// resolved, that anybody may have written and that is safe; the site's root where all that were given are
/// unusable; `None` to stay.
pub fn after_log_in<'a>(page: &Resolved<'a>, targets: &[(&str, &Resolved<'a>)]) -> Option<&'a str> {
    let mut unusable = false;
    for &(raw, target) in targets {
        // This page itself counts as not given: it would show the log-in form again.
        if raw.is_empty() || target.is_same_document(page) {
            continue;
        }
        if is_safe_target(raw, target, page) {
            return Some(target.href);
        }
        unusable = true;
    }
    let at_root = page.pathname == "/" && page.query().is_empty();
    // Absolute, since a page may have a `<base>`.
    (unusable && !at_root).then_some(page.origin)
}

/// The page's path and query as they are handed on, without credentials.
fn return_address(page: &Resolved<'_>) -> String {
    let mut query = String::new();
    keep_pieces(&mut query, page.query(), &|name| {
        name != PREAUTH && name != GIFT
    });
    let mut address = String::from(page.pathname);
    if address.len() + query.len() <= MAX_NEXT {
        add_query(&mut address, &query);
    }
    address
}

/// Tells a loop: the page's own `iterasnext` and those nested in it hold both this page's path and the target's.
fn goes_in_circles(target: &Resolved<'_>, page: &Resolved<'_>) -> bool {
    let (mut seen_page, mut seen_target) = (false, false);
    let mut next = parameter(page.query(), NEXT);
    for _ in 0..MAX_DEPTH {
        let Some(address) = next else { break };
        let address = without_fragment(&address);
        let (path, query) = cut(address, b'?').unwrap_or((address, ""));
        seen_page |= same_path(path, page.pathname);
        seen_target |= same_path(path, target.pathname);
        next = parameter(query, NEXT);
    }
    seen_page && seen_target
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    fn at(path_and_query: &str) -> (String, String) {
        let path = path_and_query.split('?').next().unwrap();
        (format!("https://pub.example{path_and_query}"), path.into())
    }

    fn go(from: &str, to: &str) -> Option<String> {
        let ((from, from_path), (to, to_path)) = (at(from), at(to));
        let page = |href| Resolved {
            href,
            origin: "https://pub.example",
            ..Resolved::default()
        };
        let target = Resolved {
            pathname: &to_path,
            ..page(&to)
        };
        let page = Resolved {
            pathname: &from_path,
            ..page(&from)
        };
        let target = landing_url(&target, &page, Access::Any);
        target.map(|url| url.replacen("https://pub.example", "", 1))
    }

    #[test]
    fn the_landing_page_learns_where_the_reader_came_from() {
        assert_eq!(go("/a", "/buy").as_deref(), Some("/buy?iterasnext=%2Fa"));
        let full = go(
            "/a?q=x+y&iteraspreauth=1:2&iterasgift=9&r=%C3%A6",
            "/?page_id=1",
        );
        assert_eq!(
            full.as_deref(),
            Some("/?page_id=1&iterasnext=%2Fa%3Fq%3Dx%2By%26r%3D%25C3%25A6")
        );
        assert_eq!(
            go("/a?iteraspreauth=1", "/buy").as_deref(),
            Some("/buy?iterasnext=%2Fa")
        );
    }

    #[test]
    fn c52_long_addresses_lose_their_query() {
        let long = format!("/a?{}", "x".repeat(10_240));
        assert_eq!(go(&long, "/buy").as_deref(), Some("/buy?iterasnext=%2Fa"));
    }

    #[test]
    fn f25_no_circles() {
        assert_eq!(go("/paywall/?x=1", "/paywall"), None);
        let mut landing = ["/one", "/two"].into_iter().cycle();
        let mut page = String::from("/article");
        let mut hops = 0;
        while let Some(next) = go(&page, landing.next().unwrap()) {
            page = next;
            hops += 1;
            assert!(hops < 10, "{page}");
        }
        assert_eq!(hops, 3);
    }
}
