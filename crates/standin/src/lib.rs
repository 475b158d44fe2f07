#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod account;
mod api;
pub mod args;
mod broken;
mod canned;
mod check;
mod config;
pub mod control;
mod countries;
mod dates;
pub mod faults;
mod fields;
mod headers_file;
mod made_up;
mod origins;
mod pages;
pub mod pending;
pub mod publisher;
mod renewal;
mod replace;
mod reply;
mod request_log;
mod scripts;
mod serve;
pub mod service;
pub mod site;
mod start;
pub mod state;
pub mod store;
pub mod systems;
mod texts;
mod tokens;
mod typed;
mod webhook;

pub use canned::Canned;
pub use config::{Config, ConfigError, Named, Order, OrderKind, Paywall, Product, Profile};
pub use made_up::{FIRST_ID, MadeUp};
pub use origins::Origins;
pub use renewal::{Refusal, judge};
pub use replace::{USUAL_CONTROL, USUAL_SERVICE};
pub use request_log::{Entry, RequestLog};
pub use serve::Peer;
pub use start::{Options, Standin, StartError};
pub use texts::Language;
pub use tokens::{TokenKey, Use};
pub use webhook::{Delivery, Webhook};

/// Said on every page, in `--help` and at the start.
pub const NOTICE: &str =
    "Stand-in for development; not the real service and not affiliated with Iteras.";
