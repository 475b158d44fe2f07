//! The tags of a page in the order in which a browser meets them, with the text of its scripts.

use std::cell::{Cell, RefCell};

use html5ever::buffer_queue::BufferQueue;
use html5ever::interface::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

/// A start tag.
#[derive(Clone, Debug, Default)]
pub(crate) struct Element {
    /// In lower case.
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
    /// The line on which the tag ends, from 1.
    pub(crate) line: u64,
    /// The content of a script.
    pub(crate) text: String,
    /// Characters, blanks apart, that stand in paragraphs before it.
    pub(crate) content_before: usize,
    /// The index of the element that it stands in, as far as tags alone tell.
    pub(crate) parent: Option<usize>,
}

/// Elements within each other that are told apart: every end tag looks through them.
const DEEPEST: usize = 512;
/// Elements that have no content.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];

impl Element {
    /// The value of an attribute; `name` in lower case.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|(held, _)| held == name)
            .map(|(_, value)| value.as_str())
    }

    /// Names and values, in order.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        let attributes = self.attributes.iter();
        attributes.map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// The start tags of a page.
pub(crate) fn elements(page: &str) -> Vec<Element> {
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(page));
    while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
    tokenizer.end();
    tokenizer.sink.elements.into_inner()
}

#[derive(Default)]
struct Sink {
    elements: RefCell<Vec<Element>>,
    /// Indices of those whose end is still to come.
    open: RefCell<Vec<usize>>,
    in_script: Cell<bool>,
    in_paragraph: Cell<bool>,
    content: Cell<usize>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => return self.start(&tag, line),
            Token::TagToken(tag) => self.end(&tag.name),
            Token::CharacterTokens(text) => self.text(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl Sink {
    fn start(&self, tag: &Tag, line: u64) -> TokenSinkResult<()> {
        let name = tag.name.to_string();
        let attributes = tag.attrs.iter();
        let index = self.elements.borrow().len();
        let parent = self.open.borrow().last().copied();
        self.elements.borrow_mut().push(Element {
            attributes: attributes
                .map(|one| (one.name.local.to_string(), one.value.to_string()))
                .collect(),
            line,
            text: String::new(),
            content_before: self.content.get(),
            parent,
            name: name.clone(),
        });
        if !VOID.contains(&name.as_str()) && self.open.borrow().len() < DEEPEST {
            self.open.borrow_mut().push(index);
        }
        match name.as_str() {
            "p" => self.in_paragraph.set(true),
            "div" | "section" | "article" | "ul" | "ol" | "table" | "form" => {
                self.in_paragraph.set(false)
            }
            _ => {}
        }
        // As a tree builder would switch the tokenizer, in a browser that runs scripts.
        match name.as_str() {
            "script" => {
                self.in_script.set(true);
                TokenSinkResult::RawData(RawKind::ScriptData)
            }
            "style" | "xmp" | "iframe" | "noembed" | "noframes" | "noscript" => {
                TokenSinkResult::RawData(RawKind::Rawtext)
            }
            "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
            "plaintext" => TokenSinkResult::Plaintext,
            _ => TokenSinkResult::Continue,
        }
    }

    fn end(&self, name: &str) {
        let elements = self.elements.borrow();
        let mut open = self.open.borrow_mut();
        if let Some(at) = open.iter().rposition(|index| elements[*index].name == name) {
            open.truncate(at);
        }
        match name {
            "script" => self.in_script.set(false),
            "p" | "div" | "section" | "article" | "main" => self.in_paragraph.set(false),
            _ => {}
        }
    }

    fn text(&self, text: &str) {
        if self.in_script.get() {
            if let Some(script) = self.elements.borrow_mut().last_mut() {
                script.text.push_str(text);
            }
        } else if self.in_paragraph.get() {
            let count = text.chars().filter(|c| !c.is_whitespace()).count();
            self.content.set(self.content.get() + count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_come_with_lines_attributes_and_script_texts() {
        let page = "<!doctype html>\n<script src=a.js async></script>\n<p>four\n<SCRIPT>if (a<b) '<p>';\n</SCRIPT>\n\
                    <noscript><a href=no></noscript><title><b></title><a HREF='x&amp;y'>z</a>";
        let read = elements(page);
        let names: Vec<&str> = read.iter().map(|element| element.name.as_str()).collect();
        assert_eq!(names, ["script", "p", "script", "noscript", "title", "a"]);
        assert_eq!((read[0].line, read[2].line), (2, 4));
        assert_eq!(
            (read[0].attribute("src"), read[0].attribute("async")),
            (Some("a.js"), Some(""))
        );
        assert_eq!(
            (read[2].text.as_str(), read[2].content_before),
            ("if (a<b) '<p>';\n", 4)
        );
        assert_eq!(read[5].attribute("href"), Some("x&y"));
    }

    #[test]
    fn elements_know_what_they_stand_in() {
        let read = elements("<div><p>a<br><b>c</b></p><img></div><p></div><i>");
        let parents: Vec<Option<usize>> = read.iter().map(|element| element.parent).collect();
        // div, p, br, b, img, p, i
        assert_eq!(
            parents,
            [None, Some(0), Some(1), Some(1), Some(0), None, Some(5)]
        );
    }
}
