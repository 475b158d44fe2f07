//! From the named addresses on to pages of the same origin: bounded, one request at a time, as robots.txt allows.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use url::Url;

use super::facts::{Form, Source, which};
use super::html::elements;
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
/// Endings of what is neither a page nor a script.
const OTHER: [&str; 16] = [
    ".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".ico", ".pdf", ".zip", ".mp3", ".mp4",
    ".xml", ".json", ".css", ".woff2", ".rss",
];

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
        let url = source.url.clone().unwrap_or_else(|| address.clone());
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
        waiting.extend(linked(source, start));
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
                    .url
                    .clone()
                    .map(|url| without_fragment(url).to_string());
                let again =
                    landed.is_some_and(|landed| landed != url.as_str() && !seen.insert(landed));
                if !again {
                    waiting.extend(linked(&source, start));
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
        .url
        .as_ref()
        .is_some_and(|url| url.origin() == site.origin())
}

/// Pages and scripts of the site that a page leads to.
fn linked(source: &Source, site: &Url) -> Vec<Url> {
    let (Form::Page, Some(base)) = (source.form, &source.url) else {
        return Vec::new();
    };
    let mut urls = Vec::new();
    for element in elements(&source.text) {
        let address = match element.name.as_str() {
            "a" if !is_no_page(&element) => element.attribute("href"),
            "script" => element.attribute("src"),
            _ => None,
        };
        let url = address.and_then(|address| base.join(address.trim()).ok());
        let Some(url) = url
            .map(without_fragment)
            .filter(|url| url.origin() == site.origin())
        else {
            continue;
        };
        let path = url.path().to_ascii_lowercase();
        if which(&url).is_none() && !OTHER.iter().any(|ending| path.ends_with(ending)) {
            urls.push(url);
        }
    }
    urls
}

fn is_no_page(link: &super::html::Element) -> bool {
    let rel = link.attribute("rel").unwrap_or_default();
    link.attribute("download").is_some()
        || rel.split_ascii_whitespace().any(|word| word == "nofollow")
}

fn without_fragment(mut url: Url) -> Url {
    url.set_fragment(None);
    url
}
