//! Links from landing pages to log-in pages that lose the `iteras…` parameters (surface, section 2.1).

use std::collections::BTreeSet;

use url::Url;

use super::{Finding, add};
use crate::facts::Facts;
use crate::html::Element;
use crate::kinds::DROPS_PARAMETERS;
use crate::script::{Argument, Call, Value};
use crate::source::Form;

/// Frames that read the parameters of the page that they are in.
const READERS: [&str; 3] = ["paywalliframe", "orderingiframe", "signupiframe"];
/// Words in the path of a log-in page, where the page itself is not among those that are checked.
const LOG_IN: [&str; 6] = ["login", "logind", "log-in", "log-ind", "signin", "sign-in"];

/// The facts that several pages give together.
pub(super) struct Site {
    /// Pages to which a wall redirects.
    landing: BTreeSet<String>,
    /// Pages with a frame that reads the parameters.
    frames: BTreeSet<String>,
}

impl Site {
    pub(super) fn of(all: &[Facts<'_>]) -> Self {
        let mut site = Self {
            landing: BTreeSet::new(),
            frames: BTreeSet::new(),
        };
        for facts in all {
            for (_, call, _) in facts.calls() {
                if let Some(target) = redirect(call).and_then(|target| facts.resolve(target)) {
                    site.landing.insert(key(&target));
                }
            }
            if facts.source.form == Form::Page && has_reader(facts) {
                site.frames.insert(key(&facts.base()));
            }
        }
        site
    }
}

pub(super) fn check(facts: &Facts<'_>, site: &Site, findings: &mut Vec<Finding>) {
    let own = key(&facts.base());
    let walled = facts.calls().any(|(_, call, _)| call.method == "wall");
    let is_landing = site.landing.contains(&own) || (has_reader(facts) && !walled);
    if !is_landing || carries(facts) {
        return;
    }
    for link in facts.elements.iter().filter(|element| element.name == "a") {
        let Some(href) = link.attribute("href") else {
            continue;
        };
        let Some(target) = facts
            .resolve(href)
            .filter(|target| matches!(target.scheme(), "http" | "https"))
        else {
            continue;
        };
        let to = key(&target);
        if to == own
            || !(site.frames.contains(&to) || is_log_in(&target))
            || is_carried(link, &target)
        {
            continue;
        }
        add(
            findings,
            &DROPS_PARAMETERS,
            link.line,
            format!("the link to {href} drops iterasnext"),
        );
    }
}

fn redirect(call: &Call) -> Option<&str> {
    let Argument::Options { options, .. } = &call.argument else {
        return None;
    };
    match options.iter().find(|(name, _)| name == "redirect") {
        Some((_, Value::Text(target))) if call.method == "wall" && !target.is_empty() => {
            Some(target)
        }
        _ => None,
    }
}

fn has_reader(facts: &Facts<'_>) -> bool {
    facts
        .calls()
        .any(|(_, call, _)| READERS.contains(&call.method.as_str()))
}

/// True where a script takes the parameters along: ours, or one that handles them itself.
fn carries(facts: &Facts<'_>) -> bool {
    let by_call = facts
        .calls()
        .any(|(_, call, _)| call.method == "carry" && call.argument != Argument::Absent);
    let mut scripts = facts
        .elements
        .iter()
        .filter(|element| element.name == "script");
    by_call
        || scripts.any(|script| {
            script.text.contains("iterasnext") || script.text.contains("location.search")
        })
}

fn is_carried(link: &Element, target: &Url) -> bool {
    link.attribute("data-iteras-carry").is_some()
        || target.query_pairs().any(|(name, _)| name == "iterasnext")
}

fn is_log_in(target: &Url) -> bool {
    let mut words = target.path_segments().into_iter().flatten();
    words.any(|word| {
        let word = word.to_ascii_lowercase();
        let word = word.split('.').next().unwrap_or_default();
        LOG_IN.contains(&word)
    })
}

/// Host, path and query of a page; endings that servers leave out don't count.
fn key(url: &Url) -> String {
    let path = url.path().trim_end_matches('/');
    let path = path.strip_suffix(".html").unwrap_or(path);
    let path = path.strip_suffix("/index").unwrap_or(path);
    let query = url.query().unwrap_or_default();
    format!("{}{path}?{query}", url.host_str().unwrap_or_default())
}
