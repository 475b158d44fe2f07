//! The service's request log, shown and cleared.

use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::response::Response;

use crate::http::reply;
use crate::state::Shared;

/// All logged requests, oldest first.
pub(super) async fn show(Extract(state): Extract<Shared>) -> Response {
    reply::json(&state.requests.entries())
}

/// Clears the log.
pub(super) async fn clear(Extract(state): Extract<Shared>) -> StatusCode {
    state.requests.clear();
    StatusCode::NO_CONTENT
}
