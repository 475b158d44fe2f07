//! Listens, answers, and reloads its state without dropping a request.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::body::Body as AxumBody;
use axum::extract::{ConnectInfo, Request};
use futures_util::FutureExt;
use http::Response;
use tokio::net::TcpListener;
use tower_service::Service;

use super::config::Config;
use super::metrics::Metrics;
use super::proxy::unavailable;
use super::state::State;
use super::{admin, auth};
use crate::{Body, ConfigError};

/// A server with its sockets open.
pub struct Server {
    shared: Shared,
    listener: TcpListener,
    admin: Option<TcpListener>,
}

#[derive(Clone)]
struct Shared {
    state: Arc<RwLock<Arc<State>>>,
    metrics: Metrics,
    /// Whether `/healthz` and `/metrics` are on the main address, too.
    admin_here: bool,
}

/// Why a server does not start, or stopped.
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
        let admin_here = state.proxy.is_none() && config.admin.is_none();
        let listener = TcpListener::bind(config.listen).await?;
        let admin = match config.admin {
            Some(address) => Some(TcpListener::bind(address).await?),
            None => None,
        };
        let state = Arc::new(RwLock::new(Arc::new(state)));
        let shared = Shared {
            state,
            metrics,
            admin_here,
        };
        Ok(Self {
            shared,
            listener,
            admin,
        })
    }

    /// The addresses it listens on: for requests, for `/healthz` and `/metrics`.
    pub fn addresses(&self) -> std::io::Result<(SocketAddr, Option<SocketAddr>)> {
        let admin = self
            .admin
            .as_ref()
            .map(TcpListener::local_addr)
            .transpose()?;
        Ok((self.listener.local_addr()?, admin))
    }

    /// Replaces what the configuration says, addresses and the log level apart. Requests that are being
    /// answered end under the old one.
    pub fn reloader(&self) -> impl Fn(&Config) -> Result<(), ConfigError> + Send + Sync + 'static {
        let shared = self.shared.clone();
        move |config| {
            let state = State::new(config, shared.metrics.clone());
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
            let metrics = self.shared.metrics.clone();
            let router = Router::new().fallback(async move |request: Request| {
                admin::answer(request.uri().path(), &metrics).unwrap_or_else(admin::not_found)
            });
            tokio::spawn(async move { axum::serve(listener, router).await });
        }
        let shared = self.shared;
        let router =
            Router::new().fallback(async move |request: Request| shared.answer(request).await);
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(self.listener, service)
            .with_graceful_shutdown(stop)
            .await?;
        Ok(())
    }
}

impl Shared {
    async fn answer(&self, request: Request) -> Response<Body> {
        let state = self
            .state
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        // A bug of ours must not open anything, nor end the process.
        let answered = AssertUnwindSafe(self.judge(&state, request))
            .catch_unwind()
            .await;
        answered.unwrap_or_else(|_| {
            self.metrics.failed("panic");
            unavailable()
        })
    }

    async fn judge(&self, state: &State, request: Request<AxumBody>) -> Response<Body> {
        if self.admin_here
            && let Some(answer) = admin::answer(request.uri().path(), &self.metrics)
        {
            return answer;
        }
        if let Some(proxy) = &state.proxy {
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
            Some(peer) => auth::answer(state, &parts, peer.0.ip()),
            None => unavailable(),
        }
    }
}
