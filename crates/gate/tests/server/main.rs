//! The binary `iteras-gate` itself, as a process: forward-auth, reverse proxy, reload, and what it never says.
#![allow(clippy::unwrap_used)]
#![cfg(all(feature = "server", unix))]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/dns.rs"]
mod dns;

mod program;

mod check;
mod connections;
mod copied;
mod crawlers;
mod explain;
mod forms;
mod forward_auth;
mod life;
mod meter;
mod origin;
mod preview;
mod print_config;
mod proxy;
mod reload;
mod secrets;
#[cfg(feature = "opentelemetry")]
mod traces;
