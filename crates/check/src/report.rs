//! The report: what stands on the pages, and the findings. Text for people, JSON for programs.

use serde_json::{Value, json};

use crate::documented::method;
use crate::facts::{Facts, Which};
use crate::measured::MeasuredFrame;
use crate::places::{Place, of_facts};
use crate::rules::{self, Finding};
use crate::script::{Argument, Call};
use crate::source::Source;

/// The effects, in companion mode and as replacement, of a call of a method that nobody has documented.
const UNKNOWN: (&str, &str) = ("whatever is there", "nothing, unless the page defines it");

/// The findings of pages and scripts that were read together.
pub struct Report<'a> {
    facts: Vec<Facts<'a>>,
    places: Vec<Place>,
    findings: Vec<Vec<Finding>>,
}

impl<'a> Report<'a> {
    /// Reads and judges the sources; `measured` are frames at the [`places`](crate::places()) of these sources, if
    /// somebody has rendered the pages.
    #[must_use]
    pub fn of(sources: &'a [Source], measured: &[MeasuredFrame]) -> Self {
        let facts: Vec<Facts<'_>> = sources.iter().map(Facts::of).collect();
        let places = of_facts(&facts);
        let findings = rules::findings(&facts, &places, measured);
        Self {
            facts,
            places,
            findings,
        }
    }

    /// The number of findings.
    #[must_use]
    pub fn findings(&self) -> usize {
        self.findings.iter().map(Vec::len).sum()
    }

    /// A sentence for each frame of which these measures tell nothing.
    #[must_use]
    pub fn unmeasured(&self, measured: &[MeasuredFrame]) -> Vec<String> {
        rules::cut::unmeasured(&self.facts, &self.places, measured)
    }

    /// For people: one block for each page or script.
    #[must_use]
    pub fn text(&self) -> String {
        let mut lines = Vec::new();
        for (facts, findings) in self.facts.iter().zip(&self.findings) {
            lines.push(facts.source.name.clone());
            block(&mut lines, facts, findings);
        }
        lines.push(format!(
            "{}, {}",
            counted(self.facts.len(), "page or script", "pages and scripts"),
            counted(self.findings(), "finding", "findings")
        ));
        let lines: Vec<String> = lines.iter().map(|line| plain(line)).collect();
        lines.join("\n")
    }

    /// For programs: `{ sources: [{ name, scripts, calls, findings, advice }], findings, unread }`. `unread` has a sentence for
    /// each place that could not be read.
    #[must_use]
    pub fn json(&self, unread: &[String]) -> Value {
        let sources = self.facts.iter().zip(&self.findings);
        let sources: Vec<Value> = sources
            .map(|(facts, findings)| of_source(facts, findings))
            .collect();
        json!({ "sources": sources, "findings": self.findings(), "unread": unread })
    }
}

/// Strangers typed it, and what it is must not move a terminal's cursor or rewrite lines.
fn plain(line: &str) -> String {
    let visible = line.chars().map(|c| if c.is_control() { ' ' } else { c });
    visible.collect()
}

fn block(lines: &mut Vec<String>, facts: &Facts<'_>, findings: &[Finding]) {
    for tag in &facts.tags {
        lines.push(format!(
            "  {:>5}  script       {} ({})",
            tag.line,
            tag.src,
            tag.which.name()
        ));
        let (companion, replacement) = outcome_of_tag(tag.which);
        fates(lines, companion, replacement);
    }
    for (used, call, _) in facts.calls() {
        lines.push(format!(
            "  {:>5}  call         {}",
            used.line,
            written(call)
        ));
        let (companion, replacement) = outcome_of_call(call);
        fates(lines, companion, replacement);
    }
    if let Some((line, what)) = rules::structured::advice(facts) {
        lines.push(format!("  {line:>5}  advice       {what}"));
    }
    for finding in findings {
        lines.push(format!(
            "  {:>5}  FINDING      {}: {}",
            finding.line, finding.kind.code, finding.what
        ));
        fates(lines, finding.kind.companion, finding.kind.replacement);
    }
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
    let advice = rules::structured::advice(facts);
    let advice: Vec<Value> = advice
        .iter()
        .map(|(line, what)| json!({ "line": line, "what": what }))
        .collect();
    json!({
        "name": facts.source.name,
        "scripts": scripts.collect::<Vec<_>>(),
        "calls": calls.collect::<Vec<_>>(),
        "findings": findings.collect::<Vec<_>>(),
        "advice": advice,
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
