//! The options of `createGate`, off a script's object; what makes no sense is a sentence that names the
//! setting, says what was expected and what came, and never holds a key.

use std::cell::{Cell, RefCell};

use js_sys::{Array, Date, Object, Reflect};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::from_value;
use wasm_bindgen::{JsCast, JsValue};

use crate::gate::Gate;
use crate::{crawlers, rules, visit};
use iteras::Access;
use iteras::meter::Limits;
use iteras::timestamp::Timestamp;
use iteras_guard::config_error::ConfigError;
use iteras_guard::editor::EditorKey;
use iteras_guard::gift::GiftKey;
use iteras_guard::landing::Landing;
use iteras_guard::meter::{Meter, MeterKey};
use iteras_guard::plan::Settings;
use iteras_guard::requirement::Requirement;
use iteras_guard::signature::{Algorithms, KeyError, PassKey, PassKeys};

/// Every option; the script calls those that are functions.
const NAMES: [&str; 19] = [
    "keys",
    "paywallid",
    "access",
    "rules",
    "default",
    "preset",
    "formLimit",
    "leeway",
    "algorithms",
    "gifts",
    "editors",
    "meter",
    "crawlers",
    "landing",
    "paymentRequired",
    "reject",
    "teaser",
    "mark",
    "onOldKey",
];
const KEY_NAMES: [&str; 3] = ["id", "key", "until"];
const METER_NAMES: [&str; 3] = ["key", "free", "days"];

pub(super) type Result<T, E = String> = core::result::Result<T, E>;

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum AccessOption {
    Sub,
    User,
    Any,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum AlgorithmOption {
    Sha256,
    Sha1,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        let ids = match self {
            Self::One(id) => core::slice::from_ref(id),
            Self::More(ids) => ids,
        };
        ids.iter().map(String::as_str)
    }
}

impl From<AccessOption> for Access {
    fn from(option: AccessOption) -> Self {
        match option {
            AccessOption::Sub => Self::Sub,
            AccessOption::User => Self::User,
            AccessOption::Any => Self::Any,
        }
    }
}

pub(super) fn read(options: &JsValue) -> Result<Gate> {
    known(options, "options", &NAMES)?;
    let (keys, ids) = keys(&member(options, "keys"), algorithms(options)?)?;
    let mut settings = Settings::new(keys);
    settings.gifts = secret(options, "gifts", "gift links", GiftKey::new)?;
    settings.editors = secret(options, "editors", "editors' cookies", EditorKey::new)?;
    let wall = wall(options)?;
    settings.meter = meter(options)?;
    settings
        .refuse_shared_meter_key()
        .map_err(|error| format!("createGate: {error}"))?;
    let rules = rules::read(options, wall.clone(), settings.meter.is_some())?;
    Ok(Gate {
        settings,
        ids,
        rules,
        form_limit: form_limit(options)?,
        wall,
        crawlers: crawlers::read(options)?,
        leeway: leeway(options)?,
        landing: landing(options)?,
        payment_required: payment_required(options)?,
        has_teaser: member(options, "teaser").is_function(),
        last: Cell::default(),
        meter: RefCell::default(),
    })
}

fn keys(value: &JsValue, algorithms: Algorithms) -> Result<(PassKeys, Vec<String>)> {
    let items = match value.dyn_ref::<Array>() {
        Some(items) => items.clone(),
        None if value.is_string() => Array::of1(value),
        None => {
            let expected = "an array of signing keys, each a string or { id, key, until }";
            return Err(problem("keys", expected, &kind(value)));
        }
    };
    let (mut keys, mut ids, mut ends) = (Vec::new(), Vec::new(), Vec::new());
    for (at, item) in items.iter().enumerate() {
        let (id, key, until) = one_key(&item, at)?;
        if ids.contains(&id) {
            return Err(told(&format!("keys[{at}].id"), "two keys have this id"));
        }
        ends.extend(until.map(|until| (id.clone(), until)));
        ids.push(id.clone());
        keys.push((id, key));
    }
    let none = |_| told("keys", "no signing key, so no pass could be checked");
    let mut keys = PassKeys::new(keys, algorithms).map_err(none)?;
    for (id, end) in ends {
        keys = keys.until(&id, end);
    }
    Ok((keys, ids))
}

fn one_key(item: &JsValue, at: usize) -> Result<(String, PassKey, Option<Timestamp>)> {
    let place = format!("keys[{at}]");
    if let Ok(text) = from_value::<String>(item.clone()) {
        return Ok((at.to_string(), pass_key(&place, &text)?, None));
    }
    if !item.is_object() || item.is_array() {
        let expected = "a signing key or { id, key, until }";
        return Err(problem(&place, expected, &kind(item)));
    }
    known(item, &place, &KEY_NAMES)?;
    let text = |name: &str| {
        let value = member(item, name);
        let wrong = |_| problem(&format!("{place}.{name}"), "a string", &kind(&value));
        from_value::<String>(value.clone()).map_err(wrong)
    };
    let id = text("id")?;
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(told(
            &format!("{place}.id"),
            "an id has to be printable ASCII without spaces",
        ));
    }
    let key = pass_key(&format!("{place}.key"), &text("key")?)?;
    Ok((id, key, until(&member(item, "until"), &place)?))
}

fn pass_key(place: &str, text: &str) -> Result<PassKey> {
    PassKey::new(text).map_err(|error| told(place, &error.to_string()))
}

fn until(value: &JsValue, place: &str) -> Result<Option<Timestamp>> {
    let end = match value.dyn_ref::<Date>() {
        _ if is_absent(value) => return Ok(None),
        Some(date) => Some(date.get_time())
            .filter(|time| time.is_finite())
            .map(Timestamp::from_millis),
        None => value.as_string().and_then(|text| Timestamp::parse(&text)),
    };
    let expected = "a Date or a time stamp such as \"2026-02-01T00:00:00Z\"";
    match end {
        Some(end) => Ok(Some(end)),
        None => Err(problem(&format!("{place}.until"), expected, &shown(value))),
    }
}

fn wall(options: &JsValue) -> Result<Requirement> {
    let expected = "a paywall id or an array of them";
    let ids: OneOrMore = required(options, "paywallid", expected)?;
    let expected = "\"sub\", \"user\" or \"any\"";
    let access: Option<AccessOption> = optional(options, "access", expected)?;
    if ids.iter().next().is_none() {
        return Err(told("paywallid", "no paywall id, so every pass would do"));
    }
    let access = access.map_or(Access::Sub, Into::into);
    // Of a gate's program the setting is called `paywalls`.
    let refused = |error: ConfigError| told("paywallid", error.problem());
    Requirement::new(ids.iter(), access).map_err(refused)
}

/// Bytes up to which forms are read.
fn form_limit(options: &JsValue) -> Result<u32> {
    let expected = "a whole number of bytes from 0";
    let bytes: f64 = optional(options, "formLimit", expected)?.unwrap_or(1_048_576.0);
    let whole = bytes as u32;
    if f64::from(whole) == bytes {
        return Ok(whole);
    }
    Err(problem("formLimit", expected, &shown(&bytes.into())))
}

fn leeway(options: &JsValue) -> Result<u32> {
    const DAY: u32 = 86_400;
    let expected = "a whole number of seconds from 0";
    let seconds: f64 = optional(options, "leeway", expected)?.unwrap_or(60.0);
    let whole = seconds as u32;
    if f64::from(whole) != seconds {
        return Err(problem("leeway", expected, &shown(&seconds.into())));
    }
    match whole <= DAY {
        true => Ok(whole),
        false => {
            let what = format!("expected at most {DAY} seconds, a day, got {whole}");
            Err(told("leeway", &what))
        }
    }
}

fn algorithms(options: &JsValue) -> Result<Algorithms> {
    let expected = "[\"sha256\"] or [\"sha256\", \"sha1\"]";
    let names: Option<Vec<AlgorithmOption>> = optional(options, "algorithms", expected)?;
    let Some(names) = names else {
        return Ok(Algorithms::Sha256);
    };
    match (
        names.contains(&AlgorithmOption::Sha256),
        names.contains(&AlgorithmOption::Sha1),
    ) {
        (true, false) => Ok(Algorithms::Sha256),
        (true, true) => Ok(Algorithms::Sha256AndSha1),
        (false, _) => Err(told("algorithms", &format!("expected {expected}"))),
    }
}

/// The key of something else than passes, under an option of its own.
fn secret<K>(
    options: &JsValue,
    name: &str,
    of: &str,
    make: impl Fn(&str) -> Result<K, KeyError>,
) -> Result<Option<K>> {
    let value = member(options, name);
    if is_absent(&value) {
        return Ok(None);
    }
    let wrong = |_| problem(name, &format!("the key of {of}, a string"), &kind(&value));
    let text: String = from_value(value.clone()).map_err(wrong)?;
    make(&text)
        .map(Some)
        .map_err(|error| told(name, &error.to_string()))
}

/// Free pages: the key of their cookie, how many, and in how many days.
fn meter(options: &JsValue) -> Result<Option<Meter>> {
    let written = member(options, "meter");
    if is_absent(&written) {
        return Ok(None);
    }
    known(&written, "meter", &METER_NAMES)?;
    let key = member(&written, "key");
    let wrong = |_| problem("meter.key", "the key of free pages, a string", &kind(&key));
    let text: String = from_value(key.clone()).map_err(wrong)?;
    let key = MeterKey::new(&text).map_err(|error| told("meter.key", &error.to_string()))?;
    let whole = |name: &str, most: u32| {
        let expected = format!("a whole number from 1 to {most}");
        let value = member(&written, name);
        let wrong = || problem(&format!("meter.{name}"), &expected, &shown(&value));
        let number = value.as_f64().ok_or_else(wrong)?;
        let is_one = number.fract() == 0.0 && (1.0..=f64::from(most)).contains(&number);
        is_one.then_some(number as u32).ok_or_else(wrong)
    };
    let free = whole("free", Limits::MOST_FREE)?;
    let days = whole("days", Limits::MOST_DAYS)?;
    // Both were looked at just now.
    let limits = Limits::new(free, days).ok_or_else(|| told("meter", "expected free and days"))?;
    Ok(Some(Meter::new(key, limits)))
}

fn landing(options: &JsValue) -> Result<Option<Landing>> {
    let expected = "a path such as \"/subscribe\" or a http(s) URL";
    let text: Option<String> = match optional(options, "landing", expected) {
        Ok(text) => text,
        Err(_) => {
            let got = kind(&member(options, "landing"));
            return Err(problem("landing", expected, &got));
        }
    };
    let Some(text) = text else { return Ok(None) };
    let refused = || {
        let start: String = text.chars().take(80).collect();
        problem("landing", expected, &format!("{start:?}"))
    };
    let landing = Landing::new(&text, &visit::parse);
    landing.map(Some).ok_or_else(refused)
}

fn payment_required(options: &JsValue) -> Result<bool> {
    let value = member(options, "paymentRequired");
    let wrong = || problem("paymentRequired", "true or false", &kind(&value));
    match is_absent(&value) {
        true => Ok(false),
        false => value.as_bool().ok_or_else(wrong),
    }
}

pub(super) fn required<T: DeserializeOwned>(
    options: &JsValue,
    name: &str,
    expected: &str,
) -> Result<T> {
    let value = member(options, name);
    from_value(value.clone()).map_err(|_| problem(name, expected, &shown(&value)))
}

pub(super) fn optional<T: DeserializeOwned>(
    options: &JsValue,
    name: &str,
    expected: &str,
) -> Result<Option<T>> {
    if is_absent(&member(options, name)) {
        return Ok(None);
    }
    required(options, name, expected).map(Some)
}

/// Refuses what is no object, and misspelt names: an option that does nothing may be a wall that is open.
pub(super) fn known(value: &JsValue, place: &str, names: &[&str]) -> Result<()> {
    if !value.is_object() || value.is_array() {
        return Err(problem(place, "an object", &kind(value)));
    }
    for name in Object::keys(value.unchecked_ref::<Object>()).iter() {
        let name = name.as_string().unwrap_or_default();
        if !names.contains(&name.as_str()) {
            let there_are = names.join(", ");
            let name: String = name.chars().take(40).collect();
            return Err(told(
                place,
                &format!("there is no {name:?}; there are {there_are}"),
            ));
        }
    }
    Ok(())
}

/// An object's own member: what somebody added to `Object.prototype` is no option. A getter that throws gives nothing,
/// and nothing is refused where something is needed.
pub(super) fn member(value: &JsValue, name: &str) -> JsValue {
    let name = JsValue::from(name);
    match value.is_object() && Object::has_own(value.unchecked_ref::<Object>(), &name) {
        true => Reflect::get(value, &name).unwrap_or_default(),
        false => JsValue::UNDEFINED,
    }
}

pub(super) fn is_absent(value: &JsValue) -> bool {
    value.is_undefined() || value.is_null()
}

pub(super) fn problem(place: &str, expected: &str, got: &str) -> String {
    told(place, &format!("expected {expected}, got {got}"))
}

pub(super) fn told(place: &str, what: &str) -> String {
    format!("createGate: {place}: {what}")
}

/// The kind of a value, without its content: it may be a key.
pub(super) fn kind(value: &JsValue) -> String {
    match value.js_typeof().as_string().as_deref() {
        _ if value.is_null() => "null".into(),
        _ if value.is_array() => "an array".into(),
        Some("undefined") | None => "undefined".into(),
        Some("object") => "an object".into(),
        Some(name) => format!("a {name}"),
    }
}

/// A value in an error text, with its content where that is short and no secret.
pub(super) fn shown(value: &JsValue) -> String {
    if let Some(text) = value.as_string() {
        let start: String = text.chars().take(40).collect();
        return format!("{start:?}");
    }
    match (value.as_f64(), value.as_bool()) {
        (Some(number), _) => format!("{number}"),
        (_, Some(flag)) => format!("{flag}"),
        _ => kind(value),
    }
}
