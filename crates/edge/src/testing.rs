//! Passes and addresses for a publisher's tests: what `iteras/testing` asks.

use iteras::protocol::{DEFAULT_BASE, Endpoint};
use iteras::timestamp::Timestamp;
use iteras_guard::signature::PassKey;
use iteras_guard::testing::{self, PAYWALL};
use wasm_bindgen::prelude::*;

/// Signs a pass with what is given, and for the rest with the defaults of `iteras_guard::testing`; throws a sentence that
/// begins with the field's name and never holds a key. There is one level for all paywalls, or one for each; `expires`
/// counts in milliseconds since 1970.
#[wasm_bindgen(js_name = signPass)]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn sign_pass(
    key: Option<String>,
    paywalls: Option<Vec<String>>,
    levels: Option<Vec<String>>,
    expires: Option<f64>,
    subscriber: Option<String>,
    ip: Option<String>,
) -> Result<String, JsValue> {
    let paywalls = paywalls.unwrap_or_else(|| vec![PAYWALL.to_owned()]);
    let levels = match levels {
        Some(levels) if levels.len() == 1 => vec![levels[0].clone(); paywalls.len()],
        Some(levels) => levels,
        None => vec!["sub".to_owned(); paywalls.len()],
    };
    if levels.len() != paywalls.len() {
        let (levels, paywalls) = (levels.len(), paywalls.len());
        return Err(refused(&format!(
            "level: expected one, or as many as there are paywalls, got {levels} for {paywalls}"
        )));
    }
    let pairs = levels.iter().zip(&paywalls);
    let mut pass = testing::signed_pass(PAYWALL)
        .with_entitlements(pairs.map(|(level, paywall)| (level.as_str(), paywall.as_str())));
    if let Some(key) = key {
        let key = PassKey::new(&key).map_err(|error| refused(&format!("key: {error}")))?;
        pass = pass.with_key(key);
    }
    if let Some(expires) = expires {
        pass = pass.with_expiry(Timestamp::from_millis(expires));
    }
    if let Some(subscriber) = subscriber {
        pass = pass.with_subscriber(&subscriber);
    }
    if let Some(ip) = ip {
        pass = pass.with_ip(&ip);
    }
    pass.try_text().ok_or_else(|| {
        refused(
            "paywallid, level, expires, subscriber or ip: expected what a pass can say, in ASCII without spaces, \
             commas and strokes, got something else",
        )
    })
}

fn refused(sentence: &str) -> JsValue {
    JsValue::from_str(sentence)
}

/// The service's address where a page names none.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn base() -> String {
    DEFAULT_BASE.to_owned()
}

/// Names of the service's endpoints and their URL templates, in turn.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn endpoints() -> Vec<String> {
    let both = |endpoint: Endpoint| [endpoint.name().to_owned(), endpoint.template().to_owned()];
    Endpoint::ALL.into_iter().flat_map(both).collect()
}
