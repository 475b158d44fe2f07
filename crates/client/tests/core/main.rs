//! The deciding modules, without a host: the same tests natively and, by the wasm-bindgen test runner, in Node.

// clippy.toml allows it in tests, but does not see helpers as such.
#![allow(clippy::unwrap_used)]

mod answers;
mod calls;
#[path = "../../../../tests/shared/mod.rs"]
mod shared;
mod systems;
mod webhooks;
