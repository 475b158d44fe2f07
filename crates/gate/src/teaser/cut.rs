//! The rewriter that makes a teaser. Handlers read the page; what they drop never reaches the output,
//! because the sink is closed from before a dropped start tag until its end tag.

use std::sync::{Arc, Mutex};

use encoding_rs::Encoding;
use lol_html::html_content::{
    Comment, ContentType, Doctype, DocumentEnd, EndTag, TextChunk, TextType,
};
use lol_html::send::{
    DocumentContentHandlers, Element, ElementContentHandlers, HtmlRewriter, Settings,
};
use lol_html::{HandlerResult, Selector};

use super::Teaser;
use super::filter::{
    MAX_INLINE, is_copy, is_data, is_hidden, is_out_of_place, is_picture, is_program, shows,
};
use super::output::{Output, Shared, Sink, known, lock, memory, of};
use super::stream::Rewriter;
use super::text::{end_of_kept, ends, label};

/// What a picture counts for, in characters.
const PICTURE: usize = 100;

struct Cutter {
    output: Shared<Output>,
    /// Open elements of the gated one, which is the first, up to the cut; by name.
    open: Vec<String>,
    gated: bool,
    cut: bool,
    /// Characters that may still be shown, and whether some were.
    left: usize,
    shown: bool,
    /// Text of the text node that is being read, as it stands in the page.
    text: String,
    script: Script,
    /// What is known of the element whose handlers are running.
    allowed: bool,
    entering: bool,
    doctypes: usize,
    comments: Vec<String>,
}

/// What becomes of the text of the script that is being read.
enum Script {
    Kept,
    Dropped,
    /// So far; it is kept if it stays short.
    Held(String),
}

type Page = Shared<Cutter>;

pub(super) fn rewriter(
    teaser: &Teaser,
    class: &'static str,
    encoding: &'static Encoding,
) -> Rewriter {
    let output = Arc::new(Mutex::new(Output::new(encoding)));
    let page = Arc::new(Mutex::new(Cutter {
        output: output.clone(),
        open: Vec::new(),
        gated: false,
        cut: false,
        left: teaser.characters,
        shown: false,
        text: String::new(),
        script: Script::Dropped,
        allowed: false,
        entering: false,
        doctypes: 0,
        comments: teaser.comments.clone(),
    }));
    let mut settings = Settings::new_send()
        .with_encoding(of(encoding))
        .with_adjust_charset_on_meta_tag(true)
        .with_memory_settings(memory());
    // Handlers of one element run in this order: what is allowed is known first, `*` comes last.
    for allowed in &teaser.allowed {
        settings = on_element(settings, allowed, &page, |page, _| {
            lock(page).allowed = true;
            Ok(())
        });
    }
    for gated in &teaser.gated {
        let label = label(gated);
        settings = on_element(settings, gated, &page, move |page, element| {
            gate(page, element, &label, class)
        });
        if let Some(marker) = &teaser.marker {
            settings = on_element(settings, &format!("{gated} {marker}"), &page, |page, _| {
                lock(page).cut_here();
                Ok(())
            });
        }
    }
    settings = on_element(settings, "*", &page, any);
    let (text, comments, doctypes, end) = (page.clone(), page.clone(), page.clone(), page);
    let document = DocumentContentHandlers::default()
        .text(move |chunk: &mut TextChunk<'_>| lock(&text).text(chunk))
        .comments(move |comment: &mut Comment<'_>| lock(&comments).comment(comment))
        .doctype(move |doctype: &mut Doctype<'_>| lock(&doctypes).doctype(doctype))
        .end(move |_: &mut DocumentEnd<'_>| {
            lock(&end).end();
            Ok(())
        });
    let settings = settings.append_document_content_handler(document);
    Rewriter::new(HtmlRewriter::new(settings, Sink(output.clone())), output)
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

fn gate(page: &Page, element: &mut Element<'_, '_>, label: &str, class: &str) -> HandlerResult {
    let mut cutter = lock(page);
    if cutter.gated || cutter.is_dropping() || !element.can_have_content() {
        return Ok(());
    }
    let again = {
        let mut output = lock(&cutter.output);
        output.inside = !output.found;
        std::mem::replace(&mut output.found, true)
    };
    if again {
        drop(cutter);
        return drop_element(page, element);
    }
    cutter.gated = true;
    cutter.entering = true;
    cutter.open.push(element.tag_name());
    drop(cutter);
    element.before(label, ContentType::Html);
    keep_attributes(element, shows);
    let classes = element.get_attribute("class").unwrap_or_default();
    let classes = format!("{classes} iteras-content-truncated {class}");
    element.set_attribute("class", classes.trim_start())?;
    let page = page.clone();
    let name = element.tag_name();
    element.on_end_tag(Box::new(move |end: &mut EndTag<'_>| {
        lock(&page).ungate(end, &name);
        Ok(())
    }))
}

fn any(page: &Page, element: &mut Element<'_, '_>) -> HandlerResult {
    let name = element.tag_name();
    let mut cutter = lock(page);
    let allowed = std::mem::take(&mut cutter.allowed);
    if cutter.is_dropping() {
        drop(cutter);
        return Ok(());
    }
    // The start tag of the gated element itself has been seen to.
    if std::mem::take(&mut cutter.entering) {
        return Ok(());
    }
    if !cutter.gated {
        if allowed {
            cutter.script = Script::Kept;
            return Ok(());
        }
        drop(cutter);
        return outside(page, element, &name);
    }
    let picture = is_picture(&name);
    if picture && cutter.left < PICTURE {
        cutter.cut_here();
    }
    if cutter.cut {
        return Ok(());
    }
    if is_hidden(&name) || is_out_of_place(&name) {
        drop(cutter);
        return drop_element(page, element);
    }
    if picture {
        cutter.left -= PICTURE;
    }
    keep_attributes(element, shows);
    if !element.can_have_content() {
        return Ok(());
    }
    if cutter.open.len() > 1 && cutter.open.last().is_some_and(|open| ends(open, &name)) {
        cutter.open.pop();
    }
    cutter.open.push(name.clone());
    let depth = cutter.open.len();
    drop(cutter);
    let page = page.clone();
    element.on_end_tag(Box::new(move |end: &mut EndTag<'_>| {
        let mut cutter = lock(&page);
        if !cutter.cut {
            cutter.open.truncate(depth - 1);
            if end.name() == name {
                lock(&cutter.output).write(&format!("</{name}>"));
                end.remove();
            }
        }
        Ok(())
    }))
}

fn outside(page: &Page, element: &mut Element<'_, '_>, name: &str) -> HandlerResult {
    keep_attributes(element, |name, value| !is_data(name, value));
    let body = element.get_attribute("itemprop").is_some_and(|prop| {
        prop.split_ascii_whitespace()
            .any(|prop| prop.eq_ignore_ascii_case("articleBody") || prop == "text")
    });
    match name {
        "script" => {
            let named = element
                .get_attribute("id")
                .is_some_and(|id| id.starts_with("__"));
            if named || !is_program(element.get_attribute("type").as_deref()) {
                return drop_element(page, element);
            }
            let inline = !element.has_attribute("src");
            lock(page).script = if inline {
                Script::Held(String::new())
            } else {
                Script::Dropped
            };
            Ok(())
        }
        "meta" if body => {
            element.remove();
            Ok(())
        }
        "meta" => charset(element),
        name if is_hidden(name) || name == "textarea" => drop_element(page, element),
        _ => Ok(()),
    }
}

// A page that says it is in a third encoding is not one that can be read here.
fn charset(meta: &Element<'_, '_>) -> HandlerResult {
    let content = meta
        .get_attribute("content")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let by_type = meta
        .get_attribute("http-equiv")
        .is_some_and(|kind| kind.eq_ignore_ascii_case("content-type"));
    let by_type = content.split_once("charset=").filter(|_| by_type);
    let by_type = by_type.map(|(_, label)| label.split(';').next().unwrap_or("").trim().to_owned());
    match meta.get_attribute("charset").or(by_type) {
        Some(label) if known(&label).is_none() => {
            Err("page is neither in UTF-8 nor in Latin-1".into())
        }
        _ => Ok(()),
    }
}

/// Drops an element with all that is in it, and its end tag unless that belongs to another one.
fn drop_element(page: &Page, element: &mut Element<'_, '_>) -> HandlerResult {
    let name = element.tag_name();
    if !element.can_have_content() {
        element.remove();
        return Ok(());
    }
    let output = lock(page).output.clone();
    lock(&output).dropping += 1;
    element.on_end_tag(Box::new(move |end: &mut EndTag<'_>| {
        lock(&output).dropping -= 1;
        if end.name() == name {
            end.remove();
        }
        Ok(())
    }))
}

fn keep_attributes(element: &mut Element<'_, '_>, keep: impl Fn(&str, &str) -> bool) {
    // An attribute may stand there twice, and one call removes one.
    loop {
        let odd = element
            .attributes()
            .iter()
            .find(|attribute| !keep(&attribute.name(), &attribute.value()));
        match odd.map(|attribute| attribute.name()) {
            Some(name) => element.remove_attribute(&name),
            None => return,
        }
    }
}

impl Cutter {
    fn is_dropping(&self) -> bool {
        lock(&self.output).dropping > 0
    }

    /// Closes what is open inside the gated element, and the sink until the gated element ends.
    fn cut_here(&mut self) {
        if self.cut || !self.gated || self.is_dropping() {
            return;
        }
        self.cut = true;
        let mut output = lock(&self.output);
        for name in self.open.drain(1..).rev() {
            output.write(&format!("</{name}>"));
        }
        output.dropping += 1;
    }

    fn ungate(&mut self, end: &mut EndTag<'_>, name: &str) {
        self.gated = false;
        self.open.clear();
        {
            let mut output = lock(&self.output);
            output.dropping -= usize::from(self.cut);
            output.inside = false;
        }
        if end.name() == name {
            end.set_name_str(name.to_owned());
        } else {
            // Its own end tag was left out: this one closes a parent.
            lock(&self.output).write(&format!("</{name}>"));
        }
    }

    // Open at the end of the page: a browser would close it, others may count.
    fn end(&mut self) {
        let mut output = lock(&self.output);
        let below = usize::from(self.cut);
        if self.gated && output.dropping == below {
            for name in self.open.drain(..).rev() {
                output.write(&format!("</{name}>"));
            }
        }
    }

    fn text(&mut self, chunk: &mut TextChunk<'_>) -> HandlerResult {
        if self.is_dropping() {
            self.text.clear();
            return Ok(());
        }
        match chunk.text_type() {
            TextType::ScriptData => self.script(chunk),
            _ if self.gated => self.gated_text(chunk),
            _ => {}
        }
        Ok(())
    }

    // The whole text node is held, up to what may be shown of it: the teaser must not depend on how the
    // page was cut into chunks.
    fn gated_text(&mut self, chunk: &mut TextChunk<'_>) {
        self.text.push_str(chunk.as_str());
        chunk.remove();
        match end_of_kept(&self.text, self.left) {
            Ok(used) if chunk.last_in_text_node() => {
                self.left -= used;
                self.shown |= used > 0;
                let text = std::mem::take(&mut self.text);
                lock(&self.output).write(&text);
            }
            Ok(_) => {}
            Err(end) => {
                let text = std::mem::take(&mut self.text);
                // Half a word is better than nothing at all.
                let end = if end.word == 0 && !self.shown {
                    end.hard
                } else {
                    end.word
                };
                lock(&self.output).write(&text[..end]);
                self.cut_here();
            }
        }
    }

    fn script(&mut self, chunk: &mut TextChunk<'_>) {
        let Script::Held(script) = &mut self.script else {
            if matches!(self.script, Script::Dropped) {
                chunk.remove();
            }
            return;
        };
        script.push_str(chunk.as_str());
        chunk.remove();
        if script.len() > MAX_INLINE {
            self.script = Script::Dropped;
        } else if chunk.last_in_text_node() {
            if !is_copy(script) {
                lock(&self.output).write(script);
            }
            self.script = Script::Dropped;
        }
    }

    fn comment(&mut self, comment: &mut Comment<'_>) -> HandlerResult {
        let text = comment.text();
        let allowed = self
            .comments
            .iter()
            .any(|start| text.trim_start().starts_with(start.as_str()));
        if self.gated || !allowed {
            comment.remove();
        }
        Ok(())
    }

    fn doctype(&mut self, doctype: &mut Doctype<'_>) -> HandlerResult {
        self.doctypes += 1;
        if self.doctypes > 1 || self.gated {
            doctype.remove();
        }
        Ok(())
    }
}
