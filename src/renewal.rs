//! The time at which a pass is sent for renewal, and the record that all tabs keep of it (wire protocol,
//! "Regeneration").
//!
//! ```
//! use iteras::renewal::{Record, Situation, Step, next_step};
//! use iteras::timestamp::Timestamp;
//!
//! let unknown = Situation::new(1_768_478_400_000, "a pass", Timestamp::from_unix(1_770_000_000));
//! let first_view = Situation { record: Some(&Record::default()), ..unknown };
//! assert_eq!(next_step(&first_view), Step::TakeTurn);
//! ```
//!
//! The record lies in `localStorage` and is touched only where a pass exists. It is about one pass,
//! named by a short hash: of any other pass the last check is unknown.

use alloc::string::String;

use crate::marker::Awaited;
use crate::pass::Pass;
use crate::text::{number, parts, push_number};
use crate::timestamp::Timestamp;

/// Milliseconds for which the outcome of a renewal request for an expired pass counts, in every tab; also the
/// request's time-out.
pub const REQUEST_MILLIS: u64 = 10_000;

/// Seconds after which a pass is checked again where a server has cut the page.
const CUT_AFTER: u64 = 60;

/// Seconds of a pass that are left when it is time to renew it whatever `renewAfter` says.
const LAST_DAYS: i64 = 3 * 86_400;
/// Seconds that then lie at least between two checks.
const LAST_DAYS_PAUSE: u64 = 3600;

/// Milliseconds of the first pause after an outage; each further one doubles it.
const FIRST_PAUSE: u64 = 60_000;
/// The longest pause after an outage, in milliseconds.
const LONGEST_PAUSE: u64 = 3_600_000;

/// The state of the last renewal request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// There was none.
    #[default]
    Unknown,
    /// It was sent and has no answer yet; or the tab that sent it is gone.
    Asked,
    /// The service vouched for the pass, by renewal or log-in.
    Checked,
    /// It ended in an outage.
    Outage,
}

/// The record that all tabs keep; times are milliseconds since 1970 by the reader's clock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The state of the last renewal request.
    pub state: State,
    /// The time of that state.
    pub at: u64,
    /// The time at which the service last vouched for the pass; 0 = never.
    pub checked: u64,
    /// The time before which nothing is sent for an unexpired pass.
    pub pause_until: u64,
    /// Outages in a row.
    pub failures: u32,
    /// [`fingerprint`] of the pass.
    pub pass: u32,
}

impl Record {
    /// Reads a stored record; anything that is not one counts as none.
    pub fn read(text: &str) -> Self {
        Self::parse(text).unwrap_or_default()
    }

    fn parse(text: &str) -> Option<Self> {
        let mut fields = parts(text, b' ');
        let mut numbers = [0; 6];
        for place in &mut numbers {
            *place = number(fields.next()?)?;
        }
        let [state, at, checked, pause_until, failures, pass] = numbers;
        Some(Self {
            state: match state {
                1 => State::Asked,
                2 => State::Checked,
                3 => State::Outage,
                _ => return None,
            },
            at,
            checked,
            pause_until,
            failures: failures as u32,
            pass: pass as u32,
        })
    }

    /// The text to store: state, times, failures and fingerprint as numbers.
    pub fn write(&self) -> String {
        let (at, checked, pause_until) = (self.at, self.checked, self.pause_until);
        let (state, failures, pass) = (self.state as u64, self.failures.into(), self.pass.into());
        let mut text = String::new();
        for number in [state, at, checked, pause_until, failures, pass] {
            push_number(&mut text, number);
            text.push(' ');
        }
        text
    }

    /// Tells the pause after an outage; one of a clock that was ahead does not last.
    pub fn pauses(&self, now: u64) -> bool {
        self.pause_until > now && self.pause_until - now <= LONGEST_PAUSE
    }

    /// Tells that the service vouched for `pass` less than so many milliseconds ago.
    pub fn vouches(&self, pass: &str, now: u64, within: u64) -> bool {
        self.pass == fingerprint(pass) && is_within(self.checked, now, within)
    }

    /// The record after the service vouched for `pass`.
    pub fn checked(pass: &str, now: u64) -> Self {
        Self {
            state: State::Checked,
            at: now,
            checked: now,
            pass: fingerprint(pass),
            ..Self::default()
        }
    }

    /// The record while a request for `pass` is under way.
    pub fn asked(self, pass: &str, now: u64) -> Self {
        let known = self.pass == fingerprint(pass);
        Self {
            state: State::Asked,
            at: now,
            checked: if known { self.checked } else { 0 },
            pass: fingerprint(pass),
            ..self
        }
    }

    /// The record after an outage. `retry_after` = seconds the service asked for, if it did;
    /// `random` up to 1000 spreads the tabs of all readers.
    pub fn after_outage(self, now: u64, retry_after: Option<u64>, random: u64) -> Self {
        let pause = match retry_after {
            Some(seconds) => seconds.saturating_mul(1000),
            None => {
                let doubled = FIRST_PAUSE << self.failures.min(6);
                // Between the step and one and a half times it: never earlier than promised.
                doubled + doubled * random.min(1000) / 2000
            }
        };
        Self {
            state: State::Outage,
            at: now,
            // No true clock comes near the end of numbers; one that a page has replaced may say `Infinity`.
            pause_until: now.wrapping_add(pause.min(LONGEST_PAUSE)),
            failures: self.failures.saturating_add(1),
            ..self
        }
    }
}

/// Tells a time that lies less than so many milliseconds ago, and not in the future.
fn is_within(at: u64, now: u64, within: u64) -> bool {
    // Of a time in the future the age comes out longer than any.
    now.wrapping_sub(at) < within
}

/// Names a pass in the record without repeating it there (32-bit FNV-1a).
pub fn fingerprint(pass: &str) -> u32 {
    pass.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// All that the next step depends on.
#[derive(Clone, Debug)]
pub struct Situation<'a> {
    /// The record; `None` where storage can't be used.
    pub record: Option<&'a Record>,
    /// Milliseconds since 1970 by the reader's clock.
    pub now: u64,
    /// The pass that the verdict is about.
    pub pass: &'a str,
    /// Its expiry.
    pub expires: Timestamp,
    /// A verdict waits for the answer: the pass has expired by the reader's clock, or the page was cut.
    pub awaited: Awaited,
    /// Seconds after which a pass is checked again.
    pub renew_after: u64,
    /// The tab's turn to send, if it has it.
    pub turn: Turn,
    /// This page has sent a request before; where storage can't be used, nothing else remembers it.
    pub asked_before: bool,
}

impl<'a> Situation<'a> {
    /// An unexpired pass, no storage, the default configuration.
    pub fn new(now: u64, pass: &'a str, expires: Timestamp) -> Self {
        Self {
            record: None,
            now,
            pass,
            expires,
            awaited: Awaited::Nothing,
            renew_after: 86_400,
            turn: Turn::NotTaken,
            asked_before: false,
        }
    }
}

/// The turn to send: one tab at a time has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Turn {
    /// Not yet tried.
    #[default]
    NotTaken,
    /// A Web Lock is held: no other tab has a request under way, whatever the record says.
    Locked,
    /// There are no Web Locks: the record alone tells of another tab's request.
    Claimed,
}

/// The next step of renewal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing now.
    Nothing,
    /// Take the turn and decide again; where a verdict waits, queue for it behind the tab that has it.
    TakeTurn,
    /// Send the pass.
    Send,
    /// A moment ago the service vouched for this very pass: it counts whatever the clock says.
    Confirmed,
    /// Nothing more is to be had from the service, and a verdict waits: the expired pass does not count, the page
    /// that was cut is loaded again.
    GiveUp,
}

/// Decides about the next step.
pub fn next_step(situation: &Situation<'_>) -> Step {
    let Situation {
        now, awaited, turn, ..
    } = *situation;
    let waits = awaited != Awaited::Nothing;
    let ask = if turn == Turn::NotTaken {
        Step::TakeTurn
    } else {
        Step::Send
    };
    let Some(record) = situation.record else {
        let due = waits || in_last_days(situation.expires, Timestamp::of_clock(now));
        return match (due && !situation.asked_before, waits) {
            (true, _) => Step::Send,
            (false, true) => Step::GiveUp,
            (false, false) => Step::Nothing,
        };
    };
    let same_pass = record.pass == fingerprint(situation.pass);
    let recent = is_within(record.at, now, REQUEST_MILLIS);
    if awaited == Awaited::Renewal {
        return match record.state {
            State::Checked if recent && same_pass => Step::Confirmed,
            State::Outage if recent && same_pass => Step::GiveUp,
            // With a lock held here, whoever asked is gone without an answer: ask again.
            State::Asked if recent && same_pass && turn == Turn::Claimed => Step::Nothing,
            _ => ask,
        };
    }
    let pausing = record.pauses(now);
    let asking = record.state == State::Asked && recent && turn == Turn::Claimed;
    let checked = (same_pass && record.checked > 0).then(|| Timestamp::of_clock(record.checked));
    let now = Timestamp::of_clock(now);
    let is_cut = awaited == Awaited::Page;
    let renew_after = if is_cut {
        CUT_AFTER
    } else {
        situation.renew_after
    };
    let due = is_due(situation.expires, checked, renew_after, now) && !pausing;
    match (asking, due) {
        (false, true) => ask,
        (false, false) if is_cut => Step::GiveUp,
        _ => Step::Nothing,
    }
}

/// Tells an unexpired pass that is due for renewal: the last check is unknown or older than `renew_after`
/// seconds, or under 3 days are left and the last check is over an hour ago.
fn is_due(
    expires: Timestamp,
    checked: Option<Timestamp>,
    renew_after: u64,
    now: Timestamp,
) -> bool {
    let Some(checked) = checked.filter(|checked| *checked <= now) else {
        // Never, or by a clock that has since been set back.
        return true;
    };
    let age = now.unix().abs_diff(checked.unix());
    age > renew_after || (in_last_days(expires, now) && age > LAST_DAYS_PAUSE)
}

/// Tells a pass of which less than 3 days are left.
fn in_last_days(expires: Timestamp, now: Timestamp) -> bool {
    expires.unix() - now.unix() < LAST_DAYS
}

/// Tells a new pass that may replace the one that was sent: it parses, has the same subscriber and at least one
/// paywall in common; ids, levels and expiry may change otherwise.
pub fn continues(new: &str, sent: &str) -> bool {
    match (Pass::parse(new), Pass::parse(sent)) {
        (Ok(new), Ok(sent)) => new.subscriber() == sent.subscriber() && new.shares_paywall(&sent),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_768_478_400_000;
    const PASS: &str = "a pass";
    const SOON: Timestamp = Timestamp::from_unix(1_768_478_400 + 86_400);
    const LATER: Timestamp = Timestamp::from_unix(1_768_478_400 + 20 * 86_400);

    fn with(record: &Record) -> Situation<'_> {
        Situation {
            record: Some(record),
            ..Situation::new(NOW, PASS, LATER)
        }
    }

    fn expired(record: &Record) -> Situation<'_> {
        Situation {
            awaited: Awaited::Renewal,
            ..with(record)
        }
    }

    fn outage(failures: u32) -> Record {
        Record {
            failures,
            ..Record::default()
        }
        .asked(PASS, NOW)
        .after_outage(NOW, None, 0)
    }

    const SECONDS: Timestamp = Timestamp::from_unix(1_768_478_400);

    fn at(seconds_ago: i64) -> Option<Timestamp> {
        Some(Timestamp::from_unix(SECONDS.unix() - seconds_ago))
    }

    #[test]
    fn renewal_is_due_by_age_and_in_the_last_three_days() {
        let in_days = |days: i64| Timestamp::from_unix(SECONDS.unix() + days * 86_400);
        assert!(is_due(in_days(20), None, 86_400, SECONDS));
        assert!(!is_due(in_days(20), at(86_400), 86_400, SECONDS));
        assert!(is_due(in_days(20), at(86_401), 86_400, SECONDS));
        assert!(!is_due(in_days(2), at(3600), 86_400, SECONDS));
        assert!(is_due(in_days(2), at(3601), 86_400, SECONDS));
        assert!(!is_due(in_days(3), at(3601), 86_400, SECONDS));
        assert!(
            is_due(in_days(20), at(-60), 86_400, SECONDS),
            "a check in the future is unknown"
        );
    }

    #[test]
    fn a_record_survives_storage_and_junk_counts_as_none() {
        let record = outage(3);
        assert_eq!(Record::read(&record.write()), record);
        for junk in [
            "",
            "x",
            "1",
            "1 1 2 3 4",
            "0 0 0 0 0 0",
            "1 -1 0 0 0 0",
            "4 1 1 1 1 1",
        ] {
            assert_eq!(Record::read(junk), Record::default(), "{junk}");
        }
    }

    #[test]
    fn a_pass_checked_within_renew_after_makes_no_request() {
        let checked = Record::checked(PASS, NOW - 86_400_000);
        assert_eq!(next_step(&with(&checked)), Step::Nothing);
        let older = Record::checked(PASS, NOW - 86_401_000);
        assert_eq!(next_step(&with(&older)), Step::TakeTurn);
        let of_another = Record::checked("another", NOW);
        assert_eq!(next_step(&with(&of_another)), Step::TakeTurn);
    }

    #[test]
    fn f3_pauses_double_to_an_hour_and_the_service_may_name_one() {
        let pause = |record: Record| record.pause_until - NOW;
        assert_eq!(pause(outage(0)), 60_000);
        assert_eq!(pause(outage(1)), 120_000);
        assert_eq!(pause(outage(60)), 3_600_000);
        let told = |seconds| pause(Record::default().after_outage(NOW, Some(seconds), 900));
        assert_eq!((told(7), told(1_000_000)), (7000, 3_600_000));
        assert_eq!(next_step(&with(&outage(0))), Step::Nothing);
        let record = outage(0);
        let over = Situation {
            now: NOW + 60_000,
            ..with(&record)
        };
        assert_eq!(next_step(&over), Step::TakeTurn);
    }

    #[test]
    fn f21_a_pause_from_a_clock_that_was_ahead_does_not_last() {
        let record = Record {
            pause_until: NOW + 90_000_000,
            ..outage(0)
        };
        assert_eq!(next_step(&with(&record)), Step::TakeTurn);
    }

    #[test]
    fn f11_a_lock_shows_that_the_tab_that_asked_is_gone() {
        let asked = Record::default().asked(PASS, NOW - 2000);
        let turn = |turn| {
            next_step(&Situation {
                turn,
                ..with(&asked)
            })
        };
        assert_eq!(turn(Turn::Locked), Step::Send);
        assert_eq!(turn(Turn::Claimed), Step::Nothing);
    }

    #[test]
    fn an_expired_pass_is_asked_for_but_not_twice_in_ten_seconds() {
        let asked = Record::default().asked(PASS, NOW - 9000);
        let locked = |record| Situation {
            turn: Turn::Locked,
            ..expired(record)
        };
        assert_eq!(next_step(&expired(&Record::default())), Step::TakeTurn);
        assert_eq!(next_step(&expired(&outage(0))), Step::GiveUp);
        assert_eq!(
            next_step(&expired(&Record::checked(PASS, NOW))),
            Step::Confirmed
        );
        let later = Situation {
            now: NOW + 2000,
            ..locked(&asked)
        };
        assert_eq!(next_step(&later), Step::Send);
    }

    #[test]
    fn an_outcome_for_an_expired_pass_counts_for_ten_seconds_and_for_that_pass_alone() {
        for (record, outcome) in [
            (Record::checked(PASS, NOW), Step::Confirmed),
            (outage(0), Step::GiveUp),
        ] {
            let step = |now, pass| {
                next_step(&Situation {
                    now,
                    pass,
                    ..expired(&record)
                })
            };
            assert_eq!(step(NOW + REQUEST_MILLIS - 1, PASS), outcome);
            assert_eq!(step(NOW + REQUEST_MILLIS, PASS), Step::TakeTurn);
            assert_eq!(step(NOW, "another"), Step::TakeTurn);
        }
    }

    #[test]
    fn a_pass_never_checked_is_due_however_seldom_passes_are() {
        let record = Record::default().asked(PASS, NOW - REQUEST_MILLIS);
        let seldom = Situation {
            renew_after: u64::MAX,
            ..with(&record)
        };
        assert_eq!(next_step(&seldom), Step::TakeTurn);
    }

    #[test]
    fn asking_keeps_the_last_check_of_that_pass_and_of_no_other() {
        let checked = Record::checked(PASS, NOW - 5000);
        assert_eq!(checked.clone().asked(PASS, NOW).checked, NOW - 5000);
        assert_eq!(checked.asked("another", NOW).checked, 0);
    }

    #[test]
    fn a_pause_is_spread_over_half_its_length_and_never_shorter() {
        let pause = |random| {
            let record = Record::default().after_outage(NOW, None, random);
            (record.at, record.pause_until - NOW)
        };
        assert_eq!(
            [0, 500, 1000, 9999].map(pause),
            [60_000, 75_000, 90_000, 90_000].map(|millis| (NOW, millis))
        );
    }

    #[test]
    fn f38_an_asking_page_that_is_gone_leaves_the_pass_to_the_next_one() {
        let asked = Record::default().asked(PASS, NOW - 2000);
        let turn = |turn| Situation {
            turn,
            ..expired(&asked)
        };
        assert_eq!(next_step(&turn(Turn::Locked)), Step::Send);
        assert_eq!(next_step(&turn(Turn::Claimed)), Step::Nothing);
    }

    #[test]
    fn f14_without_storage_only_the_last_days_are_asked_for_once() {
        let bare = Situation::new(NOW, PASS, LATER);
        assert_eq!(next_step(&bare), Step::Nothing);
        let soon = Situation {
            expires: SOON,
            ..bare
        };
        assert_eq!(next_step(&soon), Step::Send);
        assert_eq!(
            next_step(&Situation {
                asked_before: true,
                ..soon.clone()
            }),
            Step::Nothing
        );
        let gone = Situation {
            awaited: Awaited::Renewal,
            asked_before: true,
            ..soon
        };
        assert_eq!(next_step(&gone), Step::GiveUp);
    }
}
