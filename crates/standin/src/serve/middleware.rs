//! Layers around all of the service's routes: request log, canned answers, the mark on every answer.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State as Extract};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::clock::now_millis;
use crate::http::reply;
use crate::ledger::{LoggedRequest, redacted};
use crate::state::Shared;
use crate::systems::RENEWAL_PATH;

const BODY_LIMIT: usize = 64 * 1024;

/// Logs a request before it is handled, so that one whose answer hangs is seen, too.
pub(super) async fn log_request(
    Extract(state): Extract<Shared>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let renewal = parts.method == Method::POST && parts.uri.path().starts_with(RENEWAL_PATH);
    let mut entry = LoggedRequest {
        time: now_millis(),
        method: parts.method.to_string(),
        path: parts.uri.path().into(),
        query: redacted(parts.uri.query().unwrap_or_default()),
        origin: text(&parts.headers, header::ORIGIN),
        content_type: text(&parts.headers, header::CONTENT_TYPE),
        cookies: parts.headers.contains_key(header::COOKIE),
        body: None,
    };
    if !renewal {
        state.requests.push(entry);
        return next.run(Request::from_parts(parts, body)).await;
    }
    let Ok(bytes) = to_bytes(body, BODY_LIMIT).await else {
        state.requests.push(entry);
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    entry.body = Some(String::from_utf8_lossy(&bytes).into_owned());
    state.requests.push(entry);
    next.run(Request::from_parts(parts, Body::from(bytes)))
        .await
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    headers
        .get(name)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// Sends the canned answer if there is one for the path.
pub(super) async fn canned_answer(
    Extract(state): Extract<Shared>,
    request: Request,
    next: Next,
) -> Response {
    match state.take_canned(request.uri().path()) {
        None => next.run(request).await,
        Some(canned) => canned
            .answer()
            .unwrap_or_else(|error| reply::failure(&error)),
    }
}

/// Marks every answer as that of a stand-in.
pub(super) async fn marked(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let mark = HeaderValue::from_static("development stand-in, not the real service");
    response.headers_mut().insert("x-iteras-standin", mark);
    response
}
