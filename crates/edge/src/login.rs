//! What the other end of a publisher's own log-in form asks: whose post it is, and whether there is room
//! for a try.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use iteras_guard::attempts::Attempts;
use iteras_guard::login::{self, Counter, Ending, LIMITS, MAX_ACCOUNT, WINDOW};

/// Failed log-ins, in memory. Times are seconds of a clock that never goes back.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public types")]
pub struct Tries(Attempts);

#[wasm_bindgen]
impl Tries {
    /// For this many counters; a try has three.
    #[wasm_bindgen(constructor)]
    pub fn new(capacity: usize) -> Tries {
        Tries(Attempts::new(capacity))
    }

    /// Notes a try with these counters; 0, or the seconds to wait.
    pub fn begin(&mut self, counters: Vec<String>, now: f64) -> Result<f64, JsValue> {
        let begun = self.0.begin(&read(&counters)?, now as u64);
        Ok(begun.map_or_else(|wait| wait as f64, |()| 0.0))
    }

    /// Takes back the try begun at that time.
    #[wasm_bindgen(js_name = takeBack)]
    pub fn take_back(&mut self, counters: Vec<String>, begun: f64) -> Result<(), JsValue> {
        self.0.take_back(&read(&counters)?, begun as u64);
        Ok(())
    }
}

/// The counters of a try, 32 hex digits each; nothing for what is no address.
#[wasm_bindgen(js_name = logInCounters)]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn counters(account: &str, peer: &str) -> Option<Vec<String>> {
    let peer: IpAddr = peer.parse().ok()?;
    Some(
        login::counters(account, peer)
            .map(|counter| hex(&counter))
            .into(),
    )
}

/// Whether a request is a post of the site's own form.
#[wasm_bindgen(js_name = isOwnPost)]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn own_post(
    method: &str,
    fetch_site: Option<String>,
    origin: Option<String>,
    host: &str,
    origins: Vec<String>,
) -> bool {
    login::is_own_post(
        method,
        fetch_site.as_deref(),
        origin.as_deref(),
        host,
        &origins,
    )
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rules {
    window: u64,
    limits: [usize; 3],
    max_account: usize,
    endings: BTreeMap<&'static str, End>,
}

#[derive(Serialize)]
struct End {
    status: u16,
    /// For plain forms that are not sent on to a page of the publisher's.
    page: Option<String>,
}

/// Limits, and what readers are told, as one plain object.
#[wasm_bindgen(js_name = logInRules)]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn rules() -> Result<JsValue, JsValue> {
    let end = |ending: Ending| End {
        status: ending.status(),
        page: ending.ends_here().then(|| ending.page()),
    };
    let rules = Rules {
        window: WINDOW,
        limits: LIMITS,
        max_account: MAX_ACCOUNT,
        endings: Ending::ALL
            .map(|ending| (ending.code(), end(ending)))
            .into(),
    };
    let objects = Serializer::new().serialize_maps_as_objects(true);
    Ok(rules.serialize(&objects)?)
}

fn hex(counter: &Counter) -> String {
    let mut text = String::with_capacity(32);
    for byte in counter {
        for digit in [byte >> 4, byte & 15] {
            text.push_str(&"0123456789abcdef"[usize::from(digit)..][..1]);
        }
    }
    text
}

fn read(counters: &[String]) -> Result<[Counter; 3], JsValue> {
    let one = |text: &String| u128::from_str_radix(text, 16).ok().map(u128::to_be_bytes);
    let read: Option<Vec<Counter>> = counters.iter().map(one).collect();
    let read = read.and_then(|read| <[Counter; 3]>::try_from(read).ok());
    read.ok_or_else(|| JsValue::from_str("expected three counters of 32 hex digits"))
}
