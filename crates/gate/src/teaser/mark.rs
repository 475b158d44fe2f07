//! `<meta name="iteras-gate" content="open">`: tells the page's own wall that something else than a pass
//! opened it (documented surface, section 7).

use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::Response;
use http_body::Frame;
use http_body_util::BodyExt;
use iteras_guard::page::{MARK, MAX_MARK_SEARCH, mark_place};

use iteras_teaser::Refusal;

use super::{Teaser, charset_of};
use crate::{Body, BoxError, body, headers};

/// The page with the mark; anything that is not a page comes back as it is.
pub(crate) fn mark_open<R>(page: Response<R>, mark: &str) -> Response<Body>
where
    R: http_body::Body<Data = Bytes> + Send + 'static,
    R::Error: Into<BoxError>,
{
    if charset_of(page.status(), page.headers()).is_none() {
        return page.map(body::boxed);
    }
    let (mut parts, page) = page.into_parts();
    headers::delete_description(&mut parts.headers);
    let marked = Marked {
        page: Some(Box::pin(page)),
        start: Some(Vec::new()),
        mark: mark.into(),
    };
    Response::from_parts(parts, marked.boxed_unsync())
}

/// The page with the mark, and beside it JSON-LD that names the element which its teaser gates. A page of which there
/// could be no teaser has the mark alone, and is logged.
pub(crate) async fn mark_labelled<R>(page: Response<R>, teaser: &Teaser) -> Response<Body>
where
    R: http_body::Body<Data = Bytes> + Send + 'static,
    R::Error: Into<BoxError>,
{
    let Some(charset) = charset_of(page.status(), page.headers()) else {
        return page.map(body::boxed);
    };
    let (mut parts, page) = page.into_parts();
    headers::delete_description(&mut parts.headers);
    let mut marked = match beginning(teaser.longest_page(), page).await {
        Ok(marked) => marked,
        // As much is sent as the origin has sent: nothing that looks whole.
        Err(error) => return Response::from_parts(parts, body::broken(error.into())),
    };
    let page = marked.start.take().unwrap_or_default();
    let (page, label) = match (&marked.page, page.is_empty()) {
        // The answer to `HEAD`.
        (None, true) => (page, Ok(String::new())),
        (None, false) => teaser.label(page, charset).await,
        (Some(_), _) => (page, Err(Refusal::TooLarge.to_string())),
    };
    match label {
        Ok(label) => marked.mark += &label,
        Err(problem) => tracing::warn!(problem, "no JSON-LD in a page for a search engine"),
    }
    marked.start = Some(page);
    Response::from_parts(parts, marked.boxed_unsync())
}

/// A body of which all has been read, or more than this.
async fn beginning<R>(longest: usize, body: R) -> Result<Marked<R>, R::Error>
where
    R: http_body::Body<Data = Bytes>,
{
    let (mut start, mut body) = (Vec::new(), Box::pin(body));
    let mut is_over = false;
    while !is_over && start.len() <= longest {
        match body.frame().await.transpose()?.map(Frame::into_data) {
            None => is_over = true,
            Some(Ok(data)) => start.extend_from_slice(&data),
            // Trailers speak of the origin's bytes.
            Some(Err(_)) => {}
        }
    }
    Ok(Marked {
        page: (!is_over).then_some(body),
        start: Some(start),
        mark: MARK.into(),
    })
}

/// A body whose start is held until the place of the mark is known.
struct Marked<R> {
    /// `None` after its end, where it must not be asked again.
    page: Option<Pin<Box<R>>>,
    /// The beginning of the page, as far as it has arrived; `None` once it was sent.
    start: Option<Vec<u8>>,
    mark: String,
}

impl<R> http_body::Body for Marked<R>
where
    R: http_body::Body<Data = Bytes>,
    R::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        loop {
            let next = match &mut self.page {
                Some(page) => ready!(page.as_mut().poll_frame(cx)),
                None => None,
            };
            let frame = match next {
                Some(Ok(frame)) => Some(frame),
                Some(Err(error)) => {
                    (self.page, self.start) = (None, None);
                    return Poll::Ready(Some(Err(error.into())));
                }
                None => {
                    self.page = None;
                    None
                }
            };
            let Some(start) = &mut self.start else {
                return Poll::Ready(frame.map(Ok));
            };
            let last = match frame.map(Frame::into_data) {
                Some(Ok(data)) => {
                    start.extend_from_slice(&data);
                    false
                }
                // Trailers speak of the origin's bytes.
                Some(Err(_)) => continue,
                None => true,
            };
            let place = mark_place(start);
            if place.is_none() && start.len() < MAX_MARK_SEARCH && !last {
                continue;
            }
            let mut page = mem::take(start);
            self.start = None;
            if let Some(place) = place {
                page.splice(place..place, mem::take(&mut self.mark).into_bytes());
            }
            if page.is_empty() {
                return Poll::Ready(None);
            }
            return Poll::Ready(Some(Ok(Frame::data(Bytes::from(page)))));
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use http_body_util::StreamBody;

    use super::*;

    async fn marked(chunks: Vec<&'static [u8]>) -> Bytes {
        let frames = chunks
            .into_iter()
            .map(|chunk| Ok::<_, BoxError>(Frame::data(Bytes::from_static(chunk))));
        let page = Response::builder()
            .header("content-type", "text/html")
            .body(StreamBody::new(stream::iter(frames)))
            .unwrap();
        let body = mark_open(page, MARK).into_body().collect().await.unwrap();
        body.to_bytes()
    }

    #[tokio::test]
    async fn the_mark_does_not_depend_on_how_the_page_comes() {
        const PAGE: &[u8] = b"<!-- x --><!doctype html><html>text";
        let place = PAGE.len() - b"<html>text".len();
        let expected = [&PAGE[..place], MARK.as_bytes(), &PAGE[place..]].concat();
        for size in 1..=PAGE.len() {
            assert_eq!(
                marked(PAGE.chunks(size).collect()).await,
                expected,
                "{size}"
            );
        }
    }

    #[tokio::test]
    async fn a_page_without_a_place_for_it_comes_as_it_is() {
        const LONG: &[u8] = &[b' '; MAX_MARK_SEARCH];
        assert_eq!(marked(vec![]).await, "");
        assert_eq!(marked(vec![b"<!-- x"]).await, "<!-- x");
        let came = marked(vec![b"<!--", LONG, b"--><p>x"]).await;
        assert_eq!(came, [b"<!--", LONG, b"--><p>x"].concat());
    }
}
