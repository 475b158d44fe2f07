//! A gate: keys and a requirement, and nothing of what was sent in one request is left for the next. The clock,
//! the headers and the URL parser are the script's.

use std::cell::Cell;

use iteras::{Access, IdList, Reason, Requirement, Timestamp, cookies};
use iteras_guard::cookies::own_script_text;
use iteras_guard::headers;
use iteras_guard::landing::{self, Landing};
use iteras_guard::plan::{Kind, Settings, Wanted};
use wasm_bindgen::prelude::*;

use crate::visit::{View, Visit, parse};
use crate::wire::Said;
use crate::{options, wire};

/// Keys and a requirement, ready for checking.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public types")]
pub struct Gate {
    pub(super) settings: Settings,
    pub(super) ids: Vec<String>,
    pub(super) paywalls: IdList,
    pub(super) access: Access,
    pub(super) leeway: u32,
    pub(super) landing: Option<Landing>,
    pub(super) payment_required: bool,
    pub(super) has_teaser: bool,
    pub(super) last: Cell<Said>,
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
        let checked = self.settings.keys.check(&own, &self.requirement(), now);
        let said = checked.verified().map(|pass| Said::of(&pass, cookies));
        self.last.set(said.flatten().unwrap_or_default());
        wire::decision(checked.reason(), said)
    }

    /// Plans what is done about a request with this `Cookie` header in UTF-8 at `now`, in milliseconds since 1970.
    /// The answer is that of [`check`](Self::check), with the plan's own figures added.
    pub fn plan(&self, cookies: &[u8], now: f64, view: &View) -> u32 {
        let visit = Visit { view, cookies };
        let wanted = Wanted::All([self.requirement()]);
        let now = Timestamp::from_millis(now);
        let settings = &self.settings;
        let mut plan = settings.plan(&visit, wanted, now, |pass| Said::of(pass, cookies));
        if self.has_teaser {
            plan = plan.with_teaser();
        }
        let (answer, said) = wire::plan(&plan);
        self.last.set(said.unwrap_or_default());
        answer
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

    /// What the pass says that a check of the same header found, in fields: level, paywall id (both empty for a wrong
    /// paywall), subscriber, expiry in seconds since 1970, position of the key.
    pub fn texts(&self, cookies: &[u8], now: f64) -> Option<String> {
        let own = own_script_text(cookies::NAME, cookies);
        let now = Timestamp::from_millis(now);
        let checked = self.settings.keys.check(&own, &self.requirement(), now);
        checked.verified().map(|pass| wire::texts(&pass))
    }

    /// Where the reader of a denied page is sent; nothing for those who get the page.
    pub fn location(&self, view: &View) -> Option<String> {
        let visit = Visit { view, cookies: &[] };
        let landing = self.landing.as_ref()?;
        landing.location(&visit, self.access, &parse)
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

    fn requirement(&self) -> Requirement<'_> {
        Requirement {
            paywalls: Some(self.paywalls.as_ids()),
            access: self.access,
            leeway: self.leeway,
        }
    }
}

/// Of the names in fields of a request's headers, those that go, in fields; nothing where all stay.
#[wasm_bindgen(js_name = headersToDelete)]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn headers_to_delete(names: &str) -> Option<String> {
    let gone: Vec<&str> = names
        .split(wire::FIELD)
        .filter(|name| headers::is_ours(name))
        .collect();
    (!gone.is_empty()).then(|| gone.join(wire::FIELD))
}

/// Changes to the headers of an answer by the kind of plan of this position: from their names in fields and the values
/// of `Cache-Control` and `Vary`, the new ones of both, empty where they stay, and the names that go, in fields.
#[wasm_bindgen(js_name = answerHeaders)]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn answer_headers(kind: usize, names: &str, control: &str, vary: &str) -> String {
    let kind = Kind::ALL.get(kind).copied().unwrap_or(Kind::Denial);
    let answer = &kind.steps().answer;
    let mut changes = answer.cache.control(control).unwrap_or("").to_owned();
    changes += wire::FIELD;
    changes += &answer.cache.vary(vary).unwrap_or_default();
    for name in names.split(wire::FIELD).filter(|name| answer.deletes(name)) {
        changes += wire::FIELD;
        changes += name;
    }
    changes
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
