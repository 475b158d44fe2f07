//! The border between the scripts in `pkg-template/src/server` and this module: numbers, places and constants.
//!
//! An answer to a check is one number, since numbers cross faster than texts: the position of the reason from 1, 0
//! when authorized, with [`FACTS`] or [`ELSEWHERE`] added; of a plan also its kind times [`KIND`]. Scripts get these
//! figures, and everything else that they carry out, as one plain [`table`] at start: nothing of it is written there
//! again.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

use iteras::Access;
use iteras::policy::Reason;
use iteras_guard::headers;
use iteras_guard::landing::denial_page;
use iteras_guard::parameters::{FormKind, Unreadable};
use iteras_guard::plan::{self, Body, Kind, Opening, Plan, Value};
use iteras_guard::signature::VerifiedPass;

/// Added to an answer: what the pass says stands in the header, at the places that [`Said`] has.
const FACTS: u32 = 16;
/// Added to an answer: what the pass says does not stand there in so many letters (decoded, one of several, among
/// neighbours that are not ASCII), and has to be asked for as texts.
const ELSEWHERE: u32 = 32;
/// A kind of plan, by its position, times this is added to an answer.
const KIND: u32 = 64;
/// Added to the answer of a plan: the answer to the visitor has no body.
const BODILESS: u32 = 1024;
/// Added to the answer of a plan: the level that was asked for where it denies, by its position, times this.
const ACCESS: u32 = 2048;
/// Added to the answer of a plan that denies a page which is fetched before the reader opens it.
const AHEAD: u32 = 8192;
/// Added to the answer of a plan in which a meter had a part: the rest of it has to be asked for as [`Meter`].
const METERED: u32 = 16_384;
/// No form, or one that no rule looks at.
pub(super) const UNSEEN: u32 = 0;
/// A form that can't be read, or is too long.
pub(super) const UNREAD: u32 = 3;
/// A place in a header is where it begins, times this, and its length; longer than any text in a pass.
const PLACE: u32 = 8192;
/// Between two texts in one; no pass and no header can hold it.
pub(super) const FIELD: &str = "\n";

/// The facts of a verified pass, as places in its header: it holds nothing of the visitor's own text.
#[derive(Clone, Copy, Default)]
pub(super) struct Said {
    pub(super) level: u32,
    pub(super) paywall: u32,
    pub(super) subscriber: u32,
    pub(super) expires: f64,
    pub(super) key: u32,
}

impl Said {
    /// `None` where a text stands elsewhere than in this header, or where bytes and characters are counted differently.
    pub(super) fn of(pass: &VerifiedPass<'_, '_>, header: &[u8]) -> Option<Self> {
        let (level, paywall) = pass.entitlement().unwrap_or_default();
        Some(Self {
            level: place(level, header)?,
            paywall: place(paywall, header)?,
            subscriber: place(pass.pass().subscriber(), header)?,
            expires: pass.pass().expires().unix() as f64,
            key: pass.key_position() as u32,
        })
    }
}

fn place(text: &str, header: &[u8]) -> Option<u32> {
    if text.is_empty() {
        return Some(0);
    }
    if !header.is_ascii() {
        return None;
    }
    let at = (text.as_ptr() as usize).checked_sub(header.as_ptr() as usize)?;
    let is_there = header.get(at..)?.len() >= text.len();
    let place = u32::try_from(at).ok()?.checked_mul(PLACE)?;
    is_there.then_some(place + text.len() as u32)
}

/// Level, paywall id (both empty for a wrong paywall), subscriber, expiry in seconds since 1970, position of the key.
pub(super) fn texts(pass: &VerifiedPass<'_, '_>) -> String {
    let (level, paywall) = pass.entitlement().unwrap_or_default();
    let expires = pass.pass().expires().unix().to_string();
    let key = pass.key_position().to_string();
    [level, paywall, pass.pass().subscriber(), &expires, &key].join(FIELD)
}

/// The number of a decision. `said`: `None` without a verified pass, and then where its texts are, if they have places.
pub(super) fn decision(reason: Option<Reason>, said: Option<Option<Said>>) -> u32 {
    let facts = match said {
        None => 0,
        Some(Some(_)) => FACTS,
        Some(None) => ELSEWHERE,
    };
    reason.map_or(0, position) + facts
}

/// The number of a plan, and what a verified pass says. Of a page that something else than a pass opened it has the
/// reason why no pass did.
pub(super) fn plan(plan: &Plan<Option<Said>>) -> (u32, Option<Said>) {
    let denial = plan.verdict.as_ref().err().or(plan.lacking.as_ref());
    let (reason, said) = match (denial, &plan.verdict) {
        (Some(denial), _) => (Some(denial.reason()), denial.pass().copied()),
        (None, Ok(Opening::Pass(said))) => (None, Some(*said)),
        (None, _) => (None, None),
    };
    let bodiless = if plan.is_bodiless { BODILESS } else { 0 };
    let kind = plan.kind.position() as u32 * KIND;
    let access = denial.map_or(0, |denial| match denial.access() {
        Access::Sub => 0,
        Access::User => ACCESS,
        Access::Any => 2 * ACCESS,
    });
    let ahead = match &plan.verdict {
        Err(denial) if denial.is_ahead() => AHEAD,
        _ => 0,
    };
    let metered = if plan::metered(&plan.verdict).is_some() {
        METERED
    } else {
        0
    };
    (
        decision(reason, said) + kind + bodiless + access + ahead + metered,
        said.flatten(),
    )
}

/// The part of a meter in a plan, as texts.
#[derive(Default)]
pub(super) struct Meter {
    pub(super) told: Option<String>,
    pub(super) mark: Option<String>,
    pub(super) set_cookie: Option<String>,
}

impl Meter {
    pub(super) fn of<P>(mut plan: Plan<P>) -> Self {
        let is_open = matches!(plan.verdict, Ok(Opening::Meter(_)));
        Self {
            told: plan::metered(&plan.verdict).map(Into::into),
            mark: is_open.then(|| plan.mark().into_owned()),
            set_cookie: plan.cookies.pop().filter(|_| is_open),
        }
    }
}

/// The level at this position.
pub(super) fn access(position: u32) -> Access {
    match position {
        1 => Access::User,
        2 => Access::Any,
        _ => Access::Sub,
    }
}

/// The number of a form's kind.
pub(super) fn form(kind: Option<Result<FormKind, Unreadable>>) -> u32 {
    match kind {
        None => UNSEEN,
        Some(Ok(FormKind::Urlencoded)) => 1,
        Some(Ok(FormKind::Multipart)) => 2,
        Some(Err(Unreadable)) => UNREAD,
    }
}

/// The kind of a form of this number that was read.
pub(super) fn form_kind(number: u32) -> Option<FormKind> {
    match number {
        1 => Some(FormKind::Urlencoded),
        2 => Some(FormKind::Multipart),
        _ => None,
    }
}

fn position(reason: Reason) -> u32 {
    let at = Reason::ALL.iter().position(|other| *other == reason);
    1 + at.map_or(0, |at| at as u32)
}

/// The constants of this module and of [`iteras_guard::plan`].
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Table {
    facts: u32,
    elsewhere: u32,
    kind: u32,
    bodiless: u32,
    access: u32,
    ahead: u32,
    metered: u32,
    unread: u32,
    place: u32,
    field: &'static str,
    reasons: Vec<&'static str>,
    /// Exact reasons, as visitors are told them.
    public_reasons: BTreeMap<&'static str, &'static str>,
    plans: Vec<Steps>,
    open: usize,
    partial: &'static [&'static str],
    uncoded: (&'static str, &'static str),
    purposes: &'static [&'static str],
    forwarded_proto: &'static str,
    description: &'static [&'static str],
    /// Of each exact reason.
    pages: BTreeMap<&'static str, &'static str>,
    outage: BTreeMap<&'static str, &'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Steps {
    position: usize,
    is_whole: bool,
    ask: Option<Ask>,
    /// Headers that are set; null where the answer stays as it is.
    answer: Option<Vec<Header>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Ask {
    method: Option<&'static str>,
    set: Vec<Header>,
    body: &'static str,
}

/// A name with its value, or with the member of the verdict that has it, `metered` of the plan.
#[derive(Serialize)]
struct Header {
    name: &'static str,
    text: Option<&'static str>,
    member: Option<&'static str>,
}

/// All of it, as one plain object.
pub(super) fn table() -> Result<JsValue, JsValue> {
    let reasons = Reason::ALL.iter();
    let table = Table {
        facts: FACTS,
        elsewhere: ELSEWHERE,
        kind: KIND,
        bodiless: BODILESS,
        access: ACCESS,
        ahead: AHEAD,
        metered: METERED,
        unread: UNREAD,
        place: PLACE,
        field: FIELD,
        reasons: reasons.clone().map(|reason| reason.code()).collect(),
        public_reasons: reasons
            .clone()
            .map(|reason| (reason.code(), reason.public_code()))
            .collect(),
        plans: Kind::ALL.map(steps).into(),
        open: Kind::Open.position(),
        partial: &headers::PARTIAL,
        uncoded: headers::UNCODED,
        purposes: &headers::PURPOSES,
        forwarded_proto: headers::FORWARDED_PROTO,
        description: &headers::DESCRIPTION,
        pages: reasons
            .map(|reason| (reason.code(), denial_page(*reason)))
            .collect(),
        outage: headers::OUTAGE.into(),
    };
    let objects = Serializer::new()
        .serialize_maps_as_objects(true)
        .serialize_missing_as_null(true);
    Ok(table.serialize(&objects)?)
}

fn steps(kind: Kind) -> Steps {
    let plan::Steps {
        is_whole,
        ask,
        answer,
    } = *kind.steps();
    Steps {
        position: kind.position(),
        is_whole,
        ask: ask.map(|ask| Ask {
            method: ask.method,
            set: ask.set.iter().map(header).collect(),
            body: match ask.body {
                Body::Origins => "origins",
                Body::Marked => "marked",
                Body::Labelled => "labelled",
                Body::Teaser => "teaser",
            },
        }),
        answer: (!answer.is_empty()).then(|| answer.set.iter().map(header).collect()),
    }
}

fn header(&(name, value): &(&'static str, Value)) -> Header {
    let (text, member) = match value {
        Value::Text(text) => (Some(text), None),
        Value::Level => (None, Some("level")),
        Value::Paywall => (None, Some("paywallid")),
        Value::Subscriber => (None, Some("subscriber")),
        Value::Expires => (None, Some("expires")),
        Value::Reason => (None, Some("reason")),
        Value::Meter => (None, Some("metered")),
    };
    Header { name, text, member }
}
