//! Forward-auth: another server asks for each request whether it may be let through.
//!
//! 204 with `X-Iteras-Verdict` and the facts of the pass, or 401 or 403 with `X-Iteras-Reason`. The request that
//! the visitor made stands in headers, which count only from configured peers. With a landing page the
//! answer says in `X-Iteras-Landing` where this reader is to be sent; where the asking server hands answers on
//! (`denied.redirect`), they are made for the reader.
//!
//! The asking server has to delete or overwrite headers of visitors in the gate's name. Those that it can't list by
//! name, the gate refuses.

use std::borrow::Cow;
use std::net::IpAddr;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, HOST, HeaderName, HeaderValue};
use http::request::Parts;
use http::{HeaderMap, Method, Response, StatusCode};

use iteras_guard::headers::{self as names, Peer};

use super::state::State;
use super::{crawlers, log};
use crate::layer::system_clock;
use crate::settings::config::Forwarded;
use crate::{Asked, Body, Reject, headers, text_body};

/// Seconds for which nginx keeps an answer.
const X_ACCEL_EXPIRES: HeaderName = HeaderName::from_static("x-accel-expires");
const LANDING: HeaderName = HeaderName::from_static(names::LANDING);
/// Headers that say what the visitor asked for.
struct Family {
    uri: HeaderName,
    /// As people write it.
    written_uri: &'static str,
    host: HeaderName,
    method: HeaderName,
}

static X_ORIGINAL: Family = Family {
    uri: HeaderName::from_static("x-original-uri"),
    written_uri: "X-Original-URI",
    host: HOST,
    method: HeaderName::from_static("x-original-method"),
};
static X_FORWARDED: Family = Family {
    uri: HeaderName::from_static("x-forwarded-uri"),
    written_uri: "X-Forwarded-Uri",
    host: HeaderName::from_static("x-forwarded-host"),
    method: HeaderName::from_static("x-forwarded-method"),
};

pub(super) async fn answer(state: &State, parts: &Parts, peer: IpAddr) -> Response<Body> {
    if !state.peers.hold(peer) {
        tracing::error!(%peer, "asked by a peer that is not among trusted_peers");
        return refusal("this peer is not configured\n");
    }
    if let Some(name) = parts
        .headers
        .keys()
        .find(|name| is_forged(name, state.has_meter))
    {
        tracing::debug!(%peer, header = name.as_str(), "asked with a header that only a forger sends");
        state.metrics.failed("forged");
        return refusal("a header of the request is not for visitors to send\n");
    }
    let family = match state.forwarded {
        Forwarded::XOriginal => &X_ORIGINAL,
        Forwarded::XForwarded => &X_FORWARDED,
    };
    let Some(uri) = only(&parts.headers, &family.uri) else {
        let header = family.written_uri;
        tracing::error!(header, "asked without one header that says what for");
        return refusal(format!(
            "expected one header {header} with the visitor's URI\n"
        ));
    };
    let (path, query) = uri.split_once('?').unwrap_or((&uri, ""));
    let (host, method) = (
        only(&parts.headers, &family.host),
        method(parts, &family.method),
    );
    let asked = Asked {
        method: &method,
        host: host.as_deref(),
        path,
        query,
        ..Asked::of(parts)
    };
    let demand = state.rules.demand(&asked.request());
    let now = system_clock();
    let mut plan = state.gate.plan(&asked, demand, now);
    if let Some(crawlers) = &state.crawlers
        && plan.is_for_crawlers()
        && crawlers.are_named(&parts.headers)
    {
        let reader = crawlers::reader(&parts.headers, peer, &state.peers, state.forwarded);
        if crawlers.verify(&parts.headers, reader).await {
            plan = plan.for_crawler();
        }
    }
    if let Some(copied) = &state.copied {
        let reader = || crawlers::reader(&parts.headers, peer, &state.peers, state.forwarded);
        copied.see(&plan.verdict, reader);
    }
    state.metrics.judged(&plan.verdict);
    log::judged(&asked, &plan.verdict);
    if let (Err(denial), Some(reject)) = (&plan.verdict, &state.handed_on) {
        let mut response = reject.reject(denial, &asked);
        if plan.is_bodiless {
            *response.body_mut() = crate::body::empty();
        }
        headers::answer(response.status(), response.headers_mut(), &plan);
        return response;
    }
    let mut response = Response::new(crate::body::empty());
    let (status, told, landing) = match &plan.verdict {
        Ok(_) => (
            StatusCode::NO_CONTENT,
            plan.steps().ask.map(|ask| ask.set),
            None,
        ),
        Err(denial) => (
            StatusCode::from_u16(denial.reason().status()).expect("401 and 403 are statuses"),
            Some(plan.steps().answer.set),
            state
                .landing
                .as_ref()
                .and_then(|landing| landing.location(denial, &asked)),
        ),
    };
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers::set(headers, told.unwrap_or_default(), &plan.verdict);
    if let Some(landing) = landing {
        headers.insert(LANDING, landing);
    }
    match plan.kept_for(state.keep_answers, now) {
        0 => headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // nginx obeys whichever of the two comes first.
        seconds => headers.insert(X_ACCEL_EXPIRES, seconds.into()),
    };
    // The answer that they go with is made elsewhere: the recipes look at its status.
    headers::send_back(headers, &plan.cookies);
    response
}

/// Tells whether a header could reach the origin as the gate's or a proxy's word, though no proxy says it and no
/// server in front deletes it, for want of a way to delete all names of a kind. Where the gate has a meter the server in
/// front knows the header that tells of it.
fn is_forged(name: &HeaderName, has_meter: bool) -> bool {
    /// By name, and so deleted or overwritten in each recipe.
    const LISTED: [&str; 10] = [
        names::VERDICT,
        names::LEVEL,
        names::PAYWALL,
        names::SUBSCRIBER,
        names::EXPIRES,
        names::REASON,
        names::LANDING,
        "x-original-url",
        "x-rewrite-url",
        "proxy",
    ];
    let is_meter = has_meter && name.as_str() == names::METER;
    let is_listed = is_meter || LISTED.contains(&name.as_str());
    !names::reaches_origin(name.as_str(), Peer::Configured) && !is_listed
}

/// The visitor's method: the asking server's own where it says none, and none that opens anything where that can't be
/// read.
fn method(parts: &Parts, name: &HeaderName) -> Method {
    match only(&parts.headers, name) {
        None if !parts.headers.contains_key(name) => parts.method.clone(),
        text => text
            .and_then(|text| text.parse().ok())
            .unwrap_or(Method::CONNECT),
    }
}

/// The value of a header of one line, bytes that are not ASCII as their escapes, which is what paths and queries have
/// them for. Two lines of a name would let the visitor choose: then none counts.
pub(super) fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<Cow<'a, str>> {
    let mut lines = headers.get_all(name).iter();
    let line = lines.next().filter(|_| lines.next().is_none())?;
    match line.to_str() {
        Ok(text) => Some(text.into()),
        Err(_) => {
            let mut text = String::new();
            for &byte in line.as_bytes() {
                match byte.is_ascii() {
                    true => text.push(char::from(byte)),
                    false => text.push_str(&format!("%{byte:02X}")),
                }
            }
            Some(text.into())
        }
    }
}

fn refusal(why: impl Into<Bytes>) -> Response<Body> {
    let mut response = Response::new(text_body(why));
    *response.status_mut() = StatusCode::FORBIDDEN;
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
