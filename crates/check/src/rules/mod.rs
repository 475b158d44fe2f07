//! The findings of pages and scripts: plain functions over what was read, one file a subject.

mod calls;
mod clip;
pub(crate) mod cut;
mod links;
mod page;
mod policy;
pub(crate) mod structured;

use crate::facts::Facts;
use crate::kinds::Kind;
use crate::measured::MeasuredFrame;
use crate::places::Place;
use crate::source::Form;

/// Something that a publisher should look at.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) kind: &'static Kind,
    /// From 1.
    pub(crate) line: u64,
    /// One sentence about this place.
    pub(crate) what: String,
}

/// The findings of each page and script, in the order of their lines. They are read together: links are judged by
/// the pages that they lead to.
pub(crate) fn findings(
    all: &[Facts<'_>],
    places: &[Place],
    measured: &[MeasuredFrame],
) -> Vec<Vec<Finding>> {
    let site = links::Site::of(all);
    let of_one = |facts: &Facts<'_>| {
        let mut findings = Vec::new();
        calls::check(facts, &mut findings);
        page::check(facts, &mut findings);
        if facts.source.form == Form::Page {
            policy::check(facts, &mut findings);
            links::check(facts, &site, &mut findings);
            structured::check(facts, &mut findings);
        }
        findings
    };
    let mut findings: Vec<Vec<Finding>> = all.iter().map(of_one).collect();
    cut::check(places, measured, &mut findings);
    for findings in &mut findings {
        findings.sort_by_key(|finding| finding.line);
    }
    findings
}

fn add(findings: &mut Vec<Finding>, kind: &'static Kind, line: u64, what: impl Into<String>) {
    findings.push(Finding {
        kind,
        line,
        what: what.into(),
    });
}
