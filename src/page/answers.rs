//! The answer to each question: converts, calls, converts.

use alloc::string::String;

use super::questions;
use super::wire::Parameter;
use crate::landing::{after_log_in, landing_url};
use crate::pass::Pass;
use crate::policy::{Reason, best, examine_unverified};
use crate::protocol::{
    Answer, Endpoint, FrameKind, FrameRequest, Message, NEXT, PREAUTH, base_of_script, carried,
    is_template, usable_base,
};
use crate::renewal::{Record, Situation, Step, continues, next_step};
use crate::requirement::{Ids, Requirement};
use crate::text::{or, push_number};
use crate::timestamp::Timestamp;
use crate::urls::{is_own_target, is_safe_target, parameter, same_path};
use crate::{cookies, html};

impl questions::base::Question<'_> {
    pub(super) fn answer(self, _: f64, answer: &mut String) {
        let named = usable_base(&self.url.parts());
        let base = named.or_else(|| base_of_script(self.script)).unwrap_or("");
        questions::base::Answer { base }.write(answer);
    }
}

impl questions::cookie_domain::Question<'_> {
    pub(super) fn answer(self, _: f64, answer: &mut String) {
        let domain = self.domain.strip_prefix('.').unwrap_or(self.domain);
        let is_own = cookies::is_own_domain(domain, self.host);
        let domain = if is_own { domain } else { "" };
        questions::cookie_domain::Answer { domain }.write(answer);
    }
}

impl questions::template::Question<'_> {
    pub(super) fn answer(self, _: f64, answer: &mut String) {
        let is_known = Endpoint::ALL.iter().any(|own| own.name() == self.name);
        let is_usable = is_known && is_template(self.template);
        let template = if is_usable { self.template } else { "" };
        questions::template::Answer { template }.write(answer);
    }
}

impl questions::decide::Question<'_> {
    pub(super) fn answer(self, now: f64, answer: &mut String) {
        let paywalls = Some(self.ids).filter(|ids| !ids.is_empty());
        let wanted = Requirement {
            paywalls,
            access: self.access,
            leeway: 0,
        };
        let now = Timestamp::from_millis(now);
        let candidate = best(cookies::pass_values(self.cookie), |value| {
            examine_unverified(value, &wanted, now, self.confirmed)
        });
        let pass = candidate.pass();
        let (level, paywallid) = candidate.entitlement().unwrap_or_default();
        questions::decide::Answer {
            reason: candidate.reason().map_or("", Reason::code),
            value: pass.map_or("", |_| candidate.value()),
            level,
            paywallid,
            expires: pass.map(|pass| pass.expires().unix() as u64),
            subscriber: pass.map_or("", |pass| pass.subscriber()),
        }
        .write(answer);
    }
}

impl questions::pass::Question<'_> {
    pub(super) fn answer(self, _: f64, answer: &mut String) {
        let value = cookies::pass_values(self.cookie).find(|value| Pass::parse(value).is_ok());
        let pass = value.as_ref().and_then(|value| Pass::parse(value).ok());
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
        let url =
            landing_url(&self.target.parts(), &self.page.parts(), self.access).unwrap_or_default();
        questions::landing::Answer { url }.write(answer);
    }
}

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
        let mut told = questions::frame::Answer {
            refused: "kind",
            html: String::new(),
            attributes: [("", ""); 8],
            token: Parameter(String::new()),
            clean: String::new(),
        };
        let Some(kind) = FrameKind::named(self.kind) else {
            return told.write(answer);
        };
        let url;
        match request.url(kind, self.prefill.items()) {
            Err(option) => told.refused = option,
            Ok(made) => {
                url = made;
                told.refused = "";
                told.attributes = request.attributes(kind, &url);
                told.html = html::iframe(&told.attributes);
                if own.is_some() {
                    told.clean = page.with_pieces(&|piece| piece != PREAUTH);
                    told.token = Parameter(token.into());
                }
            }
        }
        told.write(answer);
    }
}

impl questions::message::Question<'_> {
    pub(super) fn answer(self, height: f64, answer: &mut String) {
        let mut value = String::new();
        let accepted = match Message::read(self.name, self.text, height) {
            None => false,
            Some(Message::Hello) => true,
            Some(Message::Resize(height)) => {
                push_number(&mut value, u64::from(height));
                true
            }
            Some(Message::Pass(pass)) => {
                FrameKind::named(self.kind).is_some_and(|kind| kind.may_store(pass, self.ids))
            }
            Some(Message::Navigate(raw)) => {
                let target = self.target.parts();
                value = target.href.into();
                is_safe_target(raw, &target, &self.page.parts())
                    || is_own_target(raw, &target, self.origin)
            }
        };
        let effect = if accepted { self.name } else { "" };
        questions::message::Answer { effect, value }.write(answer);
    }
}

impl questions::next::Question<'_> {
    pub(super) fn answer(self, _: f64, answer: &mut String) {
        let next = Parameter(parameter(self.page.parts().query(), NEXT).unwrap_or_default());
        questions::next::Answer { next }.write(answer);
    }
}

impl questions::after_log_in::Question<'_> {
    pub(super) fn answer(self, _: f64, answer: &mut String) {
        let targets = [
            (self.next, &self.next_url.parts()),
            (self.frame, &self.frame_url.parts()),
        ];
        let url = after_log_in(&self.page.parts(), &targets).unwrap_or("");
        questions::after_log_in::Answer { url }.write(answer);
    }
}

impl questions::has::Question<'_> {
    pub(super) fn answer(self, _: f64, answer: &mut String) {
        let has = cookies::pass_values(self.cookie).any(|own| own == self.value);
        questions::has::Answer { has }.write(answer);
    }
}

impl questions::carry::Question<'_> {
    pub(super) fn answer(mut self, _: f64, answer: &mut String) {
        let link = self.link.parts();
        let is_wanted =
            self.paths.is_empty() || self.paths.any(|path| same_path(path, link.pathname));
        let carried = carried(&link, &self.page.parts()).filter(|_| is_wanted);
        let url = carried.unwrap_or_default();
        questions::carry::Answer { url }.write(answer);
    }
}

impl questions::store::Question<'_> {
    pub(super) fn answer(self, now: f64, answer: &mut String) {
        let domain = Some(self.domain).filter(|domain| !domain.is_empty());
        questions::store::Answer {
            cookie: cookies::store(self.pass, self.secure, domain),
            record: Record::checked(self.pass, now).write(),
        }
        .write(answer);
    }
}

impl questions::renew::Question<'_> {
    pub(super) fn answer(self, now: f64, answer: &mut String) {
        let record = self.record.record();
        // A value that does not parse is never sent.
        let step = Pass::parse(self.value).map_or(Step::Nothing, |pass| {
            next_step(&Situation {
                record: record.as_ref(),
                now,
                pass: self.value,
                expires: pass.expires(),
                expired: self.waits,
                renew_after: u32::try_from(self.renew_after).unwrap_or(u32::MAX),
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

impl questions::outcome::Question<'_> {
    pub(super) fn answer(self, now: f64, answer: &mut String) {
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
