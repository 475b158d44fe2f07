//! Answers that are broken on purpose, the same for all endpoints.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, StreamExt};

use crate::http::disconnect;

/// A broken answer, which no client can take for the one it asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Broken {
    /// The connection is closed without an answer.
    Disconnect,
    /// The headers come, the body never does.
    Hang,
    /// A text with this status.
    Status {
        status: u16,
        retry_after: Option<HeaderValue>,
    },
    /// 200 with a page of HTML, as a captive portal gives.
    Html,
    /// 200 with JSON that ends in the middle.
    Json,
    /// `Content-Length` says more than comes before the connection is closed.
    Cut,
}

impl Broken {
    /// The answer as it is sent.
    pub(crate) fn answer(&self) -> Response {
        match self {
            Self::Disconnect => disconnect(),
            Self::Hang => json_body(Body::from_stream(stream::pending::<Result<Bytes, Cut>>())),
            Self::Status {
                status,
                retry_after,
            } => failing(*status, retry_after.clone()),
            Self::Html => portal(),
            Self::Json => json_body(Body::from(r#"{"pass":"sub|n8fsoup"#)),
            Self::Cut => cut(),
        }
    }
}

fn failing(status: u16, retry_after: Option<HeaderValue>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, "a fault that was switched on in the stand-in").into_response();
    if let Some(value) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

fn portal() -> Response {
    let page = "<!doctype html><title>Wi-Fi</title><p>Accept the terms to go on the internet.";
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}

fn cut() -> Response {
    let first = stream::once(async { Ok(Bytes::from_static(br#"{"pass":"sub|"#)) });
    let last = stream::once(async {
        // Without this pause the connection would be closed before the first part is sent.
        tokio::time::sleep(Duration::from_millis(50)).await;
        Err(Cut)
    });
    let mut response = json_body(Body::from_stream(first.chain(last)));
    response
        .headers_mut()
        .insert(header::CONTENT_LENGTH, HeaderValue::from(500));
    response
}

fn json_body(body: Body) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// Ends a body in the middle.
#[derive(Debug)]
struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the fault `cut` is switched on")
    }
}

impl std::error::Error for Cut {}
