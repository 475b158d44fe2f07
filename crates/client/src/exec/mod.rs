//! The parts that need a host: the client, its platforms, and the typed calls that go through it.

mod builder;
mod client;
mod flight;
pub mod iteras;
mod platform;
mod step;

pub use builder::{ANSWER_CAP, Builder};
pub use client::Client;
pub use platform::SystemClock;
