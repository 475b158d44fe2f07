//! Teasers: the beginning of a page, made from the origin's HTML while it streams.
//!
//! 1. Only an uncoded `200 text/html` in UTF-8 or Latin-1 becomes one; so does a page that has an element
//!    to gate within its first 512 KiB, and nothing is sent before that element was found. Everything
//!    else gets the denial.
//! 2. In the gated element everything after the kept characters is dropped, elements and attributes too; a
//!    second gated element is dropped whole. White space counts once, a picture or player as 100 characters.
//! 3. What is kept there keeps only attributes that show or lay out, no scripts, no form fields.
//! 4. In the whole page: scripts that are data, inline scripts over 2 kB or with a framework's copy of the
//!    page, comments, `<template>` and `<noscript>` are dropped, and attributes that hold JSON, another
//!    document or more than 2 kB. What the publisher allowed by name stays.
//! 5. The gated element gets the classes `iteras-content-truncated` and `iteras-no-pass` or
//!    `iteras-invalid-pass`; before it stands JSON-LD with `isAccessibleForFree: false` and its selector.
//! 6. The status stays 200; `ETag`, `Last-Modified`, `Content-Length`, `Accept-Ranges`, `Digest`, `Link` go.

mod cut;
mod filter;
mod mark;
mod output;
mod stream;
mod text;

use bytes::Bytes;
use http::Response;
use iteras::policy::Reason;
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
        let class = match denial.reason() {
            Reason::NoPass => "iteras-no-pass",
            _ => "iteras-invalid-pass",
        };
        let rewriter = cut::rewriter(self, class, encoding);
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
