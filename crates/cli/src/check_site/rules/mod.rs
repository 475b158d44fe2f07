//! The findings of pages and scripts: plain functions over what was read, one file a subject.

mod calls;
mod links;
mod page;
mod policy;

use super::facts::{Facts, Form};
use super::kinds::Kind;

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
pub(crate) fn findings(all: &[Facts<'_>]) -> Vec<Vec<Finding>> {
    let site = links::Site::of(all);
    let of_one = |facts: &Facts<'_>| {
        let mut findings = Vec::new();
        calls::check(facts, &mut findings);
        page::check(facts, &mut findings);
        if facts.source.form == Form::Page {
            policy::check(facts, &mut findings);
            links::check(facts, &site, &mut findings);
        }
        findings.sort_by_key(|finding| finding.line);
        findings
    };
    all.iter().map(of_one).collect()
}

fn add(findings: &mut Vec<Finding>, kind: &'static Kind, line: u64, what: impl Into<String>) {
    findings.push(Finding {
        kind,
        line,
        what: what.into(),
    });
}
