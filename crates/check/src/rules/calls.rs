//! Calls: methods and options beside the documentation.

use super::{Finding, add};
use crate::documented::{ATTRIBUTES, DECLARED, METHODS, Method, meant, method};
use crate::facts::{Facts, Which};
use crate::html::Element;
use crate::kinds::{
    ANY_PAYWALL, BAD_OPTION, DEPRECATED_SIGNUP, DROPPED_FRAME, IGNORED_ATTRIBUTES, MISSING_ACCESS,
    MISSING_OPTION, NO_OUTCOME, TWO_OUTCOMES, UNKNOWN_METHOD, UNKNOWN_OPTION,
};
use crate::script::{Argument, Call, Value, What};

const LEVELS: [&str; 2] = ["user", "sub"];

pub(super) fn check(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let mine: Vec<&str> = (facts.uses.iter())
        .filter_map(|used| match &used.what {
            What::Defined(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    for (used, call, _) in facts.calls() {
        match method(&call.method) {
            Some(method) => check_call(method, call, used.line, findings),
            None if mine.contains(&call.method.as_str()) => {}
            None => {
                let meant = meant(&call.method, METHODS.iter().map(|method| method.name));
                let what = format!(
                    "Iteras.{} is not documented{}",
                    call.method,
                    did_you_mean(meant)
                );
                add(findings, &UNKNOWN_METHOD, used.line, what);
            }
        }
    }
    for tag in &facts.tags {
        check_tag(&facts.elements[tag.element], tag.which, findings);
    }
    for element in facts
        .elements
        .iter()
        .filter(|element| element.name == "iteras-wall")
    {
        check_declared(element, "", findings);
    }
}

fn did_you_mean(name: Option<&str>) -> String {
    name.map(|name| format!("; did you mean {name}?"))
        .unwrap_or_default()
}

fn check_call(method: &Method, call: &Call, line: u64, findings: &mut Vec<Finding>) {
    let name = method.name;
    if name == "signupiframe" {
        add(
            findings,
            &DEPRECATED_SIGNUP,
            line,
            "Iteras.signupiframe is the predecessor of orderingiframe",
        );
    }
    if method.is_frame() && call.dropped {
        add(
            findings,
            &DROPPED_FRAME,
            line,
            format!("nothing takes the string that Iteras.{name} gives"),
        );
    }
    let (options, complete): (&[(String, Value)], bool) = match &call.argument {
        Argument::Options { options, more } => (options, !more),
        Argument::Absent => (&[], true),
        Argument::Unknown => return,
    };
    if method.options().next().is_some() {
        for (option, _) in options {
            if method.options().all(|known| known != option) {
                let what = format!(
                    "{option} is no option of Iteras.{name}{}",
                    did_you_mean(meant(option, method.options()))
                );
                add(findings, &UNKNOWN_OPTION, line, what);
            }
        }
    }
    let given = |name: &str| {
        let value = options
            .iter()
            .find(|(held, _)| held == name)
            .map(|(_, value)| value);
        value.filter(|value| !value.is_absent())
    };
    for option in method.needed.iter().filter(|_| complete) {
        if given(option).is_none() {
            add(
                findings,
                &MISSING_OPTION,
                line,
                format!("Iteras.{name} needs {option}"),
            );
        }
    }
    for (option, value) in options {
        if let Some(what) = wrong(option, value) {
            add(
                findings,
                &BAD_OPTION,
                line,
                format!("{option} of Iteras.{name}: {what}"),
            );
        }
    }
    if name != "wall" || !complete {
        return;
    }
    let outcomes = (given("redirect").is_some(), given("unauthorized").is_some());
    match outcomes {
        (true, true) => add(
            findings,
            &TWO_OUTCOMES,
            line,
            "the wall has redirect and unauthorized",
        ),
        (false, false) if given("authorized").is_none() => {
            let what = "the wall has neither redirect nor unauthorized";
            add(findings, &NO_OUTCOME, line, what);
            return;
        }
        _ => {}
    }
    if given("access").is_none() {
        add(findings, &MISSING_ACCESS, line, "the wall names no access");
    }
    if given("paywallid").is_none() {
        add(findings, &ANY_PAYWALL, line, "the wall names no paywallid");
    }
}

/// The mistake in a value that can be read; `None` where there is none.
fn wrong(option: &str, value: &Value) -> Option<String> {
    match (option, value) {
        ("access", Value::Text(level))
            if !level.is_empty() && !LEVELS.contains(&level.as_str()) =>
        {
            Some(format!("expected \"user\" or \"sub\", got {level:?}"))
        }
        ("access", Value::Texts(_) | Value::Scalar | Value::Function) => {
            Some("expected \"user\" or \"sub\", got something else".into())
        }
        ("paywallid", Value::Texts(ids)) if ids.iter().all(|id| id.trim().is_empty()) => {
            Some("expected an id, got an empty list".into())
        }
        ("paywallid", Value::Text(id)) if !id.is_empty() && is_blank(id) => {
            Some(format!("expected an id, got {id:?}"))
        }
        ("paywallid", Value::Text(id)) if id.contains(',') => {
            Some("a string is one id: write an array for several".into())
        }
        ("redirect", Value::Text(target)) if is_script(target) => {
            Some("expected a URL or path, got a script".into())
        }
        ("redirect" | "next", Value::Scalar | Value::Function | Value::Texts(_)) => {
            Some("expected a URL or path, got something else".into())
        }
        ("unauthorized" | "authorized", Value::Text(_) | Value::Scalar | Value::Texts(_)) => {
            Some("expected a function, got something else".into())
        }
        _ => None,
    }
}

fn is_blank(id: &str) -> bool {
    id.chars().all(|c| c.is_whitespace() || c == ',')
}

fn is_script(target: &str) -> bool {
    let scheme = target.trim_start().split(':').next().unwrap_or_default();
    ["javascript", "data", "vbscript"]
        .iter()
        .any(|bad| scheme.eq_ignore_ascii_case(bad))
}

/// The attributes of a tag: those that start a wall belong to ours.
fn check_tag(element: &Element, which: Which, findings: &mut Vec<Finding>) {
    let declares = DECLARED
        .iter()
        .any(|(name, _)| element.attribute(&format!("data-{name}")).is_some());
    if !declares && which == Which::Service {
        return;
    }
    let is_the_services = element
        .attribute("src")
        .is_some_and(|src| src.contains("//app.iteras.dk/"));
    if declares && is_the_services {
        add(
            findings,
            &IGNORED_ATTRIBUTES,
            element.line,
            "the official script's tag has attributes of a wall",
        );
        return;
    }
    let names = || DECLARED.iter().map(|(name, _)| *name).chain(ATTRIBUTES);
    for (name, _) in element.attributes() {
        let Some(option) = name.strip_prefix("data-") else {
            continue;
        };
        if names().all(|known| known != option)
            && let Some(meant) = meant(option, names())
        {
            let what = format!("{name} is no attribute of the tag; did you mean data-{meant}?");
            add(findings, &UNKNOWN_OPTION, element.line, what);
        }
    }
    if declares {
        check_declared(element, "data-", findings);
    }
}

fn check_declared(element: &Element, prefix: &str, findings: &mut Vec<Finding>) {
    let given = |name: &str| {
        element
            .attribute(&format!("{prefix}{name}"))
            .filter(|value| !value.is_empty())
    };
    match given("access") {
        None => add(
            findings,
            &MISSING_ACCESS,
            element.line,
            "the wall names no access",
        ),
        Some(level) if !LEVELS.contains(&level) => {
            let what = format!("{prefix}access: expected \"user\" or \"sub\", got {level:?}");
            add(findings, &BAD_OPTION, element.line, what);
        }
        Some(_) => {}
    }
    if given("paywallid").is_none() {
        add(
            findings,
            &ANY_PAYWALL,
            element.line,
            "the wall names no paywallid",
        );
    }
}
