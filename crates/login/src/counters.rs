//! The store of failed attempts: in this process, or in a Redis server that several machines share.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use iteras_guard::login::{Count, MemoryCounters, Refusal};

/// The counters that are kept in memory; about 100 MB if all were used up.
const CAPACITY: usize = 100_000;

/// Counts attempts.
#[derive(Debug)]
pub struct Counters(Store);

#[derive(Debug)]
enum Store {
    Memory {
        counters: Mutex<MemoryCounters>,
        start: Instant,
    },
    #[cfg(feature = "redis")]
    Redis(Box<crate::redis::Redis>),
}

/// The name by which a store knows an attempt again.
pub(crate) enum Begun {
    Second(u64),
    #[cfg(feature = "redis")]
    Entry(String),
}

impl Counters {
    /// Counts in this process: for one machine, or as many times the limits as there are machines.
    #[must_use]
    pub fn in_memory() -> Self {
        Self(Store::Memory {
            counters: Mutex::new(MemoryCounters::new(CAPACITY)),
            start: Instant::now(),
        })
    }

    /// Counts in a Redis server: `redis://[:password@]host[:port][/database]`.
    ///
    /// Connects when the first attempt is made and again whenever the connection was lost. While there is none,
    /// nobody can log in by the form: uncounted attempts would be unlimited ones.
    #[cfg(feature = "redis")]
    pub fn in_redis(url: &str) -> Result<Self, crate::ConfigError> {
        crate::redis::Redis::new(url, CAPACITY).map(|redis| Self(Store::Redis(Box::new(redis))))
    }

    /// Keeps at most so many counters; an attempt has up to five. By default there are 100 000. When there is no
    /// room, those that were not asked for longest are forgotten, and those at their limit last.
    #[must_use]
    pub fn with_capacity(mut self, capacity: usize) -> Self {
        match &mut self.0 {
            Store::Memory { counters, .. } => *counters = Mutex::new(MemoryCounters::new(capacity)),
            #[cfg(feature = "redis")]
            Store::Redis(redis) => redis.capacity = capacity,
        }
        self
    }

    pub(crate) async fn begin(&self, count: &Count) -> Result<Begun, Refusal> {
        match &self.0 {
            Store::Memory { counters, start } => {
                let now = start.elapsed().as_secs();
                let mut counters = counters.lock().unwrap_or_else(PoisonError::into_inner);
                counters.begin(count, now)?;
                Ok(Begun::Second(now))
            }
            #[cfg(feature = "redis")]
            Store::Redis(redis) => redis.begin(count).await.map(Begun::Entry),
        }
    }

    /// Takes an attempt back that was no failure.
    pub(crate) async fn take_back(&self, count: &Count, begun: &Begun) {
        match (&self.0, begun) {
            (Store::Memory { counters, .. }, Begun::Second(second)) => {
                let mut counters = counters.lock().unwrap_or_else(PoisonError::into_inner);
                counters.take_back(count, *second);
            }
            #[cfg(feature = "redis")]
            (Store::Redis(redis), Begun::Entry(entry)) => redis.take_back(count, entry).await,
            #[cfg(feature = "redis")]
            (Store::Memory { .. }, Begun::Entry(_)) | (Store::Redis(_), Begun::Second(_)) => {}
        }
    }
}
