//! The rules that the script carries out, as one plain object: nothing of it is written there again.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

use iteras::policy::Reason;
use iteras_guard::headers;
use iteras_guard::landing::DENIAL_PAGE;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rules {
    prefix: &'static str,
    verdict: &'static str,
    level: &'static str,
    paywall: &'static str,
    subscriber: &'static str,
    expires: &'static str,
    reason: &'static str,
    checked: &'static str,
    never_stored: &'static str,
    cache_rules: &'static [&'static str],
    cache_rule_end: &'static str,
    description: &'static [&'static str],
    partial: &'static [&'static str],
    gift: &'static [(&'static str, &'static str)],
    page: &'static str,
    reasons: Vec<&'static str>,
    denials: BTreeMap<&'static str, Denial>,
}

/// What an exact reason shows to the visitor.
#[derive(Serialize)]
struct Denial {
    code: &'static str,
    status: u16,
}

pub(super) fn table() -> Result<JsValue, JsValue> {
    let denial = |reason: Reason| Denial {
        code: reason.public_code(),
        status: reason.status(),
    };
    let rules = Rules {
        prefix: headers::PREFIX,
        verdict: headers::VERDICT,
        level: headers::LEVEL,
        paywall: headers::PAYWALL,
        subscriber: headers::SUBSCRIBER,
        expires: headers::EXPIRES,
        reason: headers::REASON,
        checked: headers::CHECKED,
        never_stored: headers::NEVER_STORED,
        cache_rules: &headers::CACHE_RULES,
        cache_rule_end: headers::CACHE_RULE_END,
        description: &headers::DESCRIPTION,
        partial: &headers::PARTIAL,
        gift: &headers::GIFT,
        page: DENIAL_PAGE,
        reasons: Reason::ALL.iter().map(|reason| reason.code()).collect(),
        denials: Reason::ALL
            .iter()
            .map(|&reason| (reason.code(), denial(reason)))
            .collect(),
    };
    let objects = Serializer::new().serialize_maps_as_objects(true);
    Ok(rules.serialize(&objects)?)
}
