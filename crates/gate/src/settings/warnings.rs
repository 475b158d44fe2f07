//! Warnings of a sound configuration by its text alone: it does what it says, which may not be what is meant.

use iteras_guard::rules::Request;

use super::config::{Config, Mode, Rule};
use super::sites;
use crate::Demand;

/// Each a sentence that begins with the setting's name, as errors do.
pub(crate) fn warnings(config: &Config) -> Vec<String> {
    let mut all = Vec::new();
    if config.mode == Mode::Proxy {
        all.extend(shut_forms(config));
    }
    all.extend(shut_landing(config));
    all.extend(unknown_crawlers(config));
    all.extend(uncounted_copies(config));
    all.extend(cookies_elsewhere(config));
    all
}

/// A landing page that a rule of its site protects: rules come before it.
fn shut_landing(config: &Config) -> Option<String> {
    let target = config.denied.landing.as_deref()?;
    let rules = sites::rules(config).ok()?;
    let at = config.sites.iter().position(|site| {
        let host = site.hosts.first().map(String::as_str);
        let page = host.and_then(|_| sites::page_at(target, &site.hosts));
        page.is_some_and(|page| {
            let (path, query) = page.split_once('?').unwrap_or((&page, ""));
            let request = Request {
                host,
                path,
                query,
                ..Request::default()
            };
            rules.demand(&request) != Demand::Open
        })
    })?;
    Some(format!(
        "denied.landing: a rule of sites[{at}] protects it, so that readers who are sent there are denied; expected an \
         open rule for it before that one"
    ))
}

/// Search engines of a gate that may stand behind others.
fn unknown_crawlers(config: &Config) -> Option<String> {
    let is_alone = config.mode == Mode::Proxy && config.trusted_peers.is_empty();
    (is_alone && !config.crawlers.is_empty()).then(|| {
        "trusted_peers: without them the address of the connection counts for `crawlers`; behind a CDN or another server \
         no search engine is known by that"
            .to_owned()
    })
}

/// Copied passes of such a gate.
fn uncounted_copies(config: &Config) -> Option<String> {
    let is_alone = config.mode == Mode::Proxy && config.trusted_peers.is_empty();
    (is_alone && config.copied_passes.is_some()).then(|| {
        "trusted_peers: without them the address of the connection counts for `copied_passes`; behind a CDN or another \
         server every reader is in its networks"
            .to_owned()
    })
}

/// A meter whose cookie another server has to hand on: without it each page would be a reader's first.
fn cookies_elsewhere(config: &Config) -> Option<String> {
    let is_meter = config.mode == Mode::ForwardAuth && config.meter.is_some();
    is_meter.then(|| {
        "meter: the server that asks has to hand the gate's Set-Cookie on to readers, as the recipes do; without it every \
         page is free"
            .to_owned()
    })
}

/// Rules that take every long form for one with their parameter: uploads, the long posts of an editing system.
fn shut_forms(config: &Config) -> impl Iterator<Item = String> {
    let protects_every_path =
        |rule: &Rule| !rule.open && rule.parameter.is_some() && rule.path == "/*";
    let sites = config.sites.iter().enumerate();
    sites.filter_map(move |(site, written)| {
        let at = written.rules.iter().position(protects_every_path)?;
        let has_way_out = written.rules[..at].iter().any(|rule| rule.open);
        (!has_way_out).then(|| {
            format!(
                "sites[{site}].rules[{at}]: a form of over {} bytes counts as one with this parameter; where readers \
                 or editors send such forms, an open rule has to stand before it",
                config.form_limit
            )
        })
    })
}
