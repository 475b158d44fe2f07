//! A publisher's settings, checked once.

use std::fmt;

use iteras::policy::Reason;
use iteras_guard::page::PageCharset;

use crate::selector::Selector;
use crate::{Refusal, cut};

/// The longest page, in bytes.
const MAX_PAGE: usize = 2 << 20;

/// The longest page of which Workers, which have less memory, make a teaser, in bytes.
pub const LONGEST_PAGE_IN_WORKERS: usize = 512 << 10;

/// Settings of teasers.
#[derive(Clone, Debug)]
pub struct Teaser {
    pub(crate) gated: Vec<Gated>,
    pub(crate) characters: usize,
    pub(crate) allowed: Vec<Selector>,
    pub(crate) comments: Vec<String>,
    pub(crate) longest_page: usize,
}

/// A selector of elements to gate.
#[derive(Clone, Debug)]
pub(crate) struct Gated {
    /// As it was set, for search engines.
    pub(crate) text: String,
    pub(crate) selector: Selector,
    /// Elements in a gated one that end the teaser.
    pub(crate) marker: Option<Selector>,
}

/// A setting that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingError {
    setting: &'static str,
    why: String,
}

impl SettingError {
    /// The name of the setting: `gated`, `marker`, `allow`.
    pub fn setting(&self) -> &'static str {
        self.setting
    }

    /// The expected and the given value, without the setting's name.
    pub fn why(&self) -> &str {
        &self.why
    }
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.setting, self.why)
    }
}

impl std::error::Error for SettingError {}

impl Teaser {
    /// Gates the first element that fits one of these CSS selectors, such as `.article-body`; search
    /// engines want a class.
    pub fn new<'a>(gated: impl IntoIterator<Item = &'a str>) -> Result<Self, SettingError> {
        let gated = gated
            .into_iter()
            .map(|text| {
                let selector = selector("gated", text)?;
                Ok(Gated {
                    text: text.trim().into(),
                    selector,
                    marker: None,
                })
            })
            .collect::<Result<Vec<_>, _>>()?;
        if gated.is_empty() {
            let why = "no selector of an element to gate".into();
            return Err(SettingError {
                setting: "gated",
                why,
            });
        }
        let longest_page = MAX_PAGE;
        Ok(Self {
            gated,
            characters: 600,
            allowed: Vec::new(),
            comments: Vec::new(),
            longest_page,
        })
    }

    /// Characters of the gated element that are shown. Default: 600.
    #[must_use]
    pub fn with_characters(mut self, characters: usize) -> Self {
        self.characters = characters;
        self
    }

    /// Ends the teaser at an element that fits this selector, if it comes before the characters are used up.
    pub fn with_marker(mut self, marker: &str) -> Result<Self, SettingError> {
        selector("marker", marker)?;
        for gated in &mut self.gated {
            gated.marker = Some(selector("marker", &format!("{} {marker}", gated.text))?);
        }
        Ok(self)
    }

    /// Keeps elements outside of the gated one that fit a selector, which would be dropped as data.
    pub fn allow(mut self, element: &str) -> Result<Self, SettingError> {
        self.allowed.push(selector("allow", element)?);
        Ok(self)
    }

    /// Keeps comments outside of the gated element that begin like this, such as `#include`.
    #[must_use]
    pub fn allow_comment(mut self, beginning: impl Into<String>) -> Self {
        self.comments.push(beginning.into());
        self
    }

    /// Refuses pages that are longer, in bytes, and what makes more nodes than befits such pages. Default:
    /// 2 MiB; in Workers [`LONGEST_PAGE_IN_WORKERS`].
    #[must_use]
    pub fn with_longest_page(mut self, bytes: usize) -> Self {
        self.longest_page = bytes;
        self
    }

    /// The longest page that is read, in bytes: what is longer need not be waited for.
    pub fn longest_page(&self) -> usize {
        self.longest_page
    }

    /// The teaser of a whole page, in the page's encoding, for a visitor who was denied for this reason.
    /// `charset` is what the answer's header says, see [`page_charset`](iteras_guard::page::page_charset).
    ///
    /// # Errors
    ///
    /// A [`Refusal`]; the visitor gets the denial then.
    pub fn cut(
        &self,
        page: &[u8],
        charset: PageCharset,
        reason: Reason,
    ) -> Result<Vec<u8>, Refusal> {
        cut::cut(self, page, charset, reason)
    }

    /// JSON-LD for search engines that are shown the page whole: that it is not free, and the selector of the element
    /// that its teaser gates. A `<script>` in ASCII, which can stand wherever the open mark does.
    ///
    /// # Errors
    ///
    /// A [`Refusal`], where there is no teaser of the page for want of a gated element or of bounds.
    pub fn label(&self, page: &[u8], charset: PageCharset) -> Result<String, Refusal> {
        cut::label(self, page, charset)
    }
}

fn selector(setting: &'static str, text: &str) -> Result<Selector, SettingError> {
    Selector::parse(text).map_err(|why| SettingError {
        setting,
        why: format!("{text:?} is not a selector: {why}"),
    })
}
