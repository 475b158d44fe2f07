//! The setting `crawlers`: search engines, the files of their addresses, and the address of a request's reader.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};
use iteras_guard::crawlers::{Crawler, Crawlers as List, Domain, Ranges};
use iteras_guard::peers::{Peers, address};
use serde::Deserialize;

use super::auth::only;
use super::config::{Config, Forwarded, Mode};
use super::metrics::Metrics;
use super::secrets::text;
use crate::{ConfigError, Crawlers};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const ORIGINAL_ADDR: HeaderName = HeaderName::from_static("x-original-addr");

/// A search engine, as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    agent: String,
    #[serde(default)]
    ranges: Vec<PathBuf>,
    /// Absent: those that are known of the agent.
    domains: Option<Vec<String>>,
}

/// A list of addresses as search engines publish it.
#[derive(Deserialize)]
struct Published {
    prefixes: Vec<Prefix>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Prefix {
    ipv4_prefix: Option<String>,
    ipv6_prefix: Option<String>,
}

/// The search engines of a configuration, whose files are read; none where none is let in.
pub(super) fn crawlers(
    config: &Config,
    metrics: &Metrics,
) -> Result<Option<Crawlers>, ConfigError> {
    if config.crawlers.is_empty() {
        return match &config.dns {
            Some(_) => Err(ConfigError::new(
                "dns",
                "nobody is looked up without `crawlers`",
            )),
            None => Ok(None),
        };
    }
    refuse_without_peers(config)?;
    let entries = config.crawlers.iter().enumerate();
    let entries = entries.map(|(at, written)| {
        crawler(written).map_err(|error| error.within(&format!("crawlers[{at}]")))
    });
    let list = List::new(entries.collect::<Result<Vec<_>, _>>()?)?;
    let crawlers = match &config.dns {
        Some(servers) => Crawlers::with_servers(list, servers)?,
        None => Crawlers::new(list)?,
    };
    let counted = metrics.clone();
    Ok(Some(crawlers.on_checked(move |agent, checked| {
        counted.crawler(agent, checked.name());
        tracing::debug!(agent, result = checked.name(), "search engine checked");
    })))
}

fn crawler(written: &Entry) -> Result<Crawler, ConfigError> {
    let mut crawler = Crawler::new(&written.agent)?;
    for file in &written.ranges {
        crawler = crawler.with_ranges(ranges(file)?);
    }
    match &written.domains {
        None => crawler.with_known_domain(),
        Some(domains) => domains.iter().try_fold(crawler, |crawler, domain| {
            Ok(crawler.with_domain(Domain::parse(domain)?))
        }),
    }
}

fn ranges(file: &Path) -> Result<Ranges, ConfigError> {
    let text = text("ranges", file)?;
    let published = serde_json::from_str(&text).map_err(|error| {
        let problem = format!(
            "expected a list as search engines publish it, {{\"prefixes\":[{{\"ipv4Prefix\":\"192.0.2.0/24\"}}]}}, in {}: \
             line {}, column {}",
            file.display(),
            error.line(),
            error.column()
        );
        ConfigError::new("ranges", problem)
    });
    let Published { prefixes } = published?;
    let both = |prefix: &'_ Prefix| [prefix.ipv4_prefix.clone(), prefix.ipv6_prefix.clone()];
    if let Some(at) = prefixes
        .iter()
        .position(|prefix| both(prefix) == [None, None])
    {
        let problem = format!(
            "prefixes[{at}] in {} has no ipv4Prefix and no ipv6Prefix",
            file.display()
        );
        return Err(ConfigError::new("ranges", problem));
    }
    let prefixes: Vec<String> = prefixes.iter().flat_map(both).flatten().collect();
    Ranges::of(prefixes.iter().map(String::as_str))
}

/// A proxy that only this machine can reach stands behind another server: without its address all readers have one.
fn refuse_without_peers(config: &Config) -> Result<(), ConfigError> {
    let is_behind = config.mode == Mode::Proxy && config.listen.ip().is_loopback();
    match is_behind && config.trusted_peers.is_empty() {
        true => Err(ConfigError::new(
            "trusted_peers",
            "the gate listens to this machine only, so readers come by a server in front, and `crawlers` needs its address",
        )),
        false => Ok(()),
    }
}

/// The sentence for a gate that may stand behind others.
pub(super) fn warning(config: &Config) -> Option<String> {
    let is_alone = config.mode == Mode::Proxy && config.trusted_peers.is_empty();
    (is_alone && !config.crawlers.is_empty()).then(|| {
        "trusted_peers: without them the address of the connection counts for `crawlers`; behind a CDN or another server \
         no search engine is known by that"
            .to_owned()
    })
}

/// The address of the reader whose request came from `peer`; none where it can't be told.
pub(super) fn reader(
    headers: &HeaderMap,
    peer: IpAddr,
    peers: &Peers,
    forwarded: Forwarded,
) -> Option<IpAddr> {
    match forwarded {
        Forwarded::XForwarded => {
            let lines = headers.get_all(FORWARDED_FOR).iter();
            let lines = lines.map(|line| HeaderValue::to_str(line).unwrap_or("?"));
            peers.reader(Some(peer), lines)
        }
        Forwarded::XOriginal => address(&only(headers, &ORIGINAL_ADDR)?),
    }
}

/// The address of the connection that a request came by.
pub(super) fn connection(peer: Option<&axum::extract::ConnectInfo<SocketAddr>>) -> Option<IpAddr> {
    peer.map(|peer| peer.0.ip())
}
