//! The header rules (rules, "Servers in front of content"), carried out.

use http::header::{CACHE_CONTROL, HeaderMap, HeaderName, HeaderValue, VARY};
use iteras_guard::headers as rules;

use crate::{Denial, Judgement};

pub(crate) const VERDICT: HeaderName = HeaderName::from_static(rules::VERDICT);
const LEVEL: HeaderName = HeaderName::from_static(rules::LEVEL);
const PAYWALL: HeaderName = HeaderName::from_static(rules::PAYWALL);
const SUBSCRIBER: HeaderName = HeaderName::from_static(rules::SUBSCRIBER);
const EXPIRES_AT: HeaderName = HeaderName::from_static(rules::EXPIRES);
pub(crate) const REASON: HeaderName = HeaderName::from_static(rules::REASON);
/// Where a server in front sends a reader who is denied.
#[cfg(feature = "server")]
pub(crate) const LANDING: HeaderName = HeaderName::from_static(rules::LANDING);

/// Deletes what a client sent in our name.
pub(crate) fn delete_ours(headers: &mut HeaderMap) {
    delete(headers, rules::is_ours);
}

fn delete(headers: &mut HeaderMap, which: impl Fn(&str) -> bool) {
    let names = headers.keys().filter(|name| which(name.as_str()));
    let names: Vec<HeaderName> = names.cloned().collect();
    for name in names {
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
    delete(headers, rules::is_cache_rule);
    let not_stored = |value: &HeaderValue| {
        value
            .to_str()
            .is_ok_and(|text| text.to_ascii_lowercase().contains("no-store"))
    };
    // An origin that is stricter stays so.
    let strict = headers.get_all(CACHE_CONTROL).iter().any(not_stored);
    let rule = if strict {
        rules::NEVER_STORED
    } else {
        rules::CHECKED
    };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(rule));
    vary_by_cookie(headers);
}

/// An answer that belongs to this visitor and moment alone: denials, teasers, opened by a link.
pub(crate) fn never_stored(headers: &mut HeaderMap) {
    delete(headers, rules::is_cache_rule);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(rules::NEVER_STORED));
    vary_by_cookie(headers);
}

/// What a gift link's page says besides: the link is to stay with those who were given it.
pub(crate) fn gift(headers: &mut HeaderMap) {
    for (name, value) in rules::GIFT {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// What describes the origin's bytes, and must not be said of others.
pub(crate) fn delete_description(headers: &mut HeaderMap) {
    for name in rules::DESCRIPTION {
        headers.remove(name);
    }
}

/// Makes the inner service answer with the whole page, uncoded, so that it can be rewritten.
#[cfg(feature = "teaser")]
pub(crate) fn ask_for_whole(headers: &mut HeaderMap) {
    for name in rules::PARTIAL {
        headers.remove(name);
    }
    headers.insert(
        http::header::ACCEPT_ENCODING,
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
