//! The reasons of a demand, for people who write rules.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::site::{By, Decision, Site};
use super::{Kind, Request, Rules};
use crate::config_error::shown;
use crate::paths::{normal_host, normal_path};
use crate::requirement::{Demand, Requirement};

/// The way from a request to what it has to satisfy, as lines of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation(Vec<String>);

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl Rules {
    /// Says which rule decides about a request and what it asks for: the site, the path in normal form, each reading
    /// of it with the rule, landing page, line of a preset or default that counts, and the demand.
    pub fn explain(&self, request: &Request<'_>) -> Explanation {
        let mut lines = Vec::new();
        let site = match &self.0 {
            Kind::Always(_) => None,
            Kind::Site(site) => Some(&**site),
            Kind::Sites { sites, by_host, .. } => {
                let host = request.host.and_then(normal_host);
                let at = host.as_ref().and_then(|host| by_host.get(host).copied());
                lines.push(match (at, &host) {
                    (Some(at), Some(host)) => format!("site: sites[{at}], by its host {host}"),
                    (None, Some(host)) => format!("site: none has the host {}", shown(host)),
                    (_, None) => "site: none, since there is no host".into(),
                });
                at.and_then(|at| sites.get(at))
            }
        };
        match normal_path(request.path) {
            Some(path) => lines.push(format!("path: {path}")),
            None => lines.push("path: servers disagree which page it is".into()),
        }
        if let Some(decisions) = site.and_then(|site| Some((site, site.decisions(request)?))) {
            let (site, decisions) = decisions;
            let is_one = decisions.len() == 1;
            for decision in &decisions {
                let by = said(site, decision);
                lines.push(match is_one {
                    true => format!("decided by: {by}"),
                    false => format!("read as {}: {by}", decision.path.with_case_or_root()),
                });
            }
        }
        lines.push(match self.demand(request) {
            Demand::Open => "asks for: nothing".into(),
            Demand::All(all) => {
                let metered = match all.iter().all(|one| one.is_metered()) {
                    true => ", or for a free page of the meter",
                    false => "",
                };
                format!("asks for: {}{metered}", requirements(&all))
            }
            Demand::Unclear(doubt, all) => format!(
                "asks for: {}, which only a pass or an editor opens ({})",
                requirements(&all),
                doubt.name()
            ),
        });
        Explanation(lines)
    }
}

fn said(site: &Site, decision: &Decision<'_>) -> String {
    let effect = match decision.asks.is_empty() {
        true => "opens",
        false => "protects",
    };
    match &decision.by {
        By::Rule(at) => match site.rules.get(*at) {
            Some(rule) => format!("rules[{at}], which {effect} {}", rule.on),
            None => format!("rules[{at}]"),
        },
        By::Landing => "the landing page, which is open by itself".into(),
        By::Preset(preset, line) => format!("preset {:?}, which {line}", preset.name()),
        By::Unmatched => match decision.asks.is_empty() {
            true => "default = \"open\"".into(),
            false => "default = \"protected\"".into(),
        },
    }
}

/// Requirements that have to be met together.
fn requirements(all: &[&Requirement]) -> String {
    let one = |requirement: &&Requirement| {
        let ids: Vec<&str> = requirement.paywalls().collect();
        format!(
            "{} of {}",
            requirement.access().name().unwrap_or("any"),
            ids.join(" or ")
        )
    };
    let all: Vec<String> = all.iter().map(one).collect();
    all.join(", and ")
}
