//! Companion mode: the decisions of a page whose official script does renewal, frames and log-in (companion, "What is
//! decided").
//!
//! ```
//! use iteras::Reason;
//! use iteras::companion::{Said, verdict};
//! use iteras::marker::{Awaited, Mark};
//!
//! // Expired by the reader's clock: the official script is asked, and has three seconds to object.
//! let expired = Some(Reason::Expired);
//! assert_eq!(verdict(Mark::None, expired, Said::Nothing), (expired, Awaited::Renewal));
//! assert_eq!(verdict(Mark::None, expired, Said::Silent), (None, Awaited::Nothing));
//! assert_eq!(verdict(Mark::None, expired, Said::Shut), (expired, Awaited::Nothing));
//! ```
//!
//! The official script says so little (it calls back, or it does not) that most of what happened is read off the
//! cookie. Nothing here knows how that script works.

use alloc::string::String;

use crate::cookies::pass_values;
use crate::marker::{Awaited, Mark};
use crate::opened::Call;
use crate::pass::Pass;
use crate::policy::{Reason, decide_unverified};
use crate::renewal::continues;
use crate::requirement::{Access, Ids, Requirement, SEPARATOR};
use crate::text::{Parts, cut, items, join, parts};
use crate::timestamp::Timestamp;

/// Between the level and the ids of a [`key`], and between two ids.
const LINE: u8 = b'\n';

/// The word of the official `wall` about one kind of call and one pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// Nothing so far, or it was not asked.
    Nothing,
    /// It called back, and that counted (step 4).
    Shut,
    /// Nothing for three seconds (step 6).
    Silent,
    /// It threw.
    Failed,
    /// It is not there; asked as soon as it is.
    Missing,
}

impl Said {
    /// The word as the page's script keeps it; anything else is nothing.
    pub fn parse(word: &str) -> Self {
        match word {
            "shut" => Self::Shut,
            "silent" => Self::Silent,
            "failed" => Self::Failed,
            "missing" => Self::Missing,
            _ => Self::Nothing,
        }
    }
}

/// The reason of the cookie's verdict in companion mode, and what it waits for (steps 4, 6 and 7). `Awaited::Page`
/// tells a verdict that the cookie allows and the marker alone refuses: it is decided, and waits for nothing.
pub fn verdict(mark: Mark, cookie: Option<Reason>, said: Said) -> (Option<Reason>, Awaited) {
    let allowed = match (cookie, said) {
        _ if mark == Mark::Open => return (None, Awaited::Nothing),
        (None, Said::Shut) => return (Some(Reason::Refused), Awaited::Nothing),
        (Some(Reason::Expired), Said::Nothing) => return (cookie, Awaited::Renewal),
        (None, _) | (Some(Reason::Expired), Said::Silent) => true,
        _ => false,
    };
    match mark {
        Mark::Cut if allowed => (Some(Reason::Refused), Awaited::Page),
        _ if allowed => (None, Awaited::Nothing),
        _ => (cookie, Awaited::Nothing),
    }
}

/// The name of a kind of call: its level and its ids, a line each. Calls of one kind are one to the official `wall`.
pub fn key(access: Access, ids: Ids<'_>) -> String {
    let level = access.name().unwrap_or("");
    join(&[level, "\n", &ids.lines()])
}

/// Tells two kinds of call that ask for the same: the same level, and the same ids in whatever order.
fn is_same(one: &str, other: &str) -> bool {
    let (Some((level, ids)), Some((other_level, other_ids))) = (cut(one, LINE), cut(other, LINE))
    else {
        return false;
    };
    let holds = |all, part: &str| parts(part, LINE).all(|id| parts(all, LINE).any(|own| own == id));
    level == other_level && holds(ids, other_ids) && holds(other_ids, ids)
}

/// The official `wall`'s calls on this page so far: for each the kind of call, the pass, and the word since.
#[derive(Clone, Debug)]
pub struct Asked<'a>(Parts<'a>);

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskedOnce<'a> {
    /// The [`key`] of its kind of call.
    pub key: &'a str,
    /// The pass for which it was called.
    pub pass: &'a str,
    /// Its word since.
    pub said: Said,
}

impl<'a> Asked<'a> {
    /// The list from one text: key, pass and word in turn, with U+001E between all.
    pub fn read(text: &'a str) -> Self {
        Self(items(text, SEPARATOR))
    }

    /// The word about this kind of call and this pass.
    pub fn said(self, key: &str, pass: &str) -> Said {
        let found = self.filter(|once| once.pass == pass && is_same(once.key, key));
        found.map(|once| once.said).last().unwrap_or(Said::Nothing)
    }

    /// The key under which this kind of call was passed on before; `None` if it never was.
    fn key_of(self, key: &str) -> Option<&'a str> {
        self.map(|once| once.key).find(|other| is_same(other, key))
    }

    /// Tells a call that the official `wall` is still to be called for: once for each kind of call and pass. A pass
    /// that continues one for which it was called is the answer to that call (step 3).
    fn lacks(mut self, key: &str, pass: &str) -> bool {
        let answers = |asked| asked == pass || continues(pass, asked);
        !self.any(|once| once.said != Said::Missing && is_same(once.key, key) && answers(once.pass))
    }
}

impl<'a> Iterator for Asked<'a> {
    type Item = AskedOnce<'a>;

    fn next(&mut self) -> Option<AskedOnce<'a>> {
        Some(AskedOnce {
            key: self.0.next()?,
            pass: self.0.next()?,
            said: Said::parse(self.0.next()?),
        })
    }
}

/// The key of a call and whether the official `wall` is to be called for it and this pass (step 3).
pub fn due(asked: Asked<'_>, access: Access, ids: Ids<'_>, pass: &str) -> (String, bool) {
    let key = key(access, ids);
    let is_due = asked.clone().lacks(&key, pass);
    (asked.key_of(&key).map_or(key, Into::into), is_due)
}

/// Tells a callback that counts: the cookie still holds the pass for which `wall` was called, and would let the call
/// in or is expired; or no pass is left (step 4). What the cookie itself refuses needs no callback.
pub fn counts(
    cookie: &str,
    pass: &str,
    wanted: &Requirement<'_>,
    now: Timestamp,
    confirmed: &str,
) -> bool {
    let held = held(cookie, now);
    if held.is_empty() {
        return true;
    }
    let candidate = decide_unverified(cookie, wanted, now, confirmed);
    candidate.value() == pass && matches!(candidate.reason(), None | Some(Reason::Expired))
}

/// The pass that the cookie holds: of several values the one that opens most; empty where none is a pass.
pub fn held(cookie: &str, now: Timestamp) -> String {
    let candidate = decide_unverified(cookie, &Requirement::ANY, now, "");
    match candidate.pass() {
        Some(_) => candidate.into_value(),
        None => String::new(),
    }
}

/// Tells a pass that was not among the cookies before: the service sent it just now. One that stood there under another
/// path all the time comes to light when the first is deleted, and is no word of the service's.
pub fn is_new(held: &str, had: &str) -> bool {
    !held.is_empty() && !pass_values(had).any(|value| value == held)
}

/// A change of the cookie (step 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The cookie holds the same pass, or still none.
    None,
    /// A pass that continues the one before.
    Renewed,
    /// A first pass, or another subscriber's.
    LogIn,
    /// No pass is left.
    LogOut,
    /// No pass is left, and the official `wall` had called back about the one before.
    Refused,
}

impl Change {
    /// The change that this event tells.
    pub fn of(event: &str) -> Option<Self> {
        const ALL: [Change; 5] = [
            Change::None,
            Change::Renewed,
            Change::LogIn,
            Change::LogOut,
            Change::Refused,
        ];
        ALL.into_iter().find(|change| change.event() == event)
    }

    /// The event that tells it; empty for no change.
    pub fn event(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Renewed => "renewed",
            Self::LogIn => "login",
            Self::LogOut => "logout",
            Self::Refused => "refused",
        }
    }
}

/// The change from the pass `before` to the pass `after`, each empty for none.
pub fn change(before: &str, after: &str, mut asked: Asked<'_>) -> Change {
    if before == after {
        Change::None
    } else if !after.is_empty() {
        let is_next = Pass::parse(before).is_ok() && continues(after, before);
        if is_next {
            Change::Renewed
        } else {
            Change::LogIn
        }
    } else if asked.any(|once| once.pass == before && once.said == Said::Shut) {
        Change::Refused
    } else {
        Change::LogOut
    }
}

/// The time at which a page that is open again loads itself again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    /// Never: nothing on it needs that.
    Never,
    /// At once.
    Now,
    /// In three seconds, if it is still there: after a log-in the official frame may go elsewhere.
    Later,
}

/// Tells whether the `authorized` callbacks run after a change of the cookie, and when the page is loaded again
/// (step 7). `marker` = the page carries one that its calls believe; `has_next` = the page has an `iterasnext`.
pub fn reopened(
    calls: impl IntoIterator<Item = Call>,
    marker: bool,
    change: Change,
    has_next: bool,
) -> (bool, Load) {
    let mut needs_page = marker;
    for call in calls {
        if !call.authorized {
            return (false, Load::Never);
        }
        needs_page |= call.handled && !call.callback;
    }
    let load = match (needs_page, change) {
        (true, Change::Renewed) if marker => Load::Now,
        (true, _) if !has_next => Load::Later,
        _ => Load::Never,
    };
    // A page that was cut has nothing to show to whoever is let in.
    (!marker, load)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requirement::IdList;

    #[test]
    fn f43_calls_are_one_by_level_and_ids_in_any_order() {
        let of = |access, ids: &[&str]| key(access, IdList::new(ids.iter().copied()).as_ids());
        let one = of(Access::Sub, &["A", "B"]);
        assert_eq!(one, "sub\nA\nB");
        assert!(is_same(&one, &of(Access::Sub, &["B", "A", "B"])));
        for other in [
            of(Access::User, &["A", "B"]),
            of(Access::Any, &["A", "B"]),
            of(Access::Sub, &["A"]),
            of(Access::Sub, &["A", "B", "C"]),
            of(Access::Sub, &[]),
            String::new(),
        ] {
            assert!(
                !is_same(&one, &other) && !is_same(&other, &one),
                "{other:?}"
            );
        }
    }

    #[test]
    fn the_last_word_counts() {
        let list = [
            "sub\nA", "p", "", "sub\nA", "p", "shut", "sub\nB", "p", "silent",
        ]
        .join("\u{1e}");
        let asked = Asked::read(&list);
        assert_eq!(asked.clone().said("sub\nA", "p"), Said::Shut);
        assert_eq!(asked.clone().said("sub\nB", "p"), Said::Silent);
        assert_eq!(asked.clone().said("sub\nA", "q"), Said::Nothing);
        assert_eq!(Asked::read("").said("sub\nA", "p"), Said::Nothing);
    }
}
