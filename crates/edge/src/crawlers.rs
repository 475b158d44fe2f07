//! The search engines of `createGate`: their published addresses, as a script has them. Names of addresses are not looked
//! up here, for scripts of the edge have no DNS.

use js_sys::Array;
use serde::Deserialize;
use wasm_bindgen::{JsCast, JsValue};

use iteras_guard::config_error::ConfigError;
use iteras_guard::crawlers::{Crawler, Crawlers, Ranges};

use crate::options::{Result, is_absent, kind, known, member, optional, problem, required, told};

const NAMES: [&str; 2] = ["agent", "ranges"];

/// A list as search engines publish it.
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

#[derive(Deserialize)]
#[serde(untagged)]
enum Lists {
    One(Published),
    More(Vec<Published>),
}

/// The search engines that are let in; none where the option is absent.
pub(super) fn read(options: &JsValue) -> Result<Option<Crawlers>> {
    let written = member(options, "crawlers");
    if is_absent(&written) {
        return Ok(None);
    }
    let items = written.dyn_ref::<Array>();
    let items = items
        .ok_or_else(|| problem("crawlers", "an array of { agent, ranges }", &kind(&written)))?;
    let entries = items.iter().enumerate();
    let entries = entries.map(|(at, item)| crawler(&item, &format!("crawlers[{at}]")));
    let crawlers = Crawlers::new(entries.collect::<Result<Vec<_>>>()?);
    crawlers
        .map(Some)
        .map_err(|error| format!("createGate: {error}"))
}

fn crawler(item: &JsValue, place: &str) -> Result<Crawler> {
    known(item, place, &NAMES)?;
    let refused =
        |error: ConfigError| told(&format!("{place}.{}", error.setting()), error.problem());
    let inside =
        |problem: String| problem.replacen("createGate: ", &format!("createGate: {place}."), 1);
    let agent: String = required(item, "agent", "a word such as \"Googlebot\"").map_err(inside)?;
    let expected = "a list as search engines publish it, { prefixes: [{ ipv4Prefix }, { ipv6Prefix }] }, or an array of them";
    let lists: Option<Lists> = optional(item, "ranges", expected).map_err(inside)?;
    let lists = match lists {
        None => {
            return Err(told(
                &format!("{place}.ranges"),
                &format!("expected {expected}"),
            ));
        }
        Some(Lists::One(list)) => vec![list],
        Some(Lists::More(lists)) => lists,
    };
    let mut crawler = Crawler::new(&agent).map_err(refused)?;
    for list in lists {
        let texts = |prefix: Prefix| [prefix.ipv4_prefix, prefix.ipv6_prefix];
        let prefixes: Vec<[Option<String>; 2]> = list.prefixes.into_iter().map(texts).collect();
        if prefixes.contains(&[None, None]) {
            let what = "there is a prefix without ipv4Prefix and ipv6Prefix";
            return Err(told(&format!("{place}.ranges"), what));
        }
        let prefixes = prefixes.iter().flatten().flatten().map(String::as_str);
        crawler = crawler.with_ranges(Ranges::of(prefixes).map_err(refused)?);
    }
    Ok(crawler)
}
