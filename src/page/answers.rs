//! The answer to each question: converts, calls, converts.

use alloc::string::String;

use super::questions;
use super::wire::Parameter;
use crate::after_login::{self, after_login};
use crate::again::{Act, again};
use crate::document::{is_at, is_same};
use crate::landing::landing_url;
use crate::marker::{Mark, beside, may_redirect};
use crate::needs::state;
use crate::opened::{self, Call, opened};
use crate::pass::Pass;
use crate::policy::{Reason, decide_unverified};
use crate::protocol::{
    Answer, Endpoint, FrameKind, FrameRequest, Message, NEXT, PREAUTH, base_of_script, carried,
    is_template, push_others, usable_base,
};
use crate::renewal::{Record, Situation, Step, continues, next_step};
use crate::requirement::{Access, Ids, Requirement};
use crate::text::{join, or, push_number};
use crate::timestamp::Timestamp;
use crate::urls::{is_own_target, is_safe_target, parameter};
use crate::{cookies, html};

#[cfg(any(test, not(feature = "companion")))]
impl questions::base::Question<'_> {
    pub(super) fn answer(self, _: f64, answer: &mut String) {
        let named = usable_base(&self.url.parts());
        let base = named.or_else(|| base_of_script(self.script)).unwrap_or("");
        questions::base::Answer { base }.write(answer);
    }
}

#[cfg(any(test, not(feature = "companion")))]
impl questions::cookie_domain::Question<'_> {
    pub(super) fn answer(self, _: f64, answer: &mut String) {
        let domain = self.domain.parts().hostname;
        let domain = domain.strip_prefix('.').unwrap_or(domain);
        let is_own = cookies::is_own_domain(domain, self.host);
        let domain = if is_own { domain } else { "" };
        questions::cookie_domain::Answer { domain }.write(answer);
    }
}

#[cfg(any(test, not(feature = "companion")))]
impl questions::template::Question<'_> {
    pub(super) fn answer(self, _: f64, answer: &mut String) {
        let is_known = Endpoint::ALL.iter().any(|own| own.name() == self.name);
        let is_usable = is_known && is_template(self.template);
        let template = if is_usable { self.template } else { "" };
        questions::template::Answer { template }.write(answer);
    }
}

#[cfg(any(test, not(feature = "companion")))]
impl questions::decide::Question<'_> {
    pub(super) fn answer(self, now: f64, answer: &mut String) {
        let wanted = Requirement::of_call(self.ids, self.access);
        let now = Timestamp::of_clock(now as u64);
        // What was opened by something else than a pass is not about the pass.
        let cookie = if self.mark == Mark::Open {
            ""
        } else {
            self.cookie
        };
        let candidate = decide_unverified(cookie, &wanted, now, self.confirmed);
        let pass = candidate.pass();
        let (level, paywallid) = candidate.entitlement().unwrap_or_default();
        let given_up = candidate.value() == self.given_up;
        let (reason, awaited) = beside(self.mark, candidate.reason(), given_up);
        questions::decide::Answer {
            reason: reason.map_or("", Reason::code),
            awaits: awaited.word(),
            value: pass.map_or("", |_| candidate.value()),
            level,
            paywallid,
            expires: pass.map(|pass| pass.expires().unix() as u64),
            subscriber: pass.map_or("", |pass| pass.subscriber()),
            named: pass.map_or("", |pass| pass.lists().1),
        }
        .write(answer);
    }
}

impl questions::pass::Question<'_> {
    pub(super) fn answer(self, _: f64, answer: &mut String) {
        // Any pass at all, before all time: the first value that parses.
        let any = Requirement::of_call(Ids::default(), Access::Any);
        let candidate = decide_unverified(self.cookie, &any, Timestamp::from_unix(0), "");
        let pass = candidate.pass();
        let (levels, paywallids) = pass.map_or(("", ""), |pass| pass.lists());
        questions::pass::Answer {
            expires: pass.map(|pass| pass.expires().unix() as u64),
            subscriber: pass.map_or("", |pass| pass.subscriber()),
            ip: pass.map_or("", |pass| pass.ip()),
            levels,
            paywallids,
        }
        .write(answer);
    }
}

impl questions::landing::Question<'_> {
    pub(super) fn answer(self, _: f64, answer: &mut String) {
        let (target, page) = (self.target.parts(), self.page.parts());
        // Beside the official script no landing page is told `iterasneeds` (companion, step 2).
        let ids = if cfg!(feature = "companion") {
            Ids::default()
        } else {
            self.ids
        };
        let wanted = Requirement::of_call(ids, self.access);
        let url = landing_url(&target, &page, &wanted);
        // A redirect that comes late belongs to the page on which it was asked for.
        let is_due = is_same(self.called_on, page.href);
        questions::landing::Answer {
            loops: is_due && url.is_none(),
            url: url.filter(|_| is_due).unwrap_or_default(),
        }
        .write(answer);
    }
}

#[cfg(any(test, not(feature = "companion")))]
impl questions::frame::Question<'_> {
    pub(super) fn answer(self, _: f64, answer: &mut String) {
        let page = self.page.parts();
        let own = parameter(page.query(), PREAUTH);
        // The page's token, if no option gives one: that of its address, else the one that stood there before.
        let token = or(own.as_deref().unwrap_or(""), self.kept);
        let request = FrameRequest {
            base: self.base,
            template: self.template,
            id: self.id,
            page_query: page.query(),
            profile: self.profile,
            cssclass: self.cssclass,
            preauth: or(self.preauth, token),
            next: self.next,
            access: self.access,
            title: self.title,
            ids: self.ids,
        };
        let kind = FrameKind::named(self.kind);
        let url = kind
            .ok_or("kind")
            .and_then(|kind| request.url(kind, self.prefill.items()));
        let refused = url.as_ref().err().copied().unwrap_or("");
        let kind = kind.unwrap_or(FrameKind::SelfService);
        let url = url.unwrap_or_default();
        let attributes = request.attributes(kind, &url);
        let (mut clean, mut cleaned) = (String::new(), "");
        if own.is_some() {
            let mut kept = String::new();
            push_others(&mut kept, page.query(), "", PREAUTH);
            clean = page.with_query(&kept);
            cleaned = token;
        }
        questions::frame::Answer {
            refused,
            html: html::iframe(&attributes),
            token: Parameter(cleaned.into()),
            clean,
            attributes,
        }
        .write(answer);
    }
}

#[cfg(any(test, not(feature = "companion")))]
impl questions::message::Question<'_> {
    pub(super) fn answer(self, number: f64, answer: &mut String) {
        let (target, page) = (self.target.parts(), self.page.parts());
        let kind = FrameKind::named(self.kind);
        let mut value = String::new();
        let accepted = match Message::read(self.name, self.text, number) {
            None => false,
            Some(Message::Hello) => {
                // The ids of other frames are no paywalls.
                let is_log_in = kind == Some(FrameKind::Paywall);
                let own = if is_log_in { self.ids } else { Ids::default() };
                let now = Timestamp::of_clock(number as u64);
                let state = state(page.query(), own, self.cookie, now, self.confirmed);
                value = state.word().into();
                true
            }
            Some(Message::Resize(height)) => {
                push_number(&mut value, u64::from(height));
                true
            }
            Some(Message::Pass(pass)) => {
                value = parameter(page.query(), NEXT).unwrap_or_default();
                kind.is_some_and(|kind| kind.may_store(pass, self.ids))
            }
            Some(Message::Navigate(raw)) => {
                value = target.href.into();
                is_safe_target(raw, &target, &page) || is_own_target(raw, &target, self.origin)
            }
        };
        questions::message::Answer {
            effect: if accepted { self.name } else { "" },
            value: Parameter(value),
        }
        .write(answer);
    }
}

#[cfg(any(test, not(feature = "companion")))]
impl questions::after_log_in::Question<'_> {
    pub(super) fn answer(self, now: f64, answer: &mut String) {
        let page = self.page.parts();
        let now = Timestamp::of_clock(now as u64);
        let cookie = join(&[cookies::NAME, "=", self.pass]);
        let any = Ids::default();
        let state = state(page.query(), any, &cookie, now, self.pass);
        let targets = [
            (self.next, &self.next_url.parts()),
            (self.frame, &self.frame_url.parts()),
        ];
        let step = after_login(&page, &targets, state);
        questions::after_log_in::Answer {
            url: match step {
                after_login::Step::Go(url) => url,
                _ => "",
            },
            lacking: step == after_login::Step::Lacking,
        }
        .write(answer);
    }
}

impl questions::opened::Question<'_> {
    pub(super) fn answer(self, _: f64, answer: &mut String) {
        let step = match opened(self.calls.map(call), self.marker) {
            opened::Step::Nothing => "",
            opened::Step::CallBack => "call",
            opened::Step::LoadAgain => "load",
        };
        questions::opened::Answer { step }.write(answer);
    }
}

/// A call of `wall` as it is written: a digit for each of its facts.
pub(super) fn call(digits: &str) -> Call {
    let is_set = |at| digits.as_bytes().get(at) == Some(&b'1');
    Call {
        authorized: is_set(0),
        handled: is_set(1),
        callback: is_set(2),
    }
}

impl questions::again::Question<'_> {
    pub(super) fn answer(self, now: f64, answer: &mut String) {
        let now = now as u64;
        let (act, is_allowed) = if self.redirects {
            let checks = self.checks.record();
            let vouched = may_redirect(checks.as_ref(), self.value, self.confirmed, now);
            (Act::Redirect, vouched)
        } else {
            (Act::LoadAgain, true)
        };
        let record = again(self.record, act, self.page, self.value, now);
        let record = record.filter(|_| is_allowed).unwrap_or_default();
        questions::again::Answer { record }.write(answer);
    }
}

#[cfg(any(test, not(feature = "companion")))]
impl questions::has::Question<'_> {
    pub(super) fn answer(self, _: f64, answer: &mut String) {
        let has = cookies::pass_values(self.cookie).any(|own| own == self.value);
        questions::has::Answer { has }.write(answer);
    }
}

impl questions::carry::Question<'_> {
    pub(super) fn answer(mut self, _: f64, answer: &mut String) {
        let link = self.link.parts();
        let is_wanted = self.paths.is_empty() || self.paths.any(|address| is_at(&link, address));
        let carried = carried(&link, &self.page.parts()).filter(|_| is_wanted);
        let url = carried.unwrap_or_default();
        questions::carry::Answer { url }.write(answer);
    }
}

#[cfg(any(test, not(feature = "companion")))]
impl questions::store::Question<'_> {
    pub(super) fn answer(self, now: f64, answer: &mut String) {
        let now = now as u64;
        let domain = Some(self.domain).filter(|domain| !domain.is_empty());
        questions::store::Answer {
            cookie: cookies::store(self.pass, self.secure, domain),
            record: Record::checked(self.pass, now).write(),
        }
        .write(answer);
    }
}

#[cfg(any(test, not(feature = "companion")))]
impl questions::renew::Question<'_> {
    pub(super) fn answer(self, now: f64, answer: &mut String) {
        let now = now as u64;
        let record = self.record.record();
        // A value that does not parse is never sent.
        let step = Pass::parse(self.value).map_or(Step::Nothing, |pass| {
            next_step(&Situation {
                record: record.as_ref(),
                now,
                pass: self.value,
                expires: pass.expires(),
                awaited: self.awaits,
                renew_after: self.renew_after,
                turn: self.turn,
                asked_before: self.asked_before,
            })
        });
        let record = record.unwrap_or_default();
        questions::renew::Answer {
            step: match step {
                Step::Nothing => "",
                Step::TakeTurn => "turn",
                Step::Send => "send",
                Step::Confirmed => "confirmed",
                Step::GiveUp => "giveup",
            },
            record: record.asked(self.value, now).write(),
            url: Endpoint::Renew.url(self.template, self.base, "", Ids::default()),
        }
        .write(answer);
    }
}

#[cfg(any(test, not(feature = "companion")))]
impl questions::outcome::Question<'_> {
    pub(super) fn answer(self, now: f64, answer: &mut String) {
        let now = now as u64;
        let status = u16::try_from(self.status).unwrap_or(0);
        let mut record = String::new();
        let outcome = match Answer::read(status, self.pass, self.errorcode) {
            Answer::Renewed(new) if continues(new, self.sent) => "renewed",
            Answer::Refused => "refused",
            Answer::Renewed(_) | Answer::Outage => {
                let before = self.record.record().unwrap_or_default();
                record = before
                    .after_outage(now, self.retry_after, self.random)
                    .write();
                "outage"
            }
        };
        questions::outcome::Answer { outcome, record }.write(answer);
    }
}
