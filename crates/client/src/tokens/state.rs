//! Who uses the token that is there, who fetches the next one, and who waits for that.
//!
//! Nothing is sent here and no clock is read. `now` is a reading of a monotonic clock: a wall clock that jumps
//! neither revives a token nor kills it. One renewal is in flight however many callers wait for it, and a
//! rejection counts only against the token that was rejected.

use std::time::Duration;

use super::{Issued, leeway};
use crate::Error;
use crate::secret::Token;

/// A token and its number: each renewal gives a new one.
#[derive(Clone, Debug)]
pub struct Held {
    /// The token.
    pub token: Token,
    /// Its number, for [`Tokens::need`] when it is rejected.
    pub number: u64,
}

/// What a caller has to do for a token.
#[derive(Debug)]
pub enum Need {
    /// Nothing: use this one.
    Use(Held),
    /// Fetch one and say how it went, with this number, to [`Tokens::renewed`] or [`Tokens::abandoned`].
    Renew(u64),
    /// Wait until the renewal of this number has ended, see [`Tokens::failure`], and ask again.
    Join(u64),
}

/// The tokens of one client.
#[derive(Debug, Default)]
pub struct Tokens {
    held: Option<(Held, Duration)>,
    in_flight: Option<u64>,
    last: u64,
    failed: Option<(u64, Error)>,
}

impl Tokens {
    /// What to do for a token that is not the `rejected` one.
    pub fn need(&mut self, rejected: Option<u64>, now: Duration) -> Need {
        self.held
            .take_if(|(held, renew_at)| rejected == Some(held.number) || now >= *renew_at);
        match (&self.held, self.in_flight) {
            (Some((held, _)), _) => Need::Use(held.clone()),
            (None, Some(renewal)) => Need::Join(renewal),
            (None, None) => {
                self.last += 1;
                self.in_flight = Some(self.last);
                Need::Renew(self.last)
            }
        }
    }

    /// Notes how a renewal went that was sent at `asked`; its caller gets the token, if there is one.
    ///
    /// The life is counted from the asking, since the token may be as old as that. One without a life
    /// is for this caller alone.
    pub fn renewed(
        &mut self,
        renewal: u64,
        came: Result<Issued, Error>,
        asked: Duration,
    ) -> Result<Held, Error> {
        self.abandoned(renewal);
        let Issued { token, life } = came.inspect_err(|error| {
            self.failed = Some((renewal, error.clone()));
        })?;
        let number = renewal;
        let held = Held { token, number };
        if !life.is_zero() {
            self.held = Some((held.clone(), asked + life - leeway(life)));
        }
        Ok(held)
    }

    /// Notes that nobody fetches any more: the next caller that needs a token does.
    pub fn abandoned(&mut self, renewal: u64) {
        self.in_flight.take_if(|flying| *flying == renewal);
    }

    /// Why the renewal of this number failed, if it did: those who waited for it fail with it.
    pub fn failure(&self, renewal: u64) -> Option<Error> {
        let of_it = self.failed.as_ref().filter(|(of, _)| *of == renewal);
        of_it.map(|(_, error)| error.clone())
    }
}
