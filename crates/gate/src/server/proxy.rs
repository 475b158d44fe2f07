//! The reverse proxy: hands requests to the origin over HTTP/1.1. Behind the gate, as its inner service.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body as RequestBody;
use axum::extract::ConnectInfo;
use http::header::{self, HOST, HeaderMap, HeaderName, HeaderValue};
use http::uri::PathAndQuery;
use http::{Request, Response, StatusCode, Uri};
use tower_service::Service;
use tracing::Instrument;

use super::metrics::Metrics;
use super::origin::Origin;
use super::timed::{BodyFailed, TimedBody};
use super::traces;
use crate::settings::checks;
use crate::settings::config::Config;
use crate::{Body, ConfigError, body, text_body};
use iteras_guard::peers::Peers;

/// The proxy; clones share all of it.
#[derive(Clone)]
pub(super) struct Proxy(Arc<Parts>);

struct Parts {
    origin: Origin,
    timeout: Duration,
    body_timeout: Duration,
    peers: Peers,
    metrics: Metrics,
}

impl Proxy {
    pub(super) fn new(
        config: &Config,
        peers: Peers,
        metrics: Metrics,
    ) -> Result<Self, ConfigError> {
        Ok(Self(Arc::new(Parts {
            origin: Origin::new(&checks::origin(config)?),
            timeout: config.origin_timeout.duration(),
            body_timeout: config.clients.body_timeout.duration(),
            peers,
            metrics,
        })))
    }
}

impl Service<Request<RequestBody>> for Proxy {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<RequestBody>) -> Self::Future {
        let (mut parts, body) = request.into_parts();
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0);
        let host = crate::Asked::of(&parts).host.map(str::to_owned);
        let path = parts.uri.path_and_query().cloned();
        parts.uri = Uri::from(path.unwrap_or(PathAndQuery::from_static("/")));
        parts.version = http::Version::HTTP_11;
        delete_hops(&mut parts.headers);
        forward(&mut parts.headers, peer, host.as_deref(), &self.0.peers);
        let span = traces::asking(&parts.method, &mut parts.headers);
        let request = Request::from_parts(parts, body);
        let proxy = self.0.clone();
        Box::pin(async move {
            let answer = proxy.answer(request).instrument(span.clone()).await;
            traces::answered(&span, answer.status());
            Ok(answer)
        })
    }
}

impl Parts {
    async fn answer(&self, request: Request<RequestBody>) -> Response<Body> {
        let body = request
            .extensions()
            .get::<BodyFailed>()
            .cloned()
            .unwrap_or_default();
        match tokio::time::timeout(self.timeout, self.origin.ask(request)).await {
            Ok(Ok(answer)) => {
                let mut answer =
                    answer.map(|body| body::boxed(TimedBody::new(body, self.body_timeout)));
                *answer.version_mut() = http::Version::HTTP_11;
                delete_hops(answer.headers_mut());
                answer
            }
            Ok(Err(_)) if body.is_so() => {
                self.metrics.failed("client");
                request_timeout()
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "origin failed");
                self.metrics.failed("origin");
                unavailable()
            }
            Err(_) => {
                tracing::error!(
                    seconds = self.timeout.as_secs(),
                    "origin did not answer in time"
                );
                self.metrics.failed("origin");
                unavailable()
            }
        }
    }
}

/// The answer to a client whose body did not come.
pub(super) fn request_timeout() -> Response<Body> {
    let mut response = Response::new(text_body("The request did not come in time.\n"));
    *response.status_mut() = StatusCode::REQUEST_TIMEOUT;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// The answer when something is broken: it opens nothing.
pub(super) fn unavailable() -> Response<Body> {
    let mut response = Response::new(text_body(
        "Temporarily unavailable. Please try again in a minute.\n",
    ));
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    for (name, value) in [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::RETRY_AFTER, "60"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Headers that hold for one connection only (RFC 9110, section 7.6.1).
static HOPS: [HeaderName; 9] = [
    header::CONNECTION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
];

/// Deletes those, and what the connection's own header names.
fn delete_hops(headers: &mut HeaderMap) {
    let mut named: Vec<HeaderName> = Vec::new();
    for line in headers.get_all(header::CONNECTION) {
        let names = line.to_str().unwrap_or("").split(',');
        named.extend(names.filter_map(|name| name.trim().parse().ok()));
    }
    // A client must not have us drop what we rely on by naming it here.
    named.retain(|name| {
        *name != HOST && *name != header::COOKIE && !name.as_str().starts_with("x-")
    });
    for name in named.iter().chain(&HOPS) {
        headers.remove(name);
    }
}

/// Says for whom is asked, behind what a configured peer said: the gate in front has deleted what anybody else did.
fn forward(headers: &mut HeaderMap, peer: Option<SocketAddr>, host: Option<&str>, peers: &Peers) {
    const FOR: &str = "x-forwarded-for";
    let trusted = peer.is_some_and(|peer| peers.hold(peer.ip()));
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.append(name, value);
        }
    };
    if let Some(peer) = peer {
        set(FOR, &peer.ip().to_canonical().to_string());
    }
    if let Some(host) = host {
        if !trusted {
            set("x-forwarded-host", host);
            set("x-forwarded-proto", "http");
        }
        if let Ok(value) = HeaderValue::from_str(host) {
            headers.insert(HOST, value);
        }
    }
}
