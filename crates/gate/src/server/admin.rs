//! `/healthz`, `/readyz` and `/metrics`, for the publisher's own machines.

use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};

use super::metrics::Metrics;
use crate::{Body, text_body};

/// The answer for one of the three paths. A program that answers at all has its configuration and its keys, and is
/// ready until it is told to end.
pub(super) fn answer(path: &str, metrics: &Metrics, is_ending: bool) -> Option<Response<Body>> {
    let (status, text) = match path {
        "/healthz" => (StatusCode::OK, "ok\n".to_owned()),
        "/readyz" if is_ending => (StatusCode::SERVICE_UNAVAILABLE, "ending\n".to_owned()),
        "/readyz" => (StatusCode::OK, "ready\n".to_owned()),
        "/metrics" => (StatusCode::OK, metrics.text()),
        _ => return None,
    };
    let mut response = Response::new(text_body(text));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    Some(response)
}

pub(super) fn not_found() -> Response<Body> {
    let mut response = Response::new(text_body("not found\n"));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
