//! `iteras`: what publishers do by hand.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use iteras::editor::{self, EditorKey};
use iteras::gift::{GiftKey, PARAMETER};
use iteras::signature::KeyError;
use iteras::timestamp::Timestamp;
use url::Url;

/// Tools for publishers on the Iteras subscription service.
#[derive(Parser)]
#[command(name = "iteras", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes a link that opens one page without a pass until it expires.
    GiftLink(GiftLink),
    /// Makes a cookie that lets an editor in on one host until it expires.
    EditorCookie(EditorCookie),
}

#[derive(Args)]
struct GiftLink {
    /// The page's URL; only host and path count.
    url: String,
    /// How long the link works: 36h, 7d, 2w, or a time such as 2026-02-01T00:00:00Z.
    #[arg(long, value_name = "DURATION|TIME", default_value = "7d")]
    expires: String,
    /// File with the key of gift links, the same as the gate's; else the variable ITERAS_GIFT_KEY.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

#[derive(Args)]
struct EditorCookie {
    /// The host that the gate stands in front of.
    host: String,
    /// How long the cookie works: 12h, 7d, 2w, or a time such as 2026-02-01T00:00:00Z.
    #[arg(long, value_name = "DURATION|TIME", default_value = "12h")]
    expires: String,
    /// File with the key of editors' cookies, the same as the gate's; else the variable ITERAS_EDITOR_KEY.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

fn main() -> ExitCode {
    let made = match Cli::parse().command {
        Command::GiftLink(asked) => link(&asked),
        Command::EditorCookie(asked) => cookie(&asked),
    };
    match made {
        Ok(made) => {
            println!("{made}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("iteras: {error}");
            ExitCode::FAILURE
        }
    }
}

fn link(asked: &GiftLink) -> Result<String, String> {
    let (file, variable) = (asked.key_file.as_deref(), "ITERAS_GIFT_KEY");
    let key = key(file, variable, GiftKey::from_file, GiftKey::new)?;
    gift_link(&key, &asked.url, expiry(&asked.expires, now())?)
}

fn cookie(asked: &EditorCookie) -> Result<String, String> {
    let (file, variable) = (asked.key_file.as_deref(), "ITERAS_EDITOR_KEY");
    let key = key(file, variable, EditorKey::from_file, EditorKey::new)?;
    editor_cookie(&key, &asked.host, expiry(&asked.expires, now())?)
}

// Never taken from the command line, where every process of the machine could read it.
fn key<K>(
    file: Option<&Path>,
    variable: &str,
    of_file: impl Fn(&str) -> Result<K, KeyError>,
    of_text: impl Fn(&str) -> Result<K, KeyError>,
) -> Result<K, String> {
    match file {
        Some(file) => {
            let content = std::fs::read_to_string(file);
            let content =
                content.map_err(|error| format!("--key-file {}: {error}", file.display()))?;
            of_file(&content).map_err(|error| format!("--key-file: {error}"))
        }
        None => {
            let key = std::env::var(variable);
            let key = key.map_err(|_| format!("no key: give --key-file or set {variable}"))?;
            of_text(&key).map_err(|error| format!("{variable}: {error}"))
        }
    }
}

fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp::from_unix(since.map_or(0, |since| since.as_secs() as i64))
}

fn expiry(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    let refused =
        || format!("--expires: expected 36h, 7d, 2w or 2026-02-01T00:00:00Z, got {text:?}");
    let end = match Timestamp::parse(text) {
        Some(end) => end,
        None => {
            let unit = text.chars().next_back().ok_or_else(refused)?;
            let seconds = match unit {
                'h' => 3600,
                'd' => 86_400,
                'w' => 604_800,
                _ => return Err(refused()),
            };
            let count: u32 = text[..text.len() - 1].parse().map_err(|_| refused())?;
            Timestamp::from_unix(now.unix() + i64::from(count) * seconds)
        }
    };
    if end <= now {
        return Err(format!("--expires: {end} is over"));
    }
    Ok(end)
}

fn gift_link(key: &GiftKey, page: &str, expiry: Timestamp) -> Result<String, String> {
    let mut url = Url::parse(page).map_err(|error| format!("{page:?} is not a URL: {error}"))?;
    let host = url
        .host_str()
        .filter(|_| matches!(url.scheme(), "http" | "https"));
    let host = host.ok_or_else(|| format!("{page:?} is not a http(s) URL"))?;
    let token = key.token(host, url.path(), expiry);
    let token = token
        .ok_or_else(|| format!("{page:?} has no gift links: servers disagree about its path"))?;
    // The first parameter of the name counts: an old one goes.
    let others: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| name != PARAMETER)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    url.query_pairs_mut()
        .clear()
        .extend_pairs(others)
        .append_pair(PARAMETER, &token);
    Ok(url.into())
}

fn editor_cookie(key: &EditorKey, host: &str, expiry: Timestamp) -> Result<String, String> {
    let value = key.cookie(host, expiry);
    let value = value.ok_or_else(|| format!("{host:?} is not a host such as www.pub.example"))?;
    Ok(format!("{}={value}", editor::NAME))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_768_478_400);

    #[test]
    fn expiries_are_durations_or_times() {
        let end = |text| expiry(text, NOW).map(Timestamp::unix);
        assert_eq!(end("36h"), Ok(NOW.unix() + 36 * 3600));
        assert_eq!(end("2w"), Ok(NOW.unix() + 14 * 86_400));
        assert_eq!(end("2026-02-01T00:00:00Z"), Ok(1_769_904_000));
        for odd in ["", "d", "7", "-1d", "7m", "99999999999d", "æ"] {
            assert!(
                end(odd).unwrap_err().starts_with("--expires: expected"),
                "{odd}"
            );
        }
        assert!(end("0d").is_err() && end("2020-01-01T00:00:00Z").is_err());
    }

    #[test]
    fn the_link_opens_the_page_that_the_gate_sees() {
        let key = GiftKey::new("a key that is for gift links only").unwrap();
        let page = "https://Pub.Example:8443/Økonomi/a;x=1?iterasgift=old&q=a+b#top";
        let link = Url::parse(&gift_link(&key, page, NOW).unwrap()).unwrap();
        assert_eq!(link.fragment(), Some("top"));
        let (name, token) = link.query_pairs().last().unwrap();
        assert_eq!((name.as_ref(), link.query_pairs().count()), (PARAMETER, 2));
        assert!(key.opens(&token, "pub.example:8443", link.path(), NOW));
        assert!(gift_link(&key, "ftp://pub.example/a", NOW).is_err());
        assert!(gift_link(&key, "https://pub.example/a%2fb", NOW).is_err());
    }

    #[test]
    fn the_cookie_lets_in_on_its_host() {
        let key = EditorKey::new("a key that is for editors only").unwrap();
        let cookie = editor_cookie(&key, "WWW.pub.example", NOW).unwrap();
        let value = cookie.strip_prefix("iteraseditor=").unwrap();
        assert!(key.lets_in(value, "www.pub.example:8443", NOW));
        let error = editor_cookie(&key, "https://pub.example/", NOW).unwrap_err();
        assert!(error.contains("is not a host"), "{error}");
    }
}
