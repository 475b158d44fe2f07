//! Lets [`Cutter`] read a page: what the parser reports goes in, what comes out is all that is sent.

use std::sync::{Arc, Mutex};

use encoding_rs::Encoding;
use iteras::Reason;
use iteras_guard::teaser::Cutter;
use lol_html::html_content::{Comment, Doctype, DocumentEnd, EndTag, TextChunk};
use lol_html::send::{
    DocumentContentHandlers, Element, ElementContentHandlers, HtmlRewriter, Settings,
};
use lol_html::{HandlerResult, Selector};

use super::Teaser;
use super::output::{Output, Shared, Sink, known, lock, memory, of};
use super::stream::Rewriter;

#[derive(Clone)]
struct Page {
    cutter: Shared<Cutter>,
    output: Shared<Output>,
}

impl Page {
    /// Reports something, and keeps what is written then.
    fn report<T>(&self, report: impl FnOnce(&mut Cutter) -> T) -> T {
        let mut cutter = lock(&self.cutter);
        let answer = report(&mut cutter);
        let mut output = lock(&self.output);
        output.write(&cutter.take());
        output.found = cutter.found();
        answer
    }
}

pub(super) fn rewriter(teaser: &Teaser, reason: Reason, encoding: &'static Encoding) -> Rewriter {
    let mut cutter = Cutter::new(teaser.characters, reason);
    for beginning in &teaser.comments {
        cutter.keep_comments(beginning);
    }
    let page = Page {
        cutter: Arc::new(Mutex::new(cutter)),
        output: Arc::new(Mutex::new(Output::of_writes(encoding))),
    };
    let mut settings = Settings::new_send()
        .with_encoding(of(encoding))
        .with_adjust_charset_on_meta_tag(true)
        .with_memory_settings(memory());
    // Handlers of one element run in this order: what is known of it comes first, `*` last.
    for allowed in &teaser.allowed {
        settings = on_element(settings, allowed, &page, |page, _| {
            page.report(Cutter::allow);
            Ok(())
        });
    }
    for gated in &teaser.gated {
        let selector = gated.clone();
        settings = on_element(settings, gated, &page, move |page, _| {
            page.report(|cutter| cutter.gate(&selector));
            Ok(())
        });
        if let Some(marker) = &teaser.marker {
            settings = on_element(settings, &format!("{gated} {marker}"), &page, |page, _| {
                page.report(Cutter::marker);
                Ok(())
            });
        }
    }
    settings =
        on_element(settings, "*", &page, start).append_document_content_handler(document(&page));
    let sink = Sink(page.output.clone());
    Rewriter::new(HtmlRewriter::new(settings, sink), page.output)
}

fn on_element(
    settings: Settings<'static, 'static>,
    selector: &str,
    page: &Page,
    handler: impl Fn(&Page, &mut Element<'_, '_>) -> HandlerResult + Send + 'static,
) -> Settings<'static, 'static> {
    let page = page.clone();
    let selector: Selector = selector
        .parse()
        .expect("selectors were parsed when they were set");
    let handlers = ElementContentHandlers::default()
        .element(move |element: &mut Element<'_, '_>| handler(&page, element));
    settings.append_element_content_handler((std::borrow::Cow::Owned(selector), handlers))
}

fn start(page: &Page, element: &mut Element<'_, '_>) -> HandlerResult {
    let attributes = element.attributes().iter();
    let attributes: Vec<(String, String)> = attributes
        .map(|attribute| (attribute.name(), attribute.value()))
        .collect();
    let (name, content) = (element.tag_name(), element.can_have_content());
    let (depth, charset) = page.report(|cutter| {
        let depth = cutter.start(&name, &attributes, content);
        (depth, cutter.take_charset())
    });
    // A page that says it is in a third encoding is not one that can be read here.
    if charset.is_some_and(|label| known(&label).is_none()) {
        return Err("page is neither in UTF-8 nor in Latin-1".into());
    }
    let Some(depth) = depth else { return Ok(()) };
    let page = page.clone();
    element.on_end_tag(Box::new(move |end: &mut EndTag<'_>| {
        page.report(|cutter| cutter.end(depth, &end.name()));
        Ok(())
    }))
}

fn document(page: &Page) -> DocumentContentHandlers<'static> {
    let (text, comments, doctypes, end) = (page.clone(), page.clone(), page.clone(), page.clone());
    DocumentContentHandlers::default()
        .text(move |chunk: &mut TextChunk<'_>| {
            text.report(|cutter| cutter.text(chunk.as_str(), chunk.last_in_text_node()));
            Ok(())
        })
        .comments(move |comment: &mut Comment<'_>| {
            comments.report(|cutter| cutter.comment(&comment.text()));
            Ok(())
        })
        .doctype(move |doctype: &mut Doctype<'_>| {
            let (name, public, system) = (doctype.name(), doctype.public_id(), doctype.system_id());
            doctypes.report(|cutter| {
                cutter.doctype(name.as_deref(), public.as_deref(), system.as_deref())
            });
            Ok(())
        })
        .end(move |_: &mut DocumentEnd<'_>| {
            end.report(Cutter::finish);
            Ok(())
        })
}
