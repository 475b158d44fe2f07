//! Where failed tries are counted: in this process, or in a Redis server that several machines share.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use iteras_guard::attempts::Attempts;
use iteras_guard::login::Counter;

/// The counters of an in-memory table when nobody says otherwise; about 100 MB if all were used up.
const CAPACITY: usize = 100_000;

/// Counts tries.
#[derive(Debug)]
pub struct Tries(Kept);

#[derive(Debug)]
enum Kept {
    Memory {
        table: Mutex<Attempts>,
        start: Instant,
    },
    #[cfg(feature = "redis")]
    Redis(Box<crate::shared::Shared>),
}

/// A try that was begun; kept until it is known how it ended.
#[must_use]
pub(crate) struct Begun {
    counters: [Counter; 3],
    as_what: AsWhat,
}

enum AsWhat {
    Second(u64),
    #[cfg(feature = "redis")]
    Entry(String),
}

/// Why a try may not be made.
pub(crate) enum Refusal {
    /// Too many have failed; there is room again after so many seconds.
    Wait(u64),
    /// It can't be known: nobody is let through uncounted.
    #[cfg_attr(not(feature = "redis"), expect(dead_code))]
    Unknown,
}

impl Tries {
    /// Counts in this process: for one machine, or as many times the limits as there are machines.
    #[must_use]
    pub fn in_memory() -> Self {
        Self(Kept::Memory {
            table: Mutex::new(Attempts::new(CAPACITY)),
            start: Instant::now(),
        })
    }

    /// Counts in a Redis server: `redis://[:password@]host[:port][/database]`.
    ///
    /// Connects when the first try is made and again whenever the connection was lost. While there is none,
    /// nobody can log in by the form: uncounted tries would be unlimited ones.
    #[cfg(feature = "redis")]
    pub fn in_redis(url: &str) -> Result<Self, crate::ConfigError> {
        crate::shared::Shared::new(url).map(|shared| Self(Kept::Redis(Box::new(shared))))
    }

    pub(crate) async fn begin(&self, counters: [Counter; 3]) -> Result<Begun, Refusal> {
        let as_what = match &self.0 {
            Kept::Memory { table, start } => {
                let now = start.elapsed().as_secs();
                let mut table = table.lock().unwrap_or_else(PoisonError::into_inner);
                table.begin(&counters, now).map_err(Refusal::Wait)?;
                AsWhat::Second(now)
            }
            #[cfg(feature = "redis")]
            Kept::Redis(shared) => AsWhat::Entry(shared.begin(&counters).await?),
        };
        Ok(Begun { counters, as_what })
    }

    /// Takes a try back that was no failure.
    pub(crate) async fn take_back(&self, begun: Begun) {
        let counters = &begun.counters;
        match (&self.0, &begun.as_what) {
            (Kept::Memory { table, .. }, AsWhat::Second(second)) => {
                let mut table = table.lock().unwrap_or_else(PoisonError::into_inner);
                table.take_back(counters, *second);
            }
            #[cfg(feature = "redis")]
            (Kept::Redis(shared), AsWhat::Entry(entry)) => shared.take_back(counters, entry).await,
            #[cfg(feature = "redis")]
            (Kept::Memory { .. }, AsWhat::Entry(_)) | (Kept::Redis(_), AsWhat::Second(_)) => {}
        }
    }
}
