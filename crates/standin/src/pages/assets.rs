//! The frames' style sheet and script, which are built into the program.

use axum::http::header;
use axum::response::{IntoResponse, Response};

const CSS: &str = concat!(
    include_str!("../../assets/frame.css"),
    include_str!("../../assets/lumen.css")
);
const JS: &str = include_str!("../../assets/frame.js");

/// The frames' style sheet.
pub(super) async fn css() -> Response {
    asset("text/css; charset=utf-8", CSS)
}

/// The frames' script: their side of the messages.
pub(super) async fn js() -> Response {
    asset("text/javascript; charset=utf-8", JS)
}

fn asset(content_type: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text).into_response()
}
