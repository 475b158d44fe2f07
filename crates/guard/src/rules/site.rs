//! One site: its rules, its landing page, its presets, and what none of these name, in this order.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use iteras::tracking::is_ours_or_tracking;
use iteras::urls::piece_name;

use super::lines::{Lines, Named};
use super::presets::{Effect, Line, Preset};
use super::rule::{Match, Rule};
use super::{Distinct, Request};
use crate::config_error::{ConfigError, shown};
use crate::paths::normal_host;
use crate::patterns::Reading;
use crate::requirement::{Demand, Doubt, Requirement};
use crate::scripts::{other_readings, scripts};

/// The answer for paths that no rule names. There is no default: it has to be written.
#[derive(Clone, Debug)]
pub enum Unmatched {
    /// Open pages.
    Open,
    /// Pages that ask for this.
    Protected(Requirement),
}

/// The rules of one site, tried in their order.
#[derive(Clone, Debug)]
pub struct Site {
    pub(super) hosts: Vec<String>,
    pub(super) rules: Vec<Rule>,
    landings: Vec<Landing>,
    presets: Vec<Lines>,
    unmatched: Unmatched,
    wall: Option<Requirement>,
    /// All that anything of the site asks for; known once the site is [ready](Self::ready).
    pub(super) strictest: Vec<Requirement>,
}

impl Site {
    /// A site without rules yet, for requests to these hosts (without ports).
    pub fn new<'a>(
        hosts: impl IntoIterator<Item = &'a str>,
        unmatched: Unmatched,
    ) -> Result<Self, ConfigError> {
        let normal = |host: &str| {
            let refused = || ConfigError::new("hosts", format!("{} is not a host", shown(host)));
            normal_host(host).ok_or_else(refused)
        };
        let hosts = hosts
            .into_iter()
            .map(normal)
            .collect::<Result<Vec<_>, _>>()?;
        if hosts.is_empty() {
            return Err(ConfigError::new("hosts", "a site without a host"));
        }
        Ok(Self {
            hosts,
            ..Self::of_any_host(unmatched)
        })
    }

    /// A site without rules yet, for [`Rules::site`](super::Rules::site). A meter is for rules alone: it opens no page
    /// that none names.
    pub fn of_any_host(unmatched: Unmatched) -> Self {
        let unmatched = match unmatched {
            Unmatched::Open => Unmatched::Open,
            Unmatched::Protected(requirement) => Unmatched::Protected(requirement.without_meter()),
        };
        Self {
            hosts: Vec::new(),
            rules: Vec::new(),
            landings: Vec::new(),
            presets: Vec::new(),
            unmatched,
            wall: None,
            strictest: Vec::new(),
        }
    }

    /// Adds a rule behind those there are; the first that fits a request counts.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// Adds a preset behind those there are: the first line that fits counts where no rule does.
    #[must_use]
    pub fn preset(mut self, preset: Preset) -> Self {
        self.presets.push(Lines::of(preset));
        self
    }

    /// Names what presets ask for, besides all that the rules ask for, where they shut something.
    #[must_use]
    pub fn wall(mut self, requirement: Requirement) -> Self {
        self.wall = Some(requirement);
        self
    }

    /// Opens the landing page, given as path with or without a query, where no rule is about it, whatever the presets
    /// say. Of another query, less `iteras*` and tracking parameters, it may be another page.
    pub fn landing(mut self, target: &str) -> Result<Self, ConfigError> {
        let target = target.split('#').next().unwrap_or("");
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let path = Reading::of(path).ok_or_else(|| {
            ConfigError::new("landing", format!("{} is not a path", shown(target)))
        })?;
        let query = own_query(query);
        self.landings.push(Landing { path, query });
        Ok(self)
    }

    /// The site with what is looked up at each request. Refuses rules that can't count and presets without a paywall.
    pub(super) fn ready(mut self) -> Result<Self, ConfigError> {
        self.refuse_hidden_rules()?;
        self.strictest = self.requirements();
        for (at, lines) in self.presets.iter().enumerate() {
            let name = lines.preset.name();
            if self
                .presets
                .iter()
                .take(at)
                .any(|other| other.preset == lines.preset)
            {
                return Err(ConfigError::new("preset", format!("{name:?} stands twice")));
            }
            if lines.preset.shuts() && self.strictest.is_empty() {
                let problem =
                    format!("{name:?} shuts addresses, and there is no paywall to ask for");
                return Err(ConfigError::new("preset", problem));
            }
        }
        Ok(self)
    }

    fn refuse_hidden_rules(&self) -> Result<(), ConfigError> {
        // Sites have thousands of rules: only those are compared whose beginnings agree.
        let mut earlier: BTreeMap<&str, Vec<(usize, &Match)>> = BTreeMap::new();
        for (at, rule) in self.rules.iter().enumerate() {
            let text = rule.on.pattern.folder();
            let ends = text.char_indices().map(|(end, _)| end).chain([text.len()]);
            let alike = ends
                .filter_map(|end| earlier.get(text.get(..end)?))
                .flatten();
            let hiding = alike.filter(|(_, on)| on.covers(&rule.on));
            if let Some(by) = hiding.map(|(by, _)| by).min() {
                let problem = format!("can never count, since rules[{by}] fits all that it fits");
                return Err(ConfigError::new(format!("rules[{at}]"), problem));
            }
            let beginning = rule.on.pattern.beginning();
            earlier.entry(beginning).or_default().push((at, &rule.on));
        }
        Ok(())
    }

    /// What any page of the site may ask for. Where it is asked for together nobody knows which article it is, so that
    /// no meter opens it.
    fn requirements(&self) -> Vec<Requirement> {
        let mut all = Distinct::default();
        let mut add = |requirement: &Requirement| all.add(&requirement.clone().without_meter());
        if let Unmatched::Protected(requirement) = &self.unmatched {
            add(requirement);
        }
        if self.presets.iter().any(|lines| lines.preset.shuts()) {
            self.wall.iter().for_each(&mut add);
        }
        let rules = self.rules.iter();
        rules
            .filter_map(|rule| rule.requirement.as_ref())
            .for_each(add);
        all.all
    }

    pub(super) fn is_metered(&self) -> bool {
        let mut rules = self.rules.iter();
        rules.any(|rule| {
            rule.requirement
                .as_ref()
                .is_some_and(Requirement::is_metered)
        })
    }

    pub(super) fn demand(&self, request: &Request<'_>) -> Demand<'_> {
        match self.decisions(request) {
            Some(decisions) => {
                let mut all: Vec<&Requirement> = Vec::new();
                for requirement in decisions.iter().flat_map(|decision| decision.asks) {
                    if !all.contains(&requirement) {
                        all.push(requirement);
                    }
                }
                match all.is_empty() {
                    true => Demand::Open,
                    false => Demand::All(all),
                }
            }
            None if self.strictest.is_empty() => Demand::Open,
            None => Demand::Unclear(Doubt::Path, self.strictest.iter().collect()),
        }
    }

    /// What counts for a request, for each reading of its path that does; `None` where servers disagree which page it
    /// is.
    pub(super) fn decisions(&self, request: &Request<'_>) -> Option<Vec<Decision<'_>>> {
        let path = Reading::of(request.path)?;
        let named = Named::of(&self.presets, request.query, request.form);
        let as_it_stands = self.decide(path, request, &named);
        let scripts = scripts(&as_it_stands.path);
        if scripts.is_empty() || self.is_alone(&as_it_stands, &scripts) {
            return Some(Vec::from([as_it_stands]));
        }
        let others = other_readings(&as_it_stands.path)?;
        let others = others
            .into_iter()
            .map(|path| self.decide(path, request, &named));
        Some(core::iter::once(as_it_stands).chain(others).collect())
    }

    /// Tells whether what counts for a path as it stands names its scripts, so that no other reading matters.
    fn is_alone(&self, decision: &Decision<'_>, scripts: &[String]) -> bool {
        match decision.by {
            By::Rule(at) => {
                let pattern = self.rules.get(at).map(|rule| &rule.on.pattern);
                pattern.is_some_and(|on| scripts.iter().all(|script| on.names(script)))
            }
            By::Landing => true,
            By::Preset(..) | By::Unmatched => false,
        }
    }

    fn is_shut_by_preset(&self, path: &Reading, request: &Request<'_>, named: &Named) -> bool {
        let mut presets = self.presets.iter();
        let first = presets.find_map(|lines| lines.decide(path, request.path, named));
        matches!(first, Some((_, Effect::Shuts)))
    }

    fn decide(&self, path: Reading, request: &Request<'_>, named: &Named) -> Decision<'_> {
        let (by, asks) = self.first_that_fits(&path, request, named);
        Decision { path, by, asks }
    }

    fn first_that_fits(
        &self,
        path: &Reading,
        request: &Request<'_>,
        named: &Named,
    ) -> (By, &[Requirement]) {
        let mut rules = self.rules.iter().enumerate();
        if let Some((at, rule)) = rules.find(|(_, rule)| rule.fits(path, request, named)) {
            let asks = match &rule.requirement {
                // By a parameter that the rule does not name, it may be an article of any paywall.
                Some(_) if !named.is_only(rule.on.parameter.as_ref()) => &self.strictest,
                // What hands out the text of many articles is no page to be given away.
                Some(own) if own.is_metered() && self.is_shut_by_preset(path, request, named) => {
                    rule.unmetered.as_slice()
                }
                requirement => requirement.as_slice(),
            };
            return (By::Rule(at), asks);
        }
        let mut landings = self.landings.iter();
        if landings.any(|page| page.fits(path, request.query)) && !named.is_in_form() {
            return (By::Landing, &[]);
        }
        for lines in &self.presets {
            match lines.decide(path, request.path, named) {
                Some((line, Effect::Opens)) => return (By::Preset(lines.preset, line), &[]),
                Some((line, Effect::Shuts)) => {
                    return (By::Preset(lines.preset, line), &self.strictest);
                }
                None => {}
            }
        }
        match &self.unmatched {
            Unmatched::Open => (By::Unmatched, &[]),
            Unmatched::Protected(requirement) => {
                (By::Unmatched, core::slice::from_ref(requirement))
            }
        }
    }
}

/// What a request asks for by one reading of its path, and which part of the site says so.
#[derive(Debug)]
pub(super) struct Decision<'a> {
    pub(super) path: Reading,
    pub(super) by: By,
    pub(super) asks: &'a [Requirement],
}

/// A part of a site.
#[derive(Debug)]
pub(super) enum By {
    /// The rule at this place.
    Rule(usize),
    Landing,
    Preset(Preset, &'static Line),
    /// The site's word about paths that no rule names.
    Unmatched,
}

/// A page that readers are sent to.
#[derive(Clone, Debug)]
struct Landing {
    path: Reading,
    query: Vec<String>,
}

impl Landing {
    fn fits(&self, path: &Reading, query: &str) -> bool {
        *path == self.path && own_query(query) == self.query
    }
}

/// The pieces of a query less ours and tracking parameters.
fn own_query(query: &str) -> Vec<String> {
    let pieces = query.split(['&', ';']).filter(|piece| !piece.is_empty());
    let own = pieces.filter(|piece| !is_ours_or_tracking(&piece_name(piece)));
    own.map(ToOwned::to_owned).collect()
}
