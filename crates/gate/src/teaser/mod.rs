//! Teasers: the beginning of a page, made from the origin's HTML by [`iteras_teaser`], off the threads that
//! answer requests.
//!
//! The status stays 200; `ETag`, `Last-Modified`, `Content-Length`, `Accept-Ranges`, `Digest`, `Link` go.

mod mark;
mod pool;

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, Response, StatusCode};
use http_body_util::BodyExt;
use iteras_guard::page::{PageCharset, page_charset};
use iteras_teaser::{Refusal, SettingError};

use crate::{Body, BoxError, ConfigError, Denial, text_body};

pub(crate) use mark::{mark_labelled, mark_open};

/// Settings of teasers.
#[derive(Clone, Debug)]
pub struct Teaser(Arc<iteras_teaser::Teaser>);

impl Teaser {
    /// Gates the first element that fits one of these CSS selectors, such as `.article-body`; search engines
    /// want a class.
    pub fn new<'a>(gated: impl IntoIterator<Item = &'a str>) -> Result<Self, ConfigError> {
        made(iteras_teaser::Teaser::new(gated))
    }

    /// Characters of the gated element that are shown. Default: 600.
    #[must_use]
    pub fn with_characters(self, characters: usize) -> Self {
        Self(Arc::new(self.inner().with_characters(characters)))
    }

    /// Ends the teaser at an element that fits this selector, if it comes before the characters are used up.
    pub fn with_marker(self, marker: &str) -> Result<Self, ConfigError> {
        made(self.inner().with_marker(marker))
    }

    /// Keeps elements outside of the gated one that fit a selector, which would be dropped as data.
    pub fn allow(self, element: &str) -> Result<Self, ConfigError> {
        made(self.inner().allow(element))
    }

    /// Keeps comments outside of the gated element that begin like this, such as `#include`.
    #[must_use]
    pub fn allow_comment(self, beginning: impl Into<String>) -> Self {
        Self(Arc::new(self.inner().allow_comment(beginning)))
    }

    fn inner(self) -> iteras_teaser::Teaser {
        Arc::unwrap_or_clone(self.0)
    }

    /// The teaser of a page; `None` when none can be made, which is logged when it should have been.
    pub(crate) async fn make<R>(&self, page: Response<R>, denial: &Denial) -> Option<Response<Body>>
    where
        R: http_body::Body<Data = Bytes> + Send + 'static,
        R::Error: Into<BoxError>,
    {
        let charset = charset_of(page.status(), page.headers())?;
        let (parts, body) = page.into_parts();
        match self.cut(body, charset, denial).await {
            Ok(teaser) => {
                // A body that is mapped has no length to tell: denials tell none.
                let body = text_body(teaser).map_frame(|frame| frame);
                Some(Response::from_parts(parts, body.boxed_unsync()))
            }
            Err(problem) => {
                tracing::warn!(problem, "no teaser of a page");
                None
            }
        }
    }

    /// The longest page that is read, in bytes.
    fn longest_page(&self) -> usize {
        self.0.longest_page()
    }

    /// JSON-LD for a whole page, which comes back, too.
    async fn label(
        &self,
        page: Vec<u8>,
        charset: PageCharset,
    ) -> (Vec<u8>, Result<String, String>) {
        let (teaser, page) = (self.0.clone(), Arc::new(page));
        let shared = Arc::clone(&page);
        let label = pool::run(move || teaser.label(&shared, charset)).await;
        let label = label.and_then(|label| label.map_err(|refusal| refusal.to_string()));
        (Arc::unwrap_or_clone(page), label)
    }

    async fn cut<R>(
        &self,
        body: R,
        charset: PageCharset,
        denial: &Denial,
    ) -> Result<Vec<u8>, String>
    where
        R: http_body::Body<Data = Bytes> + Send + 'static,
        R::Error: Into<BoxError>,
    {
        let page = read(body, self.0.longest_page()).await?;
        let (teaser, reason) = (self.0.clone(), denial.reason());
        let cut = pool::run(move || teaser.cut(&page, charset, reason)).await;
        cut?.map_err(|refusal| refusal.to_string())
    }
}

fn made(teaser: Result<iteras_teaser::Teaser, SettingError>) -> Result<Teaser, ConfigError> {
    let problem = |error: SettingError| ConfigError::new(error.setting(), error.why());
    teaser
        .map(|teaser| Teaser(Arc::new(teaser)))
        .map_err(problem)
}

/// The encoding of an answer that is a page to be rewritten.
fn charset_of(status: StatusCode, headers: &HeaderMap) -> Option<PageCharset> {
    // Bytes that are no text are neither an encoding nor a type that we know.
    let all = |name: HeaderName| {
        let values = headers.get_all(name).iter();
        values.map(|value| value.to_str().unwrap_or("?"))
    };
    page_charset(status.as_u16(), all(CONTENT_ENCODING), all(CONTENT_TYPE))
}

/// A body of so many bytes at most.
async fn read<R>(body: R, longest: usize) -> Result<Vec<u8>, String>
where
    R: http_body::Body<Data = Bytes> + Send + 'static,
    R::Error: Into<BoxError>,
{
    let too_large = || Refusal::TooLarge.to_string();
    let (mut body, mut page) = (Box::pin(body), Vec::new());
    if body.size_hint().lower() > longest as u64 {
        return Err(too_large());
    }
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| "page broke off")?;
        // Trailers speak of the origin's bytes.
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if page.len() + data.len() > longest {
            return Err(too_large());
        }
        page.extend_from_slice(&data);
    }
    Ok(page)
}
