//! Runs a body through a rewriter, chunk by chunk.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::Frame;
use http_body_util::BodyExt;
use iteras_guard::teaser::MAX_HEAD;
use lol_html::send::HtmlRewriter;

use super::output::{Output, Shared, Sink, lock};
use crate::{Body, BoxError};

/// A body may come all at once; the limit of what is read holds for it all the same.
const PIECE: usize = 16 * 1024;

/// A rewriter and where it writes to. `None` once it has ended or failed: it must not be used then.
pub(super) struct Rewriter {
    rewriter: Option<HtmlRewriter<'static, Sink>>,
    output: Shared<Output>,
}

impl Rewriter {
    pub(super) fn new(rewriter: HtmlRewriter<'static, Sink>, output: Shared<Output>) -> Self {
        Self {
            rewriter: Some(rewriter),
            output,
        }
    }

    pub(super) fn write(&mut self, chunk: &[u8]) -> Result<(), BoxError> {
        let rewriter = self.rewriter.as_mut().ok_or("page has ended")?;
        rewriter.write(chunk).map_err(|error| {
            self.rewriter = None;
            error.into()
        })
    }

    pub(super) fn end(&mut self) -> Result<(), BoxError> {
        self.rewriter
            .take()
            .map_or(Ok(()), HtmlRewriter::end)
            .map_err(Into::into)
    }

    pub(super) fn take(&mut self) -> Bytes {
        lock(&self.output).take()
    }

    fn found(&self) -> bool {
        lock(&self.output).found
    }
}

/// The rewritten page, once its gated element was found; `None` when it has none, or fails before.
pub(super) async fn until_found<R>(page: R, mut rewriter: Rewriter) -> Option<Body>
where
    R: http_body::Body<Data = Bytes> + Send + 'static,
    R::Error: Into<BoxError>,
{
    let mut page = Box::pin(page);
    let mut read = 0;
    while !rewriter.found() {
        match page.frame().await {
            Some(Ok(frame)) => {
                let Ok(data) = frame.into_data() else {
                    continue;
                };
                for piece in data.chunks(PIECE) {
                    rewriter.write(piece).ok()?;
                    read += piece.len();
                    if !rewriter.found() && read > MAX_HEAD {
                        return None;
                    }
                }
            }
            Some(Err(_)) => return None,
            None => {
                // The element may come to light only at the end, when it is the last thing of all.
                rewriter.end().ok()?;
                return rewriter.found().then(|| crate::text_body(rewriter.take()));
            }
        }
    }
    Some(rewritten(page, rewriter))
}

/// The page with what the rewriter makes of it.
pub(super) fn rewritten<R>(page: Pin<Box<R>>, rewriter: Rewriter) -> Body
where
    R: http_body::Body<Data = Bytes> + Send + 'static,
    R::Error: Into<BoxError>,
{
    Rewritten {
        page: Some(page),
        rewriter,
    }
    .boxed_unsync()
}

struct Rewritten<R> {
    /// `None` after its end, or after a failure.
    page: Option<Pin<Box<R>>>,
    rewriter: Rewriter,
}

impl<R> http_body::Body for Rewritten<R>
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
            let written = self.rewriter.take();
            if !written.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(written))));
            }
            let Some(page) = self.page.as_mut() else {
                return Poll::Ready(None);
            };
            let done = match ready!(page.as_mut().poll_frame(cx)) {
                // Trailers speak of the origin's bytes.
                Some(Ok(frame)) => frame
                    .into_data()
                    .map_or(Ok(()), |data| self.rewriter.write(&data)),
                Some(Err(error)) => Err(error.into()),
                None => {
                    self.page = None;
                    self.rewriter.end()
                }
            };
            if let Err(error) = done {
                self.page = None;
                self.rewriter.take();
                return Poll::Ready(Some(Err(error)));
            }
        }
    }
}
