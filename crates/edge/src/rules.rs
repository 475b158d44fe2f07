//! The rules of `createGate`, as the gate program's configuration has them.

use js_sys::Array;
use serde::Deserialize;
use wasm_bindgen::{JsCast, JsValue};

use iteras_guard::config_error::ConfigError;
use iteras_guard::requirement::Requirement;
use iteras_guard::rules::{Match, Preset, Rule, Rules, Site, Unmatched};

use crate::options::{
    AccessOption, OneOrMore, Result, is_absent, kind, known, member, optional, problem, required,
    shown, told,
};

const RULE_NAMES: [&str; 6] = ["path", "parameter", "open", "paywallid", "access", "meter"];

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum DefaultOption {
    Open,
    Protected,
}

/// The rules that requests are judged by: the gate's own requirement, where there is no rule, then with the meter if
/// there is one. `landing` is open by itself.
pub(super) fn read(options: &JsValue, wall: Requirement, has_meter: bool) -> Result<Rules> {
    let written = member(options, "rules");
    let default = "\"open\" or \"protected\"";
    let unmatched: Option<DefaultOption> = optional(options, "default", default)?;
    let presets = presets(options)?;
    if is_absent(&written) && unmatched.is_none() && presets.is_empty() {
        return Ok(match has_meter {
            true => wall.with_meter().into(),
            false => wall.into(),
        });
    }
    let mut site = Site::of_any_host(match unmatched {
        Some(DefaultOption::Open) => Unmatched::Open,
        Some(DefaultOption::Protected) => Unmatched::Protected(wall.clone()),
        None => {
            let what =
                format!("expected {default} for paths that no rule names; there is no default");
            return Err(told("default", &what));
        }
    });
    site = site.wall(wall.clone());
    for preset in presets {
        site = site.preset(preset);
    }
    if let Some(path) = member(options, "landing")
        .as_string()
        .filter(|text| text.starts_with('/'))
    {
        site = site.landing(&path).map_err(|error| of(&error, ""))?;
    }
    if !is_absent(&written) {
        let items = written.dyn_ref::<Array>();
        let items = items.ok_or_else(|| problem("rules", "an array of rules", &kind(&written)))?;
        for (at, item) in items.iter().enumerate() {
            site = site.rule(rule(&item, &format!("rules[{at}]"), &wall)?);
        }
    }
    let rules = Rules::site(site).map_err(|error| of(&error, ""))?;
    match (has_meter, rules.is_metered()) {
        (true, false) => Err(told(
            "meter",
            "no rule has meter: true, so no page would be free",
        )),
        (false, true) => {
            let what = "a rule has meter: true: expected an object with key, free and days";
            Err(told("meter", what))
        }
        _ => Ok(rules),
    }
}

fn presets(options: &JsValue) -> Result<Vec<Preset>> {
    let expected = "\"basics\", \"wordpress\", \"ghost\" or an array of them";
    let names: Option<OneOrMore> = optional(options, "preset", expected)?;
    let names = names.iter().flat_map(OneOrMore::iter);
    let refused = |name: &str| problem("preset", expected, &shown(&name.into()));
    names
        .map(|name| Preset::of_name(name).ok_or_else(|| refused(name)))
        .collect()
}

fn rule(item: &JsValue, place: &str, wall: &Requirement) -> Result<Rule> {
    known(item, place, &RULE_NAMES)?;
    let refused = |error: ConfigError| of(&error, &format!("{place}."));
    // The complaints of one option are about the option of a rule here.
    let inside =
        |problem: String| problem.replacen("createGate: ", &format!("createGate: {place}."), 1);
    let path: String =
        required(item, "path", "a pattern such as \"/articles/*\"").map_err(inside)?;
    let mut on = Match::path(&path).map_err(refused)?;
    let parameter: Option<String> =
        optional(item, "parameter", "a name such as \"feed\"").map_err(inside)?;
    if let Some(name) = parameter {
        on = on.with_parameter(&name).map_err(refused)?;
    }
    let ids: Option<OneOrMore> =
        optional(item, "paywallid", "a paywall id or an array of them").map_err(inside)?;
    let access: Option<AccessOption> =
        optional(item, "access", "\"sub\", \"user\" or \"any\"").map_err(inside)?;
    let open: Option<bool> = optional(item, "open", "true or false").map_err(inside)?;
    let is_metered: Option<bool> = optional(item, "meter", "true or false").map_err(inside)?;
    let is_metered = is_metered == Some(true);
    if open == Some(true) {
        return match ids.is_none() && access.is_none() && !is_metered {
            true => Ok(Rule::open(on)),
            false => {
                let what = "an open rule asks for nothing, so it has no paywallid, access or meter";
                Err(told(&format!("{place}.open"), what))
            }
        };
    }
    let access = access.map_or(wall.access(), Into::into);
    let own = match &ids {
        None => Requirement::new(wall.paywalls(), access),
        Some(ids) => Requirement::new(ids.iter(), access),
    };
    // Of a gate's program the setting is called `paywalls`.
    let renamed = |error: ConfigError| refused(error).replacen(".paywalls: ", ".paywallid: ", 1);
    let own = own.map_err(renamed)?;
    Ok(Rule::protected(
        on,
        match is_metered {
            true => own.with_meter(),
            false => own,
        },
    ))
}

fn of(error: &ConfigError, place: &str) -> String {
    format!("createGate: {place}{error}")
}
