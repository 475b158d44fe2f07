//! The client against the stand-in of the service and against servers that misbehave: real HTTP, free ports.

// clippy.toml allows it in tests, but does not see helpers as such.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

mod bad_answers;
mod customers;
mod faults;
mod iteras;
mod load;
mod queries;
mod redirects;
mod server;
#[path = "../../../../tests/shared/mod.rs"]
mod shared;
mod ways_in;
mod webhooks;
