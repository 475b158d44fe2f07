//! Request log of the service, so that tests can count requests and read their bodies.

use std::collections::VecDeque;
use std::sync::Mutex;

use serde::Serialize;
use url::form_urlencoded;

use crate::lock::lock;

const KEPT: usize = 10_000;
// Parameters whose values are keys.
const SECRETS: [&str; 2] = ["iteras-key", "apiKey"];

/// The last 10 000 requests.
#[derive(Debug, Default)]
pub struct RequestLog(Mutex<VecDeque<LoggedRequest>>);

/// One request, logged when it arrived.
#[derive(Clone, Debug, Serialize)]
pub struct LoggedRequest {
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
    /// True when cookies came along, which our script never sends.
    pub cookies: bool,
    /// The body of a renewal.
    pub body: Option<String>,
}

impl RequestLog {
    /// A copy of the logged requests, oldest first.
    pub fn entries(&self) -> Vec<LoggedRequest> {
        lock(&self.0).iter().cloned().collect()
    }

    /// Forgets everything.
    pub fn clear(&self) {
        lock(&self.0).clear();
    }

    pub(crate) fn push(&self, entry: LoggedRequest) {
        let mut entries = lock(&self.0);
        if entries.len() == KEPT {
            entries.pop_front();
        }
        entries.push_back(entry);
    }
}

/// The query without the values of keys. All else keeps its bytes: tests compare encodings.
pub(crate) fn redacted(query: &str) -> String {
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
