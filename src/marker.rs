//! The rule for a page that a server has cut although the cookie allows it: renew, load again, give up (documented
//! surface, section 7).
//!
//! ```
//! use iteras::marker::{Step, next_step};
//! use iteras::renewal::{Record, Situation};
//! use iteras::Timestamp;
//!
//! let now = 1_768_478_400_000.0;
//! let unknown = Situation::new(now, "a pass", Timestamp::from_unix(1_770_000_000));
//! let checked = Record::checked("a pass", now - 30_000.0);
//! assert_eq!(next_step(&unknown), Step::Send);
//! assert_eq!(next_step(&Situation { record: Some(checked), ..unknown }), Step::LoadAgain);
//! ```
//!
//! A cache that strips cookies, or a pass that lapsed and was renewed since, leaves a stump without a call to action.
//! So the verdict is pending, 3 s at most, while the pass is renewed if its last check is over a minute old. Then,
//! outage or not, the page is loaded again, if [`again`](crate::again) allows it. If not, the reader is unauthorized
//! with reason `refused`, the cookie stays, and a redirect needs that the service vouched for the pass.

use crate::renewal::{Record, Situation, State, Turn, fingerprint};

/// Milliseconds for which a check is fresh enough not to ask the service because of a marker.
const FRESH: f64 = 60_000.0;
/// Milliseconds after the service vouched for a pass within which a marker may send its reader away.
const VOUCHED: f64 = 600_000.0;
/// Milliseconds for which another tab's request counts as under way.
const UNDER_WAY: f64 = crate::renewal::ASKING_MILLIS;

/// The next step for a page with a marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Wait: another tab asks the service.
    Nothing,
    /// Take the turn and decide again.
    TakeTurn,
    /// Send the pass for renewal.
    Send,
    /// Load the page again, where that is allowed.
    LoadAgain,
}

/// Decides about the next step; the pass is one that the cookie's verdict allows.
pub fn next_step(situation: &Situation<'_>) -> Step {
    let Situation {
        now, pass, turn, ..
    } = *situation;
    let Some(record) = &situation.record else {
        return if situation.asked_before {
            Step::LoadAgain
        } else {
            Step::Send
        };
    };
    let asked = record.state == State::Asked && record.pass == fingerprint(pass);
    let under_way = asked && record.at <= now && now - record.at < UNDER_WAY;
    if record.vouches(pass, now, FRESH) || record.pauses(now) {
        Step::LoadAgain
    } else if turn == Turn::NotTaken {
        Step::TakeTurn
    } else if turn == Turn::Claimed && under_way {
        Step::Nothing
    } else {
        Step::Send
    }
}

/// Tells that a marker may send the reader away: the service vouched for the pass in the last ten minutes, in this
/// page view (`confirmed`) or by the record, so that a pass of which nothing is known throws nobody out.
pub fn may_redirect(record: Option<&Record>, pass: &str, confirmed: &str, now: f64) -> bool {
    pass == confirmed || record.is_some_and(|record| record.vouches(pass, now, VOUCHED))
}
