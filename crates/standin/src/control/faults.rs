//! Faults of the renewal and canned answers, switched on and off.

use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::body::{mistake, read};
use crate::faults::{Canned, Fault};
use crate::http::reply;
use crate::state::Shared;

/// Sets the fault of the renewal; the answer repeats it.
pub(super) async fn set(Extract(state): Extract<Shared>, body: String) -> Response {
    match Fault::parse(&body) {
        Ok(fault) => {
            state.set_fault(fault.clone());
            reply::json(&fault)
        }
        Err(error) => mistake(&error),
    }
}

/// Sets the canned answer of one path.
pub(super) async fn set_canned(Extract(state): Extract<Shared>, body: String) -> Response {
    match read(&body).and_then(Canned::check) {
        Ok(canned) => {
            state.set_canned(canned);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => mistake(&error),
    }
}

/// Takes all canned answers back.
pub(super) async fn clear_canned(Extract(state): Extract<Shared>) -> StatusCode {
    state.clear_canned();
    StatusCode::NO_CONTENT
}
