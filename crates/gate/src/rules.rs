//! Which requests ask for what: sites by host, rules by path.
//!
//! ```
//! use iteras_gate::{Match, Requirement, Rule, Rules, Site, Unmatched};
//!
//! # fn main() -> Result<(), iteras_gate::ConfigError> {
//! let wall = Requirement::subscriber(["n8fsoupukhv3"])?;
//! let site = Site::new(["pub.example"], Unmatched::Open)?
//!     .rule(Rule::open(Match::path("/articles/free/*")?))
//!     .rule(Rule::protected(Match::path("/articles/*")?, wall.clone()))
//!     .rule(Rule::protected(Match::path("/feed")?, wall));
//! let rules = Rules::sites([site])?;
//! # Ok(()) }
//! ```

use std::collections::HashMap;

use iteras::urls::{piece_name, pieces};
use iteras_guard::paths::{normal_host, normal_path};

use crate::{Asked, ConfigError, Demand, Requirement};

/// The rules of all sites, or one requirement for everything.
#[derive(Clone, Debug)]
pub struct Rules(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Always(Requirement),
    Sites {
        sites: Vec<Site>,
        by_host: HashMap<String, usize>,
        all: Vec<Requirement>,
    },
}

impl From<Requirement> for Rules {
    fn from(requirement: Requirement) -> Self {
        Self(Kind::Always(requirement))
    }
}

impl Rules {
    /// The rules of several sites. A request for a host of none of them asks for all that any asks for.
    pub fn sites(sites: impl IntoIterator<Item = Site>) -> Result<Self, ConfigError> {
        let mut sites: Vec<Site> = sites.into_iter().collect();
        let mut by_host = HashMap::new();
        let mut all = Vec::new();
        for (at, site) in sites.iter_mut().enumerate() {
            for host in &site.hosts {
                if by_host.insert(host.clone(), at).is_some() {
                    return Err(ConfigError::new(
                        "hosts",
                        format!("{host:?} stands in two sites"),
                    ));
                }
            }
            site.strictest = site.requirements();
            add_missing(&mut all, &site.strictest);
        }
        if all.is_empty() {
            return Err(ConfigError::new("rules", "nothing is protected"));
        }
        Ok(Self(Kind::Sites {
            sites,
            by_host,
            all,
        }))
    }

    /// What a request asks for.
    pub fn demand(&self, asked: &Asked<'_>) -> Demand<'_> {
        match &self.0 {
            Kind::Always(requirement) => requirement.into(),
            Kind::Sites {
                sites,
                by_host,
                all,
            } => {
                let at = asked
                    .host
                    .and_then(normal_host)
                    .and_then(|host| by_host.get(&host).copied());
                at.and_then(|at| sites.get(at))
                    .map_or(Demand::All(all), |site| site.demand(asked))
            }
        }
    }
}

fn add_missing(all: &mut Vec<Requirement>, more: &[Requirement]) {
    for requirement in more {
        if !all.contains(requirement) {
            all.push(requirement.clone());
        }
    }
}

/// What becomes of paths that no rule names. There is no default: it has to be written.
#[derive(Clone, Debug)]
pub enum Unmatched {
    /// They are open.
    Open,
    /// They ask for this.
    Protected(Requirement),
}

/// The rules of one site, tried in their order.
#[derive(Clone, Debug)]
pub struct Site {
    hosts: Vec<String>,
    rules: Vec<Rule>,
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
            let refused = || ConfigError::new("hosts", format!("{host:?} is not a host"));
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
            rules: Vec::new(),
            unmatched,
            strictest: Vec::new(),
        })
    }

    /// Adds a rule behind those there are; the first that fits a request counts.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
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
            add_missing(&mut all, std::slice::from_ref(requirement));
        }
        all
    }

    fn demand(&self, asked: &Asked<'_>) -> Demand<'_> {
        let Some(path) = normal_path(asked.path) else {
            return match self.strictest.is_empty() {
                true => Demand::Open,
                false => Demand::All(&self.strictest),
            };
        };
        let path = plain(&path);
        match self
            .rules
            .iter()
            .find(|rule| rule.on.fits(&path, asked.query))
        {
            Some(rule) => rule.requirement.as_ref().map_or(Demand::Open, Demand::from),
            None => match &self.unmatched {
                Unmatched::Open => Demand::Open,
                Unmatched::Protected(requirement) => requirement.into(),
            },
        }
    }
}

/// What some requests of a site ask for.
#[derive(Clone, Debug)]
pub struct Rule {
    on: Match,
    requirement: Option<Requirement>,
}

impl Rule {
    /// These requests ask for nothing.
    #[must_use]
    pub fn open(on: Match) -> Self {
        Self {
            on,
            requirement: None,
        }
    }

    /// These requests ask for this.
    #[must_use]
    pub fn protected(on: Match, requirement: Requirement) -> Self {
        Self {
            on,
            requirement: Some(requirement),
        }
    }
}

/// Which requests a rule is about. Paths are compared in their normal form, see [`iteras_guard::paths`].
#[derive(Clone, Debug)]
pub struct Match {
    pattern: Vec<String>,
    parameter: Option<String>,
}

impl Match {
    /// Paths that fit a pattern: it begins with `/`, a `*` stands for any characters, slashes too, one
    /// trailing slash makes no difference, and `/a/*` fits `/a` as well.
    pub fn path(pattern: &str) -> Result<Self, ConfigError> {
        let refused =
            || ConfigError::new("path", format!("{pattern:?} is not a pattern for paths"));
        let normal = normal_path(pattern).ok_or_else(refused)?;
        let normal = plain(&normal);
        let pattern = normal.strip_suffix('/').unwrap_or(&normal);
        Ok(Self {
            pattern: pattern.split('*').map(str::to_owned).collect(),
            parameter: None,
        })
    }

    /// Of those, only requests whose query has a parameter of this name: `feed` for `/?feed=rss2`.
    #[must_use]
    pub fn with_parameter(mut self, name: &str) -> Self {
        self.parameter = Some(name.to_owned());
        self
    }

    fn fits(&self, path: &str, query: &str) -> bool {
        let path = path.strip_suffix('/').unwrap_or(path);
        let by_path = match self.pattern.split_first() {
            Some((first, rest)) => {
                glob(first, rest, path)
                    || matches!(rest, [last] if last.is_empty() && first.strip_suffix('/') == Some(path))
            }
            None => false,
        };
        let named =
            |name: &String| pieces(query).any(|piece| piece_name(piece).eq_ignore_ascii_case(name));
        by_path && self.parameter.as_ref().is_none_or(named)
    }
}

// `first*rest[0]*rest[1]…`: leftmost matches are enough, since a star takes anything.
fn glob(first: &str, rest: &[String], path: &str) -> bool {
    let Some(mut path) = path.strip_prefix(first) else {
        return false;
    };
    let Some((last, middle)) = rest.split_last() else {
        return path.is_empty();
    };
    for part in middle {
        match path.find(part.as_str()) {
            Some(at) => path = &path[at + part.len()..],
            None => return false,
        }
    }
    path.ends_with(last.as_str())
}

/// Escapes of those characters that may stand in a path as they are are the same to every server, too:
/// `/c%2b%2b/` is `/c++/`.
fn plain(normal: &str) -> String {
    const SAME: [(&str, &str); 12] = [
        ("%21", "!"),
        ("%24", "$"),
        ("%26", "&"),
        ("%27", "'"),
        ("%28", "("),
        ("%29", ")"),
        ("%2b", "+"),
        ("%2c", ","),
        ("%3a", ":"),
        ("%3d", "="),
        ("%40", "@"),
        ("%2a", "*"),
    ];
    if !normal.contains('%') {
        return normal.to_owned();
    }
    SAME.iter()
        .fold(normal.to_owned(), |path, (escape, plain)| {
            path.replace(escape, plain)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

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
                path("/*").with_parameter("feed"),
                wall("A"),
            ));
        let closed = Site::new(["club.example"], Unmatched::Protected(wall("C"))).unwrap();
        Rules::sites([open, closed]).unwrap()
    }

    fn wanted(host: &str, uri: &str) -> String {
        let request = Request::get(uri).header("host", host).body(()).unwrap();
        let (parts, ()) = request.into_parts();
        match rules().demand(&Asked::of(&parts)) {
            Demand::Open => "open".to_owned(),
            Demand::All(all) => all.iter().flat_map(Requirement::paywalls).collect(),
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
            "/Article/%2e%2e/article/1",
            "//article/1",
            "/article;x=1",
            "/%61rticle/1",
            "/x/../article/1",
        ] {
            assert_eq!(wanted("pub.example", uri), "A", "{uri}");
            assert_eq!(wanted("PUB.example.", uri), "A", "{uri}");
        }
        for uri in [
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
    fn two_hosts_that_differ_are_no_host() {
        let request = Request::get("http://pub.example/")
            .header("host", "club.example")
            .body(())
            .unwrap();
        let (parts, ()) = request.into_parts();
        assert!(matches!(rules().demand(&Asked::of(&parts)), Demand::All(all) if all.len() == 3));
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
