//! Configuration before the start: command line, configuration file, and the checks of both.

mod account;
pub mod arguments;
mod check;
mod error;
mod file;
mod options;
mod origins;
mod profile;
mod read;
mod sites;
mod systems;

pub use account::{Account, Address, Invoice, Level, Subscription};
pub(crate) use check::token_key;
pub use error::ConfigError;
pub use file::Config;
pub use options::Options;
pub use origins::Origins;
pub(crate) use origins::{SITE_PLACEHOLDER, origin_of};
pub use profile::{Named, Order, OrderKind, Paywall, Product, Profile};
pub use systems::{Dtz, Integrify, IntegrifyUser, Iterop, SystemAccounts};
