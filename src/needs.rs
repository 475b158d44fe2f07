//! The requirement of the page that sent a reader here, as it travels in the address of a landing page.
//!
//! ```
//! use iteras::needs::{Needs, State};
//! use iteras::{Access, IdList, Timestamp};
//!
//! let needs = Needs::read("iterasneeds=AAAA1111%2CBBBB2222&iterasaccess=sub");
//! let cookie = "iteraspass=user|AAAA1111|2026-02-01T00:00:00Z|31168|/sha256:00";
//! let now = Timestamp::from_unix(1_768_478_400);
//! assert_eq!(needs.state(IdList::default().as_ids(), cookie, now, ""), State::Lacking);
//! ```
//!
//! Anybody can write these parameters. They decide what a log-in frame says and whether a target is followed, and
//! open nothing.

use alloc::borrow::Cow;
use alloc::string::String;
use core::iter::once;

use crate::cookies::pass_values;
use crate::policy::{Candidate, Reason, best, examine_unverified};
use crate::protocol::ACCESS;
use crate::requirement::{Access, IdList, Ids, Requirement};
use crate::text::{parts, push};
use crate::timestamp::Timestamp;
use crate::urls::{parameter, push_form_encoded};

/// The page's query parameter that holds the ids asked for, comma-separated.
pub const NEEDS: &str = "iterasneeds";

/// The longest list of ids that is handed on, in bytes; a longer one is left out.
const MAX_IDS: usize = 256;

/// Appends `&iterasaccess=` and `&iterasneeds=`, each only where there is something to say.
pub fn push_needs(query: &mut String, wanted: &Requirement<'_>) {
    if let Some(level) = wanted.access.name() {
        push_parameter(query, ACCESS, level);
    }
    let ids = wanted.paywalls.map(comma_separated).unwrap_or_default();
    if !ids.is_empty() && ids.len() <= MAX_IDS {
        push_parameter(query, NEEDS, &ids);
    }
}

fn push_parameter(query: &mut String, name: &str, value: &str) {
    for part in ["&", name, "="] {
        push(query, part);
    }
    push_form_encoded(query, value);
}

fn comma_separated(ids: Ids<'_>) -> String {
    let mut list = String::new();
    for id in ids.iter() {
        if !list.is_empty() {
            list.push(',');
        }
        push(&mut list, id);
    }
    list
}

/// The requirement that an address names.
#[derive(Clone, Debug, Default)]
pub struct Needs {
    ids: Option<IdList>,
    access: Access,
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

impl Needs {
    /// Reads a query without its `?`. A level that is none counts as any.
    pub fn read(query: &str) -> Self {
        let ids = parameter(query, NEEDS).filter(|ids| !ids.is_empty());
        let access = parameter(query, ACCESS).and_then(|level| Access::parse(&level));
        Self {
            ids: ids.map(|ids| IdList::new(parts(&ids, b','))),
            access: access.unwrap_or_default(),
        }
    }

    /// Tells a pass that opens what is needed: any one of the ids, at the level. The service sent it just now, so
    /// the reader's clock has no say.
    pub fn are_met_by(&self, pass: &str) -> bool {
        let any = Ids::default();
        let values = once(Cow::Borrowed(pass));
        self.held(values, any, Timestamp::from_unix(0), pass) == State::In
    }

    /// The state of a reader with these cookies. `own` = the ids that count where the address names none; an empty
    /// list is any. The service has vouched for the pass `confirmed`.
    pub fn state(&self, own: Ids<'_>, cookie: &str, now: Timestamp, confirmed: &str) -> State {
        self.held(pass_values(cookie), own, now, confirmed)
    }

    fn held<'a>(
        &self,
        values: impl Iterator<Item = Cow<'a, str>>,
        own: Ids<'_>,
        now: Timestamp,
        confirmed: &str,
    ) -> State {
        let ids = self.ids.as_ref().map_or(own, IdList::as_ids);
        let wanted = Requirement {
            paywalls: Some(ids).filter(|ids| !ids.is_empty()),
            access: self.access,
            leeway: 0,
        };
        let decision: Candidate<'_> = best(values, |value| {
            examine_unverified(value, &wanted, now, confirmed)
        });
        match decision.reason() {
            None => State::In,
            Some(Reason::WrongPaywall | Reason::AccessLevel) => State::Lacking,
            Some(_) => State::Out,
        }
    }
}
