//! `/healthz` and `/metrics`, for the publisher's own machines.

use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};

use super::metrics::Metrics;
use crate::{Body, text_body};

/// The answer for one of the two paths.
pub(super) fn answer(path: &str, metrics: &Metrics) -> Option<Response<Body>> {
    let text = match path {
        "/healthz" => "ok\n".to_owned(),
        "/metrics" => metrics.text(),
        _ => return None,
    };
    let mut response = Response::new(text_body(text));
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    Some(response)
}

pub(super) fn not_found() -> Response<Body> {
    let mut response = Response::new(text_body("not found\n"));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
