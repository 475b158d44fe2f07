//! Answers that are pages and can be rewritten, for both modules.

use iteras_guard::page::{PageCharset, page_charset};
use wasm_bindgen::prelude::*;

/// True for an answer that is a page and can be rewritten, by its status and headers.
#[wasm_bindgen(js_name = isPage)]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn is_page(status: u16, coding: Option<String>, content_type: Option<String>) -> bool {
    let content_type = content_type.unwrap_or_default();
    charset_of(status, coding.as_deref(), &content_type).is_some()
}

/// The encoding of a page by its headers; `None` for an answer that is no page. `Headers` join the values of
/// several lines by commas, which no coding and no type that is wanted has.
pub(crate) fn charset_of(
    status: u16,
    coding: Option<&str>,
    content_type: &str,
) -> Option<PageCharset> {
    page_charset(status, coding, [content_type])
}
