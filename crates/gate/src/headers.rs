//! The header rules (rules for every runtime, "Servers in front of content").

use http::header::{
    self, CACHE_CONTROL, ETAG, EXPIRES, HeaderMap, HeaderName, HeaderValue, LAST_MODIFIED, VARY,
};

use crate::{Denial, Judgement};

pub(crate) const VERDICT: HeaderName = HeaderName::from_static("x-iteras-verdict");
const LEVEL: HeaderName = HeaderName::from_static("x-iteras-level");
const PAYWALL: HeaderName = HeaderName::from_static("x-iteras-paywall");
const SUBSCRIBER: HeaderName = HeaderName::from_static("x-iteras-subscriber");
const EXPIRES_AT: HeaderName = HeaderName::from_static("x-iteras-expires");
/// Where a server in front sends a reader who is denied.
#[cfg(feature = "server")]
pub(crate) const LANDING: HeaderName = HeaderName::from_static("x-iteras-landing");
pub(crate) const REASON: HeaderName = HeaderName::from_static("x-iteras-reason");

/// Deletes what a client sent in our name; some servers read `_` as `-`.
pub(crate) fn delete_ours(headers: &mut HeaderMap) {
    let is_ours = |name: &HeaderName| {
        let name = name.as_str().as_bytes();
        let prefix = b"x-iteras-".iter().zip(name);
        name.len() >= 9
            && prefix
                .into_iter()
                .all(|(want, got)| want == got || (*want == b'-' && *got == b'_'))
    };
    let ours: Vec<HeaderName> = headers
        .keys()
        .filter(|name| is_ours(name))
        .cloned()
        .collect();
    for name in ours {
        headers.remove(name);
    }
}

/// Says in headers what was decided: to the origin, or as a forward-auth answer.
pub(crate) fn tell(headers: &mut HeaderMap, judgement: &Judgement) {
    if let Some(verdict) = judgement.verdict() {
        headers.insert(VERDICT, HeaderValue::from_static(verdict));
    }
    match judgement {
        Judgement::Pass(pass) => {
            let facts = pass.facts();
            let mut tell = |name, text: &str| {
                // A pass holds printable ASCII only.
                if let Ok(value) = HeaderValue::from_str(text) {
                    headers.insert(name, value);
                }
            };
            tell(LEVEL, facts.level.as_deref().unwrap_or(""));
            tell(PAYWALL, facts.paywallid.as_deref().unwrap_or(""));
            tell(SUBSCRIBER, &facts.subscriber);
            tell(EXPIRES_AT, &facts.expires.to_string());
        }
        Judgement::Denied(denial) => tell_reason(headers, denial),
        _ => {}
    }
}

pub(crate) fn tell_reason(headers: &mut HeaderMap, denial: &Denial) {
    headers.insert(REASON, HeaderValue::from_static(denial.code()));
}

/// What shared caches obey besides `Cache-Control`.
fn delete_cache_rules(headers: &mut HeaderMap) {
    let rules = |name: &&HeaderName| {
        let name = name.as_str();
        name == "surrogate-control"
            || name == "edge-control"
            || name == "x-accel-expires"
            || name.ends_with("cdn-cache-control")
    };
    let names: Vec<HeaderName> = headers.keys().filter(rules).cloned().collect();
    for name in names {
        headers.remove(name);
    }
    headers.remove(EXPIRES);
    headers.remove(header::PRAGMA);
}

fn vary_by_cookie(headers: &mut HeaderMap) {
    let names = |value: &HeaderValue| {
        let text = value.to_str().unwrap_or("").to_ascii_lowercase();
        text.split(',')
            .any(|name| matches!(name.trim(), "cookie" | "*"))
    };
    if !headers.get_all(VARY).iter().any(names) {
        headers.append(VARY, HeaderValue::from_static("Cookie"));
    }
}

/// A page that a pass opened: every use is checked again.
pub(crate) fn allowed(headers: &mut HeaderMap) {
    delete_cache_rules(headers);
    let not_stored = |value: &HeaderValue| {
        value
            .to_str()
            .is_ok_and(|text| text.to_ascii_lowercase().contains("no-store"))
    };
    // An origin that is stricter stays so.
    let strict = headers.get_all(CACHE_CONTROL).iter().any(not_stored);
    let rule = if strict {
        "private, no-store"
    } else {
        "private, no-cache"
    };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(rule));
    vary_by_cookie(headers);
}

/// An answer that belongs to this visitor and moment alone: denials, teasers, opened by a link.
pub(crate) fn never_stored(headers: &mut HeaderMap) {
    delete_cache_rules(headers);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    vary_by_cookie(headers);
}

/// What a gift link's page says besides: the link is to stay with those who were given it.
pub(crate) fn gift(headers: &mut HeaderMap) {
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("strict-origin"),
    );
    headers.insert(
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex"),
    );
}

/// What describes the origin's bytes, and must not be said of others.
pub(crate) fn delete_description(headers: &mut HeaderMap) {
    const OTHERS: [&str; 6] = [
        "digest",
        "content-digest",
        "repr-digest",
        "content-md5",
        "content-range",
        "age",
    ];
    for name in [
        ETAG,
        LAST_MODIFIED,
        header::CONTENT_LENGTH,
        header::ACCEPT_RANGES,
        header::LINK,
    ] {
        headers.remove(name);
    }
    for name in OTHERS {
        headers.remove(name);
    }
}

/// Makes the inner service answer with the whole page, uncoded, so that it can be rewritten.
#[cfg(feature = "teaser")]
pub(crate) fn ask_for_whole(headers: &mut HeaderMap) {
    for name in [
        header::RANGE,
        header::IF_RANGE,
        header::IF_MATCH,
        header::IF_NONE_MATCH,
        header::IF_MODIFIED_SINCE,
        header::IF_UNMODIFIED_SINCE,
        header::TE,
    ] {
        headers.remove(name);
    }
    headers.insert(
        header::ACCEPT_ENCODING,
        HeaderValue::from_static("identity"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c30_what_clients_send_in_our_name_is_deleted() {
        let mut headers = HeaderMap::new();
        for name in [
            "x-iteras-level",
            "x_iteras_verdict",
            "x-iteras_reason",
            "x-iteras-",
            "x-iterasx",
            "x-other",
        ] {
            headers.insert(
                HeaderName::from_static(name),
                HeaderValue::from_static("sub"),
            );
        }
        delete_ours(&mut headers);
        let mut left: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
        left.sort_unstable();
        assert_eq!(left, ["x-iterasx", "x-other"]);
    }
}
