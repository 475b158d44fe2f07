//! A gate: keys and a requirement, and nothing of what was sent in one request is left for the next. The clock,
//! the headers and the URL parser are the script's.

use std::cell::{Cell, RefCell};

use iteras::{Reason, Timestamp, cookies};
use iteras_guard::cookies::own_script_text;
use iteras_guard::crawlers::{Crawlers, Look};
use iteras_guard::headers::{self, Peer};
use iteras_guard::landing::{self, Landing};
use iteras_guard::parameters::FormKind;
use iteras_guard::peers::address;
use iteras_guard::plan::{Kind, Plan, Settings, Visit as _, wanted};
use iteras_guard::requirement::{Demand, Requirement};
use iteras_guard::rules::{self, Form, Rules};
use iteras_guard::signature::VerifiedPass;
use wasm_bindgen::prelude::*;

use crate::visit::{View, Visit, parse};
use crate::wire::{Meter, Said};
use crate::{options, wire};

/// Keys and a requirement, ready for checking.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public types")]
pub struct Gate {
    pub(super) settings: Settings,
    pub(super) ids: Vec<String>,
    /// The requirement of `check`, and of each page where there is no rule.
    pub(super) wall: Requirement,
    pub(super) rules: Rules,
    pub(super) crawlers: Option<Crawlers>,
    pub(super) form_limit: u32,
    pub(super) leeway: u32,
    pub(super) landing: Option<Landing>,
    pub(super) payment_required: bool,
    pub(super) has_teaser: bool,
    pub(super) last: Cell<Said>,
    /// Of the last plan.
    pub(super) meter: RefCell<Meter>,
}

#[wasm_bindgen]
impl Gate {
    /// Reads the options of `createGate`; throws a sentence that names the setting, as a string.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue) -> Result<Gate, JsValue> {
        options::read(options).map_err(|problem| JsValue::from_str(&problem))
    }

    /// The keys' ids, in the order of the positions in answers.
    #[wasm_bindgen(js_name = keyIds)]
    pub fn key_ids(&self) -> Vec<String> {
        self.ids.clone()
    }

    /// Decides about a `Cookie` header in UTF-8 at `now`, in milliseconds since 1970. For the answer see the module
    /// `wire`; the getters below tell what a verified pass says, by its places in the header, or else
    /// [`texts`](Self::texts) does.
    pub fn check(&self, cookies: &[u8], now: f64) -> u32 {
        let own = own_script_text(cookies::NAME, cookies);
        let now = Timestamp::from_millis(now);
        let checked = self
            .settings
            .keys
            .check(&own, &self.wall.of_core(self.leeway), now);
        let said = checked.verified().map(|pass| Said::of(&pass, cookies));
        self.last.set(said.flatten().unwrap_or_default());
        wire::decision(checked.reason(), said)
    }

    /// Plans what is done about a request with this `Cookie` header in UTF-8 at `now`, in milliseconds since 1970, and
    /// the form in its body, see [`form`](Self::form). The answer is that of [`check`](Self::check), with the plan's
    /// own figures added.
    pub fn plan(
        &self,
        cookies: &[u8],
        now: f64,
        view: &View,
        form: u32,
        body: Option<Box<[u8]>>,
    ) -> u32 {
        let visit = Visit { view, cookies };
        let now = Timestamp::from_millis(now);
        let keep = |pass: &VerifiedPass<'_, '_>| Said::of(pass, cookies);
        let plan = |demand: Demand<'_>| {
            let wanted = wanted(demand, self.leeway);
            self.settings.plan(&visit, wanted, now, keep)
        };
        let plan = match self.rules.always() {
            Some(wall) => plan(wall.into()),
            None => {
                let (path, query) = (visit.path(), visit.query());
                let names = body.map(|body| wire::form_kind(form).map(|kind| kind.names(&body)));
                let form = match &names {
                    Some(Some(names)) => Form::Names(names),
                    _ if form == wire::UNREAD => Form::Unread,
                    _ => Form::Unseen,
                };
                let request = rules::Request {
                    host: None,
                    path: &path,
                    query: &query,
                    form,
                };
                plan(self.rules.demand(&request))
            }
        };
        let plan = if self.is_crawler(&plan, view) {
            plan.for_crawler()
        } else if self.has_teaser {
            plan.with_teaser()
        } else {
            plan
        };
        let (answer, said) = wire::plan(&plan);
        self.last.set(said.unwrap_or_default());
        *self.meter.borrow_mut() = Meter::of(plan);
        answer
    }

    /// The number of the kind of form in a body (module `wire`), by `Content-Type` and `Content-Encoding`:
    /// that of no form where no rule looks at it or there is none.
    pub fn form(&self, view: &View, kind: &str, coding: &str) -> u32 {
        if self.rules.always().is_some() {
            return wire::UNSEEN;
        }
        let visit = Visit { view, cookies: &[] };
        let (path, query) = (visit.path(), visit.query());
        let request = rules::Request {
            path: &path,
            query: &query,
            ..rules::Request::default()
        };
        match self.rules.look_at_forms(&request) {
            true => wire::form(FormKind::of_headers([kind], [coding])),
            false => wire::UNSEEN,
        }
    }

    /// Bytes up to which forms are read.
    #[wasm_bindgen(getter, js_name = formLimit)]
    pub fn form_limit(&self) -> u32 {
        self.form_limit
    }

    /// Of the last plan, what the header of meters tells; nothing where no meter had a part.
    #[wasm_bindgen(getter)]
    pub fn metered(&self) -> Option<String> {
        self.meter.borrow().told.clone()
    }

    /// Of the last plan, the open mark of a page that a meter opened.
    #[wasm_bindgen(getter)]
    pub fn mark(&self) -> Option<String> {
        self.meter.borrow().mark.clone()
    }

    /// Of the last plan, the value of `Set-Cookie` where a meter has counted a page.
    #[wasm_bindgen(getter, js_name = setCookie)]
    pub fn set_cookie(&self) -> Option<String> {
        self.meter.borrow().set_cookie.clone()
    }

    /// Of the last answer, the level's place in the header, 0 for none.
    #[wasm_bindgen(getter)]
    pub fn level(&self) -> u32 {
        self.last.get().level
    }

    /// The same of the paywall id.
    #[wasm_bindgen(getter)]
    pub fn paywall(&self) -> u32 {
        self.last.get().paywall
    }

    /// The same of the subscriber.
    #[wasm_bindgen(getter)]
    pub fn subscriber(&self) -> u32 {
        self.last.get().subscriber
    }

    /// Of the last answer, the pass's expiry in seconds since 1970.
    #[wasm_bindgen(getter)]
    pub fn expires(&self) -> f64 {
        self.last.get().expires
    }

    /// Of the last answer, the position of the key.
    #[wasm_bindgen(getter)]
    pub fn key(&self) -> u32 {
        self.last.get().key
    }

    /// The fields of the pass that a check of the same header found: level, paywall id (both empty for a wrong
    /// paywall), subscriber, expiry in seconds since 1970, position of the key.
    pub fn texts(&self, cookies: &[u8], now: f64) -> Option<String> {
        let own = own_script_text(cookies::NAME, cookies);
        let now = Timestamp::from_millis(now);
        let checked = self
            .settings
            .keys
            .check(&own, &self.wall.of_core(self.leeway), now);
        checked.verified().map(|pass| wire::texts(&pass))
    }

    /// The address that the reader of a denied page is sent to, from the position of the level that was asked for;
    /// nothing for those who get the page.
    pub fn location(&self, view: &View, access: u32) -> Option<String> {
        let visit = Visit { view, cookies: &[] };
        let landing = self.landing.as_ref()?;
        landing.location(&visit, wire::access(access), &parse)
    }

    /// The status of a denial of this exact reason.
    pub fn status(&self, reason: &str) -> u16 {
        let of_name = |known: &&Reason| known.code() == reason;
        let reason = Reason::ALL.iter().find(of_name);
        landing::status(
            reason.copied().unwrap_or(Reason::Malformed),
            self.payment_required,
        )
    }
}

impl Gate {
    /// Tells whether a page that nothing else opens is asked for by a search engine, which its address vouches for.
    fn is_crawler<P>(&self, plan: &Plan<P>, view: &View) -> bool {
        let Some(crawlers) = self.crawlers.as_ref().filter(|_| plan.is_for_crawlers()) else {
            return false;
        };
        let address = || address(&view.peer()?);
        let agent = view.agent();
        matches!(crawlers.look(agent.as_deref(), address()), Look::InRange(_))
    }
}

/// Of the names in fields of a request's headers, those that go where the plan's kind has this position, in fields;
/// nothing where all stay. `is_configured`: whether the peer may speak for others.
#[wasm_bindgen(js_name = headersToDelete)]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn headers_to_delete(kind: usize, names: &str, is_configured: bool) -> Option<String> {
    let peer = match is_configured {
        true => Peer::Configured,
        false => Peer::Other,
    };
    let ask = kind_at(kind).steps().ask;
    let is_by_method = ask.is_none_or(|ask| ask.is_by_method);
    let goes = |name: &&str| {
        !headers::reaches_origin(name, peer) || (is_by_method && headers::is_method(name))
    };
    let gone: Vec<&str> = names.split(wire::FIELD).filter(goes).collect();
    (!gone.is_empty()).then(|| gone.join(wire::FIELD))
}

fn kind_at(position: usize) -> Kind {
    Kind::ALL.get(position).copied().unwrap_or(Kind::Denial)
}

/// Changes to the headers of an answer by the kind of plan of this position: from their names in fields and the values
/// of `Cache-Control`, `Vary` and `X-Robots-Tag`, the new ones of these, empty where they stay, and the names that go, in
/// fields.
#[wasm_bindgen(js_name = answerHeaders)]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn answer_headers(kind: usize, names: &str, control: &str, vary: &str, robots: &str) -> String {
    let answer = &kind_at(kind).steps().answer;
    let mut changes = answer.cache.control(control).unwrap_or("").to_owned();
    changes += wire::FIELD;
    changes += &answer.cache.vary(vary).unwrap_or_default();
    changes += wire::FIELD;
    changes += &answer.robots(robots).unwrap_or_default();
    for name in names.split(wire::FIELD).filter(|name| answer.deletes(name)) {
        changes += wire::FIELD;
        changes += name;
    }
    changes
}

/// Tells whether an answer of this status takes the cookies of a plan of the kind at this position along.
#[wasm_bindgen(js_name = sendsCookies)]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn sends_cookies(kind: usize, status: u16) -> bool {
    kind_at(kind).sends_cookies(status)
}

/// A time in seconds since 1970, as headers tell it.
#[wasm_bindgen(js_name = timeStamp)]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn time_stamp(seconds: f64) -> String {
    Timestamp::from_millis(seconds * 1000.0).to_string()
}

/// The constants that scripts carry plans out with: see the module `wire`.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn table() -> Result<JsValue, JsValue> {
    wire::table()
}

/// The normal form of a request's path; nothing for one that has none.
#[wasm_bindgen(js_name = normalPath)]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn normal_path(path: &str) -> Option<String> {
    iteras_guard::paths::normal_path(path).map(|path| iteras_guard::paths::folded(&path))
}
