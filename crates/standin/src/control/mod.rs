//! The control server, on a port of its own: faults, levels, customers and passes to order, webhooks, and
//! what was asked.
//!
//! For development only. It listens on loopback alone, and lets every page call it.

mod customers;
mod passes;
mod systems;

use axum::Router;
use axum::extract::{Request, State as Extract};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::canned::Canned;
use crate::faults::Fault;
use crate::made_up::MadeUp;
use crate::state::Shared;
use crate::webhook::Webhook;
use crate::{NOTICE, reply};

const HELP: &str = "\
GET    /state      what is switched on, and the accounts
POST   /fault      {\"renewal\":\"ok|down|slow|hang|500|502|503|429|html|broken-json|cut|refuse|redirect|wrong-subscriber|no-id-in-common\",\"retry_after\":30,\"delay_ms\":0,\"errorcode\":\"sessionended\"}
POST   /account    {\"id\":\"31168\",\"level\":\"sub|user|none\",\"paywall\":\"n8fsoupukhv3\"}
POST   /answer     {\"path\":\"/api/setup/\",\"status\":200,\"headers\":{},\"body\":\"{}\",\"calls\":1}
DELETE /answer     every path answers for itself again
POST   /customers  {\"count\":100000,\"bytes\":2000}
POST   /pass       {\"account\":\"31168\",\"paywalls\":[\"n8fsoupukhv3\"],\"level\":\"sub\",\"expires_in\":-60}
GET    /systems    what iterop, integrify, dtz and the server API (iteras) were asked, call by call and token by token
POST   /systems    {\"system\":\"dtz\",\"token\":{\"mode\":\"429\",\"retry_after\":1},\"api\":{\"mode\":\"503\",\"one_in\":20,\"after\":false},\"refuse\":{\"status\":401,\"calls\":3},\"life\":3600,\"expires_in\":\"3600\",\"answer\":\"text\",\"form\":\"opaque\"}
DELETE /systems    forget the counts
POST   /systems/expire  {\"system\":\"dtz\"}: all tokens of before are refused
POST   /webhook    {\"url\":\"http://127.0.0.1:8080/hook\",\"token\":\"secret\",\"events\":[{}],\"tries\":10,\"pause_ms\":100}
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
        .route("/account", post(customers::set_level))
        .route("/answer", post(can).delete(uncan))
        .route("/customers", post(customers::make_up))
        .route("/pass", post(passes::make))
        .route(
            "/systems",
            get(systems::show)
                .post(systems::set)
                .delete(systems::forget),
        )
        .route("/systems/expire", post(systems::expire))
        .route("/webhook", post(send_webhook))
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
                "accounts": accounts.iter().map(customers::shown).collect::<Vec<_>>(),
            })
        })
        .collect();
    reply::json(&json!({
        "notice": NOTICE,
        "origins": state.origins,
        "fault": state.fault(),
        "customers": state.made_up(),
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

async fn can(Extract(state): Extract<Shared>, body: String) -> Response {
    match read(&body).and_then(Canned::check) {
        Ok(canned) => {
            state.can(canned);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => mistake(&error),
    }
}

async fn uncan(Extract(state): Extract<Shared>) -> StatusCode {
    state.uncan();
    StatusCode::NO_CONTENT
}

async fn send_webhook(body: String) -> Response {
    let webhook: Webhook = match read(&body) {
        Ok(webhook) => webhook,
        Err(error) => return mistake(&error),
    };
    match webhook.deliver().await {
        Ok(delivery) => reply::json(&delivery),
        Err(error) => mistake(&error),
    }
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
    state.set_made_up(MadeUp::default());
    state.systems.reset();
    state.uncan();
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
