//! What needs a host: the client, its platforms, and the typed calls that go through it.

mod client;
mod flight;
pub mod iteras;
mod platform;

pub use client::{ANSWER_CAP, Builder, Client};
pub use platform::SystemClock;
