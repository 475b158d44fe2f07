//! A client's source of time and randomness; tests bring their own.

use std::time::Duration;

/// Time and randomness. [`SystemClock`](crate::SystemClock) is the host's own.
pub trait Clock: Send + Sync {
    /// A reading of a clock that never goes back, since any fixed moment. Tokens and calls live by it.
    fn monotonic(&self) -> Duration;

    /// Seconds since 1970-01-01T00:00:00Z by the wall clock, for dates that others wrote.
    fn unix(&self) -> i64;

    /// Any number, for jitter; nothing secret is made of it.
    fn random(&self) -> u64;
}
