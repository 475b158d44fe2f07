//! The options of `createLogin`, off a script's object; what makes no sense is a sentence that names the setting,
//! says what was expected and what came, and never holds the key.

use std::num::NonZeroU32;

use js_sys::Array;
use serde::Deserialize;
use serde_wasm_bindgen::from_value;
use wasm_bindgen::{JsCast, JsValue};

use iteras::service::{PlainHttp, base_problem, is_printable};
use iteras::urls::Resolved;
use iteras_guard::login::{MAX_PREAUTH_SECONDS, Origin, Page, Settings};

use super::options::{is_absent, kind, member, shown};

type Result<T, E = String> = core::result::Result<T, E>;

pub(super) fn read(options: &JsValue) -> Result<Settings> {
    let mut settings = Settings::default();
    key(&member(options, "key"))?;
    base(member(options, "base"))?;
    let page = |name, default: Page| {
        let value = member(options, name);
        if is_absent(&value) {
            return Ok(default);
        }
        let text = value.as_string();
        let text = text.ok_or_else(|| expected(name, Page::EXPECTED, &value))?;
        Page::new(name, &text).map_err(|error| error.to_string())
    };
    settings.account_page = page("accountPage", settings.account_page)?;
    settings.form_page = page("formPage", settings.form_page)?;
    settings.origins = origins(&member(options, "origins"))?;
    settings.preauth_seconds =
        preauth_seconds(&member(options, "preauthSeconds"), settings.preauth_seconds)?;
    Ok(settings)
}

/// The parts of the base address that the script's URL parser found.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Base {
    href: String,
    protocol: String,
    credentials: String,
    hostname: String,
}

/// Says of a key only what it is not.
fn key(value: &JsValue) -> Result<()> {
    let what = "the API key, printable ASCII without spaces";
    match value.as_string() {
        Some(key) if is_printable(&key) => Ok(()),
        Some(key) if key.is_empty() => Err(told("key", what, "an empty string")),
        _ => Err(told("key", what, &kind(value))),
    }
}

fn base(value: JsValue) -> Result<()> {
    let parts: Option<Base> =
        from_value(value).map_err(|_| told("base", "an address", "something else"))?;
    let Some(parts) = parts else {
        return Err("base: expected the service's https origin".into());
    };
    let resolved = Resolved {
        href: &parts.href,
        protocol: &parts.protocol,
        credentials: &parts.credentials,
        hostname: &parts.hostname,
        ..Resolved::default()
    };
    let problem = base_problem(&resolved, PlainHttp::OnLoopback);
    problem.map_or(Ok(()), |problem| Err(format!("base: {problem}")))
}

fn origins(value: &JsValue) -> Result<Vec<Origin>> {
    if is_absent(value) {
        return Ok(Vec::new());
    }
    let what = "an array of origins such as https://www.pub.example";
    let Some(items) = value.dyn_ref::<Array>() else {
        return Err(expected("origins", what, value));
    };
    let origin = |item: JsValue| {
        let text = item.as_string();
        let text = text.ok_or_else(|| expected("origins", Origin::EXPECTED, &item))?;
        Origin::new("origins", &text).map_err(|error| error.to_string())
    };
    items.iter().map(origin).collect()
}

fn preauth_seconds(value: &JsValue, default: NonZeroU32) -> Result<NonZeroU32> {
    if is_absent(value) {
        return Ok(default);
    }
    let number = value
        .as_f64()
        .filter(|number| number.fract() == 0.0 && *number <= MAX_PREAUTH_SECONDS.into());
    let seconds = number.and_then(|number| NonZeroU32::new(number as u32));
    seconds.ok_or_else(|| {
        expected(
            "preauthSeconds",
            &format!("1 to {MAX_PREAUTH_SECONDS}"),
            value,
        )
    })
}

fn expected(name: &str, what: &str, got: &JsValue) -> String {
    told(name, what, &shown(got))
}

fn told(name: &str, what: &str, got: &str) -> String {
    format!("{name}: expected {what}, got {got}")
}
