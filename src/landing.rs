//! Where a visitor without authorization is sent, with what the landing page needs to know.
//!
//! ```
//! use iteras::landing::landing_url;
//! use iteras::{Access, Requirement};
//! use iteras::urls::Resolved;
//!
//! let page = Resolved { href: "https://p.dk/a", protocol: "https:", pathname: "/a", ..Resolved::default() };
//! let buy = Resolved { href: "https://p.dk/buy#now", pathname: "/buy", ..Resolved::default() };
//! let wanted = Requirement { access: Access::Sub, ..Requirement::ANY };
//! let url = landing_url(&buy, &page, &wanted);
//! assert_eq!(url.as_deref(), Some("https://p.dk/buy?iterasnext=%2Fa&iterasaccess=sub#now"));
//! ```
//!
//! The parameters come after the redirect's own query and before its fragment; a redirect that could go round in
//! circles is not made, and nothing is stored to find that out (surface, section 2.1).

use alloc::string::String;

use crate::document::is_same;
use crate::needs::push_needs;
use crate::protocol::{NEXT, PRIVATE, push_others};
use crate::requirement::Requirement;
use crate::text::{from, join};
use crate::urls::{Resolved, parameter, push_parameter, query, with_query};

/// The longest path and query that is handed on, in bytes; beyond it the query is left out.
const MAX_NEXT: usize = 1500;

/// The depth of addresses nested in `iterasnext` at which a reader has been sent around enough.
const MAX_DEPTH: u8 = 8;

/// The URL to go to; `None` where that would go round in circles.
pub fn landing_url(
    target: &Resolved<'_>,
    page: &Resolved<'_>,
    wanted: &Requirement<'_>,
) -> Option<String> {
    if goes_in_circles(target, page) {
        return None;
    }
    let mut extra = String::new();
    // A `srcdoc` or `blob:` page has no address to return to.
    if page.is_http() {
        push_parameter(&mut extra, NEXT, &return_address(page));
    }
    push_needs(&mut extra, wanted);
    Some(with_query(target.href, &extra))
}

/// The page's path and query as they are handed on, without credentials.
fn return_address(page: &Resolved<'_>) -> String {
    let mut query = String::new();
    push_others(&mut query, page.query(), "", PRIVATE);
    // A path that begins with two slashes is another host where it is followed. Most servers read them as one.
    let mut path = page.pathname;
    while path.starts_with("//") {
        path = from(path, 1);
    }
    if path.len() + query.len() > MAX_NEXT {
        query.clear();
    }
    with_query(path, &query)
}

/// Tells a chain of addresses, `iterasnext` of the page and those nested in it, that leads back: it holds this page
/// and the target, or this page twice (a server redirects the target elsewhere), or is nested 8 deep.
fn goes_in_circles(target: &Resolved<'_>, page: &Resolved<'_>) -> bool {
    let (mut own_times, mut goal_seen) = (0, false);
    let mut address = String::from(page.href);
    for _ in 0..MAX_DEPTH {
        let Some(path) = parameter(query(&address), NEXT) else {
            return is_same(page.href, target.href) || own_times > 1 || own_times > 0 && goal_seen;
        };
        address = join(&[page.origin, &path]);
        own_times += u8::from(is_same(&address, page.href));
        goal_seen |= is_same(&address, target.href);
    }
    true
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
            protocol: "https:",
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
        let target = landing_url(&target, &page, &Requirement::ANY);
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
        assert_eq!(go("/paywall/?utm_source=x", "/paywall"), None);
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
