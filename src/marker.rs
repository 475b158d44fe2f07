//! The marks by which a server in front of a page says what it has decided, and the rule for a page that it has cut
//! although the cookie allows it: renew, load again, give up (documented surface, section 7).
//!
//! ```
//! use iteras::Reason;
//! use iteras::marker::{Awaited, Mark, beside};
//!
//! assert_eq!(beside(Mark::Cut, None, false), (Some(Reason::Refused), Awaited::Page));
//! assert_eq!(beside(Mark::Open, Some(Reason::NoPass), false), (None, Awaited::Nothing));
//! ```
//!
//! A cache that strips cookies, or a pass that lapsed and was renewed since, leaves a stump without a call to action.
//! So the verdict is pending, 3 s at most, while the pass is renewed if its last check is over a minute old
//! ([`next_step`](crate::renewal::next_step)). Then, outage or not, the page is loaded again, if
//! [`again`](crate::again) allows it. If not, the reader is unauthorized with reason `refused`, the cookie stays, and
//! a redirect needs that the service vouched for the pass.

use crate::policy::Reason;
use crate::renewal::Record;

/// Milliseconds after the service vouched for a pass within which a marker may send its reader away.
const VOUCHED: u64 = 600_000;

/// The mark that a page carries; the open mark is looked at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// None, or the call does not believe it.
    None,
    /// The page was opened by something else than a pass: gift link, editor, meter, crawler.
    Open,
    /// The marker: the page was cut.
    Cut,
}

/// The event that a verdict waits for, at most 3 s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// None: it is decided.
    Nothing,
    /// The renewal of a pass that has expired by the reader's clock.
    Renewal,
    /// A further view of the page.
    Page,
}

impl Awaited {
    /// The word for it in answers to a page's script; empty for nothing.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Renewal => "renewal",
            Self::Page => "page",
        }
    }
}

/// The reason of the cookie's verdict on a page with this mark, and what it waits for. `given_up` = nothing is awaited
/// for this pass any more.
pub fn beside(mark: Mark, reason: Option<Reason>, given_up: bool) -> (Option<Reason>, Awaited) {
    let (reason, awaited) = match (mark, reason) {
        (Mark::Open, _) => (None, Awaited::Nothing),
        (Mark::Cut, None) => (Some(Reason::Refused), Awaited::Page),
        (_, Some(Reason::Expired)) => (reason, Awaited::Renewal),
        _ => (reason, Awaited::Nothing),
    };
    (reason, if given_up { Awaited::Nothing } else { awaited })
}

/// Tells that a marker may send the reader away: the service vouched for the pass in the last ten minutes, in this
/// page view (`confirmed`) or by the record, so that a pass of which nothing is known throws nobody out.
pub fn may_redirect(record: Option<&Record>, pass: &str, confirmed: &str, now: u64) -> bool {
    pass == confirmed || record.is_some_and(|record| record.vouches(pass, now, VOUCHED))
}
