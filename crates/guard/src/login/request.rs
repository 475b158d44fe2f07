//! The facts of a request, and whose post it is.

use core::net::IpAddr;

use super::settings::Origin;

/// A request as a door tells it, less its body.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    /// The method, as sent.
    pub method: &'a str,
    /// `Host`, or HTTP/2's authority; "" without either.
    pub host: &'a str,
    /// `Sec-Fetch-Site`; what is no text, or sent twice, is `Some("")`.
    pub fetch_site: Option<&'a str>,
    /// `Origin`; the same.
    pub origin: Option<&'a str>,
    /// The reader's address; none where it can't be told ([`Peers::reader`](crate::peers::Peers::reader)).
    pub reader: Option<IpAddr>,
}

/// Says if a request is a post of the site's own form; `origins` are further ones of the publisher's.
///
/// Refused are other methods than `POST`, `Sec-Fetch-Site: cross-site` and what it never says, and an `Origin` that
/// is neither the host's nor listed. `Origin: null` is what browsers send from a page whose referrer policy is
/// `no-referrer`: it counts as own only where they also say `same-origin`, which no page can make them say (case
/// C78). Programs that are no browsers send neither header: they can't be tricked into a post.
pub fn is_own_post(request: &Request<'_>, origins: &[Origin]) -> bool {
    let own = |origin: &str| match origin {
        "null" => request.fetch_site == Some("same-origin"),
        _ => is_of_host(origin, request.host) || origins.iter().any(|listed| listed.is(origin)),
    };
    let from = matches!(
        request.fetch_site,
        None | Some("same-origin" | "same-site" | "none")
    );
    request.method == "POST" && from && request.origin.is_none_or(own)
}

/// A browser leaves out the scheme's own port in `Origin`; a server in between may write it in `Host`.
fn is_of_host(origin: &str, host: &str) -> bool {
    [("https://", ":443"), ("http://", ":80")]
        .iter()
        .any(|(scheme, port)| {
            let authority = origin.strip_prefix(scheme);
            let host = host.strip_suffix(port).unwrap_or(host);
            authority.is_some_and(|authority| {
                !authority.is_empty() && authority.eq_ignore_ascii_case(host)
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_posts_of_the_own_site() {
        let listed = [Origin::new("origins", "https://www.pub.example").unwrap()];
        let post = Request {
            method: "POST",
            host: "pub.example:8080",
            ..Request::default()
        };
        let own = |fetch_site, origin| {
            let request = Request {
                fetch_site,
                origin,
                ..post
            };
            is_own_post(&request, &listed)
        };
        assert!(own(None, None) && own(Some("same-origin"), Some("http://PUB.example:8080")));
        assert!(own(Some("same-site"), Some("https://www.pub.example")));
        for other in ["cross-site", "", "same-origin, cross-site"] {
            assert!(!own(Some(other), None), "{other}");
        }
        for other in [
            "",
            "http://pub.example",
            "https://pub.example:8080.evil.example",
            "pub.example:8080",
        ] {
            assert!(!own(Some("same-origin"), Some(other)), "{other}");
        }
        assert!(!is_own_post(
            &Request {
                method: "GET",
                ..post
            },
            &[]
        ));
    }

    #[test]
    fn c78_null_is_own_where_the_browser_says_so() {
        let own = |fetch_site| {
            let request = Request {
                method: "POST",
                host: "pub.example",
                origin: Some("null"),
                fetch_site,
                ..Request::default()
            };
            is_own_post(&request, &[])
        };
        assert!(own(Some("same-origin")));
        for other in [
            None,
            Some(""),
            Some("none"),
            Some("same-site"),
            Some("cross-site"),
            Some("Same-Origin"),
        ] {
            assert!(!own(other), "{other:?}");
        }
    }
}
