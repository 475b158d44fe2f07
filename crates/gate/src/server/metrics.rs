//! Counters, in the text format that Prometheus reads.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};

use super::times::{Times, UnderWay};
use crate::{CopiedPasses, Doubt, Networks, Verdict};

const BUILD: [&str; 2] = [
    "iteras_gate_build_info",
    "1, with the version that runs as its label.",
];

/// The counters of one process; clones count together. They live through reloads.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    counters: Arc<Mutex<Counters>>,
    times: Arc<Times>,
}

/// The settings by which networks are counted.
type Counting = (Networks, bool);

#[derive(Debug, Default)]
struct Counters {
    judged: BTreeMap<(&'static str, &'static str), u64>,
    old_keys: BTreeMap<String, u64>,
    crawlers: BTreeMap<(String, &'static str), u64>,
    copied: BTreeMap<&'static str, u64>,
    counting: Option<(Counting, CopiedPasses)>,
    failed: BTreeMap<&'static str, u64>,
    reloads: BTreeMap<&'static str, u64>,
}

impl Metrics {
    /// Notes a request, until what comes back is dropped.
    pub(super) fn begin(&self) -> UnderWay {
        UnderWay::begin(self.times.clone())
    }

    pub(super) fn judged(&self, verdict: &Verdict) {
        let labels = match verdict {
            // No reader's pass is at fault then, but a name that is missing in `hosts`.
            Err(denial) if denial.doubt() == Some(Doubt::Host) => ("denied", Doubt::Host.name()),
            Err(denial) => ("denied", denial.reason().code()),
            Ok(opening) => (opening.name().unwrap_or("open"), ""),
        };
        self.count(|counters| *counters.judged.entry(labels).or_default() += 1);
    }

    pub(super) fn old_key(&self, id: &str) {
        self.count(|counters| *counters.old_keys.entry(id.to_owned()).or_default() += 1);
    }

    /// Checks of requests that name a search engine of the configuration, by their end.
    pub(super) fn crawler(&self, agent: &str, result: &'static str) {
        let labels = (agent.to_owned(), result);
        self.count(|counters| *counters.crawlers.entry(labels).or_default() += 1);
    }

    /// Passes that are used in many networks, once a day for each subscriber, and those of which that can't be told.
    pub(super) fn copied(&self, what: &'static str) {
        self.count(|counters| *counters.copied.entry(what).or_default() += 1);
    }

    /// What counts networks by these settings: as long as they stay, the same through reloads.
    pub(super) fn counting(
        &self,
        settings: Counting,
        make: impl FnOnce() -> CopiedPasses,
    ) -> CopiedPasses {
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        match &counters.counting {
            Some((kept, copied)) if *kept == settings => copied.clone(),
            _ => {
                let copied = make();
                counters.counting = Some((settings, copied.clone()));
                copied
            }
        }
    }

    /// Requests answered 503, by what failed.
    pub(super) fn failed(&self, what: &'static str) {
        self.count(|counters| *counters.failed.entry(what).or_default() += 1);
    }

    pub(super) fn reloaded(&self, result: &'static str) {
        self.count(|counters| *counters.reloads.entry(result).or_default() += 1);
    }

    fn count(&self, change: impl FnOnce(&mut Counters)) {
        change(&mut self.counters.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// All of it.
    pub fn text(&self) -> String {
        let counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::new();
        let mut family = |name: &str, help: &str, lines: Vec<(String, u64)>| {
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} counter");
            for (labels, count) in lines {
                // Writing to a String can't fail.
                let _ = writeln!(text, "{name}{{{labels}}} {count}");
            }
        };
        let judged = counters.judged.iter().map(|((verdict, reason), count)| {
            (format!("verdict=\"{verdict}\",reason=\"{reason}\""), *count)
        });
        family(
            "iteras_gate_judgements_total",
            "Requests judged, with the exact reason of denials.",
            judged.collect(),
        );
        let old = counters
            .old_keys
            .iter()
            .map(|(id, count)| (format!("key=\"{}\"", escaped(id)), *count));
        family(
            "iteras_gate_old_key_total",
            "Passes accepted by another key than the first.",
            old.collect(),
        );
        let crawlers = counters.crawlers.iter().map(|((agent, result), count)| {
            let labels = format!("agent=\"{}\",result=\"{result}\"", escaped(agent));
            (labels, *count)
        });
        family(
            "iteras_gate_crawlers_total",
            "Requests that name a search engine, by how its address was checked.",
            crawlers.collect(),
        );
        let copied = counters.copied.iter();
        let copied = copied.map(|(what, count)| (format!("result=\"{what}\""), *count));
        family(
            "iteras_gate_copied_passes_total",
            "Subscribers whose pass is used in many networks, once a day each; passes whose network can't be told.",
            copied.collect(),
        );
        let failed = counters
            .failed
            .iter()
            .map(|(what, count)| (format!("what=\"{what}\""), *count));
        family(
            "iteras_gate_failures_total",
            "Requests that failed closed.",
            failed.collect(),
        );
        let reloads = counters
            .reloads
            .iter()
            .map(|(result, count)| (format!("result=\"{result}\""), *count));
        family(
            "iteras_gate_reloads_total",
            "Reloads of the configuration.",
            reloads.collect(),
        );
        let ([name, about], version) = (BUILD, env!("CARGO_PKG_VERSION"));
        let _ = writeln!(
            text,
            "# HELP {name} {about}\n# TYPE {name} gauge\n{name}{{version=\"{version}\"}} 1"
        );
        self.times.push_text(&mut text);
        text
    }
}

fn escaped(label: &str) -> String {
    label.replace('\\', "\\\\").replace('"', "\\\"")
}
