#![doc = include_str!("../README.md")]
//!
//! # Structure
//!
//! The deciding modules do no IO: [`request`] says what goes out, `scheme` puts [`Credentials`] to it, [`tokens`]
//! who fetches a token and how long it lives, [`retry`] what is sent again. [`Client`] carries it out over
//! one of two platforms: reqwest, or on wasm32 the host's fetch. [`iteras`] holds the typed calls.
#![forbid(unsafe_code)]

#[cfg(not(any(
    all(feature = "native", not(target_arch = "wasm32")),
    all(feature = "wasm", target_arch = "wasm32")
)))]
compile_error!("nothing would send requests: switch the feature `native` on, or `wasm` on wasm32");

mod clock;
mod config_error;
mod credentials;
mod error;
mod exec;
mod json;
mod local_time;
pub mod redact;
pub mod request;
pub mod retry;
mod scheme;
mod secret;
mod system;
pub mod systems;
pub mod tokens;
pub mod webhook;

pub use clock::Clock;
pub use config_error::ConfigError;
pub use credentials::{Credentials, Place, TokenSource};
pub use error::{Error, Kind};
pub use local_time::{LocalTime, NoLocalTime};
pub use secret::{ApiKey, Login, REDACTED, Token};
pub use system::{Addresses, Host, System};

pub use exec::{ANSWER_CAP, Builder, Client, SystemClock, iteras};
