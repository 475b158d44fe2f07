//! Lets callers wait for one renewal: [`Tokens`] decides, this wakes.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::tokens::{Held, Issued, Need, Tokens};
use crate::{Error, Token};

/// The tokens of one client and those who wait for the next.
pub(crate) struct Flight {
    tokens: Mutex<Tokens>,
    ended: watch::Sender<()>,
}

/// The next thing that a caller has to do.
pub(crate) enum Turn<'a> {
    Use(Held),
    /// Fetch a token and [`land`](Lead::land) it.
    Lead(Lead<'a>),
    /// [`Wait::ended`], then ask again.
    Wait(Wait),
}

impl Flight {
    pub(crate) fn new() -> Self {
        Self {
            tokens: Mutex::default(),
            ended: watch::Sender::new(()),
        }
    }

    pub(crate) fn turn(&self, rejected: Option<u64>, now: Duration) -> Turn<'_> {
        let mut tokens = self.lock();
        match tokens.need(rejected, now) {
            Need::Use(held) => Turn::Use(held),
            Need::Renew(renewal) => Turn::Lead(Lead {
                flight: self,
                renewal,
            }),
            // Still under the lock, so that no end is missed.
            Need::Join(renewal) => Turn::Wait(Wait {
                ended: self.ended.subscribe(),
                renewal,
            }),
        }
    }

    /// The token that was fetched last, good or not.
    pub(crate) fn held(&self) -> Option<Token> {
        self.lock().held()
    }

    /// The error of the renewal that was waited for, if it failed.
    pub(crate) fn failure(&self, renewal: u64) -> Option<Error> {
        self.lock().failure(renewal)
    }

    fn lock(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whoever holds this fetches the token; dropped without landing, another caller takes over.
pub(crate) struct Lead<'a> {
    flight: &'a Flight,
    renewal: u64,
}

impl Lead<'_> {
    pub(crate) fn land(self, came: Result<Issued, Error>, asked: Duration) -> Result<Held, Error> {
        self.flight.lock().renewed(self.renewal, came, asked)
    }
}

impl Drop for Lead<'_> {
    fn drop(&mut self) {
        self.flight.lock().abandoned(self.renewal);
        self.flight.ended.send_replace(());
    }
}

/// The end of a renewal that somebody else leads.
pub(crate) struct Wait {
    ended: watch::Receiver<()>,
    pub(crate) renewal: u64,
}

impl Wait {
    pub(crate) async fn ended(&mut self) {
        // It fails when the client is gone, and then nobody waits.
        let _ = self.ended.changed().await;
    }
}
