//! Warnings of a sound configuration: it does what it says, which may not be what is meant.

use std::path::Path;

use iteras_guard::rules::Request;

use super::config::{Config, Mode, Rule, Source};
use super::{copied, crawlers, sites};
use crate::{Demand, keys};

/// Each a sentence that begins with the setting's name, as errors do.
pub(super) fn warnings(config: &Config) -> Vec<String> {
    let mut all = open_key_files(config);
    if config.mode == Mode::Proxy {
        all.extend(shut_forms(config));
    }
    all.extend(shut_landing(config));
    all.extend(crawlers::warning(config));
    all.extend(copied::warning(config));
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

/// A meter whose cookie another server has to hand on: without it each page would be a reader's first.
fn cookies_elsewhere(config: &Config) -> Option<String> {
    let is_meter = config.mode == Mode::ForwardAuth && config.meter.is_some();
    is_meter.then(|| {
        "meter: the server that asks has to hand the gate's Set-Cookie on to readers, as the recipes do; without it every \
         page is free"
            .to_owned()
    })
}

/// Key files that every user of the machine can read.
fn open_key_files(config: &Config) -> Vec<String> {
    let passes = config.keys.iter().enumerate();
    let passes = passes.map(|(at, key)| (keys::setting(&key.id, at), key.file.as_deref()));
    let file_of = |source: &Option<Source>| source.as_ref().and_then(|source| source.file.clone());
    let others = [
        ("gifts", file_of(&config.gifts)),
        ("editors", file_of(&config.editors)),
        (
            "meter",
            config.meter.as_ref().and_then(|meter| meter.file.clone()),
        ),
    ];
    let others = others
        .iter()
        .map(|(setting, file)| ((*setting).to_owned(), file.as_deref()));
    let open = passes
        .chain(others)
        .filter(|(_, file)| file.is_some_and(others_can_read));
    open.map(|(setting, _)| {
        format!(
            "{setting}.file: everybody on this machine can read the key; expected mode 0600 or 0640"
        )
    })
    .collect()
}

#[cfg(unix)]
fn others_can_read(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    const OTHERS_READ: u32 = 0o004;
    // A file that can't be looked at is refused where it is read.
    std::fs::metadata(file).is_ok_and(|about| about.permissions().mode() & OTHERS_READ != 0)
}

#[cfg(not(unix))]
fn others_can_read(_: &Path) -> bool {
    false
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
