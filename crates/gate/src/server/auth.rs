//! Forward-auth: another server asks for each request whether it may be let through.
//!
//! 204 with `X-Iteras-Verdict` and what the pass says, or 401 or 403 with `X-Iteras-Reason`. What the
//! visitor asked for stands in headers, which count only from configured peers. With a landing page the
//! answer says in `X-Iteras-Landing` where this reader is to be sent.

use http::header::{CACHE_CONTROL, HOST, HeaderName, HeaderValue};
use http::request::Parts;
use http::{HeaderMap, Method, Response, StatusCode};
use std::net::IpAddr;

use super::config::Forwarded;
use super::log;
use super::state::State;
use crate::layer::system_clock;
use crate::{Asked, Body, headers, text_body};

const LANDING: HeaderName = HeaderName::from_static(iteras_guard::headers::LANDING);
const ORIGINAL_URI: HeaderName = HeaderName::from_static("x-original-uri");
const ORIGINAL_METHOD: HeaderName = HeaderName::from_static("x-original-method");
const FORWARDED_URI: HeaderName = HeaderName::from_static("x-forwarded-uri");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_METHOD: HeaderName = HeaderName::from_static("x-forwarded-method");

pub(super) fn answer(state: &State, parts: &Parts, peer: IpAddr) -> Response<Body> {
    if !state.peers.hold(peer) {
        tracing::error!(%peer, "asked by a peer that is not among trusted_peers");
        return refusal("this peer is not configured\n");
    }
    let (uri, host, method) = match state.forwarded {
        Forwarded::XOriginal => (ORIGINAL_URI, HOST, ORIGINAL_METHOD),
        Forwarded::XForwarded => (FORWARDED_URI, FORWARDED_HOST, FORWARDED_METHOD),
    };
    let Some(uri) = only(&parts.headers, &uri) else {
        tracing::error!(
            header = uri.as_str(),
            "asked without a single header that says what for"
        );
        return refusal("the header with the original URI is missing\n");
    };
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    // Never judged; it says who may be sent elsewhere, and whose cookie may be set anew.
    let method = only(&parts.headers, &method).and_then(|name| name.parse::<Method>().ok());
    let asked = Asked {
        method: method.as_ref().unwrap_or(&parts.method),
        host: only(&parts.headers, &host),
        path,
        query,
        ..Asked::of(parts)
    };
    let demand = state.rules.demand(&asked.request());
    let plan = state.gate.plan(&asked, demand, system_clock());
    state.metrics.judged(&plan.verdict);
    log::judged(&asked, &plan.verdict);
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
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers::send_back(headers, &plan.cookies);
    response
}

// Two lines of a name would let the visitor choose: then none counts.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut lines = headers.get_all(name).iter();
    let line = lines.next()?.to_str().ok();
    line.filter(|_| lines.next().is_none())
}

fn refusal(why: &'static str) -> Response<Body> {
    let mut response = Response::new(text_body(why));
    *response.status_mut() = StatusCode::FORBIDDEN;
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
