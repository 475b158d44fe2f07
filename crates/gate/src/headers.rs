//! Changes to headers that a plan asks for, carried out.

use std::borrow::Cow;
use std::sync::LazyLock;

use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderMap, HeaderName, HeaderValue, SET_COOKIE, VARY};
use iteras_guard::headers::{self, Cache, Peer};
use iteras_guard::plan::{Ask, Kind, Plan, Value, Verdict, text};

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// Deletes what this peer must not say to the origin.
pub(crate) fn clean(headers: &mut HeaderMap, peer: Peer) {
    delete(headers, |name| !headers::reaches_origin(name, peer));
}

/// Makes the question to the origin of the visitor's.
pub(crate) fn ask(headers: &mut HeaderMap, ask: &Ask, plan: &Plan) {
    if ask.is_by_method {
        delete(headers, headers::is_method);
    }
    if plan.steps().is_whole {
        for name in headers::PARTIAL {
            headers.remove(name);
        }
        let (name, value) = headers::UNCODED;
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in &ASKED[plan.kind.position()] {
        set_one(headers, name.clone(), *value, &plan.verdict);
    }
}

/// Headers that the origin is sent by plans of each kind: their names are read once, and not at each request.
static ASKED: LazyLock<[Vec<(HeaderName, Value)>; Kind::ALL.len()]> = LazyLock::new(|| {
    let named = |&(name, value): &_| (HeaderName::from_static(name), value);
    Kind::ALL.map(|kind| {
        let set = kind.steps().ask.map_or(&[][..], |ask| ask.set);
        set.iter().map(named).collect()
    })
});

/// Makes the visitor's answer of what there is, with this status.
pub(crate) fn answer(status: StatusCode, headers: &mut HeaderMap, plan: &Plan) {
    let answer = &plan.steps().answer;
    delete(headers, |name| answer.deletes(name));
    cache(headers, answer.cache);
    if let Some(robots) = answer.robots(&joined(headers, &ROBOTS)) {
        // A word of ours and text of the origin's lines, which can be written again.
        if let Ok(robots) = HeaderValue::try_from(&*robots) {
            headers.insert(ROBOTS, robots);
        }
    }
    set(headers, answer.set, &plan.verdict);
    send_back(headers, plan.cookies_with(status.as_u16()));
}

/// Deletes what describes the origin's bytes, and must not be said of others.
#[cfg(feature = "teaser")]
pub(crate) fn delete_description(headers: &mut HeaderMap) {
    for name in headers::DESCRIPTION {
        headers.remove(name);
    }
}

/// Sets headers whose values are the verdict's.
pub(crate) fn set(
    headers: &mut HeaderMap,
    names: &'static [(&'static str, Value)],
    verdict: &Verdict,
) {
    for (name, value) in names {
        set_one(headers, HeaderName::from_static(name), *value, verdict);
    }
}

fn set_one(headers: &mut HeaderMap, name: HeaderName, value: Value, verdict: &Verdict) {
    let value = match (value, text(value, verdict)) {
        (Value::Text(text), _) => Ok(HeaderValue::from_static(text)),
        (_, Some(text)) => HeaderValue::from_str(&text),
        (_, None) => return,
    };
    // A pass holds printable ASCII only.
    if let Ok(value) = value {
        headers.insert(name, value);
    }
}

/// Adds cookies that hold a pass, or the pages that a meter has counted.
pub(crate) fn send_back(headers: &mut HeaderMap, cookies: &[String]) {
    for cookie in cookies {
        // Both hold cookie bytes only: a pass's grammar was checked.
        if let Ok(mut value) = HeaderValue::from_str(cookie) {
            value.set_sensitive(true);
            headers.append(SET_COOKIE, value);
        }
    }
}

fn cache(headers: &mut HeaderMap, cache: Cache) {
    if let Some(control) = cache.control(&joined(headers, &CACHE_CONTROL)) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(control));
    }
    match cache.vary(&joined(headers, &VARY)) {
        None => {}
        Some(Cow::Borrowed(vary)) => drop(headers.insert(VARY, HeaderValue::from_static(vary))),
        // Text of the origin's lines can be written again.
        Some(Cow::Owned(vary)) => {
            if let Ok(vary) = HeaderValue::try_from(vary) {
                headers.insert(VARY, vary);
            }
        }
    }
}

/// The lines of a header in one; bytes that are no text are told as such.
fn joined<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Cow<'a, str> {
    let mut lines = headers.get_all(name).iter();
    let text = |line: &'a HeaderValue| String::from_utf8_lossy(line.as_bytes());
    let first = lines.next().map_or(Cow::Borrowed(""), text);
    lines.fold(first, |joined, line| joined + ", " + text(line))
}

fn delete(headers: &mut HeaderMap, which: impl Fn(&str) -> bool) {
    let names = headers.keys().filter(|name| which(name.as_str()));
    let names: Vec<HeaderName> = names.cloned().collect();
    for name in names {
        headers.remove(name);
    }
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
        clean(&mut headers, Peer::Configured);
        let mut left: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
        left.sort_unstable();
        assert_eq!(left, ["x-iterasx", "x-other"]);
    }
}
