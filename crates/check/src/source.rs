//! Pages and scripts as they were read, and the facts about them that come before reading.

use url::Url;

use crate::facts::which;
use crate::html::{Element, elements};

/// The longest page or script that is read, in bytes.
pub const LONGEST: u64 = 2 * 1024 * 1024;

/// A page or a script as it was read.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file or address as it was given.
    pub name: String,
    /// The address, where it is known.
    pub address: Option<Url>,
    /// The values of `Content-Security-Policy` headers, see [`Source::policies`].
    pub policies: Vec<String>,
    /// The content.
    pub text: String,
    /// The kind of text.
    pub form: Form,
}

/// The kind of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// HTML.
    Page,
    /// JavaScript.
    Script,
}

impl Form {
    /// The form of a file of this name: a script by its ending, else a page.
    #[must_use]
    pub fn of_file(name: &str) -> Self {
        let is_script = [".js", ".mjs", ".cjs"];
        match is_script.iter().any(|end| name.ends_with(end)) {
            true => Self::Script,
            false => Self::Page,
        }
    }

    /// The form of an answer with this `Content-Type`; `None` if it is neither a page nor a script.
    #[must_use]
    pub fn of_answer(content_type: &str) -> Option<Self> {
        let essence = content_type.split(';').next().unwrap_or_default();
        match essence.trim().to_ascii_lowercase().as_str() {
            "text/html" | "application/xhtml+xml" => Some(Self::Page),
            "text/javascript" | "application/javascript" | "application/x-javascript" => {
                Some(Self::Script)
            }
            _ => None,
        }
    }
}

/// Endings of what is neither a page nor a script.
const OTHER: [&str; 16] = [
    ".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".ico", ".pdf", ".zip", ".mp3", ".mp4",
    ".xml", ".json", ".css", ".woff2", ".rss",
];

impl Source {
    /// The policies in the value of a `Content-Security-Policy` header.
    pub fn policies(header: &str) -> impl Iterator<Item = String> {
        let policies = header.split(',').map(str::trim);
        policies.filter(|one| !one.is_empty()).map(str::to_owned)
    }

    /// Pages and scripts of that site's origin to which this page leads, without fragments; the product's own scripts
    /// and links that ask not to be followed apart.
    #[must_use]
    pub fn linked(&self, site: &Url) -> Vec<Url> {
        let (Form::Page, Some(base)) = (self.form, &self.address) else {
            return Vec::new();
        };
        let mut urls = Vec::new();
        for element in elements(&self.text) {
            let address = match element.name.as_str() {
                "a" if !is_no_page(&element) => element.attribute("href"),
                "script" => element.attribute("src"),
                _ => None,
            };
            let url = address.and_then(|address| base.join(address.trim()).ok());
            let Some(mut url) = url.filter(|url| url.origin() == site.origin()) else {
                continue;
            };
            url.set_fragment(None);
            let path = url.path().to_ascii_lowercase();
            if which(&url).is_none() && !OTHER.iter().any(|ending| path.ends_with(ending)) {
                urls.push(url);
            }
        }
        urls
    }
}

fn is_no_page(link: &Element) -> bool {
    let rel = link.attribute("rel").unwrap_or_default();
    link.attribute("download").is_some()
        || rel.split_ascii_whitespace().any(|word| word == "nofollow")
}
