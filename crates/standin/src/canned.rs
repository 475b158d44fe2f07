//! Answers that a test wrote itself: odd JSON, other statuses, redirects, for any path of the service.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::extract::{Request, State as Extract};
use axum::http::{
    HeaderMap, HeaderName, HeaderValue, Response as HttpResponse, StatusCode, header,
};
use axum::middleware::Next;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use crate::state::Shared;

/// The answer to the next calls of one path.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Canned {
    /// The path, without query.
    pub path: String,
    /// The status; 200 when absent.
    #[serde(default = "ok")]
    pub status: u16,
    /// Headers besides `Content-Type: application/json`, or in its place.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body as it is.
    #[serde(default)]
    pub body: String,
    /// For how many calls; until the next reset when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calls: Option<u64>,
}

impl Canned {
    /// Checks that it can be sent; the error is a sentence.
    pub(crate) fn check(self) -> Result<Self, String> {
        if !self.path.starts_with('/') {
            return Err("path: expected one that begins with /".into());
        }
        // The others are no answers yet, or have no body.
        if !(200..600).contains(&self.status) || matches!(self.status, 204 | 304) {
            return Err(format!("status: {} can't be sent", self.status));
        }
        self.headers()?;
        Ok(self)
    }

    fn headers(&self) -> Result<HeaderMap, String> {
        let json = HeaderValue::from_static("application/json");
        let mut headers = HeaderMap::from_iter([(header::CONTENT_TYPE, json)]);
        for (name, value) in &self.headers {
            let odd = || format!("headers: {name} can't be sent");
            let name: HeaderName = name.parse().map_err(|_| odd())?;
            headers.insert(name, HeaderValue::from_str(value).map_err(|_| odd())?);
        }
        Ok(headers)
    }

    fn answer(self) -> Result<Response, String> {
        let headers = self.headers()?;
        let mut response = HttpResponse::new(Body::from(self.body));
        *response.status_mut() = StatusCode::from_u16(self.status).map_err(|e| e.to_string())?;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

/// Gives the canned answer if there is one for the path.
pub(crate) async fn instead(
    Extract(state): Extract<Shared>,
    request: Request,
    next: Next,
) -> Response {
    match state.take_canned(request.uri().path()) {
        None => next.run(request).await,
        Some(canned) => canned
            .answer()
            .unwrap_or_else(|error| crate::reply::failure(&error)),
    }
}

fn ok() -> u16 {
    200
}
