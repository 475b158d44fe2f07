//! Which headers a server in front of content adds, deletes and changes.
//!
//! ```
//! use iteras_guard::headers::{is_cache_rule, is_ours};
//!
//! assert!(is_ours("X-Iteras-Level") && is_ours("x_iteras_level") && !is_ours("x-iterasx"));
//! assert!(is_cache_rule("cloudflare-cdn-cache-control"));
//! ```
//!
//! Rules, "Servers in front of content". Names are in lower case.

/// What every header that a gate adds begins with; what clients send under such a name is deleted.
pub const PREFIX: &str = "x-iteras-";
/// To the origin: `pass`, `gift` or `editor`.
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

/// `Cache-Control` of a page that a pass opened: every use is checked again.
pub const CHECKED: &str = "private, no-cache";
/// `Cache-Control` of what belongs to one visitor and moment: denials, teasers, gifts.
pub const NEVER_STORED: &str = "private, no-store";

/// What shared caches obey besides `Cache-Control`; and see [`CACHE_RULE_END`].
pub const CACHE_RULES: [&str; 5] = [
    "surrogate-control",
    "edge-control",
    "x-accel-expires",
    "expires",
    "pragma",
];
/// How those end that caches have for themselves alone, such as `cdn-cache-control`.
pub const CACHE_RULE_END: &str = "cdn-cache-control";

/// What describes the origin's bytes, and must not be said of others.
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

/// What keeps an origin from answering with the whole page.
pub const PARTIAL: [&str; 7] = [
    "range",
    "if-range",
    "if-match",
    "if-none-match",
    "if-modified-since",
    "if-unmodified-since",
    "te",
];

/// What a page says besides that a gift link opened: the link is to stay with those who were given it.
pub const GIFT: [(&str, &str); 2] = [
    ("referrer-policy", "strict-origin"),
    ("x-robots-tag", "noindex"),
];

/// Whether a header speaks in a gate's name; some servers read `_` as `-`.
pub fn is_ours(name: &str) -> bool {
    let same =
        |(want, got): (u8, u8)| want == got.to_ascii_lowercase() || (want == b'-' && got == b'_');
    name.len() >= PREFIX.len() && PREFIX.bytes().zip(name.bytes()).all(same)
}

/// Whether shared caches obey a header of this name, which is in lower case.
pub fn is_cache_rule(name: &str) -> bool {
    name.ends_with(CACHE_RULE_END) || CACHE_RULES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c30_what_clients_send_in_our_name_is_told_apart() {
        for name in [LEVEL, "x_iteras_verdict", "X-Iteras_reason", PREFIX] {
            assert!(is_ours(name), "{name}");
        }
        for name in ["x-iterasx", "x-other", "x-iteras", ""] {
            assert!(!is_ours(name), "{name}");
        }
    }
}
