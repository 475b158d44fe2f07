//! What JavaScript servers and the edge ask, on wasm32 (feature `server`). Converts, calls, converts.
//!
//! A gate holds keys and a requirement and is never changed, so nothing of one request is left for the
//! next. The clock, the headers and the URL parser are the script's.

mod options;
mod rules;

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use wasm_bindgen::prelude::*;

use crate::cookies::{own_text, pass_values};
use crate::gift::{GiftKey, PARAMETER};
use crate::landing::{is_navigation, landing_url};
use crate::policy::{Access, Finding, Reason, Requirement, best, decide};
use crate::signature::PassKeys;
use crate::text::{push, push_number};
use crate::timestamp::Timestamp;
use crate::urls::{Resolved, parameter};

/// Between two fields of an answer; no pass can hold it.
const FIELD: &str = "\n";

/// Keys and a requirement, ready for checking.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public types")]
pub struct Gate {
    keys: PassKeys,
    ids: Vec<String>,
    // One a line, as the core takes them.
    paywalls: String,
    access: Access,
    leeway: u32,
    gifts: Option<GiftKey>,
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
    /// The answer is the reason, empty when authorized; and where a signed pass could be read, each after a
    /// line break: level, paywall id (both empty for a wrong paywall), subscriber, expiry in seconds since
    /// 1970, and the position of the key. One string crosses faster than an object.
    pub fn check(&self, cookies: &[u8], now: f64) -> String {
        let received = received(cookies);
        let own = own_text(core::iter::once(&*received));
        let (wanted, now) = (self.requirement(), Timestamp::from_millis(now));
        let finding = best(pass_values(&own), |value| {
            self.keys.examine(value, &wanted, now)
        });
        answer(&finding, &wanted, now)
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
        landing_url(&target, &page, self.access)
    }

    fn requirement(&self) -> Requirement<'_> {
        Requirement {
            paywalls: Some(&self.paywalls),
            access: self.access,
            leeway: self.leeway,
        }
    }
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

fn resolved<'a>(href: &'a str, origin: &'a str, pathname: &'a str) -> Resolved<'a> {
    Resolved {
        href,
        origin,
        pathname,
        ..Resolved::default()
    }
}

/// The bytes of a header as it was received. Scripts see each byte as the character of that number, and
/// it hands them over in UTF-8: without the first of its two bytes, each of those that are
/// not ASCII is one byte again, though another one. It counts, and it fits nothing.
fn received(bytes: &[u8]) -> Cow<'_, [u8]> {
    if bytes.is_ascii() {
        return Cow::Borrowed(bytes);
    }
    // Without a branch for each byte: half of a hostile header may be such.
    let (mut kept, mut length) = (bytes.to_vec(), 0);
    for &byte in bytes {
        kept[length] = byte;
        length += usize::from(byte & 0xfe != 0xc2);
    }
    kept.truncate(length);
    Cow::Owned(kept)
}

fn answer(finding: &Finding<'_>, wanted: &Requirement<'_>, now: Timestamp) -> String {
    let mut text = String::with_capacity(96);
    let (Some(pass), Some(key)) = (finding.pass(), finding.key()) else {
        // An authorized finding has both; were that ever wrong, nobody gets in by it.
        push(
            &mut text,
            finding.reason.unwrap_or(Reason::Signature).code(),
        );
        return text;
    };
    push(&mut text, finding.reason.map_or("", Reason::code));
    let (level, paywall) = decide(&pass, wanted, now).entitlement.unwrap_or_default();
    for field in [level, paywall, pass.subscriber()] {
        push(&mut text, FIELD);
        push(&mut text, field);
    }
    // Passes run out between 1970 and 9999, and keys are few.
    for number in [pass.expires().unix().unsigned_abs(), key as u64] {
        push(&mut text, FIELD);
        push_number(&mut text, number);
    }
    text
}
