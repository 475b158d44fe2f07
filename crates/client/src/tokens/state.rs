//! The state of a client's token: one caller fetches the next, the others use the present one or wait.
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

/// The thing that a caller has to do for a token.
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
    /// The token that is held, good or not.
    pub fn held(&self) -> Option<Token> {
        self.held.as_ref().map(|(held, _)| held.token.clone())
    }

    /// The thing to do for a token that is not the `rejected` one.
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

    /// The error of the renewal of this number, if it failed: those who waited for it fail with it.
    pub fn failure(&self, renewal: u64) -> Option<Error> {
        let of_it = self.failed.as_ref().filter(|(of, _)| *of == renewal);
        of_it.map(|(_, error)| error.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const SECOND: Duration = Duration::from_secs(1);

    fn issued(life: u64) -> Result<Issued, Error> {
        Ok(Issued {
            token: Token::new("opaque").unwrap(),
            life: SECOND * life as u32,
        })
    }

    fn error() -> Error {
        Error::new("dtz", Kind::Outage, "down")
    }

    #[track_caller]
    fn renews(need: Need) -> u64 {
        match need {
            Need::Renew(renewal) => renewal,
            other => panic!("expected a renewal, found {other:?}"),
        }
    }

    #[track_caller]
    fn uses(need: Need) -> u64 {
        match need {
            Need::Use(held) => held.number,
            other => panic!("expected a token, found {other:?}"),
        }
    }

    #[test]
    fn c61_a_rejection_counts_only_against_the_token_that_was_rejected() {
        let mut tokens = Tokens::default();
        let first = renews(tokens.need(None, SECOND));
        assert!(matches!(tokens.need(None, SECOND), Need::Join(joined) if joined == first));
        tokens.renewed(first, issued(3600), SECOND).unwrap();
        assert_eq!(uses(tokens.need(None, SECOND)), first);
        let second = renews(tokens.need(Some(first), SECOND));
        assert!(matches!(tokens.need(Some(first), SECOND), Need::Join(_)));
        tokens.renewed(second, issued(3600), SECOND).unwrap();
        assert_eq!(
            uses(tokens.need(Some(first), SECOND)),
            second,
            "late rejection of the old one"
        );
    }

    #[test]
    fn f22_tokens_live_by_the_monotonic_clock_less_the_leeway() {
        let mut tokens = Tokens::default();
        let renewal = renews(tokens.need(None, SECOND));
        tokens.renewed(renewal, issued(300), SECOND * 10).unwrap();
        uses(tokens.need(None, SECOND * 279));
        renews(tokens.need(None, SECOND * 280));
    }

    #[test]
    fn c60_a_token_without_a_life_is_for_one_call() {
        let mut tokens = Tokens::default();
        let renewal = renews(tokens.need(None, SECOND));
        let held = tokens.renewed(renewal, issued(0), SECOND).unwrap();
        assert_eq!(held.number, renewal);
        renews(tokens.need(None, SECOND));
    }

    #[test]
    fn those_who_waited_for_a_renewal_fail_with_it_and_later_ones_try_anew() {
        let mut tokens = Tokens::default();
        let renewal = renews(tokens.need(None, SECOND));
        assert!(tokens.renewed(renewal, Err(error()), SECOND).is_err());
        assert_eq!(tokens.failure(renewal).unwrap().to_string(), "dtz: down");
        let next = renews(tokens.need(None, SECOND));
        assert!(tokens.failure(next).is_none());
    }

    #[test]
    fn a_renewal_that_nobody_carries_on_is_taken_over() {
        let mut tokens = Tokens::default();
        let renewal = renews(tokens.need(None, SECOND));
        tokens.abandoned(renewal);
        let next = renews(tokens.need(None, SECOND));
        tokens.abandoned(renewal);
        assert!(matches!(tokens.need(None, SECOND), Need::Join(joined) if joined == next));
    }
}
