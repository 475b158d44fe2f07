//! The form's other end over real HTTP, in front of the real stand-in of the service.

// clippy.toml allows it in tests, but does not see helpers as such.
#![allow(clippy::unwrap_used)]

mod common;
mod log_in;
#[cfg(feature = "redis")]
mod redis;
mod vectors;
