//! From the named addresses on to pages of the same origin: bounded, one request at a time, as robots.txt allows.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use iteras_check::Source;
use url::Url;

use super::http::{Answer, Client};
use super::robots::Robots;
use super::sources::Read;

/// The bounds of a crawl.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// The most pages and scripts.
    pub(super) pages: usize,
    /// Between two requests.
    pub(super) pause_ms: u64,
}

/// The longest pause that robots.txt may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Reads the addresses, and with `bounds` what they lead to. One that was named has to be readable.
pub(super) async fn run(
    client: &Client,
    addresses: Vec<Url>,
    bounds: Option<Bounds>,
    read: &mut Read,
) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for address in &addresses {
        let source = named(client, address).await?;
        let url = source.address.clone().unwrap_or_else(|| address.clone());
        seen.extend([
            without_fragment(address.clone()).to_string(),
            without_fragment(url).to_string(),
        ]);
        read.sources.push(source);
    }
    let Some(bounds) = bounds else {
        return Ok(());
    };
    for address in addresses {
        follow(client, &address, bounds, &mut seen, read).await?;
    }
    Ok(())
}

async fn named(client: &Client, address: &Url) -> Result<Source, String> {
    match client.get(address).await? {
        Answer::Read(source) => Ok(source),
        Answer::Other => Err(format!(
            "{address}: expected a page or a script, got something else"
        )),
        Answer::Status(status) => Err(format!("{address}: expected status 200, got {status}")),
        Answer::Elsewhere(target) => Err(format!(
            "{address}: it redirects to {target}: name that one"
        )),
    }
}

async fn follow(
    client: &Client,
    start: &Url,
    bounds: Bounds,
    seen: &mut BTreeSet<String>,
    read: &mut Read,
) -> Result<(), String> {
    let robots = match client.robots(start).await {
        Ok(text) => Robots::parse(&text),
        Err(error) => {
            read.unread.push(format!("links from {start}: {error}"));
            return Ok(());
        }
    };
    let asked = robots.delay().unwrap_or_default().min(LONGEST_PAUSE);
    let pause = asked.max(Duration::from_millis(bounds.pause_ms));
    let mut waiting: VecDeque<Url> = VecDeque::new();
    for source in read.sources.iter().filter(|source| is_of(source, start)) {
        waiting.extend(source.linked(start));
    }
    while let Some(url) = waiting.pop_front() {
        if read.sources.len() >= bounds.pages {
            let what = format!(
                "further pages of {start}: --pages {} are read",
                bounds.pages
            );
            read.unread.push(what);
            break;
        }
        if !seen.insert(url.to_string()) {
            continue;
        }
        if !robots.allow(&url) {
            read.unread.push(format!("{url}: robots.txt keeps it"));
            continue;
        }
        tokio::time::sleep(pause).await;
        match client.get(&url).await {
            Ok(Answer::Read(source)) => {
                let landed = source
                    .address
                    .clone()
                    .map(|url| without_fragment(url).to_string());
                let again =
                    landed.is_some_and(|landed| landed != url.as_str() && !seen.insert(landed));
                if !again {
                    waiting.extend(source.linked(start));
                    read.sources.push(source);
                }
            }
            Ok(Answer::Other | Answer::Elsewhere(_)) => {}
            Ok(Answer::Status(status @ (429 | 503))) => {
                let what = format!(
                    "{url} and what follows: the site asks to be left alone, status {status}"
                );
                read.unread.push(what);
                break;
            }
            Ok(Answer::Status(status)) => read.unread.push(format!("{url}: status {status}")),
            Err(error) => read.unread.push(error),
        }
    }
    Ok(())
}

fn is_of(source: &Source, site: &Url) -> bool {
    source
        .address
        .as_ref()
        .is_some_and(|url| url.origin() == site.origin())
}

fn without_fragment(mut url: Url) -> Url {
    url.set_fragment(None);
    url
}
