//! Start and end of the three servers.
//!
//! All ports are bound before anything is served, since each server names the others' addresses.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use iteras_client::ConfigError;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::service;
use crate::config::{Options, Origins};
use crate::http::serve;
use crate::readers::{Store, StoreError};
use crate::state::{Shared, State};
use crate::{control, site};

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// A stand-in that runs until it is dropped.
pub struct Standin {
    state: Shared,
    // Dropping the set ends the servers.
    _servers: JoinSet<()>,
}

impl Standin {
    /// Binds all ports and starts to serve.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let bound = Bound::bind(&options).await?;
        let store = Store::open(&options.config, options.data).map_err(StartError::Data)?;
        let log_in = site::log_in(&options.config, &bound.origins).map_err(StartError::Client)?;
        let state = State::new(options.config, bound.origins.clone(), store, options.dist);
        let state = Arc::new(state);
        let mut servers = JoinSet::new();
        servers.spawn(serve(bound.service, service::app(state.clone())));
        servers.spawn(serve(bound.control, control::app(state.clone())));
        if let Some(folder) = options.site {
            for listener in bound.site {
                let router = site::app(folder.clone(), state.dist.clone(), bound.origins.clone());
                let router = router.merge(log_in.clone());
                servers.spawn(serve(listener, router));
            }
        }
        Ok(Self {
            state,
            _servers: servers,
        })
    }

    /// The addresses of the three servers.
    pub fn origins(&self) -> &Origins {
        &self.state.origins
    }

    /// The servers' shared state, for tests that look inside.
    pub fn state(&self) -> &State {
        &self.state
    }
}

struct Bound {
    site: Vec<TcpListener>,
    service: TcpListener,
    control: TcpListener,
    origins: Origins,
}

impl Bound {
    async fn bind(options: &Options) -> Result<Self, StartError> {
        let host = options.host.unwrap_or(LOOPBACK);
        let service = bind(host, options.port, "--port").await?;
        let control = bind(LOOPBACK, options.control_port, "--control-port").await?;
        let mut site = Vec::new();
        let mut site_port = options.site_port;
        if options.site.is_some() {
            let listener = bind(host, site_port, "--site-port").await?;
            site_port = port(&listener, site_port);
            site.push(listener);
            // Browsers may take `localhost` for ::1. Where there is no IPv6, they do not.
            if host == LOOPBACK {
                let v6 = SocketAddr::new(Ipv6Addr::LOCALHOST.into(), site_port);
                site.extend(TcpListener::bind(v6).await.ok());
            }
        }
        let (site_name, service_name) = names(host);
        let origins = Origins {
            site: format!("http://{site_name}:{site_port}"),
            service: format!("http://{service_name}:{}", port(&service, options.port)),
            control: format!("http://127.0.0.1:{}", port(&control, options.control_port)),
        };
        Ok(Self {
            site,
            service,
            control,
            origins,
        })
    }
}

/// The hosts in the addresses of site and service: two names on loopback, so that the two do not share
/// cookies. A port that listens everywhere is still called by its loopback names.
fn names(host: IpAddr) -> (String, String) {
    if host == LOOPBACK || host.is_unspecified() {
        return ("localhost".into(), "127.0.0.1".into());
    }
    let name = match host {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    };
    (name.clone(), name)
}

async fn bind(host: IpAddr, port: u16, flag: &'static str) -> Result<TcpListener, StartError> {
    let error = |error| StartError::Port { port, flag, error };
    TcpListener::bind(SocketAddr::new(host, port))
        .await
        .map_err(error)
}

fn port(listener: &TcpListener, wanted: u16) -> u16 {
    listener
        .local_addr()
        .map_or(wanted, |address| address.port())
}

/// A failed start; shown as one sentence.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// A port can't be bound.
    Port {
        /// The port.
        port: u16,
        /// The option that chooses another.
        flag: &'static str,
        /// The operating system's error.
        error: std::io::Error,
    },
    /// The data file can't be read.
    Data(StoreError),
    /// The publisher's server can't call the service, such as for an API key that no header can hold.
    Client(ConfigError),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Port { port, flag, error } if error.kind() == std::io::ErrorKind::AddrInUse => {
                write!(f, "port {port} is taken; choose another with {flag}")
            }
            Self::Port { port, flag, error } => {
                write!(
                    f,
                    "port {port} can't be used ({error}); choose another with {flag}"
                )
            }
            Self::Data(error) => error.fmt(f),
            Self::Client(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for StartError {}
