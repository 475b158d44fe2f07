//! The control server, on a port of its own: faults, levels, passes to order, and what was asked.
//!
//! For development only. It listens on loopback alone, and lets every page call it.

use axum::Router;
use axum::extract::{Request, State as Extract};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::account::{Account, Level};
use crate::faults::Fault;
use crate::state::{Shared, now};
use crate::{NOTICE, reply};

const HELP: &str = "\
GET    /state      what is switched on, and the accounts
POST   /fault      {\"renewal\":\"ok|down|slow|hang|500|502|503|429|html|broken-json|cut|refuse|redirect|wrong-subscriber|no-id-in-common\",\"retry_after\":30,\"delay_ms\":0,\"errorcode\":\"sessionended\"}
POST   /account    {\"id\":\"31168\",\"level\":\"sub|user|none\",\"paywall\":\"n8fsoupukhv3\"}
POST   /pass       {\"account\":\"31168\",\"paywalls\":[\"n8fsoupukhv3\"],\"level\":\"sub\",\"expires_in\":-60}
GET    /requests   what the service was asked
DELETE /requests   forget it
POST   /reset      faults off, accounts and log as at the start
";

/// The router of the control server.
pub fn app(state: Shared) -> Router {
    Router::new()
        .route("/", get(|| async { format!("{NOTICE}\n\n{HELP}") }))
        .route("/state", get(show_state))
        .route("/fault", post(set_fault))
        .route("/account", post(set_account))
        .route("/pass", post(make_pass))
        .route("/requests", get(show_requests).delete(clear_requests))
        .route("/reset", post(reset))
        .fallback(|| async { (StatusCode::NOT_FOUND, HELP) })
        .layer(from_fn(any_page_may_call))
        .with_state(state)
}

async fn show_state(Extract(state): Extract<Shared>) -> Response {
    let profiles: Vec<Value> = (state.publishers.iter())
        .map(|publisher| {
            let accounts = state.store.accounts(&publisher.profile.id);
            let paywalls = publisher.profile.paywalls.iter();
            json!({
                "id": publisher.profile.id,
                "sites": publisher.sites,
                "paywalls": paywalls.map(|p| &p.id).collect::<Vec<_>>(),
                "accounts": accounts.iter().map(shown).collect::<Vec<_>>(),
            })
        })
        .collect();
    reply::json(&json!({
        "notice": NOTICE,
        "origins": state.origins,
        "fault": state.fault(),
        "requests": state.requests.entries().len(),
        "profiles": profiles,
    }))
}

async fn set_fault(Extract(state): Extract<Shared>, body: String) -> Response {
    match Fault::parse(&body) {
        Ok(fault) => {
            state.set_fault(fault.clone());
            reply::json(&fault)
        }
        Err(error) => mistake(&error),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetAccount {
    id: String,
    level: Level,
    paywall: Option<String>,
    profile: Option<String>,
}

async fn set_account(Extract(state): Extract<Shared>, body: String) -> Response {
    let wanted: SetAccount = match read(&body) {
        Ok(wanted) => wanted,
        Err(error) => return mistake(&error),
    };
    let Some(publisher) = chosen(&state, wanted.profile.as_deref()) else {
        return mistake("profile: there is no such profile");
    };
    let paywall = wanted.paywall.as_deref();
    if paywall.is_some_and(|id| publisher.profile.paywall(id).is_none()) {
        return mistake("paywall: there is no such paywall");
    }
    let change = |account: &mut Account| account.set_level(paywall, wanted.level);
    match state
        .store
        .change(&publisher.profile.id, &wanted.id, change)
    {
        Ok(Some(account)) => reply::json(&shown(&account)),
        Ok(None) => (StatusCode::NOT_FOUND, "there is no such account").into_response(),
        Err(error) => reply::failure(&error),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MakePass {
    account: String,
    paywalls: Option<Vec<String>>,
    level: Option<String>,
    expires_in: Option<i64>,
    profile: Option<String>,
}

/// A pass as a test wants it, signed with the publisher's key; nothing has to make sense.
async fn make_pass(Extract(state): Extract<Shared>, body: String) -> Response {
    let wanted: MakePass = match read(&body) {
        Ok(wanted) => wanted,
        Err(error) => return mistake(&error),
    };
    let Some(publisher) = chosen(&state, wanted.profile.as_deref()) else {
        return mistake("profile: there is no such profile");
    };
    let account = state.store.account(&publisher.profile.id, &wanted.account);
    let held = |id: &str| {
        account
            .as_ref()
            .map_or(Level::None, |account| account.level(id))
    };
    let open = || {
        account
            .iter()
            .flat_map(Account::rights)
            .map(|(_, id)| id.to_owned())
            .collect()
    };
    let paywalls: Vec<String> = wanted.paywalls.unwrap_or_else(open);
    if paywalls.is_empty() {
        return mistake("this account has no access: name paywalls and a level");
    }
    // Without a level, a wall that the account does not have gets `sub`: tests want a pass for it.
    let level = |id: &str| match (&wanted.level, held(id)) {
        (Some(level), _) => level.clone(),
        (None, Level::None) => Level::Sub.name().into(),
        (None, held) => held.name().into(),
    };
    let levels: Vec<String> = paywalls.iter().map(|id| level(id)).collect();
    let rights: Vec<(&str, &str)> = levels
        .iter()
        .zip(&paywalls)
        .map(|(level, id)| (level.as_str(), id.as_str()))
        .collect();
    let usual = i64::from(state.config.pass_days) * 86_400;
    let expires = now().saturating_add(wanted.expires_in.unwrap_or(usual));
    if !(0..=253_402_300_799).contains(&expires) {
        return mistake("expires_in: the pass would expire outside the years 1970 to 9999");
    }
    publisher
        .sign(&rights, expires, &wanted.account, "127.0.0.1")
        .into_response()
}

async fn show_requests(Extract(state): Extract<Shared>) -> Response {
    reply::json(&state.requests.entries())
}

async fn clear_requests(Extract(state): Extract<Shared>) -> StatusCode {
    state.requests.clear();
    StatusCode::NO_CONTENT
}

async fn reset(Extract(state): Extract<Shared>) -> Response {
    state.set_fault(Fault::default());
    state.requests.clear();
    match state.store.reset(&state.config) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => reply::failure(&error),
    }
}

fn chosen<'s>(state: &'s Shared, profile: Option<&str>) -> Option<&'s crate::publisher::Publisher> {
    match profile {
        Some(id) => state.publisher(id),
        None => state.publishers.first(),
    }
}

fn shown(account: &Account) -> Value {
    json!({
        "id": account.id,
        "name": account.name,
        "email": account.email,
        "password": account.password,
        "access": account.access,
    })
}

fn read<T: DeserializeOwned>(body: &str) -> Result<T, String> {
    serde_json::from_str(body).map_err(|e| e.to_string())
}

fn mistake(text: &str) -> Response {
    (StatusCode::BAD_REQUEST, text.to_owned()).into_response()
}

async fn any_page_may_call(request: Request, next: Next) -> Response {
    const METHODS: HeaderName = header::ACCESS_CONTROL_ALLOW_METHODS;
    const HEADERS: HeaderName = header::ACCESS_CONTROL_ALLOW_HEADERS;
    let mut response = if request.method() == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    headers.insert(METHODS, HeaderValue::from_static("GET, POST, DELETE"));
    headers.insert(HEADERS, HeaderValue::from_static("Content-Type"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
