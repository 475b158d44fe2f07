//! Readers who are denied: which of them are sent to the landing page, and where that is.
//!
//! ```
//! use iteras_guard::landing::{Landing, is_navigation};
//!
//! assert!(is_navigation("GET", Some("document")) && !is_navigation("GET", Some("image")));
//! // A door lends its parser of URLs; with one that knows none, there is no landing page either.
//! assert!(Landing::new("/buy", &|_, _| None).is_none());
//! ```
//!
//! The landing page learns where the reader came from and what is asked for (surface, section 2.1).

use alloc::string::String;

use iteras::landing::landing_url;
use iteras::urls::Resolved;
use iteras::{Access, Reason, Requirement};

use crate::plan::Visit;

macro_rules! page {
    ($sentence:literal) => {
        concat!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">",
            "<meta name=\"viewport\" content=\"width=device-width\"><title>For subscribers</title>",
            "<h1>For subscribers</h1><p>",
            $sentence,
            "</p></html>\n"
        )
    };
}

/// Shown to a visitor who is not sent anywhere: HTML in UTF-8, with a sentence for each reason that visitors are told
/// (rules, "Who sees which reason").
pub fn denial_page(reason: Reason) -> &'static str {
    match reason.public_code() {
        "nopass" => page!("Log in to read this page."),
        "expired" => page!("Your access has run out. Log in again, or renew your subscription."),
        "wrongpaywall" => page!("Your subscription does not include this page."),
        "accesslevel" => page!("You are logged in, but this page is for subscribers."),
        _ => page!("Your log-in can't be read. Log in again to read this page."),
    }
}

/// The HTTP status of a denial: 402 where the publisher wants that, else the reason's, 401 or 403.
pub fn status(reason: Reason, payment_required: bool) -> u16 {
    if payment_required {
        402
    } else {
        reason.status()
    }
}

/// The parts of a URL that the door's parser, which follows the URL standard, has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// The serialised absolute URL.
    pub href: String,
    /// `scheme://host[:port]`, or `null`.
    pub origin: String,
    /// The scheme with its colon.
    pub protocol: String,
    /// The path, percent-encoded as serialised.
    pub pathname: String,
}

/// The door's parser of URLs: a text, and the absolute URL that it is relative to; `None` for what is no URL.
pub type Parse<'p> = dyn Fn(&str, Option<&str>) -> Option<Address> + 'p;

/// No visitor can have called this host.
const NOWHERE: &str = "http://site.invalid";

/// A landing page, as the publisher has configured it.
#[derive(Clone, Debug)]
pub struct Landing {
    target: String,
    /// The scheme of an absolute URL; `None` of a path.
    protocol: Option<String>,
}

impl Landing {
    /// Takes a path (`/subscribe`) or an absolute http or https URL; `None` for anything else.
    pub fn new(target: &str, parse: &Parse<'_>) -> Option<Self> {
        let of = |protocol| {
            Some(Self {
                target: target.into(),
                protocol,
            })
        };
        let at_site = |target: Address| target.origin == NOWHERE;
        if target.starts_with('/') && parse(target, Some(NOWHERE)).is_some_and(at_site) {
            return of(None);
        }
        let absolute = parse(target, None)?;
        let is_http = matches!(&*absolute.protocol, "http:" | "https:");
        if is_http {
            of(Some(absolute.protocol))
        } else {
            None
        }
    }

    /// The address that the reader of a denied page is sent to: a path where the landing page was given as one. `None`
    /// for requests that are no navigation, and where that would go round in circles.
    pub fn location(
        &self,
        request: &impl Visit,
        access: Access,
        parse: &Parse<'_>,
    ) -> Option<String> {
        if !is_navigation(&request.method(), request.destination().as_deref()) {
            return None;
        }
        // The gate may not know the scheme that the visitor used; a host and path tell pages apart as well.
        let scheme = self.protocol.as_deref().unwrap_or("http:");
        let (host, path, query) = (request.host()?, request.path(), request.query());
        let mark = if query.is_empty() { "" } else { "?" };
        let page = parse(&[scheme, "//", &host, &path, mark, &query].concat(), None)?;
        let target = parse(&self.target, Some(&page.href))?;
        let wanted = Requirement {
            access,
            ..Requirement::ANY
        };
        let url = landing_url(&resolved(&target), &resolved(&page), &wanted)?;
        match self.protocol {
            Some(_) => Some(url),
            // So that no Host header of a visitor ends up in a Location.
            None => url.strip_prefix(&*target.origin).map(String::from),
        }
    }
}

fn resolved(address: &Address) -> Resolved<'_> {
    Resolved {
        href: &address.href,
        origin: &address.origin,
        protocol: &address.protocol,
        pathname: &address.pathname,
        ..Resolved::default()
    }
}

/// Tells requests for a page to look at, whose reader can be sent on: `GET` and `HEAD`, and
/// where the browser says what the answer is for (`Sec-Fetch-Dest`), a document or a frame.
pub fn is_navigation(method: &str, destination: Option<&str>) -> bool {
    let destinations = [None, Some("document"), Some("iframe"), Some("frame")];
    matches!(method, "GET" | "HEAD") && destinations.contains(&destination)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;

    #[test]
    fn each_public_reason_has_a_sentence_of_its_own() {
        let mut pages = BTreeMap::new();
        for reason in Reason::ALL {
            let page = denial_page(*reason);
            assert_eq!(*pages.entry(reason.public_code()).or_insert(page), page);
        }
        let codes = [
            "accesslevel",
            "expired",
            "invalid",
            "nopass",
            "wrongpaywall",
        ];
        assert!(pages.keys().copied().eq(codes));
        let mut texts: alloc::vec::Vec<_> = pages.into_values().collect();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), codes.len());
    }
}
