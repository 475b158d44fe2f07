//! The page around the calls: script tags and their order, the global, frames made by hand, keys.

use url::Url;

use super::{Finding, add};
use crate::facts::{Facts, Place, Tag, Which};
use crate::kinds::{
    CALL_BEFORE_SCRIPT, CLOBBERED, HANDMADE_FRAME, INSECURE_ADDRESS, KEY_IN_PAGE, LATE_SCRIPT,
    NO_SCRIPT, OVERWRITTEN, SCRIPT_TWICE, WALL_AFTER_CONTENT, WRONG_ORDER,
};
use crate::script::{Argument, Call, What};

/// Letters in paragraphs, of which a reader has noticed something before a redirect.
const NOTICED: usize = 200;
/// Names under which a request carries a key of the server API; neither belongs on a page.
const KEYS: [&str; 2] = ["x-iteras-key", "iteras-key="];

pub(super) fn check(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    for used in &facts.uses {
        if used.what == What::Overwritten && is_after_a_script(facts, used.place) {
            add(
                findings,
                &OVERWRITTEN,
                used.line,
                "Iteras is assigned anew, not added to",
            );
        }
    }
    keys(facts, findings);
    order(facts, findings);
    for tag in facts.tags.iter().filter(|tag| is_insecure(&tag.address)) {
        let what = format!("the script is loaded by http: {}", tag.src);
        add(findings, &INSECURE_ADDRESS, tag.line, what);
    }
    for element in &facts.elements {
        if element.attribute("id") == Some("Iteras") {
            let what = format!("the id of <{}> is the name of the global", element.name);
            add(findings, &CLOBBERED, element.line, what);
        }
        let src = element
            .attribute("src")
            .filter(|_| element.name == "iframe");
        if let Some(address) = src.and_then(|src| facts.resolve(src))
            && is_the_services(&address)
        {
            let what = format!(
                "an iframe of {} that no call has made",
                address.host_str().unwrap_or_default()
            );
            add(findings, &HANDMADE_FRAME, element.line, what);
        }
    }
    for (used, call, now) in facts.calls() {
        let Place::Inline(index) = used.place else {
            continue;
        };
        if now && only_redirects(call) && facts.elements[index].content_before >= NOTICED {
            add(
                findings,
                &WALL_AFTER_CONTENT,
                used.line,
                "a wall that redirects stands after the content",
            );
        }
    }
}

/// An assignment before any script only makes the object into which the script merges.
fn is_after_a_script(facts: &Facts<'_>, place: Place) -> bool {
    match place {
        Place::Inline(index) => facts.tags.iter().any(|tag| tag.element < index),
        Place::Handler(_) | Place::File => true,
    }
}

fn only_redirects(call: &Call) -> bool {
    let Argument::Options {
        options,
        more: false,
    } = &call.argument
    else {
        return false;
    };
    let given = |name: &str| {
        options
            .iter()
            .any(|(held, value)| held == name && !value.is_absent())
    };
    call.method == "wall" && given("redirect") && !given("unauthorized")
}

/// Script tags: there, once, in order, and before the calls that rely on them.
fn order(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let scripts = || {
        facts
            .tags
            .iter()
            .filter(|tag| tag.which != Which::Companion)
    };
    let first = scripts().next();
    for again in scripts().skip(1) {
        let what = format!("the script is on the page already: {}", again.src);
        add(findings, &SCRIPT_TWICE, again.line, what);
    }
    let companion = facts.tags.iter().find(|tag| tag.which == Which::Companion);
    if let (Some(companion), Some(script)) = (companion, first)
        && companion.element < script.element
    {
        add(
            findings,
            &WRONG_ORDER,
            companion.line,
            "companion stands before the official script",
        );
    }
    // With companion there is an `Iteras` from its tag on.
    let earliest = facts
        .tags
        .iter()
        .find(|tag| !tag.is_late)
        .or(facts.tags.first());
    let mut late: Option<&Tag> = None;
    for (used, call, now) in facts.calls() {
        let Place::Inline(index) = used.place else {
            continue;
        };
        match earliest {
            None if !is_injected(facts) => {
                let what = format!(
                    "Iteras.{} is called, and no tag loads the script",
                    call.method
                );
                add(findings, &NO_SCRIPT, used.line, what);
                break;
            }
            Some(tag) if now && index < tag.element => {
                let what = format!(
                    "Iteras.{} is called before the tag of the script",
                    call.method
                );
                add(findings, &CALL_BEFORE_SCRIPT, used.line, what);
            }
            Some(tag) if now && tag.is_late => late = late.or(Some(tag)),
            _ => {}
        }
    }
    if let Some(tag) = late {
        let what =
            "the script loads late (async, defer or module), and calls follow that don't wait";
        add(findings, &LATE_SCRIPT, tag.line, what);
    }
}

/// True when a script of the page writes the tag.
fn is_injected(facts: &Facts<'_>) -> bool {
    let mut scripts = facts
        .elements
        .iter()
        .filter(|element| element.name == "script");
    scripts.any(|script| {
        script.text.contains("/api/iteras") || script.text.contains("iteras.companion")
    })
}

fn keys(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    for (line, text) in (1..).zip(facts.source.text.lines()) {
        let lower = text.to_ascii_lowercase();
        if KEYS.iter().any(|key| lower.contains(key)) {
            add(
                findings,
                &KEY_IN_PAGE,
                line,
                "a key of the server API is sent from the page",
            );
        }
    }
}

fn is_insecure(address: &Url) -> bool {
    let host = address.host_str().unwrap_or_default();
    let local = host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.");
    address.scheme() == "http" && !local
}

fn is_the_services(address: &Url) -> bool {
    let host = address.host_str().unwrap_or_default();
    host == "iteras.dk" || host.ends_with(".iteras.dk")
}
