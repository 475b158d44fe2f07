//! The core as JavaScript servers and the edge ask it, on wasm32. Converts, calls, converts.
//!
//! Three modules are built of it, each with one feature: `gate` is what every request asks, `teaser` holds a parser
//! of HTML and is loaded only where a teaser is asked for, `testing` signs passes for publishers' tests.
#![cfg(target_arch = "wasm32")]
#![forbid(unsafe_code)]

#[cfg(any(feature = "gate", feature = "teaser"))]
mod page;

#[cfg(feature = "gate")]
mod crawlers;
#[cfg(feature = "gate")]
mod gate;
#[cfg(feature = "gate")]
mod login;
#[cfg(feature = "gate")]
mod login_options;
#[cfg(feature = "gate")]
mod mark;
#[cfg(feature = "gate")]
mod options;
#[cfg(feature = "gate")]
mod rules;
#[cfg(feature = "gate")]
mod visit;
#[cfg(feature = "gate")]
mod wire;

#[cfg(feature = "teaser")]
mod teaser;

#[cfg(feature = "testing")]
mod testing;
