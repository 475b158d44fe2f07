//! Headers that a server in front of content adds, deletes and changes.
//!
//! ```
//! use iteras_guard::headers::{self, Cache, Peer};
//!
//! assert!(!headers::reaches_origin("X_Iteras_Level", Peer::Configured));
//! assert!(!headers::reaches_origin("X-Forwarded-For", Peer::Other));
//! assert_eq!(Cache::Checked.control("public, max-age=60"), Some("private, no-cache"));
//! assert_eq!(Cache::Checked.control("no-store"), Some("private, no-store"));
//! assert_eq!(Cache::Checked.vary("Accept").as_deref(), Some("Accept, Cookie"));
//! ```
//!
//! Rules, "Statuses and headers". Names are in lower case where nothing else is said.

use alloc::borrow::Cow;

/// The beginning of every header that a gate adds; those that clients send under such a name are deleted.
pub const PREFIX: &str = "x-iteras-";
/// To the origin: `pass`, `gift`, `editor`, `crawler` or `meter`.
pub const VERDICT: &str = "x-iteras-verdict";
/// To the origin: the entitlement level of the pass.
pub const LEVEL: &str = "x-iteras-level";
/// To the origin: the paywall id of that level.
pub const PAYWALL: &str = "x-iteras-paywall";
/// To the origin: the subscriber's id.
pub const SUBSCRIBER: &str = "x-iteras-subscriber";
/// To the origin: the last second at which the pass is valid, as a time stamp.
pub const EXPIRES: &str = "x-iteras-expires";
/// To a server in front, forward auth: where a reader who is denied is to be sent.
pub const LANDING: &str = "x-iteras-landing";
/// To the visitor: one of the five public reasons.
pub const REASON: &str = "x-iteras-reason";

/// To the origin and to the visitor: the free pages that were used, and how many there are, `2/3`; `ahead` with the denial
/// of a page that is fetched before the reader opens it.
pub const METER: &str = "x-iteras-meter";

/// Headers by which browsers say that they fetch or render a page before the reader opens it.
pub const PURPOSES: [&str; 4] = ["sec-purpose", "purpose", "x-purpose", "x-moz"];
/// The scheme that the visitor used, as a proxy tells it.
pub const FORWARDED_PROTO: &str = "x-forwarded-proto";

/// Keeps an origin from answering with the whole page; deleted where it is needed.
pub const PARTIAL: [&str; 7] = [
    "range",
    "if-range",
    "if-match",
    "if-none-match",
    "if-modified-since",
    "if-unmodified-since",
    "te",
];
/// Asks for a page that can be rewritten: set where the whole page is needed.
pub const UNCODED: (&str, &str) = ("accept-encoding", "identity");

/// Headers of the answer when something is broken, which opens nothing: status 503, one line of text.
pub const OUTAGE: [(&str, &str); 3] = [
    ("content-type", "text/plain"),
    ("cache-control", "private, no-store"),
    ("vary", "Cookie"),
];

/// Describes the origin's bytes, and must not be said of others.
pub const DESCRIPTION: [&str; 11] = [
    "etag",
    "last-modified",
    "content-length",
    "accept-ranges",
    "link",
    "digest",
    "content-digest",
    "repr-digest",
    "content-md5",
    "content-range",
    "age",
];

/// Obeyed by shared caches besides `Cache-Control`; and see [`CACHE_RULE_END`].
const CACHE_RULES: [&str; 5] = [
    "surrogate-control",
    "edge-control",
    "x-accel-expires",
    "expires",
    "pragma",
];
/// Ends the names that caches obey of those that are for one of them alone, such as `cdn-cache-control`.
const CACHE_RULE_END: &str = "cdn-cache-control";

/// Headers in which proxies tell of the visitor's request: they count from a configured peer, and from nobody else.
const FORWARDED: [&str; 2] = ["forwarded", "x-real-ip"];
/// Beginnings of more such names.
const FORWARDED_BEGINNINGS: [&str; 2] = ["x-forwarded-", "x-original-"];
/// Headers that some origins obey in place of the request, and that no proxy that a gate knows sends: another address,
/// and `Proxy`, which CGI programs read as their own setting.
const NEVER: [&str; 3] = ["x-original-url", "x-rewrite-url", "proxy"];
/// Headers that some origins obey in place of the method.
const METHODS: [&str; 3] = [
    "x-http-method-override",
    "x-http-method",
    "x-method-override",
];

/// The other end of the connection that a request came by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// A proxy of the publisher's, which says whom it speaks for.
    Configured,
    /// Anybody.
    Other,
}

/// Tells headers, of any letter case, that may reach the origin as this peer sent them (rules, "Requests to the
/// origin"). Some servers read `_` as `-`: one so spelt counts as somebody else's, also where a proxy sent it.
pub fn reaches_origin(name: &str, peer: Peer) -> bool {
    let plain = plain(name);
    let is_forwarded = || {
        let mut beginnings = FORWARDED_BEGINNINGS.iter();
        FORWARDED.contains(&&*plain) || beginnings.any(|beginning| plain.starts_with(beginning))
    };
    let is_believed = || peer == Peer::Configured && !name.contains('_');
    !(plain.starts_with(PREFIX) || NEVER.contains(&&*plain)) && (is_believed() || !is_forwarded())
}

/// Tells whether the visitor came by https, by what a proxy of the publisher's says in all its
/// [`FORWARDED_PROTO`]: the first of several names the visitor's own connection.
pub fn is_https(forwarded_proto: &str) -> bool {
    let first = forwarded_proto.split(',').next().unwrap_or("");
    first.trim().eq_ignore_ascii_case("https")
}

/// Tells headers, of any letter case, by which another method than the request's is meant.
pub fn is_method(name: &str) -> bool {
    METHODS.contains(&&*plain(name))
}

/// A name in lower case with `-` for `_`.
fn plain(name: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte != b'_' && !byte.is_ascii_uppercase();
    match name.bytes().all(is_plain) {
        true => name.into(),
        false => name.to_ascii_lowercase().replace('_', "-").into(),
    }
}

/// Tells headers that shared caches obey.
fn is_cache_rule(name: &str) -> bool {
    name.ends_with(CACHE_RULE_END) || CACHE_RULES.contains(&name)
}

/// Tells headers that describe the origin's bytes, and are a lie about any others.
pub fn is_description(name: &str) -> bool {
    DESCRIPTION.contains(&name)
}

/// Rules for caches that an answer leaves the gate with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cache {
    /// As the origin wrote them.
    Origins,
    /// A page that a pass opened: every use is checked again. An origin that is stricter stays so.
    Checked,
    /// For one visitor and moment: denials, teasers, pages that something else than a pass opened.
    Never,
}

impl Cache {
    /// Tells headers that are deleted from the origin's answer.
    pub fn deletes(self, name: &str) -> bool {
        self != Self::Origins && is_cache_rule(name)
    }

    /// The value of `Cache-Control` in place of the origin's, all lines joined; `None` where that stays.
    pub fn control(self, given: &str) -> Option<&'static str> {
        let is_strict = || {
            let no_store = b"no-store";
            let mut places = given.as_bytes().windows(no_store.len());
            places.any(|place| place.eq_ignore_ascii_case(no_store))
        };
        match self {
            Self::Origins => None,
            Self::Checked if !is_strict() => Some("private, no-cache"),
            Self::Checked | Self::Never => Some("private, no-store"),
        }
    }

    /// The value of `Vary` in place of the origin's, all lines joined; `None` where that stays.
    pub fn vary(self, given: &str) -> Option<Cow<'static, str>> {
        let names = |name: &str| name.eq_ignore_ascii_case("cookie") || name == "*";
        match given {
            _ if self == Self::Origins => None,
            "" => Some("Cookie".into()),
            given if given.split(',').map(str::trim).any(names) => None,
            given => Some([given, ", Cookie"].concat().into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn kept(name: &str, by_configured: bool, by_other: bool) {
        let kept = [Peer::Configured, Peer::Other].map(|peer| reaches_origin(name, peer));
        assert_eq!(kept, [by_configured, by_other], "{name}");
    }

    #[test]
    fn c30_what_clients_send_in_our_name_is_told_apart() {
        for name in [LEVEL, "x_iteras_verdict", "X-Iteras_reason", PREFIX] {
            kept(name, false, false);
        }
        for name in ["x-iterasx", "x-other", "x-iteras", "", "a_b"] {
            kept(name, true, true);
        }
    }

    #[test]
    fn what_proxies_say_counts_from_those_that_are_configured() {
        for name in [
            "Forwarded",
            "X-Forwarded-For",
            "x-forwarded-anything",
            "X-Real-IP",
            "X-Original-URI",
            "x-original-method",
        ] {
            kept(name, true, false);
        }
        for name in [
            "X_Forwarded_For",
            "x-forwarded_for",
            "X_Real_IP",
            "x_original-uri",
            "X-Original-URL",
            "x_original_url",
            "X-Rewrite-URL",
            "x_rewrite-url",
            "Proxy",
        ] {
            kept(name, false, false);
        }
        for name in [
            "proxy-authorization",
            "x-forwarded",
            "x-real-ips",
            "x-request-id",
        ] {
            kept(name, true, true);
        }
        assert!(is_method("X_HTTP_Method_Override") && !is_method("x-http-methods"));
    }

    #[test]
    fn caches_have_rules_of_many_names() {
        for name in ["cloudflare-cdn-cache-control", "expires", "edge-control"] {
            assert!(Cache::Never.deletes(name) && Cache::Checked.deletes(name));
            assert!(!Cache::Origins.deletes(name));
        }
        assert!(!Cache::Never.deletes("cache-control"));
        assert_eq!(Cache::Origins.control("public"), None);
        assert_eq!(
            Cache::Checked.control("No-Store, x"),
            Some("private, no-store")
        );
    }
}
