//! The names in a form, read before the gate is asked, where a rule looks at them (rules, "Parameters").

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use futures_util::stream;
use http::Request;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName};
use http_body::Body as _;
use http_body_util::BodyExt;

use iteras_guard::parameters::{FormKind, Unreadable};

use crate::{Asked, Rules, SeenForm};

/// The client's body failed or took too long.
pub(super) struct FormFailed;

/// The same request, with the names of its form as an extension where they matter.
pub(super) async fn with_form(
    request: Request<Body>,
    rules: &Rules,
    limit: usize,
) -> Result<Request<Body>, FormFailed> {
    let (mut parts, body) = request.into_parts();
    if body.is_end_stream() || !rules.look_at_forms(&Asked::of(&parts).request()) {
        return Ok(Request::from_parts(parts, body));
    }
    let Some(kind) = kind(&parts.headers) else {
        return Ok(Request::from_parts(parts, body));
    };
    let (seen, body) = match kind {
        Err(Unreadable) => (SeenForm::Unread, body),
        Ok(_) if body.size_hint().lower() > limit as u64 => (SeenForm::Unread, body),
        Ok(kind) => match up_to(body, limit).await? {
            Read::All(bytes) => (SeenForm::Names(kind.names(&bytes)), Body::from(bytes)),
            Read::Part(body) => (SeenForm::Unread, body),
        },
    };
    parts.extensions.insert(seen);
    Ok(Request::from_parts(parts, body))
}

fn kind(headers: &HeaderMap) -> Option<Result<FormKind, Unreadable>> {
    let lines = |name: HeaderName| {
        let lines = headers.get_all(name).into_iter();
        lines.map(|line| line.to_str().unwrap_or("?"))
    };
    FormKind::of_headers(lines(CONTENT_TYPE), lines(CONTENT_ENCODING))
}

enum Read {
    All(Bytes),
    /// The body as it was, since it is longer.
    Part(Body),
}

async fn up_to(mut body: Body, limit: usize) -> Result<Read, FormFailed> {
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        // Trailers of a form say nothing.
        let Ok(data) = frame.map_err(|_| FormFailed)?.into_data() else {
            continue;
        };
        bytes.extend_from_slice(&data);
        if bytes.len() > limit {
            let begin = stream::once(async { Ok::<_, axum::Error>(bytes.freeze()) });
            return Ok(Read::Part(Body::from_stream(chain(begin, body))));
        }
    }
    Ok(Read::All(bytes.freeze()))
}

fn chain(
    begin: impl stream::Stream<Item = Result<Bytes, axum::Error>>,
    rest: Body,
) -> impl stream::Stream<Item = Result<Bytes, axum::Error>> {
    use futures_util::StreamExt;
    begin.chain(rest.into_data_stream())
}
