//! The settings of `iteras-gate` and one request: which rule decides, and what the gate does.

use http::header::{ACCEPT, COOKIE, HeaderName, HeaderValue, LOCATION};
use http::request::Parts;
use iteras::meter::Limits;
use iteras::{Access, Timestamp, cookies};
use iteras_gate::settings::{Config, Preview, request};
use iteras_gate::{Asked, Denial, MeterKey, Opening, Plan};
use iteras_guard::PassKey;
use iteras_guard::meter;
use iteras_guard::plan::{Kind, metered};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cookie::walls;

/// Keys of this page alone, which sign what its made-up readers bring. They open nothing anywhere else.
const PASS_KEY: &str = "the playground signs passes with this";
const METER_KEY: &str = "the playground counts pages with this";
const DESTINATION: HeaderName = HeaderName::from_static("sec-fetch-dest");
/// Seconds for which a reader's pass is good, or since when it is not.
const DAY: i64 = 86_400;
/// Pages that a reader may have read: as many as a meter can have free.
const MOST_READ: u32 = 50;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    settings: String,
    url: String,
    method: String,
    destination: String,
    access: String,
    paywalls: String,
    ended: bool,
    read: String,
    now: f64,
}

/// Plans a request. Asked is `{ settings, url, method, destination, access, paywalls, ended, read, now }`: the text of
/// `gate.toml`; an absolute URL; the value of `Sec-Fetch-Dest`, may be empty; `access` is `user` or `sub`, the level of
/// the reader's pass, empty for a reader without one, `paywalls` its ids, `ended` where it ran out yesterday; `read`
/// free pages were counted before; `now` in milliseconds since 1970.
///
/// The answer: `{ gives, warnings, explained, plan, unsent }`, the first two lists of sentences, then lines of text,
/// then `{ kind, by, reason, level, teaser, status, location, metered, cookies }`, or null and a sentence why no such
/// request is sent: the kind of plan; what opens the page, or the reason of its denial; whether a teaser stands for the
/// page where one can be made; status and `Location` of the answer to who is denied; names of the cookies that are set.
///
/// # Errors
///
/// The gate's own sentence about its settings, or one that names the field.
pub fn plan(text: &str) -> Result<Value, String> {
    let asked: Request = crate::request(text)?;
    let now = Timestamp::from_millis(asked.now);
    let config = Config::parse(&asked.settings).map_err(|error| error.to_string())?;
    let preview = Preview::new(&config, PASS_KEY, METER_KEY).map_err(|error| error.to_string())?;
    let explained = preview.explain(&asked.url);
    let explained = explained.map_err(|error| format!("url: {error}"))?;
    let (plan, unsent) = match sent(&asked, now)? {
        Ok(parts) => (Some(planned(&preview, &parts, now)), None),
        Err(unsent) => (None, Some(unsent)),
    };
    Ok(json!({
        "gives": config.gives(), "warnings": preview.warnings(), "explained": explained,
        "plan": plan, "unsent": unsent,
    }))
}

fn planned(preview: &Preview, parts: &Parts, now: Timestamp) -> Value {
    let visitor = Asked::of(parts);
    let plan = preview.plan(&visitor, now);
    let denial = plan.verdict.as_ref().err();
    let answer = denial.map(|denial| preview.reject(denial, &visitor));
    let location = answer
        .as_ref()
        .and_then(|answer| answer.headers().get(LOCATION));
    json!({
        "kind": kind(&plan), "by": plan.verdict.as_ref().ok().and_then(Opening::name),
        "reason": denial.map(Denial::code), "level": denial.and_then(|denial| denial.access().name()),
        "teaser": plan.kind == Kind::Teaser,
        "status": answer.as_ref().map(|answer| answer.status().as_u16()),
        "location": location.and_then(|location| location.to_str().ok()),
        "metered": metered(&plan.verdict), "cookies": set(&plan),
    })
}

/// The request that such a reader's browser sends; inside, the reason why none would be sent like that.
fn sent(asked: &Request, now: Timestamp) -> Result<Result<Parts, String>, String> {
    match request(&asked.url, &asked.method) {
        Ok(mut parts) => {
            bring(&mut parts, asked, now)?;
            Ok(Ok(parts))
        }
        Err(unsent) => Ok(Err(unsent)),
    }
}

/// Puts the headers into the request that such a reader's browser sends.
fn bring(parts: &mut Parts, asked: &Request, now: Timestamp) -> Result<(), String> {
    let value = |name: &str, text: &str| {
        HeaderValue::from_str(text).map_err(|_| format!("{name}: expected one line of ASCII"))
    };
    if !asked.destination.is_empty() {
        let destination = value("destination", &asked.destination)?;
        parts.headers.insert(DESTINATION, destination);
    }
    if matches!(&*asked.destination, "" | "document") {
        let page = HeaderValue::from_static("text/html");
        parts.headers.insert(ACCEPT, page);
    }
    let mut cookies: Vec<String> = Vec::new();
    if !asked.access.is_empty() {
        let level = Access::parse(&asked.access).and_then(Access::name);
        let level = level.ok_or("access: expected \"user\" or \"sub\"")?;
        cookies.push([cookies::NAME, "=", &pass(level, asked, now)?].concat());
    }
    let host = Asked::of(parts).host.unwrap_or("");
    if let Some(count) = counted(host, &asked.read, now)? {
        cookies.push([meter::NAME, "=", &count].concat());
    }
    if !cookies.is_empty() {
        let cookies = value("cookies", &cookies.join("; "))?;
        parts.headers.insert(COOKIE, cookies);
    }
    Ok(())
}

fn pass(level: &str, asked: &Request, now: Timestamp) -> Result<String, String> {
    let ids = walls(&asked.paywalls).map_err(|error| error.replace("walls:", "paywalls:"))?;
    if ids.is_empty() {
        return Err("paywalls: a pass names at least one".into());
    }
    let levels = vec![level; ids.len()].join(",");
    let end = match asked.ended {
        true => now.unix() - DAY,
        false => now.unix() + DAY,
    };
    let end = Timestamp::from_unix(end);
    let key = PassKey::new(PASS_KEY).map_err(|error| error.to_string())?;
    Ok(key.sign(&format!("{levels}|{}|{end}|1|", ids.join(","))))
}

/// The cookie of a reader who has read so many free pages; none for a host without a normal form, which has no meter.
fn counted(host: &str, read: &str, now: Timestamp) -> Result<Option<String>, String> {
    let read = read_before(read)?;
    let key = MeterKey::new(METER_KEY).map_err(|error| error.to_string())?;
    let limits = Limits::new(MOST_READ, 1).ok_or("no such meter")?;
    let mut cookie = None;
    for page in 0..read {
        let path = format!("/read-before-{page}");
        let held = cookie.as_deref().unwrap_or("");
        let Some(count) = key.count(held, host, &path, "", limits, now) else {
            return Ok(None);
        };
        cookie = key.cookie(&count, host);
    }
    Ok(cookie)
}

/// The number of free pages that were read before.
pub(crate) fn read_before(text: &str) -> Result<u32, String> {
    let number = text.parse().ok().filter(|number| *number <= MOST_READ);
    number.ok_or(format!("read: expected 0 to {MOST_READ} pages"))
}

/// The kind of a plan: what opens the page, or what becomes of its denial.
fn kind(plan: &Plan) -> &'static str {
    match &plan.verdict {
        Ok(opening) => opening.name().unwrap_or("open"),
        Err(_) if plan.kind == Kind::Teaser => "teaser",
        Err(_) => "denial",
    }
}

/// Names of the cookies that are set; their values would be made with keys of this page.
fn set(plan: &Plan) -> Vec<&str> {
    let names = plan
        .cookies
        .iter()
        .filter_map(|cookie| cookie.split('=').next());
    names.collect()
}
