//! Bodies of the control server's calls, and the answers to those that make no sense.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;

use crate::readers::Publisher;
use crate::state::State;

/// The publisher of a profile, or the first one.
pub(super) fn chosen<'s>(state: &'s State, profile: Option<&str>) -> Option<&'s Publisher> {
    match profile {
        Some(id) => state.publisher(id),
        None => state.publishers.first(),
    }
}

/// Reads JSON; the error is a sentence.
pub(super) fn read<T: DeserializeOwned>(body: &str) -> Result<T, String> {
    serde_json::from_str(body).map_err(|e| e.to_string())
}

/// 400 with a sentence.
pub(super) fn mistake(text: &str) -> Response {
    (StatusCode::BAD_REQUEST, text.to_owned()).into_response()
}
