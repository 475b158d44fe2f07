//! Canned answers: odd JSON, other statuses, redirects that a test sets for any path of the service.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{
    HeaderMap, HeaderName, HeaderValue, Response as HttpResponse, StatusCode, header,
};
use axum::response::Response;
use serde::{Deserialize, Serialize};

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
    /// Number of calls that get it; all until the next reset when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calls: Option<u64>,
}

impl Canned {
    /// Gives the answer back if it can be sent; the error is a sentence that names the field.
    pub(crate) fn check(self) -> Result<Self, String> {
        if !self.path.starts_with('/') {
            return Err("path: expected one that begins with /".into());
        }
        // 1xx are no final answers, 204 and 304 have no body.
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

    /// The answer as it is sent.
    pub(crate) fn answer(self) -> Result<Response, String> {
        let headers = self.headers()?;
        let mut response = HttpResponse::new(Body::from(self.body));
        *response.status_mut() = StatusCode::from_u16(self.status).map_err(|e| e.to_string())?;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

fn ok() -> u16 {
    200
}
