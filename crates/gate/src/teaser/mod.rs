//! Teasers: the beginning of a page, made from the origin's HTML while it streams, under the rules of
//! [`iteras_guard::teaser`], which also decides what is written.
//!
//! The status stays 200; `ETag`, `Last-Modified`, `Content-Length`, `Accept-Ranges`, `Digest`, `Link` go.

mod cut;
mod mark;
mod output;
mod stream;

use bytes::Bytes;
use http::Response;
use lol_html::Selector;

use crate::{Body, BoxError, ConfigError, Denial};

pub(crate) use mark::mark_open;

/// How teasers are made.
#[derive(Clone, Debug)]
pub struct Teaser {
    gated: Vec<String>,
    characters: usize,
    marker: Option<String>,
    allowed: Vec<String>,
    comments: Vec<String>,
}

impl Teaser {
    /// Gates the elements that fit one of these CSS selectors, such as `.article-body`; search engines
    /// want a class.
    pub fn new<'a>(gated: impl IntoIterator<Item = &'a str>) -> Result<Self, ConfigError> {
        let gated = gated
            .into_iter()
            .map(|text| selector("gated", text))
            .collect::<Result<Vec<_>, _>>()?;
        if gated.is_empty() {
            return Err(ConfigError::new(
                "gated",
                "no selector of an element to gate",
            ));
        }
        Ok(Self {
            gated,
            characters: 600,
            marker: None,
            allowed: Vec::new(),
            comments: Vec::new(),
        })
    }

    /// Characters of the gated element that are shown. Default: 600.
    #[must_use]
    pub fn with_characters(mut self, characters: usize) -> Self {
        self.characters = characters;
        self
    }

    /// Ends the teaser at an element that fits this selector, if it comes before the characters are used up.
    pub fn with_marker(mut self, marker: &str) -> Result<Self, ConfigError> {
        self.marker = Some(selector("marker", marker)?);
        Ok(self)
    }

    /// Keeps elements outside of the gated one that fit a selector, which would be dropped as data.
    pub fn allow(mut self, element: &str) -> Result<Self, ConfigError> {
        self.allowed.push(selector("allow", element)?);
        Ok(self)
    }

    /// Keeps comments outside of the gated element that begin like this, such as `#include`.
    #[must_use]
    pub fn allow_comment(mut self, beginning: impl Into<String>) -> Self {
        self.comments.push(beginning.into());
        self
    }

    /// The teaser of a page; `None` when none can be made.
    pub(crate) async fn make<R>(&self, page: Response<R>, denial: &Denial) -> Option<Response<Body>>
    where
        R: http_body::Body<Data = Bytes> + Send + 'static,
        R::Error: Into<BoxError>,
    {
        let encoding = output::html_encoding(page.status(), page.headers())?;
        let rewriter = cut::rewriter(self, denial.reason(), encoding);
        let (parts, body) = page.into_parts();
        let body = stream::until_found(body, rewriter).await?;
        Some(Response::from_parts(parts, body))
    }
}

// One selector without commas: each is extended by ` *`.
fn selector(setting: &str, text: &str) -> Result<String, ConfigError> {
    let refused =
        |why: String| ConfigError::new(setting, format!("{text:?} is not a selector: {why}"));
    if text.contains(',') {
        return Err(refused("one at a time, without commas".into()));
    }
    match text.parse::<Selector>() {
        Ok(_) => Ok(text.trim().to_owned()),
        Err(error) => Err(refused(error.to_string())),
    }
}
