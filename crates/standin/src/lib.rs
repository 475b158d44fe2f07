#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

// Rooms from the bottom up: a room uses those above it in this list, never one below.
// `tests/it/rooms.rs` holds them to it.
pub mod clock;
mod http;
mod locale;
mod lock;

pub mod config;
pub mod readers;

pub mod faults;
pub mod ledger;
pub mod state;

mod pages;
mod site;
pub mod systems;

mod control;
mod serve;

pub use config::{
    Config, ConfigError, Named, Options, Order, OrderKind, Paywall, Product, Profile,
};
pub use config::{Origins, arguments};
pub use control::{Delivery, Webhook};
pub use faults::Canned;
pub use http::Peer;
pub use ledger::{LoggedRequest, RequestLog};
pub use locale::{Language, NOTICE};
pub use readers::{FIRST_ID, Purpose, SyntheticCustomers, TokenKey};
pub use serve::{Standin, StartError};
pub use site::{USUAL_CONTROL, USUAL_SERVICE};
pub use systems::{Refusal, judge};
