//! `<meta name="iteras-gate" content="open">`: tells the page's own wall that something else than a pass
//! opened it (documented surface, section 7).

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::Response;
use iteras_guard::teaser::MARK;
use lol_html::element;
use lol_html::html_content::ContentType;
use lol_html::send::{HtmlRewriter, Settings};

use super::output::{Output, Sink, html_encoding, memory, of};
use super::stream::{Rewriter, rewritten};
use crate::{Body, BoxError, body, headers};

/// The page with the mark; anything that is not a page comes back as it is.
pub(crate) fn mark_open<R>(page: Response<R>) -> Response<Body>
where
    R: http_body::Body<Data = Bytes> + Send + 'static,
    R::Error: Into<BoxError>,
{
    let Some(encoding) = html_encoding(page.status(), page.headers()) else {
        return page.map(body::boxed);
    };
    let mut marked = false;
    // `<head>` may be left out: whatever comes first behind `<html>` stands in it or ends it.
    let first = element!("*", move |element: &mut lol_html::send::Element<'_, '_>| {
        match element.tag_name().as_str() {
            _ if marked => {}
            "html" => {}
            "head" => {
                element.prepend(MARK, ContentType::Html);
                marked = true;
            }
            _ => {
                element.before(MARK, ContentType::Html);
                marked = true;
            }
        }
        Ok(())
    });
    let settings = Settings::new_send()
        .append_element_content_handler(first)
        .with_encoding(of(encoding))
        .with_memory_settings(memory());
    let output = Arc::new(Mutex::new(Output::of_page(encoding)));
    let rewriter = Rewriter::new(HtmlRewriter::new(settings, Sink(output.clone())), output);
    let (mut parts, page) = page.into_parts();
    headers::delete_description(&mut parts.headers);
    Response::from_parts(parts, rewritten(Box::pin(page), rewriter))
}
