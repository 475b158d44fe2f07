//! Scripts, handlers and frames that the page's Content-Security-Policy stops.

use iteras_csp::Policy;
use url::Url;

use super::{Finding, add};
use crate::documented::method;
use crate::facts::{Facts, Place, Which};
use crate::kinds::{CSP_FRAME, CSP_HANDLER, CSP_INLINE, CSP_SCRIPT};

pub(super) fn check(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    if facts.policies.is_empty() {
        return;
    }
    inline(facts, findings);
    for tag in &facts.tags {
        let nonce = facts.elements[tag.element].attribute("nonce");
        let stopped = |policy: &Policy| {
            !policy.allows_script(&tag.address, nonce, facts.source.address.as_ref())
        };
        if is_stopped(facts, tag.element, stopped) {
            let what = format!("the policy of the page stops {}", tag.src);
            add(findings, &CSP_SCRIPT, tag.line, what);
        }
    }
    frames(facts, findings);
}

/// True if one of the policies that are about an element stops it: all have to allow it.
fn is_stopped(facts: &Facts<'_>, element: usize, stops: impl Fn(&Policy) -> bool) -> bool {
    let mut about = facts.policies.iter().filter(|(first, _)| *first <= element);
    about.any(|(_, policy)| stops(policy))
}

/// Each inline script or attribute once, at its first use of the global.
fn inline(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let mut last = None;
    for used in &facts.uses {
        if last == Some((used.place, used.line)) || same_script(last, used.place) {
            continue;
        }
        last = Some((used.place, used.line));
        match used.place {
            Place::Inline(index) => {
                let script = &facts.elements[index];
                let nonce = script.attribute("nonce");
                if is_stopped(facts, index, |policy| {
                    !policy.allows_inline(&script.text, nonce)
                }) {
                    let what = "the policy of the page stops this inline script";
                    add(findings, &CSP_INLINE, used.line, what);
                }
            }
            Place::Handler(index) => {
                let element = &facts.elements[index];
                let stops = |policy: &Policy| {
                    crate::facts::handlers(element).any(|(_, text)| !policy.allows_handler(&text))
                };
                if is_stopped(facts, index, stops) {
                    let what = format!(
                        "the policy of the page stops the attribute of <{}>",
                        element.name
                    );
                    add(findings, &CSP_HANDLER, used.line, what);
                }
            }
            Place::File => {}
        }
    }
}

fn same_script(last: Option<(Place, u64)>, place: Place) -> bool {
    matches!(place, Place::Inline(_)) && last.is_some_and(|(last, _)| last == place)
}

/// Frame calls, if the service's origin is known from the tag of its script.
fn frames(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let service = facts.tags.iter().find(|tag| tag.which == Which::Service);
    let Some(address) = service.map(|tag| &tag.address) else {
        return;
    };
    let page: Option<&Url> = facts.source.address.as_ref();
    let is_frame = |name: &str| method(name).is_some_and(|method| method.is_frame());
    let first = facts.calls().find(|(_, call, _)| is_frame(&call.method));
    let Some((used, ..)) = first else {
        return;
    };
    let element = match used.place {
        Place::Inline(index) | Place::Handler(index) => index,
        Place::File => return,
    };
    if is_stopped(facts, element, |policy| !policy.allows_frame(address, page)) {
        let host = address.host_str().unwrap_or_default();
        add(
            findings,
            &CSP_FRAME,
            used.line,
            format!("the policy of the page stops frames of {host}"),
        );
    }
}
