//! `iteras gift-link`: a link that opens one page without a pass until it expires.

use std::path::PathBuf;
use std::process::ExitCode;

use iteras::timestamp::Timestamp;
use iteras::urls::keep_pieces;
use iteras_guard::gift::{GiftKey, PARAMETER};
use url::Url;

use crate::keys::{Source, read};
use crate::output::print;
use crate::times::end;

/// The arguments.
#[derive(clap::Args)]
pub(crate) struct GiftLink {
    /// The page's URL; its fragment, `iteras*` and tracking parameters make no other page.
    url: String,
    /// Life of the link: 36h, 7d, 2w, or its end such as 2026-02-01T00:00:00Z.
    #[arg(long, value_name = "DURATION|TIME", default_value = "7d")]
    expires: String,
    /// File with the key of gift links, the same as the gate's; else the variable ITERAS_GIFT_KEY.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

impl GiftLink {
    pub(crate) fn run(&self) -> Result<ExitCode, String> {
        let end = end(&self.expires)?;
        let source = Source::of(self.key_file.as_deref(), "ITERAS_GIFT_KEY");
        let key = read(source, GiftKey::from_file, GiftKey::new)?;
        print(&gift_link(&key, &self.url, end)?)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn gift_link(key: &GiftKey, page: &str, expiry: Timestamp) -> Result<String, String> {
    let mut url = Url::parse(page).map_err(|error| format!("{page:?} is not a URL: {error}"))?;
    let host = url
        .host_str()
        .filter(|_| matches!(url.scheme(), "http" | "https"));
    let host = host.ok_or_else(|| format!("{page:?} is not a http(s) URL"))?;
    let token = key.token(host, url.path(), url.query().unwrap_or(""), expiry);
    let token = token
        .ok_or_else(|| format!("{page:?} has no gift links: servers disagree about its path"))?;
    // The first parameter of the name counts: an old one goes. All others keep their bytes, which are signed.
    let mut query = String::new();
    keep_pieces(&mut query, url.query().unwrap_or(""), |name| {
        name != PARAMETER
    });
    for part in ["&", PARAMETER, "=", &token] {
        query.push_str(part);
    }
    url.set_query(query.strip_prefix('&'));
    Ok(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_768_478_400);

    #[test]
    fn the_link_opens_the_page_that_the_gate_sees() {
        let key = GiftKey::new("a key that is for gift links only").unwrap();
        let page = "https://Pub.Example:8443/Økonomi/a;x=1?iterasgift=old&q=a+b#top";
        let link = Url::parse(&gift_link(&key, page, NOW).unwrap()).unwrap();
        assert_eq!(link.fragment(), Some("top"));
        let (name, token) = link.query_pairs().last().unwrap();
        assert_eq!((name.as_ref(), link.query_pairs().count()), (PARAMETER, 2));
        assert!(key.opens(
            &token,
            "pub.example:8443",
            link.path(),
            link.query().unwrap(),
            NOW
        ));
        assert!(gift_link(&key, "ftp://pub.example/a", NOW).is_err());
        assert!(gift_link(&key, "https://pub.example/a%2fb", NOW).is_err());
    }
}
