//! `POST customers/update/`: operations on customers and subscriptions, one after the other.
//!
//! A programmer's mistake refuses all of them before the first is carried out. A person's wrong input skips
//! one operation, and its errors stand in the answer at its place.

use axum::extract::{RawQuery, State as Extract};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::call::{ApiCall, ApiError, no_store};
use super::operations::Operation;
use crate::http::Fields;
use crate::state::{Shared, State};

/// `operations` as a field of a form, or of an object with the content type `application/json`.
pub(super) async fn update(
    Extract(state): Extract<Shared>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: String,
) -> Response {
    let call = ApiCall::read(&state, &headers, query.as_deref());
    no_store(call.and_then(|call| updated(&state, &call, &read(&headers, &body)?)))
}

#[derive(Deserialize)]
struct Document {
    operations: Vec<Operation>,
}

fn read(headers: &HeaderMap, body: &str) -> Result<Vec<Operation>, ApiError> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .map(|value| value.as_bytes());
    let read = if kind.is_some_and(|kind| kind.starts_with(b"application/json")) {
        serde_json::from_str(body).map(|document: Document| document.operations)
    } else {
        let form = Fields::parse(body);
        let list = form
            .get("operations")
            .ok_or(ApiError::bad("operations is missing"))?;
        serde_json::from_str(list)
    };
    read.map_err(|error| ApiError::bad(format!("operations: {error}")))
}

fn updated(state: &State, call: &ApiCall<'_>, operations: &[Operation]) -> Result<Value, ApiError> {
    let (mut succeeded, mut errors, mut ids) = (0, Vec::new(), Vec::new());
    for operation in operations {
        let done = operation
            .carry_out(state, call)
            .map_err(|e| ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, e.to_string()))?;
        let (id, wrong) = match done {
            Ok(id) => (Some(id), json!({})),
            Err(wrong) => (None, json!(wrong)),
        };
        succeeded += usize::from(id.is_some());
        ids.push(id);
        errors.push(wrong);
    }
    Ok(json!({
        "succeeded": succeeded,
        "failed": operations.len() - succeeded,
        "errors": errors,
        "ids": ids,
    }))
}
