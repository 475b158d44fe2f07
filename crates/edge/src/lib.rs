//! What JavaScript servers and the edge ask, on wasm32. Converts, calls, converts.
//!
//! A gate holds keys and a requirement, and nothing of what was sent in one request is left for the
//! next. The clock, the headers and the URL parser are the script's.
#![cfg(target_arch = "wasm32")]
#![forbid(unsafe_code)]

mod login;
mod options;
mod rules;
mod teaser;

use std::cell::Cell;

use iteras::landing::landing_url;
use iteras::urls::{Resolved, parameter};
use iteras::{Access, IdList, Reason, Requirement, Timestamp};
use iteras_guard::cookies::own_script_text;
use iteras_guard::gift::{GiftKey, PARAMETER};
use iteras_guard::landing::is_navigation;
use iteras_guard::signature::{Checked, PassKeys};
use wasm_bindgen::prelude::*;

/// Between two fields of a text; no pass can hold it.
const FIELD: &str = "\n";
/// Added to an answer: what the pass says stands in the header.
const FACTS: u32 = 16;
/// Added to an answer: what the pass says stands elsewhere.
const ELSEWHERE: u32 = 32;

/// Keys and a requirement, ready for checking.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public types")]
pub struct Gate {
    keys: PassKeys,
    ids: Vec<String>,
    paywalls: IdList,
    access: Access,
    leeway: u32,
    gifts: Option<GiftKey>,
    last: Cell<Last>,
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

    /// Decides about a `Cookie` header in UTF-8 at `now`, in milliseconds since 1970.
    ///
    /// The answer is the position of the reason in the rules, 0 when authorized. With [`FACTS`] added, a
    /// signed pass could be read, and the getters below tell what it says, by its places in the header: numbers
    /// cross faster than texts. With [`ELSEWHERE`] added it does not stand there in so many letters (decoded, one
    /// of several, among neighbours that are not ASCII), and [`texts`](Self::texts) has to be asked instead.
    pub fn check(&self, cookies: &[u8], now: f64) -> u32 {
        let own = own_script_text(cookies);
        let now = Timestamp::from_millis(now);
        let checked = self.keys.check(&own, &self.requirement(), now);
        let reason = checked.reason().map_or(0, position);
        let Some(facts) = Facts::of(&checked) else {
            return reason;
        };
        let place = |text| place(text, cookies);
        let places = (
            place(facts.level),
            place(facts.paywall),
            place(facts.subscriber),
        );
        let (Some(level), Some(paywall), Some(subscriber)) = places else {
            return reason + ELSEWHERE;
        };
        self.last.set(Last {
            level,
            paywall,
            subscriber,
            expires: facts.expires,
            key: facts.key,
        });
        reason + FACTS
    }

    /// Of the last check, the level's place: where it begins, times 8192, and its length, 0 for none.
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

    /// Of the last check, the pass's expiry in seconds since 1970.
    #[wasm_bindgen(getter)]
    pub fn expires(&self) -> f64 {
        self.last.get().expires
    }

    /// Of the last check, the position of the key.
    #[wasm_bindgen(getter)]
    pub fn key(&self) -> u32 {
        self.last.get().key
    }

    /// What the pass says that a check of the same header found: level, paywall id (both empty for a wrong
    /// paywall), subscriber, expiry in seconds since 1970, position of the key, with line breaks between.
    pub fn texts(&self, cookies: &[u8], now: f64) -> Option<String> {
        let own = own_script_text(cookies);
        let now = Timestamp::from_millis(now);
        let checked = self.keys.check(&own, &self.requirement(), now);
        let facts = Facts::of(&checked)?;
        let (expires, key) = (facts.expires.to_string(), facts.key.to_string());
        let fields = [facts.level, facts.paywall, facts.subscriber, &expires, &key];
        Some(fields.join(FIELD))
    }

    /// Whether the gift link in a query opens this page at `now`, in milliseconds since 1970.
    pub fn gift(&self, host: &str, path: &str, query: &str, now: f64) -> bool {
        let opens = |key: &GiftKey| {
            let token = parameter(query, PARAMETER)?;
            Some(key.opens(&token, host, path, Timestamp::from_millis(now)))
        };
        self.gifts.as_ref().and_then(opens).unwrap_or(false)
    }

    /// Where an unauthorized reader of `page` is sent, from both URLs' href, origin and path; nothing
    /// where that would go round in circles.
    pub fn landing(
        &self,
        target: &str,
        target_origin: &str,
        target_path: &str,
        page: &str,
        page_origin: &str,
        page_path: &str,
    ) -> Option<String> {
        let target = resolved(target, target_origin, target_path);
        let page = resolved(page, page_origin, page_path);
        let wanted = Requirement {
            access: self.access,
            ..Requirement::ANY
        };
        landing_url(&target, &page, &wanted)
    }

    fn requirement(&self) -> Requirement<'_> {
        Requirement {
            paywalls: Some(self.paywalls.as_ids()),
            access: self.access,
            leeway: self.leeway,
        }
    }
}

/// What a signed pass says.
struct Facts<'a> {
    level: &'a str,
    paywall: &'a str,
    subscriber: &'a str,
    expires: f64,
    key: u32,
}

impl<'a> Facts<'a> {
    fn of(checked: &'a Checked<'_, '_>) -> Option<Self> {
        let verified = checked.verified()?;
        let (level, paywall) = checked.entitlement().unwrap_or_default();
        Some(Self {
            level,
            paywall,
            subscriber: verified.pass().subscriber(),
            expires: verified.pass().expires().unix() as f64,
            key: verified.key_position() as u32,
        })
    }
}

/// The same of the last check, with places in its header: the script reads it at once, and it holds nothing
/// of what the visitor sent.
#[derive(Clone, Copy, Default)]
struct Last {
    level: u32,
    paywall: u32,
    subscriber: u32,
    expires: f64,
    key: u32,
}

/// Longer than any text in a pass.
const PLACE: u32 = 8192;

/// Where a text stands in a header, as [`Gate::level`] says; `None` when it stands elsewhere, or where
/// bytes and characters are counted differently.
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

fn position(reason: Reason) -> u32 {
    let at = Reason::ALL.iter().position(|other| *other == reason);
    1 + at.map_or(0, |at| at as u32)
}

/// Whether a request asks for a page to look at: its method and `Sec-Fetch-Dest`.
#[wasm_bindgen(js_name = isNavigation)]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn navigation(method: &str, destination: Option<String>) -> bool {
    is_navigation(method, destination.as_deref())
}

/// What the script carries out of the rules: names of headers, statuses, public reasons.
#[wasm_bindgen(js_name = rules)]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn rules() -> Result<JsValue, JsValue> {
    rules::table()
}

/// The normal form of a request's path; nothing for one that has none.
#[wasm_bindgen(js_name = normalPath)]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn normal_path(path: &str) -> Option<String> {
    iteras_guard::paths::normal_path(path)
}

fn resolved<'a>(href: &'a str, origin: &'a str, pathname: &'a str) -> Resolved<'a> {
    Resolved {
        href,
        origin,
        // A gate answers requests by http and https only.
        protocol: "https:",
        pathname,
        ..Resolved::default()
    }
}
