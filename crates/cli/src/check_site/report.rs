//! The report: what stands on the pages, and the findings. Text for people, JSON for programs.

use serde_json::{Value, json};

use super::documented::method;
use super::facts::{Facts, Which};
use super::rules::Finding;
use super::script::{Argument, Call};
use crate::output::plain;

/// The effects, in companion mode and as replacement, of a call of a method that nobody has documented.
const UNKNOWN: (&str, &str) = ("whatever is there", "nothing, unless the page defines it");

/// One block for each page or script.
pub(super) fn text(facts: &[Facts<'_>], findings: &[Vec<Finding>]) -> String {
    let mut lines = Vec::new();
    for (facts, findings) in facts.iter().zip(findings) {
        lines.push(facts.source.name.clone());
        for tag in &facts.tags {
            lines.push(format!(
                "  {:>5}  script       {} ({})",
                tag.line,
                tag.src,
                tag.which.name()
            ));
            let (companion, replacement) = outcome_of_tag(tag.which);
            fates(&mut lines, companion, replacement);
        }
        for (used, call, _) in facts.calls() {
            lines.push(format!(
                "  {:>5}  call         {}",
                used.line,
                written(call)
            ));
            let (companion, replacement) = outcome_of_call(call);
            fates(&mut lines, companion, replacement);
        }
        for finding in findings {
            lines.push(format!(
                "  {:>5}  FINDING      {}: {}",
                finding.line, finding.kind.code, finding.what
            ));
            fates(&mut lines, finding.kind.companion, finding.kind.replacement);
        }
    }
    let count = findings.iter().map(Vec::len).sum::<usize>();
    lines.push(format!(
        "{}, {}",
        counted(facts.len(), "page or script", "pages and scripts"),
        counted(count, "finding", "findings")
    ));
    let lines: Vec<String> = lines.iter().map(|line| plain(line).collect()).collect();
    lines.join("\n")
}

fn fates(lines: &mut Vec<String>, companion: &str, replacement: &str) {
    if companion == replacement {
        lines.push(format!("         both         {companion}"));
        return;
    }
    lines.push(format!("         companion    {companion}"));
    lines.push(format!("         replacement  {replacement}"));
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// The same as one JSON object.
pub(super) fn json(facts: &[Facts<'_>], findings: &[Vec<Finding>], unread: &[String]) -> String {
    let sources: Vec<Value> = facts
        .iter()
        .zip(findings)
        .map(|(facts, findings)| of_source(facts, findings))
        .collect();
    let count = findings.iter().map(Vec::len).sum::<usize>();
    json!({ "sources": sources, "findings": count, "unread": unread }).to_string()
}

fn of_source(facts: &Facts<'_>, findings: &[Finding]) -> Value {
    let scripts = facts.tags.iter().map(|tag| {
        let (companion, replacement) = outcome_of_tag(tag.which);
        json!({
            "line": tag.line, "src": tag.src, "kind": tag.which.name(),
            "companion": companion, "replacement": replacement,
        })
    });
    let calls = facts.calls().map(|(used, call, _)| {
        let (companion, replacement) = outcome_of_call(call);
        json!({
            "line": used.line, "method": call.method, "options": options(call), "queued": call.queued,
            "companion": companion, "replacement": replacement,
        })
    });
    let findings = findings.iter().map(|finding| {
        json!({
            "line": finding.line, "code": finding.kind.code, "what": finding.what,
            "companion": finding.kind.companion, "replacement": finding.kind.replacement,
        })
    });
    json!({
        "name": facts.source.name,
        "scripts": scripts.collect::<Vec<_>>(),
        "calls": calls.collect::<Vec<_>>(),
        "findings": findings.collect::<Vec<_>>(),
    })
}

fn outcome_of_tag(which: Which) -> (&'static str, &'static str) {
    match which {
        Which::Service => (
            "stays as it is; the tag of ours goes right behind it",
            "its address becomes that of ours",
        ),
        Which::Companion => (
            "ours",
            "this tag goes; `iteras.js` of ours takes the place of the official tag",
        ),
        Which::Replacement => (
            "`iteras.companion.js` in its place, behind the official tag",
            "ours",
        ),
    }
}

fn outcome_of_call(call: &Call) -> (&'static str, &'static str) {
    method(&call.method).map_or(UNKNOWN, |method| (method.companion, method.replacement))
}

fn options(call: &Call) -> Option<Vec<&str>> {
    match &call.argument {
        Argument::Options { options, .. } => {
            Some(options.iter().map(|(name, _)| name.as_str()).collect())
        }
        Argument::Absent => Some(Vec::new()),
        Argument::Unknown => None,
    }
}

/// `Iteras.wall({ paywallid, redirect })`
fn written(call: &Call) -> String {
    let arguments = match (options(call), &call.argument) {
        (
            _,
            Argument::Options {
                more: true,
                options,
                ..
            },
        ) if options.is_empty() => "{ … }".into(),
        (Some(names), Argument::Options { more, .. }) => {
            let more = if *more { ", …" } else { "" };
            format!("{{ {}{more} }}", names.join(", "))
        }
        (Some(_), _) => String::new(),
        (None, _) => "…".into(),
    };
    let queued = if call.queued { " (queued)" } else { "" };
    format!("Iteras.{}({arguments}){queued}", call.method)
}
