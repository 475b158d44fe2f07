//! The configuration file. Its fields are documented in the README; unknown ones are refused.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::address::Address;
use super::presets::Presets;
use crate::ConfigError;

/// The whole file, as written; what it means is found out when the program's state is made of it, or a
/// [`Preview`](super::Preview).
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub(crate) mode: Mode,
    pub(crate) listen: Address,
    pub(crate) admin: Option<SocketAddr>,
    #[serde(default)]
    pub(crate) trusted_peers: Vec<String>,
    pub(crate) forwarded_headers: Option<Forwarded>,
    #[serde(default)]
    pub(crate) keep_answers: u32,
    pub(crate) origin: Option<String>,
    #[serde(default = "mebibyte")]
    pub(crate) form_limit: usize,
    #[serde(default = "thirty")]
    pub(crate) origin_timeout: Seconds,
    #[serde(default)]
    pub(crate) clients: Clients,
    #[serde(default = "sixty")]
    pub(crate) leeway: u32,
    #[serde(default)]
    pub(crate) allow_sha1: bool,
    #[serde(default)]
    pub(crate) log: Level,
    #[serde(default)]
    pub(crate) keys: Vec<Key>,
    pub(crate) gifts: Option<Source>,
    pub(crate) editors: Option<Source>,
    pub(crate) meter: Option<Meter>,
    #[serde(default)]
    pub(crate) crawlers: Vec<Entry>,
    pub(crate) dns: Option<Vec<SocketAddr>>,
    pub(crate) copied_passes: Option<Written>,
    #[serde(default)]
    pub(crate) sites: Vec<Site>,
    #[serde(default)]
    pub(crate) denied: Denied,
    pub(crate) teaser: Option<Teaser>,
    pub(crate) reissue: Option<Reissue>,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Mode {
    ForwardAuth,
    Proxy,
}

/// Headers that say what the visitor asked for: only one family counts, since the proxy in front
/// overwrites only its own.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Forwarded {
    /// nginx: `X-Original-URI`, and `Host` as the visitor sent it.
    XOriginal,
    /// Caddy, Traefik: `X-Forwarded-Uri` and `X-Forwarded-Host`.
    XForwarded,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    Error,
    Warn,
    #[default]
    Info,
    Debug,
    Trace,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) file: Option<PathBuf>,
    pub(crate) env: Option<String>,
    pub(crate) until: Option<String>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Source {
    pub(crate) file: Option<PathBuf>,
    pub(crate) env: Option<String>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Site {
    pub(crate) hosts: Vec<String>,
    // No default: what happens to paths that no rule names has to be written.
    pub(crate) default: Unmatched,
    #[serde(default)]
    pub(crate) paywalls: Vec<String>,
    #[serde(default)]
    pub(crate) access: Access,
    #[serde(default)]
    pub(crate) preset: Presets,
    #[serde(default)]
    pub(crate) rules: Vec<Rule>,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Unmatched {
    Open,
    Protected,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Access {
    #[default]
    Sub,
    User,
    Any,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub(crate) path: String,
    pub(crate) parameter: Option<String>,
    #[serde(default)]
    pub(crate) open: bool,
    pub(crate) paywalls: Option<Vec<String>>,
    pub(crate) access: Option<Access>,
    #[serde(default)]
    pub(crate) meter: bool,
}

/// Free pages: the key of their cookie, how many, and in how many days.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Meter {
    pub(crate) file: Option<PathBuf>,
    pub(crate) env: Option<String>,
    pub(crate) free: u32,
    pub(crate) days: u32,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Denied {
    pub(crate) landing: Option<String>,
    pub(crate) page: Option<PathBuf>,
    #[serde(default)]
    pub(crate) redirect: bool,
    #[serde(default)]
    pub(crate) payment_required: bool,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Teaser {
    pub(crate) gated: Vec<String>,
    pub(crate) characters: Option<usize>,
    pub(crate) marker: Option<String>,
    #[serde(default)]
    pub(crate) allow: Vec<String>,
    #[serde(default)]
    pub(crate) allow_comments: Vec<String>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reissue {
    pub(crate) domain: Option<String>,
}

/// A search engine that is let in.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    pub(crate) agent: String,
    #[serde(default)]
    pub(crate) ranges: Vec<PathBuf>,
    /// Absent: those that are known of the agent.
    pub(crate) domains: Option<Vec<String>>,
}

/// From how many networks a subscriber's pass may come before it is told.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Written {
    pub(crate) networks: Option<i64>,
    /// Names subscribers in the log by their id instead of a hash.
    pub(crate) name_subscribers: bool,
}

/// Limits of clients: the time that they may take, and their number.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Clients {
    /// Until the head of a request has to be there, from the connection's begin or its first byte.
    pub(crate) head_timeout: Seconds,
    /// Between two requests. Longer than what servers in front keep: who asks is to be the first to hang up.
    pub(crate) idle_timeout: Seconds,
    /// Between two pieces of a body, in both directions.
    pub(crate) body_timeout: Seconds,
    /// For requests under way when the program is told to end.
    pub(crate) shutdown_timeout: Seconds,
    /// Connections at a time.
    pub(crate) connections: usize,
    /// Connections of one peer that is not among `trusted_peers`.
    pub(crate) connections_per_peer: usize,
}

impl Source {
    /// The place of a key whose setting says more.
    pub(crate) fn of(file: &Option<PathBuf>, env: &Option<String>) -> Self {
        Self {
            file: file.clone(),
            env: env.clone(),
        }
    }
}

impl Default for Clients {
    fn default() -> Self {
        Self {
            head_timeout: Seconds::of(30),
            idle_timeout: Seconds::of(180),
            body_timeout: Seconds::of(30),
            shutdown_timeout: Seconds::of(15),
            connections: 4096,
            connections_per_peer: 256,
        }
    }
}

/// A time of up to a day, in seconds or parts of one.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq)]
#[serde(try_from = "f64", into = "f64")]
pub(crate) struct Seconds(Duration);

impl Seconds {
    const fn of(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    #[cfg(feature = "server")]
    pub(crate) fn duration(self) -> Duration {
        self.0
    }
}

impl From<Seconds> for f64 {
    fn from(seconds: Seconds) -> Self {
        seconds.0.as_secs_f64()
    }
}

impl TryFrom<f64> for Seconds {
    type Error = &'static str;

    fn try_from(seconds: f64) -> Result<Self, Self::Error> {
        const DAY: f64 = 86_400.0;
        match seconds > 0.0 && seconds <= DAY {
            true => Ok(Self(Duration::from_secs_f64(seconds))),
            false => Err("expected seconds, above 0 and at most a day"),
        }
    }
}

impl Config {
    /// What the configuration gives away, one sentence each: free pages, and the rules that they are under.
    pub fn gives(&self) -> Vec<String> {
        let Some(meter) = &self.meter else {
            return Vec::new();
        };
        let sites = self.sites.iter().enumerate();
        let rules = sites.flat_map(|(site, written)| {
            let metered = written
                .rules
                .iter()
                .enumerate()
                .filter(|(_, rule)| rule.meter);
            metered.map(move |(at, rule)| format!("sites[{site}].rules[{at}] ({})", rule.path))
        });
        let rules: Vec<String> = rules.collect();
        vec![format!(
            "meter: {} in {} days without a pass, by {}",
            match meter.free {
                1 => "one page".to_owned(),
                free => format!("{free} pages"),
            },
            meter.days,
            rules.join(", ")
        )]
    }

    /// The settings as they are understood, defaults included, as TOML that reads as the same. Key files and variables
    /// are named, what is in them is not: of a configuration of which a program's state was made, none of these names
    /// can be a key in the wrong place.
    pub fn text(&self) -> Result<String, ConfigError> {
        toml::to_string(self).map_err(|error| ConfigError::new("the settings", error.to_string()))
    }

    /// Reads a configuration file's text.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        // Only the place and the message: the text around it could be a key in the wrong place.
        toml::from_str(text).map_err(|error| {
            let line = error
                .span()
                .map_or(0, |span| text[..span.start].matches('\n').count() + 1);
            let problem = error.message().lines().next().unwrap_or("");
            ConfigError::new(format!("line {line}"), without_values(problem))
        })
    }
}

/// A message of the parser without what stands in the file, which could be a key in the wrong place.
fn without_values(message: &str) -> String {
    let expected = message
        .rsplit_once(", expected ")
        .map(|(_, expected)| expected);
    for kind in ["invalid type: ", "invalid value: "] {
        if let Some(came) = message.strip_prefix(kind) {
            let came = came.split(['`', '"', ',']).next().unwrap_or("").trim_end();
            return format!("{kind}{came}, expected {}", expected.unwrap_or("another"));
        }
    }
    if message.starts_with("unknown variant ") {
        return format!("unknown value, expected {}", expected.unwrap_or("another"));
    }
    if let Some(name) = message.strip_prefix("unknown field `") {
        // Short names are misspelt ones; keys have 16 bytes or more.
        return match name.find('`') {
            Some(0..16) => message.to_owned(),
            _ => format!("unknown field, expected {}", expected.unwrap_or("another")),
        };
    }
    let long = |word: &str| word.len() >= 16 && !message.starts_with("missing field ");
    let words = message
        .split(' ')
        .map(|word| if long(word) { "…" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

fn mebibyte() -> usize {
    1 << 20
}

fn thirty() -> Seconds {
    Seconds::of(30)
}

fn sixty() -> u32 {
    60
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: &str = "mode = \"proxy\"\nlisten = \"127.0.0.1:0\"\n";

    #[test]
    fn the_readme_shows_a_configuration_that_is_read() {
        let readme = include_str!("../../README.md");
        let (_, toml) = readme.split_once("```toml\n").unwrap();
        let config = Config::parse(toml.split_once("```").unwrap().0).unwrap();
        assert_eq!(
            (config.mode, config.sites[0].rules.len()),
            (Mode::ForwardAuth, 3)
        );
    }

    #[test]
    fn the_package_brings_a_configuration_that_is_read() {
        let config = Config::parse(include_str!("../../packaging/gate.toml")).unwrap();
        let unit = include_str!("../../packaging/iteras-gate.service");
        let key = config.keys[0].file.as_ref().unwrap().display();
        assert!(unit.contains(&format!("\nLoadCredential={key}:/etc/iteras/{key}\n")));
    }

    #[test]
    fn the_guide_shows_a_configuration_that_is_read() {
        let guide = include_str!("../../../../docs/guides/search-engines.md");
        let (_, toml) = guide.split_once("```toml\n").unwrap();
        let config = Config::parse(toml.split_once("```").unwrap().0).unwrap();
        assert_eq!((config.mode, config.crawlers.len()), (Mode::Proxy, 3));
    }

    #[test]
    fn the_guide_to_free_articles_shows_a_configuration_that_is_read() {
        let guide = include_str!("../../../../docs/guides/free-articles.md");
        let (_, toml) = guide.split_once("```toml\n").unwrap();
        let config = [START, toml.split_once("```").unwrap().0].concat();
        let config = Config::parse(&config).unwrap();
        let meter = config.meter.unwrap();
        assert_eq!((meter.free, meter.days), (3, 30));
        assert!(config.sites[0].rules[1].meter && !config.sites[0].rules[0].meter);
    }

    #[track_caller]
    fn refused(more: &str, message: &str) {
        assert_eq!(
            Config::parse(&format!("{START}{more}"))
                .unwrap_err()
                .to_string(),
            message
        );
    }

    #[test]
    fn what_is_not_known_or_not_written_is_refused() {
        refused("[[sites]]\nhosts = []", "line 3: missing field `default`");
        refused(
            "leway = 1",
            "line 3: unknown field `leway`, expected one of `mode`, `listen`, `admin`, `trusted_peers`, `forwarded_headers`, `keep_answers`, `origin`, `form_limit`, `origin_timeout`, `clients`, `leeway`, `allow_sha1`, `log`, `keys`, `gifts`, `editors`, `meter`, `crawlers`, `dns`, `copied_passes`, `sites`, `denied`, `teaser`, `reissue`",
        );
        refused(
            "[[keys]]\nid = \"a\"\nkey = \"secret\"",
            "line 5: unknown field `key`, expected one of `id`, `file`, `env`, `until`",
        );
    }

    #[test]
    fn nothing_that_could_be_a_key_is_shown() {
        const KEY: &str = "gift0123456789abcdefghijklmnopqr";
        for (more, message) in [
            (
                format!("gifts = \"{KEY}\""),
                "line 3: invalid type: string, expected struct Source",
            ),
            (
                format!("gifts = '{KEY}, expected \"'"),
                "line 3: invalid type: string, expected struct Source",
            ),
            (
                format!("log = \"{KEY}\""),
                "line 3: unknown value, expected one of `error`, `warn`, `info`, `debug`, `trace`",
            ),
            (
                "leeway = 1234567890123456".to_owned(),
                "line 3: invalid value: integer, expected u32",
            ),
            (
                format!("allow_sha1 = \"{KEY}\""),
                "line 3: invalid type: string, expected a boolean",
            ),
            (
                format!("[gifts]\n{KEY} = 1"),
                "line 4: unknown field, expected `file` or `env`",
            ),
            (
                format!("admin = \"{KEY}\""),
                "line 3: invalid socket address syntax",
            ),
        ] {
            refused(&more, message);
        }
        for more in [
            format!("gifts = {KEY}"),
            KEY.to_owned(),
            format!("gifts = \"{KEY}"),
            format!("[{KEY}]\n[{KEY}]"),
            format!("[gifts]\nfile = [\"{KEY}\"]"),
            format!("trusted_peers = \"{KEY}\""),
            format!("keys = [\"{KEY}\"]"),
            format!("[gifts]\nfile = \"{KEY}\"\nfile = \"{KEY}\""),
        ] {
            let said = Config::parse(&format!("{START}{more}"))
                .unwrap_err()
                .to_string();
            assert!(
                !said.contains("gift0") && !said.contains("mnopqr"),
                "{said}"
            );
        }
    }
}
