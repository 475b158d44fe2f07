//! Search engines: which requests are theirs, by the agent that they name and the address that they come from.
//!
//! ```
//! use core::net::IpAddr;
//! use iteras_guard::crawlers::{Crawler, Crawlers, Look, Ranges};
//!
//! # fn main() -> Result<(), iteras_guard::config_error::ConfigError> {
//! let ranges = Ranges::of(["192.0.2.0/24"])?;
//! let crawlers = Crawlers::new([Crawler::new("examplebot")?.with_ranges(ranges)])?;
//! let look = |agent, address: &str| crawlers.look(Some(agent), address.parse().ok());
//! assert!(matches!(look("Mozilla/5.0 (compatible; ExampleBot/2.1)", "192.0.2.9"), Look::InRange(_)));
//! assert!(matches!(look("Mozilla/5.0 (compatible; ExampleBot/2.1)", "198.51.100.9"), Look::Elsewhere(_)));
//! assert!(matches!(look("Mozilla/5.0 (Macintosh)", "192.0.2.9"), Look::Reader));
//! # Ok(()) }
//! ```
//!
//! Rules, "Search engines". A user agent alone opens nothing: it says which entry's addresses are looked at, and an
//! entry vouches for its own agent only. Ranges come first. Where an entry has domains, the address is looked up in
//! reverse, and each name below one of them forward again: a name that leads back to the address is the proof, since
//! whoever owns an address writes its reverse name as they like. That look-up is the door's; whose names count and what
//! is kept of it is said here.

mod cache;
mod domain;
mod ranges;

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;

use crate::config_error::{ConfigError, shown};

pub use cache::{Answer, Cache};
pub use domain::Domain;
pub use ranges::Ranges;

/// The most names of one address that are looked up.
pub const MOST_NAMES: usize = 4;
/// Milliseconds for all look-ups about one address.
pub const LOOK_UP_MILLIS: u64 = 500;
/// The most addresses that are looked up at a time.
pub const MOST_LOOK_UPS: usize = 16;

/// The search engines whose domains are known; DuckDuckBot publishes its addresses and has none.
const KNOWN: [(&str, &str); 3] = [
    ("Googlebot", "googlebot.com"),
    ("bingbot", "search.msn.com"),
    ("Applebot", "applebot.apple.com"),
];
const BY_RANGES: (&str, &str) = ("DuckDuckBot", "https://duckduckgo.com/duckduckbot.json");

/// A search engine: the agent that it names and the addresses that vouch for it.
#[derive(Clone, Debug)]
pub struct Crawler {
    agent: String,
    ranges: Ranges,
    domains: Vec<Domain>,
}

impl Crawler {
    /// A search engine by a word of its user agent, without addresses yet. The word is compared without case and as a
    /// word: `Googlebot` is in `Googlebot-Image/1.0` and not in `NotGooglebot`.
    pub fn new(agent: &str) -> Result<Self, ConfigError> {
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let is_short = (3..=64).contains(&agent.len());
        if !is_short || !agent.bytes().all(is_word) {
            let problem = format!(
                "expected a word such as \"Googlebot\", got {}",
                shown(agent)
            );
            return Err(ConfigError::new("agent", problem));
        }
        Ok(Self {
            agent: agent.to_owned(),
            ranges: Ranges::default(),
            domains: Vec::new(),
        })
    }

    /// Lets addresses in these ranges vouch.
    #[must_use]
    pub fn with_ranges(mut self, ranges: Ranges) -> Self {
        self.ranges.add(ranges);
        self
    }

    /// Lets names below this domain vouch that lead back to the address.
    #[must_use]
    pub fn with_domain(mut self, domain: Domain) -> Self {
        self.domains.push(domain);
        self
    }

    /// The same with the domain that is known of a search engine of this name; the error says what is missing.
    pub fn with_known_domain(mut self) -> Result<Self, ConfigError> {
        let is_own = |name: &str| name.eq_ignore_ascii_case(&self.agent);
        if let Some((_, domain)) = KNOWN.iter().find(|(name, _)| is_own(name)) {
            self.domains.push(Domain::parse(domain)?);
        } else if self.ranges.is_empty() {
            let problem = match is_own(BY_RANGES.0) {
                true => format!(
                    "{} is known by its ranges: expected a file with what {} says",
                    BY_RANGES.0, BY_RANGES.1
                ),
                false => format!(
                    "expected ranges or domains, for of {} none are known; they are of Googlebot, bingbot and Applebot",
                    shown(&self.agent)
                ),
            };
            return Err(ConfigError::new("ranges", problem));
        }
        Ok(self)
    }

    /// The word, as it was given.
    pub fn agent(&self) -> &str {
        &self.agent
    }

    /// Tells whether there are domains, so that addresses may have to be looked up.
    pub fn has_domains(&self) -> bool {
        !self.domains.is_empty()
    }

    /// Of the names of an address those that are worth looking up: below a domain of this search engine, the first few.
    pub fn candidates<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
        let is_below = |name: &&str| self.domains.iter().any(|domain| domain.covers(name));
        names
            .into_iter()
            .filter(is_below)
            .take(MOST_NAMES)
            .collect()
    }

    fn is_named(&self, user_agent: &str) -> bool {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric();
        let (text, word) = (user_agent.as_bytes(), self.agent.as_bytes());
        let mut places = text.windows(word.len()).enumerate();
        places.any(|(at, place)| {
            let before = at.checked_sub(1).and_then(|before| text.get(before));
            let behind = text.get(at + word.len());
            place.eq_ignore_ascii_case(word)
                && !before.is_some_and(|byte| is_part(byte) || b"-_.".contains(byte))
                && !behind.is_some_and(is_part)
        })
    }
}

/// Tells whether one of the addresses that a name has is the one that was asked about.
pub fn leads_back(address: IpAddr, mut found: impl Iterator<Item = IpAddr>) -> bool {
    let address = address.to_canonical();
    found.any(|found| found.to_canonical() == address)
}

/// Search engines that are let in.
#[derive(Clone, Debug)]
pub struct Crawlers(Vec<Crawler>);

/// What is known of a request by its agent and address.
#[derive(Clone, Debug)]
pub enum Look<'a> {
    /// It names no search engine.
    Reader,
    /// It names one whose ranges hold its address.
    InRange(&'a Crawler),
    /// It names these, at this place in the list, whose domains may have its address.
    Ask(IpAddr, Vec<(usize, &'a Crawler)>),
    /// It names this one and comes from elsewhere.
    Elsewhere(&'a Crawler),
    /// It names this one, and its address can't be told.
    NoAddress(&'a Crawler),
}

impl Crawlers {
    /// Refuses a list in which an agent stands twice, and entries that could never vouch.
    pub fn new(entries: impl IntoIterator<Item = Crawler>) -> Result<Self, ConfigError> {
        let mut all: Vec<Crawler> = Vec::new();
        for (at, entry) in entries.into_iter().enumerate() {
            let of = |setting: &str, problem: String| {
                Err(ConfigError::new(
                    format!("crawlers[{at}].{setting}"),
                    problem,
                ))
            };
            let is_same = |other: &Crawler| other.agent.eq_ignore_ascii_case(&entry.agent);
            if all.iter().any(is_same) {
                return of("agent", format!("{} stands twice", shown(&entry.agent)));
            }
            if entry.ranges.is_empty() && entry.domains.is_empty() {
                return of("ranges", "expected ranges or domains".to_owned());
            }
            all.push(entry);
        }
        Ok(Self(all))
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Tells whether any has domains, so that a resolver is needed.
    pub fn have_domains(&self) -> bool {
        self.0.iter().any(Crawler::has_domains)
    }

    /// Looks at a request: its `User-Agent`, `None` where there is none or several, and its reader's address, `None`
    /// where that can't be told.
    pub fn look(&self, user_agent: Option<&str>, address: Option<IpAddr>) -> Look<'_> {
        let user_agent = user_agent.unwrap_or("");
        let entries = self.0.iter().enumerate();
        let named: Vec<_> = entries
            .filter(|(_, entry)| entry.is_named(user_agent))
            .collect();
        let Some((_, first)) = named.first().copied() else {
            return Look::Reader;
        };
        let Some(address) = address.map(|address| address.to_canonical()) else {
            return Look::NoAddress(first);
        };
        if let Some((_, entry)) = named.iter().find(|(_, entry)| entry.ranges.hold(address)) {
            return Look::InRange(entry);
        }
        let asked: Vec<_> = named
            .into_iter()
            .filter(|(_, entry)| entry.has_domains())
            .collect();
        match asked.is_empty() {
            true => Look::Elsewhere(first),
            false => Look::Ask(address, asked),
        }
    }
}

#[cfg(test)]
mod tests;
