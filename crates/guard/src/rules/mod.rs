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
//! Rules, "Paths" and "Parameters". The first rule that fits counts, then the landing page, then the site's presets as
//! listed; what none fits asks for what the site says of unmatched paths. Protecting rules compare in NFC and lower case, open rules with the case kept. A host that is not
//! configured asks for all that any site asks for, a path without a normal form for all that its site asks for.

mod explain;
mod lines;
mod presets;
mod rule;
mod site;

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::config_error::{ConfigError, shown};
use crate::parameters::ReadName;
use crate::paths::normal_host;
use crate::patterns::Reading;
use crate::requirement::{Demand, Doubt, Requirement};

pub use explain::Explanation;
pub use presets::{Line, Preset};
pub use rule::{Match, Rule};
pub use site::{Site, Unmatched};

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
        let (mut by_host, mut ready) = (BTreeMap::new(), Vec::new());
        let mut all = Distinct::default();
        for (at, site) in sites.into_iter().enumerate() {
            for host in &site.hosts {
                if by_host.insert(host.clone(), at).is_some() {
                    let problem = format!("{} stands in two sites", shown(host));
                    return Err(ConfigError::new("hosts", problem));
                }
            }
            let site = site.ready();
            let site = site.map_err(|error| error.within(&format!("sites[{at}]")))?;
            site.strictest
                .iter()
                .for_each(|requirement| all.add(requirement));
            ready.push(site);
        }
        let all = all.all;
        if all.is_empty() {
            return Err(ConfigError::new("rules", NOTHING));
        }
        Ok(Self(Kind::Sites {
            sites: ready,
            by_host,
            all,
        }))
    }

    /// The rules of one site, whatever host it is asked by. Refuses what [`sites`](Self::sites) does.
    pub fn site(site: Site) -> Result<Self, ConfigError> {
        let site = site.ready()?;
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

    /// Tells whether there are pages that a meter may open.
    pub fn is_metered(&self) -> bool {
        match &self.0 {
            Kind::Always(requirement) => requirement.is_metered(),
            Kind::Site(site) => site.is_metered(),
            Kind::Sites { sites, .. } => sites.iter().any(Site::is_metered),
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

/// Requirements in the order in which they came, each once.
#[derive(Default)]
struct Distinct {
    all: Vec<Requirement>,
    seen: BTreeSet<Requirement>,
}

impl Distinct {
    fn add(&mut self, requirement: &Requirement) {
        if self.seen.insert(requirement.clone()) {
            self.all.push(requirement.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::borrow::ToOwned;
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
