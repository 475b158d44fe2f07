//! Regeneration of passes: `POST /api/paywall/renew/` (protocol, "Regeneration").
//!
//! 1. Signature, with every publisher's keys: else `badsignature` (also for a text that is no pass).
//! 2. The subscriber exists and something is open, one paywall id of the old pass among it: else
//!    `noaccess`. Without an id in common the script could not take the new pass.
//! 3. The pass ran out at most [`renew_expired_days`](crate::config::Config) ago: else `expired`. A reader
//!    who was away, or whose clock is wrong, comes back without logging in.
//!
//! A preflight gets no permission on purpose: renewal has to be a simple request, and a script that
//! asks first must fail here as well as in production.

use axum::body::Bytes;
use axum::extract::{Extension, State as Extract};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use iteras::pass::Pass;
use iteras_guard::cookies::header_text;
use serde_json::json;

use crate::clock::now;
use crate::config::Account;
use crate::faults::Action;
use crate::http::{Peer, reply};
use crate::readers::Publisher;
use crate::state::{Shared, State};

/// The endpoint that renews passes.
pub(crate) const PATH: &str = "/api/paywall/renew/";
/// The target of the fault `redirect`; renews like [`PATH`], so that a client that follows is seen.
pub(crate) const MOVED_PATH: &str = "/api/paywall/renew/moved/";

/// Refusal to renew a pass, which the script deletes then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing is open to the subscriber any more.
    NoAccess,
    /// The text is no pass, or signed by somebody else.
    BadSignature,
    /// The pass ran out too long ago.
    Expired,
}

impl Refusal {
    /// The `errorcode` of the answer.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoAccess => "noaccess",
            Self::BadSignature => "badsignature",
            Self::Expired => "expired",
        }
    }
}

/// The handler of [`PATH`]: carries out the fault that is switched on, if any.
pub(crate) async fn renew(
    Extract(state): Extract<Shared>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let plan = state.fault().plan();
    tokio::time::sleep(plan.delay).await;
    readable(match plan.action {
        Action::Renew => answer(&state, &headers, &body, &peer),
        Action::Broken(broken) => broken.answer(),
        Action::Refuse { errorcode } => refusal(&errorcode),
        Action::Redirect => moved(),
        Action::OtherSubscriber => in_json(other_subscriber(&state, &header_text(&body), &peer)),
        Action::OtherPaywall => in_json(other_paywall(&state, &header_text(&body), &peer)),
    })
}

/// The handler of [`MOVED_PATH`].
pub(crate) async fn renew_moved(
    Extract(state): Extract<Shared>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    readable(answer(&state, &headers, &body, &peer))
}

/// Decides on a new pass for the subscriber of a verified one: steps 2 and 3 of the module.
///
/// `now` in Unix seconds, `days` is `renew_expired_days`.
pub fn judge(
    pass: &Pass<'_>,
    account: Option<&Account>,
    now: i64,
    days: u32,
) -> Result<(), Refusal> {
    let account = account.ok_or(Refusal::NoAccess)?;
    if !account.rights().any(|(_, paywall)| pass.names(paywall)) {
        return Err(Refusal::NoAccess);
    }
    if now - pass.expires().unix() > i64::from(days) * 86_400 {
        return Err(Refusal::Expired);
    }
    Ok(())
}

fn answer(state: &State, headers: &HeaderMap, body: &[u8], peer: &Peer) -> Response {
    let content_type = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    if !content_type.is_some_and(|value| value.starts_with(b"text/plain")) {
        let text = "the pass is sent as Content-Type: text/plain";
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, text).into_response();
    }
    in_json(renewed(state, &header_text(body), peer))
}

fn in_json(outcome: Result<String, Refusal>) -> Response {
    match outcome {
        Ok(pass) => reply::json(&json!({ "pass": pass })),
        Err(refused) => refusal(refused.code()),
    }
}

/// The new pass of the subscriber whom a pass names.
pub(super) fn renewed(state: &State, value: &str, peer: &Peer) -> Result<String, Refusal> {
    let (publisher, pass) = verified(state, value).ok_or(Refusal::BadSignature)?;
    let account = state
        .store
        .account(&publisher.profile.id, pass.subscriber());
    let now = now();
    judge(
        &pass,
        account.as_ref(),
        now,
        state.config.renew_expired_days,
    )?;
    let pass = account.and_then(|a| publisher.pass_for(&a, state.pass_expiry(now), &peer.ip()));
    pass.ok_or(Refusal::NoAccess)
}

fn verified<'s, 'v>(state: &'s State, value: &'v str) -> Option<(&'s Publisher, Pass<'v>)> {
    state.publishers.iter().find_map(|publisher| {
        publisher
            .keys
            .verify(value)
            .ok()
            .map(|verified| (publisher, *verified.pass()))
    })
}

/// A well-signed pass of somebody else, which a script must not take.
pub(super) fn other_subscriber(state: &State, value: &str, peer: &Peer) -> Result<String, Refusal> {
    let (publisher, pass) = verified(state, value).ok_or(Refusal::BadSignature)?;
    let other = match pass.subscriber() {
        "31169" => "31168",
        _ => "31169",
    };
    let rights: Vec<(&str, &str)> = pass.entitlements().collect();
    Ok(publisher.sign(&rights, state.pass_expiry(now()), other, &peer.ip()))
}

/// A well-signed pass for another paywall alone, which a script must not take.
pub(super) fn other_paywall(state: &State, value: &str, peer: &Peer) -> Result<String, Refusal> {
    let (publisher, pass) = verified(state, value).ok_or(Refusal::BadSignature)?;
    let expires = state.pass_expiry(now());
    Ok(publisher.sign(
        &[("sub", "ZZZZ9999")],
        expires,
        pass.subscriber(),
        &peer.ip(),
    ))
}

fn refusal(code: &str) -> Response {
    reply::json(&json!({ "pass": null, "errorcode": code }))
}

fn moved() -> Response {
    (
        StatusCode::TEMPORARY_REDIRECT,
        [(header::LOCATION, MOVED_PATH)],
    )
        .into_response()
}

/// Every answer may be read by every page, errors and `Retry-After` included; no cookies are asked for.
pub(super) fn readable(mut response: Response) -> Response {
    const EXPOSE: HeaderName = header::ACCESS_CONTROL_EXPOSE_HEADERS;
    let headers = response.headers_mut();
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    headers.insert(EXPOSE, HeaderValue::from_static("Retry-After"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Level};

    const DAY: i64 = 86_400;

    #[track_caller]
    fn judged(change: impl FnOnce(&mut Account), days_after_expiry: i64) -> Result<(), Refusal> {
        let mut account = Config::embedded().profiles[0].accounts[0].clone();
        change(&mut account);
        let text = "sub|n8fsoupukhv3|2026-02-01T00:00:00Z|31168|/sha256:00";
        let pass = Pass::parse(text).unwrap();
        judge(
            &pass,
            Some(&account),
            pass.expires().unix() + days_after_expiry * DAY,
            90,
        )
    }

    #[test]
    fn an_expired_pass_is_renewed_for_90_days_while_the_reader_has_access() {
        assert_eq!(judged(|_| {}, -10), Ok(()));
        assert_eq!(judged(|_| {}, 90), Ok(()));
        assert_eq!(judged(|_| {}, 91), Err(Refusal::Expired));
    }

    #[test]
    fn rights_are_those_of_today() {
        let set = |level| move |a: &mut Account| a.set_level(None, level);
        assert_eq!(judged(set(Level::User), 0), Ok(()));
        assert_eq!(judged(set(Level::None), 0), Err(Refusal::NoAccess));
        assert_eq!(judged(set(Level::None), 91), Err(Refusal::NoAccess));
        let moved = |a: &mut Account| a.access = [("BBBB2222".into(), Level::Sub)].into();
        assert_eq!(judged(moved, 0), Err(Refusal::NoAccess));
    }
}
