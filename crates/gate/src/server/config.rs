//! The configuration file. Its fields are documented in the README; unknown ones are refused.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

use crate::ConfigError;

/// The whole file, as written; what it means is found out when a [`State`](super::State) is made of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub(super) mode: Mode,
    pub(super) listen: SocketAddr,
    pub(super) admin: Option<SocketAddr>,
    #[serde(default)]
    pub(super) trusted_peers: Vec<String>,
    pub(super) forwarded_headers: Option<Forwarded>,
    pub(super) origin: Option<String>,
    #[serde(default = "thirty")]
    pub(super) origin_timeout: u64,
    #[serde(default = "sixty")]
    pub(super) leeway: u32,
    #[serde(default)]
    pub(super) allow_sha1: bool,
    #[serde(default)]
    pub(super) log: Level,
    #[serde(default)]
    pub(super) keys: Vec<Key>,
    pub(super) gifts: Option<Source>,
    pub(super) editors: Option<Source>,
    #[serde(default)]
    pub(super) sites: Vec<Site>,
    #[serde(default)]
    pub(super) denied: Denied,
    pub(super) teaser: Option<Teaser>,
    pub(super) reissue: Option<Reissue>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Mode {
    ForwardAuth,
    Proxy,
}

/// Which headers say what the visitor asked for: only one family counts, since the proxy in front
/// overwrites only its own.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Forwarded {
    /// nginx: `X-Original-URI`, and `Host` as the visitor sent it.
    XOriginal,
    /// Caddy, Traefik: `X-Forwarded-Uri` and `X-Forwarded-Host`.
    XForwarded,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    Error,
    Warn,
    #[default]
    Info,
    Debug,
    Trace,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Key {
    pub(super) id: String,
    pub(super) file: Option<PathBuf>,
    pub(super) env: Option<String>,
    pub(super) until: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Source {
    pub(super) file: Option<PathBuf>,
    pub(super) env: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Site {
    pub(super) hosts: Vec<String>,
    // No default: what happens to paths that no rule names has to be written.
    pub(super) default: Unmatched,
    #[serde(default)]
    pub(super) paywalls: Vec<String>,
    #[serde(default)]
    pub(super) access: Access,
    pub(super) preset: Option<Preset>,
    #[serde(default)]
    pub(super) rules: Vec<Rule>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Preset {
    Basics,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Unmatched {
    Open,
    Protected,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Access {
    #[default]
    Sub,
    User,
    Any,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub(super) path: String,
    pub(super) parameter: Option<String>,
    #[serde(default)]
    pub(super) open: bool,
    pub(super) paywalls: Option<Vec<String>>,
    pub(super) access: Option<Access>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Denied {
    pub(super) landing: Option<String>,
    pub(super) page: Option<PathBuf>,
    #[serde(default)]
    pub(super) payment_required: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Teaser {
    pub(super) gated: Vec<String>,
    pub(super) characters: Option<usize>,
    pub(super) marker: Option<String>,
    #[serde(default)]
    pub(super) allow: Vec<String>,
    #[serde(default)]
    pub(super) allow_comments: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reissue {
    pub(super) domain: Option<String>,
}

impl Config {
    /// Reads a configuration file's text.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        // Only the place and the message: the text around it could be a key in the wrong place.
        toml::from_str(text).map_err(|error| {
            let line = error
                .span()
                .map_or(0, |span| text[..span.start].matches('\n').count() + 1);
            let problem = error.message().lines().next().unwrap_or("").to_owned();
            ConfigError::new(format!("line {line}"), problem)
        })
    }
}

fn thirty() -> u64 {
    30
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
            (Mode::ForwardAuth, 4)
        );
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
            "line 3: unknown field `leway`, expected one of `mode`, `listen`, `admin`, `trusted_peers`, `forwarded_headers`, `origin`, `origin_timeout`, `leeway`, `allow_sha1`, `log`, `keys`, `gifts`, `editors`, `sites`, `denied`, `teaser`, `reissue`",
        );
        refused(
            "[[keys]]\nid = \"a\"\nkey = \"secret\"",
            "line 5: unknown field `key`, expected one of `id`, `file`, `env`, `until`",
        );
    }
}
