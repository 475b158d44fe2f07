//! One call's way through failures: requests that are sent again, the time before that, and those that are not.
//!
//! 1. 401 renews the token once and sends once more; 403 ends the call.
//! 2. A connection that could not be made, and for reads a lost answer, 429, 502, 503 and 504, are tried again:
//!    three tries, full jitter over 200 ms doubled each time up to 10 s, or exactly what `Retry-After` says.
//! 3. No wait goes beyond the call's time, 15 s in all.
//! 4. A call that is no read is never sent again once bytes may have gone out: its outcome is unknown.
//! 5. Redirects are followed for reads, on the same origin, five at most.
//!
//! A plain state machine: the clock's reading, the wall clock and randomness are arguments.

use std::time::{Duration, UNIX_EPOCH};

use url::Url;

use crate::Kind;
use crate::request::Nature;

const MOST_REDIRECTS: u32 = 5;

/// The number of tries and the times to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Tries in all; at least one is made.
    pub tries: u32,
    /// Upper bound of the first wait; each further one doubles it.
    pub base: Duration,
    /// Upper bound of every wait.
    pub cap: Duration,
    /// Time for the whole call: waiting for a token, tries, waits and reading the answer.
    pub overall: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            tries: 3,
            base: Duration::from_millis(200),
            cap: Duration::from_secs(10),
            overall: Duration::from_secs(15),
        }
    }
}

/// The end of one sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// No connection: not one byte went out.
    Unsent,
    /// The request may have gone out; no whole answer came.
    Lost,
    /// An answer came that can't be taken, and will not be smaller or better the next time.
    Unusable,
    /// An answer.
    Answered {
        /// Its status.
        status: u16,
        /// Its `Retry-After`, as it came.
        retry_after: Option<&'a str>,
        /// Its `Location`, as it came.
        location: Option<&'a str>,
    },
}

/// The next thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Take the answer.
    Accept,
    /// Have the token replaced, then send again.
    Renew,
    /// Wait this long, then send again.
    Wait(Duration),
    /// Send to this address instead.
    Follow(Url),
    /// Give up.
    Fail {
        /// The kind of error, by who has to do something about it.
        kind: Kind,
        /// The time for which the service asked to be left alone.
        retry_after: Option<Duration>,
    },
}

/// The state of one call.
#[derive(Debug)]
pub struct Call {
    nature: Nature,
    policy: Policy,
    deadline: Duration,
    tries: u32,
    redirects: u32,
    renewable: bool,
}

impl Call {
    /// A call that begins at `now`, monotonic. `renewable` = its credentials can be replaced after a 401.
    pub fn new(nature: Nature, policy: Policy, renewable: bool, now: Duration) -> Self {
        Self {
            nature,
            policy,
            deadline: now.saturating_add(policy.overall),
            tries: 1,
            redirects: 0,
            renewable,
        }
    }

    /// The time that is left.
    pub fn left(&self, now: Duration) -> Duration {
        self.deadline.saturating_sub(now)
    }

    /// Decides on a sending to `url` that ended at `now` (monotonic) and `unix` (seconds); `random` is any number.
    pub fn next(
        &mut self,
        outcome: Outcome<'_>,
        url: &Url,
        now: Duration,
        unix: i64,
        random: u64,
    ) -> Next {
        let (status, retry_after, location) = match outcome {
            Outcome::Unsent => return self.again(Kind::Outage, None, now, random),
            Outcome::Lost if self.nature == Nature::Read => {
                return self.again(Kind::Outage, None, now, random);
            }
            Outcome::Lost => return fail(Kind::UnknownOutcome),
            Outcome::Unusable if self.nature == Nature::Write => {
                return fail(Kind::UnknownOutcome);
            }
            Outcome::Unusable => return fail(Kind::Outage),
            Outcome::Answered {
                status,
                retry_after,
                location,
            } => (status, retry_after, location),
        };
        match status {
            200..=299 => Next::Accept,
            300..=399 => self.redirected(url, location),
            401 if self.renewable => {
                self.renewable = false;
                Next::Renew
            }
            401 | 403 => fail(Kind::Auth),
            429 | 502..=504 => {
                let wait = retry_after.and_then(|text| told(text, unix));
                match self.nature {
                    Nature::Read => self.again(Kind::Outage, wait, now, random),
                    _ => self.refused(status, wait),
                }
            }
            400..=499 => fail(Kind::Programming),
            _ => self.refused(status, retry_after.and_then(|text| told(text, unix))),
        }
    }

    /// A failing answer to what is not sent again. 429 and 503 say that nothing was done; so does any
    /// failing answer to what changes nothing.
    fn refused(&self, status: u16, retry_after: Option<Duration>) -> Next {
        let open = self.nature == Nature::Write && !matches!(status, 429 | 503);
        Next::Fail {
            kind: if open {
                Kind::UnknownOutcome
            } else {
                Kind::Outage
            },
            retry_after,
        }
    }

    fn again(&mut self, kind: Kind, told: Option<Duration>, now: Duration, random: u64) -> Next {
        let wait = told.unwrap_or_else(|| self.jittered(random));
        if self.tries >= self.policy.tries || wait >= self.left(now) {
            return Next::Fail {
                kind,
                retry_after: told,
            };
        }
        self.tries += 1;
        Next::Wait(wait)
    }

    fn jittered(&self, random: u64) -> Duration {
        let doubled = self
            .policy
            .base
            .saturating_mul(1 << (self.tries - 1).min(16));
        let part = (random >> 11) as f64 / (1_u64 << 53) as f64;
        doubled.min(self.policy.cap).mul_f64(part)
    }

    fn redirected(&mut self, url: &Url, location: Option<&str>) -> Next {
        self.redirects += 1;
        let target = location.and_then(|text| url.join(text).ok());
        let ours = |target: &Url| {
            target.origin() == url.origin()
                && target.username().is_empty()
                && target.password().is_none()
        };
        match target.filter(ours) {
            Some(target) if self.nature == Nature::Read && self.redirects <= MOST_REDIRECTS => {
                Next::Follow(target)
            }
            _ => fail(Kind::Outage),
        }
    }
}

fn fail(kind: Kind) -> Next {
    Next::Fail {
        kind,
        retry_after: None,
    }
}

/// A `Retry-After` (RFC 9110, section 10.2.3): seconds or a date; what is neither counts as absent.
fn told(text: &str, unix: i64) -> Option<Duration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    let now = UNIX_EPOCH + Duration::from_secs(u64::try_from(unix).ok()?);
    Some(date.duration_since(now).unwrap_or_default())
}
