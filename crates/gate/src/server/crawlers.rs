//! The setting `crawlers`: search engines, the files of their addresses, and the address of a request's reader.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};
use iteras_guard::crawlers::{Crawler, Crawlers as List, Domain, Ranges};
use iteras_guard::peers::{Peers, address};
use serde::Deserialize;

use super::auth::only;
use super::metrics::Metrics;
use super::secrets::text;
use crate::settings::checks;
use crate::settings::config::{Config, Entry, Forwarded};
use crate::{ConfigError, Crawlers};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const ORIGINAL_ADDR: HeaderName = HeaderName::from_static("x-original-addr");

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
    if !checks::crawlers(config)? {
        return Ok(None);
    }
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
