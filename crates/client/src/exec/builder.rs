//! The settings of a client.

use std::sync::Arc;

use super::client::{Client, Inner};
use super::flight::Flight;
use super::platform::{self, Http, SystemClock};
use crate::retry::Policy;
use crate::{Clock, ConfigError, System};

/// The largest answer that is taken whole, unless set otherwise: 64 MiB.
pub const ANSWER_CAP: usize = 64 << 20;

/// A client's settings, where they are not the usual ones.
pub struct Builder {
    system: System,
    clock: Arc<dyn Clock>,
    policy: Policy,
    answer_cap: usize,
}

impl Builder {
    pub(super) fn new(system: System) -> Self {
        Self {
            system,
            clock: Arc::new(SystemClock::new()),
            policy: Policy::default(),
            answer_cap: ANSWER_CAP,
        }
    }

    /// Another clock than the host's.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Other tries and times than [`Policy::default`].
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Another bound than [`ANSWER_CAP`] for answers that are taken whole, in bytes.
    #[must_use]
    pub fn with_answer_cap(mut self, bytes: usize) -> Self {
        self.answer_cap = bytes;
        self
    }

    /// Checks the settings. Sends nothing yet.
    pub fn build(self) -> Result<Client, ConfigError> {
        Ok(Client(Arc::new(Inner {
            addresses: self.system.check(platform::HOST)?,
            http: Http::new()?,
            system: self.system,
            clock: self.clock,
            policy: self.policy,
            answer_cap: self.answer_cap,
            flight: Flight::new(),
        })))
    }
}
