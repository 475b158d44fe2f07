//! The body of responses: the inner service's own, a teaser made from it, or a short text of ours.

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty, Full};

/// Any error, as bodies and inner services have them.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The response body of a gated service.
pub type Body = UnsyncBoxBody<Bytes, BoxError>;

/// A body of one text, for rejections.
pub fn text_body(text: impl Into<Bytes>) -> Body {
    let never = |never: std::convert::Infallible| match never {};
    Full::new(text.into()).map_err(never).boxed_unsync()
}

pub(crate) fn empty() -> Body {
    let never = |never: std::convert::Infallible| match never {};
    Empty::new().map_err(never).boxed_unsync()
}

/// The body of an answer that broke off.
#[cfg(feature = "teaser")]
pub(crate) fn broken(error: BoxError) -> Body {
    Broken(Some(error)).boxed_unsync()
}

#[cfg(feature = "teaser")]
struct Broken(Option<BoxError>);

#[cfg(feature = "teaser")]
impl http_body::Body for Broken {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, BoxError>>> {
        std::task::Poll::Ready(self.0.take().map(Err))
    }
}

pub(crate) fn boxed<B>(body: B) -> Body
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    body.map_err(Into::into).boxed_unsync()
}
