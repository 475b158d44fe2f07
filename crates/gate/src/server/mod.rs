//! The binary's parts: configuration in TOML, the forward-auth endpoint, the reverse proxy, metrics.
//!
//! ```
//! let config = iteras_gate::server::Config::parse(r#"
//!     mode = "forward-auth"
//!     listen = "127.0.0.1:8086"
//!     trusted_peers = ["127.0.0.1"]
//!     forwarded_headers = "x-original"
//!
//!     [[keys]]
//!     id = "2026"
//!     env = "ITERAS_KEY"
//!
//!     [[sites]]
//!     hosts = ["pub.example"]
//!     default = "open"
//!     paywalls = ["n8fsoupukhv3"]
//!     rules = [{ path = "/articles/*" }]
//! "#).unwrap();
//! # let _ = config;
//! ```

mod admin;
mod auth;
mod build;
mod connections;
mod copied;
mod crawlers;
mod explain;
mod forms;
mod listen;
mod log;
mod metrics;
mod origin;
mod proxy;
mod run;
mod secrets;
mod serve;
mod state;
mod timed;
mod times;
#[cfg(feature = "opentelemetry")]
mod traces;
#[cfg(not(feature = "opentelemetry"))]
#[path = "no_traces.rs"]
mod traces;
mod unused;
mod warnings;
mod workers;

pub use crate::settings::{Address, Config};
pub use log::start_logging;
pub use metrics::Metrics;
pub use run::{ServeError, Server};
pub use state::State;
pub use traces::Traces;
