//! A rule more in the text of a gate's settings, which stays otherwise as it was written.

use iteras_gate::settings::Config;
use serde::Deserialize;
use toml::{Spanned, Value};

use crate::cookie::walls;
use crate::request;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    settings: String,
    site: String,
    last: bool,
    path: String,
    parameter: String,
    open: bool,
    access: String,
    paywalls: String,
    meter: bool,
}

/// The part of the settings whose place matters.
#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    sites: Vec<Site>,
}

#[derive(Deserialize)]
struct Site {
    default: Spanned<Value>,
    rules: Option<Spanned<Value>>,
}

/// Adds a rule. Asked is `{ settings, site, last, path, parameter, open, access, paywalls, meter }`: the text, the
/// place of the site in it from 0, whether the rule comes behind the others or before them, and the rule's settings, of
/// which empty texts and false are left out.
///
/// Gives the text with the rule in it.
///
/// # Errors
///
/// The gate's own sentence where it does not read the text, before or after, or one that says which part has no place.
pub fn add(text: &str) -> Result<String, String> {
    let asked: Asked = request(text)?;
    let settings = &asked.settings;
    Config::parse(settings).map_err(|error| error.to_string())?;
    let no_place = || "there is no place for it that is known; write it by hand".to_owned();
    let written: Written = toml::from_str(settings).map_err(|_| no_place())?;
    let at = asked.site.parse().ok();
    let site = at.and_then(|at: usize| written.sites.get(at));
    let last = written.sites.len().saturating_sub(1);
    let site = site.ok_or(format!("site: expected 0 to {last}"))?;
    let rule = rule(&asked)?;
    let (at, added) = match &site.rules {
        Some(rules) => among(settings, rules, &rule, asked.last).ok_or_else(no_place)?,
        None => {
            let end = site.default.span().end;
            let line = settings[end..]
                .find('\n')
                .map_or(settings.len(), |line| end + line);
            (line, format!("\nrules = [\n    {rule},\n]"))
        }
    };
    let (before, after) = settings.split_at_checked(at).ok_or_else(no_place)?;
    let new = [before, &added, after].concat();
    // TOML written by hand may be laid out in a way that is not foreseen here.
    Config::parse(&new).map_err(|_| no_place())?;
    Ok(new)
}

/// The place in a list between brackets, and the text to put there.
fn among(
    settings: &str,
    rules: &Spanned<Value>,
    rule: &str,
    last: bool,
) -> Option<(usize, String)> {
    let span = rules.span();
    let list = settings.get(span.clone())?;
    let inside = list.strip_prefix('[')?.strip_suffix(']')?;
    if inside.starts_with('[') || list.starts_with("[[") {
        // `[[sites.rules]]`, a table for each.
        return None;
    }
    let end = match inside.contains('\n') {
        true => "",
        false => "\n",
    };
    if !last || inside.trim().is_empty() {
        return Some((span.start + 1, format!("\n    {rule},{end}")));
    }
    let rest = inside.trim_end();
    let comma = match rest.ends_with(',') {
        true => "",
        false => ",",
    };
    // A comment at the end would swallow the comma.
    let line = rest.rsplit('\n').next()?;
    if line.contains('#') {
        return None;
    }
    Some((
        span.start + 1 + rest.len(),
        format!("{comma}\n    {rule},{end}"),
    ))
}

/// The rule as a table in one line.
fn rule(asked: &Asked) -> Result<String, String> {
    let text = |text: &str| Value::from(text).to_string();
    let mut parts = vec![format!("path = {}", text(&asked.path))];
    if !asked.parameter.is_empty() {
        parts.push(format!("parameter = {}", text(&asked.parameter)));
    }
    if asked.open {
        parts.push("open = true".into());
    }
    if !asked.access.is_empty() {
        parts.push(format!("access = {}", text(&asked.access)));
    }
    let ids = walls(&asked.paywalls).map_err(|error| error.replace("walls:", "paywalls:"))?;
    if !ids.is_empty() {
        let ids: Vec<String> = ids.into_iter().map(text).collect();
        parts.push(format!("paywalls = [{}]", ids.join(", ")));
    }
    if asked.meter {
        parts.push("meter = true".into());
    }
    Ok(format!("{{ {} }}", parts.join(", ")))
}
