//! The differences between hosts, behind the same names: sending, sleeping, time.
//!
//! `native` sends by reqwest, `wasm` by the host's fetch. All decisions are made elsewhere.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};

#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
mod native;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
pub use native::SystemClock;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
pub(crate) use native::{Body, HOST, Http, sleep};

#[cfg(all(feature = "wasm", target_arch = "wasm32"))]
mod wasm;
#[cfg(all(feature = "wasm", target_arch = "wasm32"))]
pub use wasm::SystemClock;
#[cfg(all(feature = "wasm", target_arch = "wasm32"))]
pub(crate) use wasm::{Body, HOST, Http, sleep};

/// The head of an answer, and its body to be read.
pub(crate) struct Incoming {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Body,
}

/// A sending or a reading that broke off, in words without addresses.
pub(crate) enum Broken {
    /// Not one byte of the request went out.
    Unsent(String),
    /// It may have gone out.
    Lost(String),
}

impl Broken {
    pub(crate) fn into_text(self) -> String {
        match self {
            Self::Unsent(text) | Self::Lost(text) => text,
        }
    }
}

/// The result of `future`, if it comes in `time`.
pub(crate) async fn within<T>(time: Duration, future: impl Future<Output = T>) -> Option<T> {
    match select(pin!(future), pin!(sleep(time))).await {
        Either::Left((came, _)) => Some(came),
        Either::Right(_) => None,
    }
}
