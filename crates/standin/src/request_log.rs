//! What the service was asked, so that tests can count requests and read what was sent.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State as Extract};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use url::form_urlencoded;

use crate::renewal::PATH as RENEWAL;
use crate::state::{Shared, now_millis};

const KEPT: usize = 10_000;
// Parameters whose values are keys.
const SECRETS: [&str; 2] = ["iteras-key", "apiKey"];
const BODY_LIMIT: usize = 64 * 1024;

/// The last 10 000 requests.
#[derive(Debug, Default)]
pub struct RequestLog(Mutex<VecDeque<Entry>>);

/// One request, logged when it arrived.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// Milliseconds since 1970.
    pub time: u64,
    /// `GET`, `POST` and so on.
    pub method: String,
    /// The path as it came.
    pub path: String,
    /// The query as it came, without `?`; the values of `iteras-key` and `apiKey` are left out.
    pub query: String,
    /// The `Origin` header.
    pub origin: Option<String>,
    /// The `Content-Type` header.
    pub content_type: Option<String>,
    /// Whether cookies came along, which our script never sends.
    pub cookies: bool,
    /// The body of a renewal.
    pub body: Option<String>,
}

impl RequestLog {
    /// A copy of what was logged, oldest first.
    pub fn entries(&self) -> Vec<Entry> {
        self.lock().iter().cloned().collect()
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.lock().clear();
    }

    fn push(&self, entry: Entry) {
        let mut entries = self.lock();
        if entries.len() == KEPT {
            entries.pop_front();
        }
        entries.push_back(entry);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Logs before handling, so that a request whose answer hangs is seen, too.
pub(crate) async fn record(
    Extract(state): Extract<Shared>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let renewal = parts.method == Method::POST && parts.uri.path().starts_with(RENEWAL);
    let mut entry = Entry {
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

// The rest keeps its bytes: tests compare encodings.
fn redacted(query: &str) -> String {
    let key = |pair: &str| {
        form_urlencoded::parse(pair.as_bytes())
            .next()
            .map(|(name, _)| name.into_owned())
            .filter(|name| SECRETS.contains(&name.as_str()))
    };
    let parts = query.split('&').map(|pair| match key(pair) {
        Some(name) => format!("{name}=[redacted]"),
        None => pair.into(),
    });
    parts.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::redacted;

    #[test]
    fn api_keys_stay_out_of_the_log() {
        assert_eq!(
            redacted("a=%C3%A6&iteras-key=secret&b"),
            "a=%C3%A6&iteras-key=[redacted]&b"
        );
        assert_eq!(redacted("iteras%2Dkey=secret"), "iteras-key=[redacted]");
        assert_eq!(redacted("apiKey=secret&x"), "apiKey=[redacted]&x");
        assert_eq!(redacted(""), "");
    }
}
