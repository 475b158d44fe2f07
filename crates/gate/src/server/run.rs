//! Listens, answers, and reloads its state without dropping a request.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::body::Body as AxumBody;
use axum::extract::{ConnectInfo, Request};
use futures_util::FutureExt;
use http::header::{CACHE_CONTROL, HeaderValue};
use http::{Method, Response, StatusCode};
use tokio::net::TcpListener;
use tower_service::Service;
use tracing::Instrument;

use super::forms::with_form;
use super::listen::Listener;
use super::metrics::Metrics;
use super::proxy::{request_timeout, unavailable};
use super::serve::serve;
use super::state::State;
use super::workers::Workers;
use super::{admin, auth, traces};
use crate::settings::{Address, Config};
use crate::{Body, ConfigError, text_body};

/// A server with its sockets open.
pub struct Server {
    shared: Shared,
    listener: Listener,
    admin: Option<TcpListener>,
}

/// State and counters, for every connection.
#[derive(Clone)]
pub(super) struct Shared {
    state: Arc<RwLock<Arc<State>>>,
    pub(super) metrics: Metrics,
    /// Tells whether `/healthz`, `/readyz` and `/metrics` have an address of their own.
    has_admin: bool,
    /// True from when the program is told to end.
    is_ending: Arc<AtomicBool>,
}

/// A reason why a server does not start, or stopped.
#[derive(Debug)]
#[non_exhaustive]
pub enum ServeError {
    /// A setting that can't be meant.
    Config(ConfigError),
    /// The system: an address in use, for one.
    Io(std::io::Error),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(error) => error.fmt(f),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ServeError {}

impl From<ConfigError> for ServeError {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

impl From<std::io::Error> for ServeError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl Server {
    /// Checks the configuration, then opens the sockets.
    pub async fn start(config: &Config) -> Result<Self, ServeError> {
        let metrics = Metrics::default();
        let state = State::new(config, metrics.clone())?;
        let listener = Listener::open(&config.listen).await?;
        let admin = match config.admin {
            Some(address) => Some(TcpListener::bind(address).await?),
            None => None,
        };
        let state = Arc::new(RwLock::new(Arc::new(state)));
        let shared = Shared {
            state,
            metrics,
            has_admin: admin.is_some(),
            is_ending: Arc::default(),
        };
        Ok(Self {
            shared,
            listener,
            admin,
        })
    }

    /// The addresses it listens on: for requests, for `/healthz`, `/readyz` and `/metrics`.
    pub fn addresses(&self) -> std::io::Result<(Address, Option<SocketAddr>)> {
        let admin = self
            .admin
            .as_ref()
            .map(TcpListener::local_addr)
            .transpose()?;
        Ok((self.listener.address()?, admin))
    }

    /// Replaces what the configuration says, addresses and the log level apart. Requests that are being
    /// answered end under the old one. The error, that of a file that can't be read too, counts as a refused reload.
    pub fn reloader(
        &self,
    ) -> impl Fn(Result<Config, String>) -> Result<(), String> + Send + Sync + 'static {
        let shared = self.shared.clone();
        move |config| {
            let state = config.and_then(|config| {
                State::new(&config, shared.metrics.clone()).map_err(|error| error.to_string())
            });
            shared
                .metrics
                .reloaded(if state.is_ok() { "ok" } else { "refused" });
            *shared.state.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(state?);
            Ok(())
        }
    }

    /// Serves until `stop` completes, then finishes what it is answering.
    pub async fn run(
        self,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        if let Some(listener) = self.admin {
            let shared = self.shared.clone();
            let router = Router::new().fallback(async move |request: Request| {
                shared.admin(&request).unwrap_or_else(admin::not_found)
            });
            tokio::spawn(async move { axum::serve(listener, router).await });
        }
        let is_ending = self.shared.is_ending.clone();
        let stop = async move {
            stop.await;
            is_ending.store(true, Ordering::Relaxed);
        };
        serve(self.listener, Workers::start()?, self.shared, stop).await;
        Ok(())
    }
}

impl Shared {
    /// The state of the last reload.
    pub(super) fn state(&self) -> Arc<State> {
        self.state
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(super) async fn answer(&self, request: Request) -> Response<Body> {
        let state = self.state();
        // A bug of ours must not open anything, nor end the process.
        let answered = AssertUnwindSafe(self.judge(&state, request))
            .catch_unwind()
            .await;
        answered.unwrap_or_else(|_| {
            self.metrics.failed("panic");
            unavailable()
        })
    }

    /// The answer for the publisher's own machines; none for other paths.
    fn admin(&self, request: &Request) -> Option<Response<Body>> {
        let is_ending = self.is_ending.load(Ordering::Relaxed);
        admin::answer(request.uri().path(), &self.metrics, is_ending)
    }

    async fn judge(&self, state: &State, request: Request<AxumBody>) -> Response<Body> {
        if !is_known(request.method()) {
            return not_implemented();
        }
        // Asked of the state of now: a reload may have made a proxy of it, whose address is the public's.
        if state.proxy.is_none()
            && !self.has_admin
            && let Some(answer) = self.admin(&request)
        {
            return answer;
        }
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let is_trusted = peer.is_some_and(|peer| state.peers.hold(peer.0.ip()));
        let span = traces::serving(request.method(), request.headers(), is_trusted);
        let answer = self.decide(state, request).instrument(span.clone()).await;
        traces::answered(&span, answer.status());
        answer
    }

    async fn decide(&self, state: &State, request: Request<AxumBody>) -> Response<Body> {
        if let Some(proxy) = &state.proxy {
            let Ok(request) = with_form(request, &state.rules, state.form_limit).await else {
                self.metrics.failed("client");
                return request_timeout();
            };
            return match proxy.clone().call(request).await {
                Ok(response) => response,
                Err(never) => {
                    let never: Infallible = never;
                    match never {}
                }
            };
        }
        let (parts, _) = request.into_parts();
        match parts.extensions.get::<ConnectInfo<SocketAddr>>() {
            Some(peer) => auth::answer(state, &parts, peer.0.ip()).await,
            None => unavailable(),
        }
    }
}

/// The methods that are judged and passed on. The meaning of others, `CONNECT` among them, is not for a gate to guess.
fn is_known(method: &Method) -> bool {
    use http::Method as M;
    [
        M::GET,
        M::HEAD,
        M::POST,
        M::PUT,
        M::PATCH,
        M::DELETE,
        M::OPTIONS,
    ]
    .contains(method)
}

fn not_implemented() -> Response<Body> {
    let mut response = Response::new(text_body("this method is not implemented\n"));
    *response.status_mut() = StatusCode::NOT_IMPLEMENTED;
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, no_store);
    response
}
