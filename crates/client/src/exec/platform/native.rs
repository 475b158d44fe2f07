//! Everywhere but on wasm32: reqwest over rustls with ring.

use std::error::Error as _;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use rustls_platform_verifier::BuilderVerifierExt as _;

use super::{Broken, Incoming};
use crate::request::{Method, Outgoing};
use crate::system::Host;
use crate::{Clock, ConfigError};

pub(crate) const HOST: Host = Host::Native;

const CONNECT_TIME: Duration = Duration::from_secs(5);
/// Shorter than what servers usually keep: a POST on a connection that is just being closed is lost.
const IDLE_TIME: Duration = Duration::from_secs(15);

/// A pool of connections.
pub(crate) struct Http(reqwest::Client);

impl Http {
    pub(crate) fn new() -> Result<Self, ConfigError> {
        let unusable = |text: String| ConfigError::new("tls", text);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_platform_verifier())
            .map_err(|error| unusable(error.to_string()))?
            .with_no_client_auth();
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .connect_timeout(CONNECT_TIME)
            .pool_idle_timeout(IDLE_TIME)
            .user_agent(concat!("iteras-client/", env!("CARGO_PKG_VERSION")))
            .build();
        client.map(Self).map_err(|error| unusable(words(error)))
    }

    pub(crate) async fn send(&self, outgoing: &Outgoing) -> Result<Incoming, Broken> {
        let method = match outgoing.method() {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        };
        let mut request = self.0.request(method, outgoing.url.clone());
        request = request.headers(headers(outgoing)?);
        if let Some(body) = outgoing.body() {
            request = request.body(body.to_owned());
        }
        let response = request.send().await.map_err(broken)?;
        let header = |name: HeaderName| {
            let value = response.headers().get(name)?.to_str().ok()?;
            Some(value.to_owned())
        };
        Ok(Incoming {
            status: response.status().as_u16(),
            retry_after: header(RETRY_AFTER),
            location: header(LOCATION),
            content_type: header(CONTENT_TYPE),
            body: Body(response),
        })
    }
}

fn headers(outgoing: &Outgoing) -> Result<HeaderMap, Broken> {
    let mut headers = HeaderMap::new();
    for (name, value) in outgoing.headers() {
        let unusable = || Broken::Unsent(format!("header {name} can't be sent"));
        let held = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unusable())?;
        let mut value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| unusable())?;
        value.set_sensitive(true);
        headers.insert(held, value);
    }
    Ok(headers)
}

/// An answer's body, piece by piece.
pub(crate) struct Body(reqwest::Response);

impl Body {
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, Broken> {
        self.0.chunk().await.map_err(broken)
    }
}

fn broken(error: reqwest::Error) -> Broken {
    let unsent = error.is_connect() || error.is_builder();
    let text = words(error);
    match unsent {
        true => Broken::Unsent(text),
        false => Broken::Lost(text),
    }
}

/// The innermost cause: what the system or the TLS library says. Never the address.
fn words(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = inner.to_string();
        cause = inner.source();
    }
    text
}

pub(crate) async fn sleep(time: Duration) {
    tokio::time::sleep(time).await;
}

/// The host's clocks.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// The monotonic one begins now.
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }

    fn unix(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        i64::try_from(since.unwrap_or_default().as_secs()).unwrap_or(i64::MAX)
    }

    fn random(&self) -> u64 {
        // Each state is keyed anew from the system's randomness.
        RandomState::new().build_hasher().finish()
    }
}
