//! The answers that only the script beside the official one asks for (`crate::companion`).

use alloc::string::String;

use super::answers::call;
use super::questions;
use crate::companion::{Asked, Load, change, counts, due, held, is_new, key, reopened, verdict};
use crate::marker::{Awaited, Mark};
use crate::policy::{Reason, decide_unverified};
use crate::protocol::NEXT;
use crate::renewal::Record;
use crate::requirement::Requirement;
use crate::timestamp::Timestamp;
use crate::urls::parameter;

impl questions::beside::Question<'_> {
    pub(super) fn answer(self, now: f64, answer: &mut String) {
        let wanted = Requirement::of_call(self.ids, self.access);
        let now = Timestamp::from_millis(now);
        // A page that was opened by something else than a pass is not about the pass.
        let cookie = if self.mark == Mark::Open {
            ""
        } else {
            self.cookie
        };
        let candidate = decide_unverified(cookie, &wanted, now, self.confirmed);
        let said = Asked::read(self.asked).said(&key(self.access, self.ids), candidate.value());
        let pass = candidate.pass();
        let (level, paywallid) = candidate.entitlement().unwrap_or_default();
        let (reason, awaited) = verdict(self.mark, candidate.reason(), said);
        let is_refused = reason == Some(Reason::Refused) && awaited == Awaited::Nothing;
        questions::beside::Answer {
            reason: reason.map_or("", Reason::code),
            awaits: awaited.word(),
            value: pass
                .filter(|_| !is_refused)
                .map_or("", |_| candidate.value()),
            level,
            paywallid,
            expires: pass.map(|pass| pass.expires().unix() as u64),
            subscriber: pass.map_or("", |pass| pass.subscriber()),
            named: pass.map_or("", |pass| pass.lists().1),
        }
        .write(answer);
    }
}

impl questions::due::Question<'_> {
    pub(super) fn answer(self, _: f64, answer: &mut String) {
        let (key, due) = due(Asked::read(self.asked), self.access, self.ids, self.value);
        questions::due::Answer { due, key }.write(answer);
    }
}

impl questions::counts::Question<'_> {
    pub(super) fn answer(self, now: f64, answer: &mut String) {
        let wanted = Requirement::of_call(self.ids, self.access);
        let now = Timestamp::from_millis(now);
        let counts = counts(self.cookie, self.value, &wanted, now, self.confirmed);
        questions::counts::Answer { counts }.write(answer);
    }
}

impl questions::change::Question<'_> {
    pub(super) fn answer(self, now: f64, answer: &mut String) {
        let held = held(self.cookie, Timestamp::from_millis(now));
        let change = change(self.before, &held, Asked::read(self.asked));
        let record = if is_new(&held, self.had) {
            Record::checked(&held, now as u64).write()
        } else {
            String::new()
        };
        questions::change::Answer {
            change: change.event(),
            held,
            record,
        }
        .write(answer);
    }
}

impl questions::reopened::Question<'_> {
    pub(super) fn answer(self, _: f64, answer: &mut String) {
        let has_next = parameter(self.page.parts().query(), NEXT).is_some();
        let calls = self.calls.map(call);
        let (calls, load) = reopened(calls, self.marker, self.change, has_next);
        let load = match load {
            Load::Never => "",
            Load::Now => "now",
            Load::Later => "later",
        };
        questions::reopened::Answer { calls, load }.write(answer);
    }
}
