//! The control server, on a port of its own: faults, levels, customers and passes to order, webhooks, and
//! the log of requests.
//!
//! For development only. It listens on loopback alone, and lets every page call it.

mod body;
mod customers;
mod faults;
mod overview;
mod passes;
mod requests;
mod systems;
mod webhook;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use crate::locale::NOTICE;
use crate::state::Shared;

pub use webhook::{Delivery, Webhook};

const HELP: &str = "\
GET    /state      what is switched on, and the accounts
POST   /fault      {\"renewal\":\"ok|down|slow|hang|500|502|503|429|html|broken-json|cut|\
  refuse|redirect|wrong-subscriber|no-id-in-common\",\
  \"retry_after\":30,\"delay_ms\":0,\"errorcode\":\"sessionended\"}
POST   /account    {\"id\":\"31168\",\"level\":\"sub|user|none\",\"paywall\":\"n8fsoupukhv3\"}
POST   /answer     {\"path\":\"/api/setup/\",\"status\":200,\"headers\":{},\"body\":\"{}\",\"calls\":1}
DELETE /answer     every path answers for itself again
POST   /customers  {\"count\":100000,\"bytes\":2000}
POST   /pass       {\"account\":\"31168\",\"paywalls\":[\"n8fsoupukhv3\"],\
  \"level\":\"sub\",\"expires_in\":-60}
GET    /systems    what iterop, integrify, dtz and the server API (iteras) were asked, call by call and token by token
POST   /systems    {\"system\":\"dtz\",\"token\":{\"mode\":\"429\",\"retry_after\":1},\
  \"api\":{\"mode\":\"503\",\"one_in\":20,\"after\":false},\
  \"refuse\":{\"status\":401,\"calls\":3},\"life\":3600,\"expires_in\":\"3600\",\"answer\":\"text\",\"form\":\"opaque\"}
DELETE /systems    forget the counts
POST   /systems/expire  {\"system\":\"dtz\"}: all tokens of before are refused
POST   /webhook    {\"url\":\"http://127.0.0.1:8080/hook\",\
  \"token\":\"secret\",\"events\":[{}],\"tries\":10,\"pause_ms\":100}
GET    /requests   what the service was asked
DELETE /requests   forget it
POST   /reset      faults off, accounts and log as at the start
";

/// The router of the control server.
pub(crate) fn app(state: Shared) -> Router {
    Router::new()
        .route("/", get(|| async { format!("{NOTICE}\n\n{HELP}") }))
        .route("/state", get(overview::show))
        .route("/fault", post(faults::set))
        .route("/account", post(customers::set_level))
        .route(
            "/answer",
            post(faults::set_canned).delete(faults::clear_canned),
        )
        .route("/customers", post(customers::set_synthetic))
        .route("/pass", post(passes::make))
        .route(
            "/systems",
            get(systems::show)
                .post(systems::set)
                .delete(systems::forget),
        )
        .route("/systems/expire", post(systems::expire))
        .route("/webhook", post(webhook::send))
        .route("/requests", get(requests::show).delete(requests::clear))
        .route("/reset", post(overview::reset))
        .fallback(|| async { (StatusCode::NOT_FOUND, HELP) })
        .layer(from_fn(any_page_may_call))
        .with_state(state)
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
