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

use super::charset_of;
use crate::{Body, BoxError, body, headers};

/// The page with the mark; anything that is not a page comes back as it is.
pub(crate) fn mark_open<R>(page: Response<R>) -> Response<Body>
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
    };
    Response::from_parts(parts, marked.boxed_unsync())
}

/// A body whose start is held until the place of the mark is known.
struct Marked<R> {
    /// `None` after its end, where it must not be asked again.
    page: Option<Pin<Box<R>>>,
    /// The beginning of the page, as far as it has arrived; `None` once it was sent.
    start: Option<Vec<u8>>,
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
            let Some(page) = &mut self.page else {
                return Poll::Ready(None);
            };
            let frame = match ready!(page.as_mut().poll_frame(cx)) {
                Some(Ok(frame)) => Some(frame),
                Some(Err(error)) => {
                    self.page = None;
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
                page.splice(place..place, MARK.bytes());
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
        let body = mark_open(page).into_body().collect().await.unwrap();
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
