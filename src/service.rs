//! What server code has to know of the service's API: where a key may be shown, and what counts as yes.
//!
//! ```
//! use iteras::service::{Authentication, Answer, Field};
//!
//! let answer = Answer { authenticated: Field::Bool(true), id: Field::Text("31168"), ..Answer::default() };
//! assert_eq!(answer.authentication(), Authentication::Yes { id: "31168", preauth: None });
//! ```
//!
//! No page calls any of this. It stands in the core because the client and the log-in both ask, and neither depends on
//! the other. Parsers of URLs and JSON belong to the door: it hands in the parts.

use core::net::Ipv4Addr;

use crate::urls::Resolved;

/// Where credentials may be sent over plain http.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlainHttp {
    /// To this machine: `localhost`, `127.0.0.0/8`, `::1`.
    OnLoopback,
    /// Anywhere: somebody asked for it by name.
    Anywhere,
}

/// The reason why credentials must not be sent below a base address; none for a safe one.
///
/// Names below `localhost` are no loopback: not every resolver keeps them on this machine (RFC 6761, section 6.3).
pub fn base_problem(base: &Resolved<'_>, plain_http: PlainHttp) -> Option<&'static str> {
    if !base.credentials.is_empty() {
        return Some("expected no user and password in the address");
    }
    if base.href.contains(['?', '#']) {
        return Some("expected an address without query and fragment");
    }
    match base.protocol {
        "https:" => None,
        "http:" if plain_http == PlainHttp::Anywhere || is_loopback(base.hostname) => None,
        _ => Some("expected https, or http on loopback"),
    }
}

fn is_loopback(hostname: &str) -> bool {
    let is_address = || {
        let address: Option<Ipv4Addr> = hostname.parse().ok();
        address.is_some_and(|address| address.is_loopback())
    };
    matches!(hostname, "localhost" | "[::1]") || is_address()
}

/// Keys and tokens are printable ASCII without white space, and not empty: safe in a header and in a form.
pub fn is_printable(secret: &str) -> bool {
    !secret.is_empty() && secret.bytes().all(|byte| byte.is_ascii_graphic())
}

/// A field of a JSON object; `null` is as good as none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Field<'a> {
    /// None, or `null`.
    #[default]
    Absent,
    /// `true` or `false`.
    Bool(bool),
    /// A string.
    Text(&'a str),
    /// A number, an array or an object.
    Other,
}

/// The answer to `authenticatecustomer/` (surface, section 6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answer<'a> {
    /// `true` when the password is right.
    pub authenticated: Field<'a>,
    /// `unknowncustomer`, `invalidpassword`; whatever it says, it is a no.
    pub errorcode: Field<'a>,
    /// The customer's id.
    pub id: Field<'a>,
    /// The token that was asked for.
    pub preauth: Field<'a>,
    /// A token was asked for, so one has to come.
    pub wants_preauth: bool,
}

/// The meaning of an [`Answer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authentication<'a> {
    /// The password is right.
    Yes {
        /// The customer's id, not empty.
        id: &'a str,
        /// The token, printable; there whenever it was asked for.
        preauth: Option<&'a str>,
    },
    /// It is wrong, or there is no such customer.
    No {
        /// The service's `errorcode`, else `notauthenticated`.
        code: &'a str,
    },
    /// Neither: an outage. Says what was expected, and quotes nothing.
    Unclear(&'static str),
}

impl<'a> Answer<'a> {
    /// Only the JSON value `true` without an `errorcode` is yes; a string as `errorcode` is no, whatever else is
    /// said, and so is `false` without one (case C66). An `errorcode` of another type is of no documented shape:
    /// nobody may be told that their password is wrong because of it, and nobody gets in.
    pub fn authentication(&self) -> Authentication<'a> {
        match (self.authenticated, self.errorcode) {
            (_, Field::Text(code)) => Authentication::No { code },
            (Field::Bool(true), Field::Absent) => self.customer(),
            (Field::Bool(false), Field::Absent) => Authentication::No {
                code: "notauthenticated",
            },
            (_, Field::Absent) => {
                Authentication::Unclear("expected `authenticated` to be true or false")
            }
            _ => Authentication::Unclear("expected `errorcode` to be a text"),
        }
    }

    fn customer(&self) -> Authentication<'a> {
        let id = match self.id {
            Field::Text(id) if !id.is_empty() => id,
            _ => return Authentication::Unclear("expected `id` to be a text"),
        };
        let preauth = match self.preauth {
            Field::Text(token) if is_printable(token) => Some(token),
            Field::Text(_) => {
                return Authentication::Unclear("expected `preauth` to be printable ASCII");
            }
            Field::Absent if !self.wants_preauth => None,
            _ => return Authentication::Unclear("expected `preauth` to be a text"),
        };
        Authentication::Yes { id, preauth }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_go_over_https_or_to_this_machine() {
        let problem = |protocol, hostname, plain_http| {
            let base = Resolved {
                href: "https://app.iteras.dk/api/",
                protocol,
                hostname,
                ..Resolved::default()
            };
            base_problem(&base, plain_http)
        };
        let (local, anywhere) = (PlainHttp::OnLoopback, PlainHttp::Anywhere);
        assert_eq!(problem("https:", "app.iteras.dk", local), None);
        for host in ["localhost", "127.0.0.1", "127.9.9.9", "[::1]"] {
            assert_eq!(problem("http:", host, local), None, "{host}");
        }
        for host in ["app.iteras.dk", "10.0.0.1", "a.localhost", "[::2]"] {
            assert!(problem("http:", host, local).is_some(), "{host}");
            assert_eq!(problem("http:", host, anywhere), None, "{host}");
        }
        assert!(problem("ftp:", "localhost", anywhere).is_some());
    }

    #[test]
    fn a_base_has_no_credentials_query_or_fragment() {
        let base = Resolved {
            href: "https://app.iteras.dk/api/",
            protocol: "https:",
            ..Resolved::default()
        };
        let is_refused = |base: &Resolved<'_>| base_problem(base, PlainHttp::Anywhere).is_some();
        assert!(!is_refused(&base));
        for href in ["https://app.iteras.dk/?a", "https://app.iteras.dk/#a"] {
            assert!(is_refused(&Resolved { href, ..base }), "{href}");
        }
        assert!(is_refused(&Resolved {
            credentials: "me:",
            ..base
        }));
    }
}
