//! The rules of sites: what requests have to satisfy, by host, path and parameter.
//!
//! ```
//! use iteras_guard::requirement::{Demand, Requirement};
//! use iteras_guard::rules::{Match, Request, Rule, Rules, Site, Unmatched};
//!
//! # fn main() -> Result<(), iteras_guard::config_error::ConfigError> {
//! let wall = Requirement::subscriber(["n8fsoupukhv3"])?;
//! let site = Site::new(["pub.example"], Unmatched::Open)?
//!     .rule(Rule::open(Match::path("/articles/free/*")?))
//!     .rule(Rule::protected(Match::path("/articles/*")?, wall.clone()))
//!     .rule(Rule::protected(Match::path("/*")?.with_parameter("feed")?, wall));
//! let rules = Rules::sites([site])?;
//! let demand = |path| rules.demand(&Request { host: Some("pub.example"), path, ..Request::default() });
//! assert_eq!(demand("/articles/free/fog"), Demand::Open);
//! assert!(matches!(demand("/Articles/fog"), Demand::All(_)));
//! assert!(matches!(demand("/articles/free/..%2f"), Demand::Unclear(..)));
//! # Ok(()) }
//! ```
//!
//! Rules, "Paths" and "Parameters". The first rule that fits counts; what none fits asks for what the site says of
//! unmatched paths. Protecting rules compare in NFC and lower case, open rules with the case kept. A host that is not
//! configured asks for all that any site asks for, a path without a normal form for all that its site asks for.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use iteras::tracking::is_ours_or_tracking;
use iteras::urls::piece_name;

use crate::config_error::{ConfigError, shown};
use crate::parameters::{Name, ReadName, query_names};
use crate::paths::normal_host;
use crate::patterns::{Pattern, Reading};
use crate::requirement::{Demand, Doubt, Requirement};
use crate::scripts::{other_readings, scripts};

/// The part of a request that rules look at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    /// The host with its port as the visitor sent it; `None` when there is none, or two that differ.
    pub host: Option<&'a str>,
    /// The path, percent-encoded as received.
    pub path: &'a str,
    /// The query without its `?`; empty when there is none.
    pub query: &'a str,
    /// The form in the body.
    pub form: Form<'a>,
}

/// The names of parameters in the body of a request.
#[derive(Clone, Copy, Debug, Default)]
pub enum Form<'a> {
    /// There is no form, or this door can't see bodies.
    #[default]
    Unseen,
    /// The names of a form that was read.
    Names(&'a [ReadName]),
    /// There is a form that was not read, being too long or coded: it may hold any name.
    Unread,
}

/// The rules of all sites, or one requirement for everything.
#[derive(Clone, Debug)]
pub struct Rules(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Always(Requirement),
    Site(Box<Site>),
    Sites {
        sites: Vec<Site>,
        by_host: BTreeMap<String, usize>,
        all: Vec<Requirement>,
    },
}

impl From<Requirement> for Rules {
    fn from(requirement: Requirement) -> Self {
        Self(Kind::Always(requirement))
    }
}

impl Rules {
    /// The rules of several sites. Refuses hosts that stand twice, rules that can't fit because of an earlier one, and
    /// sites of which none asks for anything.
    pub fn sites(sites: impl IntoIterator<Item = Site>) -> Result<Self, ConfigError> {
        let mut sites: Vec<Site> = sites.into_iter().collect();
        let (mut by_host, mut all) = (BTreeMap::new(), Vec::new());
        for (at, site) in sites.iter_mut().enumerate() {
            for host in &site.hosts {
                if by_host.insert(host.clone(), at).is_some() {
                    let problem = format!("{} stands in two sites", shown(host));
                    return Err(ConfigError::new("hosts", problem));
                }
            }
            site.refuse_hidden_rules()
                .map_err(|error| error.within(&format!("sites[{at}]")))?;
            site.strictest = site.requirements();
            add_missing(&mut all, &site.strictest);
        }
        if all.is_empty() {
            return Err(ConfigError::new("rules", NOTHING));
        }
        Ok(Self(Kind::Sites {
            sites,
            by_host,
            all,
        }))
    }

    /// The rules of one site, whatever host it is asked by. Refuses what [`sites`](Self::sites) does.
    pub fn site(mut site: Site) -> Result<Self, ConfigError> {
        site.refuse_hidden_rules()?;
        site.strictest = site.requirements();
        match site.strictest.is_empty() {
            true => Err(ConfigError::new("rules", NOTHING)),
            false => Ok(Self(Kind::Site(Box::new(site)))),
        }
    }

    /// Tells whether each request is asked for the same, so that there is nothing to look at in it.
    pub fn always(&self) -> Option<&Requirement> {
        match &self.0 {
            Kind::Always(requirement) => Some(requirement),
            _ => None,
        }
    }

    /// All that a request has to satisfy.
    pub fn demand(&self, request: &Request<'_>) -> Demand<'_> {
        match &self.0 {
            Kind::Always(requirement) if Reading::of(request.path).is_some() => requirement.into(),
            Kind::Always(requirement) => Demand::Unclear(Doubt::Path, Vec::from([requirement])),
            Kind::Site(site) => site.demand(request),
            Kind::Sites {
                sites,
                by_host,
                all,
            } => {
                let host = request.host.and_then(normal_host);
                let at = host.and_then(|host| by_host.get(&host).copied());
                match at.and_then(|at| sites.get(at)) {
                    Some(site) => site.demand(request),
                    None => Demand::Unclear(Doubt::Host, all.iter().collect()),
                }
            }
        }
    }

    /// Tells whether the names in a form could change what this request has to satisfy, so that its body is worth
    /// reading.
    pub fn look_at_forms(&self, request: &Request<'_>) -> bool {
        let with = |form| self.demand(&Request { form, ..*request });
        with(Form::Unseen) != with(Form::Unread)
    }
}

const NOTHING: &str = "nothing is protected";

fn add_missing(all: &mut Vec<Requirement>, more: &[Requirement]) {
    for requirement in more {
        if !all.contains(requirement) {
            all.push(requirement.clone());
        }
    }
}

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
    hosts: Vec<String>,
    rules: Vec<Rule>,
    always_open: Vec<AlwaysOpen>,
    unmatched: Unmatched,
    strictest: Vec<Requirement>,
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

    /// A site without rules yet, for [`Rules::site`].
    pub fn of_any_host(unmatched: Unmatched) -> Self {
        Self {
            hosts: Vec::new(),
            rules: Vec::new(),
            always_open: Vec::new(),
            unmatched,
            strictest: Vec::new(),
        }
    }

    /// Adds a rule behind those there are; the first that fits a request counts.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// Opens what a preset names, whatever the rules say, save those that protect a parameter.
    #[must_use]
    pub fn preset(mut self, preset: Preset) -> Self {
        self.always_open
            .extend(preset.paths().map(AlwaysOpen::Path));
        self
    }

    /// Opens the landing page, given as path with or without a query, whatever the rules say, save those that protect
    /// a parameter. Of another query, less `iteras*` and tracking parameters, it may be another page.
    pub fn landing(mut self, target: &str) -> Result<Self, ConfigError> {
        let target = target.split('#').next().unwrap_or("");
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let path = Reading::of(path).ok_or_else(|| {
            ConfigError::new("landing", format!("{} is not a path", shown(target)))
        })?;
        let query = own_query(query);
        self.always_open.push(AlwaysOpen::Landing { path, query });
        Ok(self)
    }

    /// Tells whether a request to this host is one to this site.
    pub fn has_host(&self, host: &str) -> bool {
        normal_host(host).is_some_and(|host| self.hosts.contains(&host))
    }

    fn refuse_hidden_rules(&self) -> Result<(), ConfigError> {
        for (at, rule) in self.rules.iter().enumerate() {
            let earlier = self.rules.iter().take(at);
            if let Some(by) = earlier
                .into_iter()
                .position(|earlier| earlier.on.covers(&rule.on))
            {
                let problem = format!("can never count, since rules[{by}] fits all that it fits");
                return Err(ConfigError::new(format!("rules[{at}]"), problem));
            }
        }
        Ok(())
    }

    fn requirements(&self) -> Vec<Requirement> {
        let mut all = Vec::new();
        if let Unmatched::Protected(requirement) = &self.unmatched {
            all.push(requirement.clone());
        }
        for requirement in self
            .rules
            .iter()
            .filter_map(|rule| rule.requirement.as_ref())
        {
            add_missing(&mut all, core::slice::from_ref(requirement));
        }
        all
    }

    fn demand(&self, request: &Request<'_>) -> Demand<'_> {
        let Some(path) = Reading::of(request.path) else {
            return self.everything();
        };
        let scripts = scripts(&path);
        if scripts.is_empty() || self.decides_alone(&path, &scripts, request) {
            return demand_of(self.asked_by(&path, request));
        }
        let Some(others) = other_readings(&path) else {
            return self.everything();
        };
        let mut all: Vec<&Requirement> = Vec::new();
        for reading in core::iter::once(&path).chain(&others) {
            if let Some(requirement) = self.asked_by(reading, request)
                && !all.contains(&requirement)
            {
                all.push(requirement);
            }
        }
        match all.is_empty() {
            true => Demand::Open,
            false => Demand::All(all),
        }
    }

    fn everything(&self) -> Demand<'_> {
        match self.strictest.is_empty() {
            true => Demand::Open,
            false => Demand::Unclear(Doubt::Path, self.strictest.iter().collect()),
        }
    }

    /// Tells whether the rule that counts for a path as it stands names its scripts, so that no other reading matters.
    fn decides_alone(&self, path: &Reading, scripts: &[String], request: &Request<'_>) -> bool {
        if self.is_always_open(path, request) {
            return true;
        }
        let rule = self.rules.iter().find(|rule| rule.fits(path, request));
        rule.is_some_and(|rule| scripts.iter().all(|script| rule.on.pattern.names(script)))
    }

    fn asked_by(&self, path: &Reading, request: &Request<'_>) -> Option<&Requirement> {
        if self.is_always_open(path, request) {
            return None;
        }
        match self.rules.iter().find(|rule| rule.fits(path, request)) {
            Some(rule) => rule.requirement.as_ref(),
            None => match &self.unmatched {
                Unmatched::Open => None,
                Unmatched::Protected(requirement) => Some(requirement),
            },
        }
    }

    // A parameter may make another page of any path: `/subscribe?p=1`.
    fn is_always_open(&self, path: &Reading, request: &Request<'_>) -> bool {
        let by_parameter = |rule: &Rule| {
            rule.on.parameter.is_some() && rule.requirement.is_some() && rule.fits(path, request)
        };
        self.always_open
            .iter()
            .any(|page| page.fits(path, request.query))
            && !self.rules.iter().any(by_parameter)
    }
}

fn demand_of(requirement: Option<&Requirement>) -> Demand<'_> {
    requirement.map_or(Demand::Open, Demand::from)
}

/// A named list of pages that are open on every site that asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Pages that machines ask every site for: `/robots.txt`, `/favicon.ico`, `/ads.txt`, `/sitemap*.xml`, in which
    /// the star takes no slash, and `/.well-known/*`.
    Basics,
}

impl Preset {
    fn paths(self) -> impl Iterator<Item = Pattern> {
        let Self::Basics = self;
        let patterns = [
            "/robots.txt",
            "/favicon.ico",
            "/ads.txt",
            "/sitemap*.xml",
            "/.well-known/*",
        ];
        patterns.into_iter().filter_map(Pattern::parse)
    }
}

/// A page that is open whatever the rules say.
#[derive(Clone, Debug)]
enum AlwaysOpen {
    Path(Pattern),
    Landing { path: Reading, query: Vec<String> },
}

impl AlwaysOpen {
    fn fits(&self, path: &Reading, query: &str) -> bool {
        match self {
            Self::Path(pattern) => {
                let deep = |path: &Reading| path.with_case().matches('/').count() > 1;
                let is_folder = pattern.names(".well-known");
                pattern.fits_with_case(path) && (is_folder || !deep(path))
            }
            Self::Landing {
                path: own,
                query: wanted,
            } => path == own && own_query(query) == *wanted,
        }
    }
}

/// The pieces of a query less ours and tracking parameters.
fn own_query(query: &str) -> Vec<String> {
    let pieces = query.split(['&', ';']).filter(|piece| !piece.is_empty());
    let own = pieces.filter(|piece| !is_ours_or_tracking(&piece_name(piece)));
    own.map(ToOwned::to_owned).collect()
}

/// A requirement of some requests of a site, or that they have none.
#[derive(Clone, Debug)]
pub struct Rule {
    on: Match,
    requirement: Option<Requirement>,
}

impl Rule {
    /// A rule by which these requests ask for nothing.
    #[must_use]
    pub fn open(on: Match) -> Self {
        Self {
            on,
            requirement: None,
        }
    }

    /// A rule by which these requests ask for this.
    #[must_use]
    pub fn protected(on: Match, requirement: Requirement) -> Self {
        Self {
            on,
            requirement: Some(requirement),
        }
    }

    fn fits(&self, path: &Reading, request: &Request<'_>) -> bool {
        match self.requirement {
            Some(_) => self.on.pattern.fits(path) && self.on.is_named(request.query, request.form),
            // A name in a form opens nothing, nor one that may be there.
            None => {
                self.on.pattern.fits_with_case(path)
                    && self.on.is_named(request.query, Form::Unseen)
            }
        }
    }
}

/// The requests that a rule is about.
#[derive(Clone, Debug)]
pub struct Match {
    pattern: Pattern,
    parameter: Option<Name>,
}

impl Match {
    /// Paths that fit a [`Pattern`].
    pub fn path(pattern: &str) -> Result<Self, ConfigError> {
        let refused = || {
            let problem = format!("{} is not a pattern that a path could fit", shown(pattern));
            ConfigError::new("path", problem)
        };
        Ok(Self {
            pattern: Pattern::parse(pattern).ok_or_else(refused)?,
            parameter: None,
        })
    }

    /// Of those, only requests whose query, or form where it is seen, has a parameter of this name: `feed` for
    /// `/?feed=rss2`.
    pub fn with_parameter(mut self, name: &str) -> Result<Self, ConfigError> {
        let refused = || {
            let problem = format!("expected a name such as \"feed\", got {}", shown(name));
            ConfigError::new("parameter", problem)
        };
        self.parameter = Some(Name::parse(name).ok_or_else(refused)?);
        Ok(self)
    }

    fn is_named(&self, query: &str, form: Form<'_>) -> bool {
        let Some(wanted) = &self.parameter else {
            return true;
        };
        let in_form = match form {
            Form::Unseen => false,
            Form::Names(names) => names.iter().any(|name| wanted.is(name)),
            Form::Unread => true,
        };
        in_form || query_names(query).any(|name| wanted.is(&name))
    }

    fn covers(&self, other: &Self) -> bool {
        let parameter = self.parameter.is_none() || self.parameter == other.parameter;
        parameter && self.pattern.covers(&other.pattern)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    fn wall(id: &str) -> Requirement {
        Requirement::subscriber([id]).unwrap()
    }

    fn rules() -> Rules {
        let path = |pattern| Match::path(pattern).unwrap();
        let open = Site::new(["pub.example", "WWW.pub.example."], Unmatched::Open)
            .unwrap()
            .rule(Rule::open(path("/article/free/*")))
            .rule(Rule::protected(path("/article/*"), wall("A")))
            .rule(Rule::protected(path("/c++/*.html"), wall("B")))
            .rule(Rule::protected(
                path("/*").with_parameter("feed").unwrap(),
                wall("A"),
            ));
        let closed = Site::new(["club.example"], Unmatched::Protected(wall("C"))).unwrap();
        Rules::sites([open, closed]).unwrap()
    }

    fn request<'a>(host: &'a str, uri: &'a str) -> Request<'a> {
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        Request {
            host: Some(host),
            path,
            query,
            ..Request::default()
        }
    }

    fn wanted(host: &str, uri: &str) -> String {
        match rules().demand(&request(host, uri)) {
            Demand::Open => "open".to_owned(),
            Demand::All(all) | Demand::Unclear(_, all) => {
                all.iter().flat_map(|one| one.paywalls()).collect()
            }
        }
    }

    #[test]
    fn the_first_rule_that_fits_counts() {
        for (uri, came) in [
            ("/", "open"),
            ("/article", "A"),
            ("/article/", "A"),
            ("/article/1", "A"),
            ("/articles", "open"),
            ("/article/free/1", "open"),
            ("/c%2B%2b/x.html", "B"),
            ("/c++/x.css", "open"),
            ("/?FEED=rss2", "A"),
            ("/x?a=1&f%65ed", "A"),
        ] {
            assert_eq!(wanted("pub.example", uri), came, "{uri}");
        }
        assert_eq!(wanted("club.example:8080", "/anything"), "C");
    }

    #[test]
    fn c28_other_spellings_are_still_protected() {
        for uri in [
            "//article/1",
            "/article;x=1",
            "/%61rticle/1",
            "/ARTICLE/%31",
        ] {
            assert_eq!(wanted("pub.example", uri), "A", "{uri}");
            assert_eq!(wanted("PUB.example.", uri), "A", "{uri}");
        }
        for uri in [
            "/Article/%2e%2e/article/1",
            "/x/../article/1",
            "/.",
            "/article%2f1",
            "/x%5carticle",
            "/x%00",
            "/x%zz",
            "/article/free/..;/1",
        ] {
            assert_eq!(wanted("pub.example", uri), "AB", "{uri}");
        }
        assert_eq!(wanted("other.example", "/article/free/1"), "ABC");
        assert_eq!(wanted("", "/"), "ABC");
    }

    #[test]
    fn rules_that_protect_nothing_are_refused() {
        let site = Site::new(["pub.example"], Unmatched::Open).unwrap();
        assert_eq!(
            Rules::sites([site]).unwrap_err().to_string(),
            "rules: nothing is protected"
        );
        assert!(Match::path("article").is_err() && Match::path("/a%2fb").is_err());
        assert!(
            Site::new([], Unmatched::Open).is_err() && Site::new(["a b"], Unmatched::Open).is_err()
        );
    }
}
