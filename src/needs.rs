//! The requirement of the page that sent a reader here, as it travels in the address of a landing page.
//!
//! ```
//! use iteras::needs::{State, state};
//! use iteras::{Ids, Timestamp};
//!
//! let query = "iterasneeds=AAAA1111%2CBBBB2222&iterasaccess=sub";
//! let cookie = "iteraspass=user|AAAA1111|2026-02-01T00:00:00Z|31168|/sha256:00";
//! let now = Timestamp::from_unix(1_768_478_400);
//! assert_eq!(state(query, Ids::default(), cookie, now, ""), State::Lacking);
//! ```
//!
//! Anybody can write these parameters. They decide what a log-in frame says and whether a target is followed, and
//! open nothing.

use alloc::string::String;

use crate::policy::{Reason, decide_unverified};
use crate::protocol::{ACCESS, NEEDS, is_path_value};
use crate::requirement::{Access, Ids, Requirement, SEPARATOR};
use crate::text::rejoin;
use crate::timestamp::Timestamp;
use crate::urls::{parameter, push_parameter};

/// Appends `&iterasaccess=` and `&iterasneeds=`, each only where there is something to say: ids of 256 bytes at most,
/// and none that no pass can hold.
pub fn push_needs(query: &mut String, wanted: &Requirement<'_>) {
    if let Some(level) = wanted.access.name() {
        push_parameter(query, ACCESS, level);
    }
    let ids = wanted
        .paywalls
        .map(Ids::comma_separated)
        .unwrap_or_default();
    if is_path_value(&ids) {
        push_parameter(query, NEEDS, &ids);
    }
}

/// A reader's standing towards a requirement, as a log-in frame is told it (wire protocol, "Messages").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The pass opens it.
    In,
    /// There is a pass, for another paywall or at a lower level.
    Lacking,
    /// There is no pass, or none that counts.
    Out,
}

impl State {
    /// The word in the message `welcome`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Lacking => "lacking",
            Self::Out => "out",
        }
    }
}

/// The state of a reader with these cookies towards what `query`, of the page and without `?`, names: any one of the
/// ids, at the level. A level that is none counts as any. `own` = the ids that count where the query names none; an
/// empty list is any. The service has vouched for the pass `confirmed`.
pub fn state(query: &str, own: Ids<'_>, cookie: &str, now: Timestamp, confirmed: &str) -> State {
    let needs = parameter(query, NEEDS).unwrap_or_default();
    let needs = rejoin(&needs, b',', SEPARATOR);
    let ids = if needs.is_empty() {
        own
    } else {
        Ids::packed(&needs)
    };
    let access = parameter(query, ACCESS).and_then(|level| Access::parse(&level));
    let wanted = Requirement::of_call(ids, access.unwrap_or_default());
    match decide_unverified(cookie, &wanted, now, confirmed).reason() {
        None => State::In,
        Some(Reason::WrongPaywall | Reason::AccessLevel) => State::Lacking,
        Some(_) => State::Out,
    }
}
