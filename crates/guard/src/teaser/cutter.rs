//! The rewriter that makes a teaser: a parser's reports in, the page's HTML out.

use alloc::string::String;
use alloc::vec::Vec;
use core::mem;

use super::page::meta_charset;
use super::rules::{
    ends, ends_by_itself, is_body, is_data, is_hidden, is_out_of_place, is_picture, is_program,
    is_raw_text, shows,
};
use super::text::label;
use super::write::{get, push, push_attribute, push_doctype, push_end, push_start, strings};
use iteras::policy::Reason;

/// What a picture counts for, in characters.
const PICTURE: usize = 100;

/// Makes the teaser of one page, see the [module](super).
#[derive(Debug)]
pub struct Cutter {
    pub(super) out: String,
    class: &'static str,
    comments: Vec<String>,
    coming: Coming,
    /// Open elements with content, but for those in one that is dropped or behind the cut.
    open: Vec<Open>,
    /// Where in `open` the dropped element is, and the gated one.
    pub(super) dropped: Option<usize>,
    pub(super) gated: Option<usize>,
    found: bool,
    pub(super) cut: bool,
    /// Characters that may still be shown, and whether some were.
    pub(super) left: usize,
    pub(super) shown: bool,
    /// Text of the text node that is being read, as it stands in the page.
    pub(super) text: String,
    pub(super) script: Option<Script>,
    pub(super) raw: bool,
    doctype: bool,
    charset: Option<String>,
}

/// What is known of the element that comes next.
#[derive(Debug, Default)]
struct Coming {
    allowed: bool,
    marker: bool,
    gated_by: Option<String>,
}

#[derive(Debug)]
struct Open {
    name: String,
    /// Another element's start tag has ended it.
    ended: bool,
}

/// What becomes of the text of the script that is being read.
#[derive(Debug)]
pub(super) enum Script {
    Kept,
    Dropped,
    /// So far; it is kept if it stays short.
    Held(String),
}

impl Cutter {
    /// Shows this many characters of the gated element to a visitor who was denied for this reason.
    pub fn new(characters: usize, reason: Reason) -> Self {
        let class = match reason {
            Reason::NoPass => "iteras-no-pass",
            _ => "iteras-invalid-pass",
        };
        Self {
            out: String::new(),
            class,
            comments: Vec::new(),
            coming: Coming::default(),
            open: Vec::new(),
            dropped: None,
            gated: None,
            found: false,
            cut: false,
            left: characters,
            shown: false,
            text: String::new(),
            script: None,
            raw: false,
            doctype: false,
            charset: None,
        }
    }

    /// Keeps comments outside of the gated element that begin like this.
    pub fn keep_comments(&mut self, beginning: &str) {
        self.comments.push(beginning.into());
    }

    /// The element that comes next fits a selector of gated ones.
    pub fn gate(&mut self, selector: &str) {
        if !self.passes_over() {
            self.coming.gated_by.get_or_insert_with(|| selector.into());
        }
    }

    /// The element that comes next stays, though it may be data.
    pub fn allow(&mut self) {
        self.coming.allowed = !self.passes_over();
    }

    /// The element that comes next ends the teaser, when it is in the gated one.
    pub fn marker(&mut self) {
        self.coming.marker = !self.passes_over();
    }

    /// Whether the element to gate was found: nothing is sent before.
    pub fn found(&self) -> bool {
        self.found
    }

    /// Whether elements are passed over now: neither their starts nor their ends need be reported.
    pub fn passes_over(&self) -> bool {
        self.dropped.is_some() || (self.gated.is_some() && self.cut)
    }

    /// The encoding that a `<meta>` has named since this was last asked.
    pub fn take_charset(&mut self) -> Option<String> {
        self.charset.take()
    }

    /// What was written since this was last asked.
    pub fn take(&mut self) -> String {
        mem::take(&mut self.out)
    }

    /// A start tag, with its attributes as they stand in the page; `content` is false for one that has
    /// no end tag. Returns the number to give to [`end`](Self::end), when the element's end matters.
    pub fn start<T: AsRef<str>>(
        &mut self,
        name: &str,
        attributes: &[(T, T)],
        content: bool,
    ) -> Option<usize> {
        let coming = mem::take(&mut self.coming);
        (self.raw, self.script) = (false, None);
        if self.dropped.is_some() {
            return None;
        }
        if self.gated.is_some() {
            if coming.marker {
                self.cut_here();
            }
            return self.inside(name, attributes, content);
        }
        match coming.gated_by {
            Some(_) if content && self.found => self.drop_element(name, content),
            Some(selector) if content => Some(self.enter(name, attributes, &selector)),
            _ if coming.allowed => {
                self.script = Some(Script::Kept);
                push_start(&mut self.out, name, attributes, content, |_, _| true);
                self.opened(name, content)
            }
            _ => self.outside(name, attributes, content),
        }
    }

    /// The end of an element: the number that its [`start`](Self::start) returned, and the name of the
    /// end tag that ended it, which may be another element's.
    pub fn end(&mut self, depth: usize, name: &str) {
        (self.raw, self.script) = (false, None);
        while self.open.len() > depth {
            let Some(open) = self.open.pop() else { return };
            let at = Some(self.open.len());
            if self.dropped == at {
                self.dropped = None;
                continue;
            }
            let own = self.open.len() == depth && open.name == name;
            let missed = !open.ended && !ends_by_itself(&open.name);
            if self.gated == at {
                self.gated = None;
                push_end(&mut self.out, &open.name);
            } else if own || missed {
                push_end(&mut self.out, &open.name);
            }
        }
    }

    /// A comment, without its delimiters.
    pub fn comment(&mut self, text: &str) {
        let start = text.trim_start();
        let kept = |beginning: &String| start.starts_with(beginning.as_str());
        let shown = self.dropped.is_none() && self.gated.is_none();
        if shown && self.comments.iter().any(kept) {
            push(&mut self.out, &["<!--", text, "-->"]);
        }
    }

    /// A document type, which counts when it is the first.
    pub fn doctype(&mut self, name: Option<&str>, public: Option<&str>, system: Option<&str>) {
        if mem::replace(&mut self.doctype, true) || self.gated.is_some() || self.dropped.is_some() {
            return;
        }
        push_doctype(&mut self.out, name, public, system);
    }

    /// The end of the page. What is still open would be closed by a browser; others may count.
    pub fn finish(&mut self) {
        if let Some(gated) = self.gated.take() {
            self.close_down_to(gated);
        }
    }

    fn enter<T: AsRef<str>>(&mut self, name: &str, attributes: &[(T, T)], selector: &str) -> usize {
        let depth = self.open.len();
        (self.found, self.gated) = (true, Some(depth));
        push(&mut self.out, &[&label(selector), "<", name]);
        for (key, value) in strings(attributes).filter(|(key, value)| shows(key, value)) {
            if key != "class" {
                push_attribute(&mut self.out, key, &[value]);
            }
        }
        let classes = get(attributes, "class").filter(|value| shows("class", value));
        let (classes, space) = classes.map_or(("", ""), |classes| (classes, " "));
        push_attribute(
            &mut self.out,
            "class",
            &[classes, space, "iteras-content-truncated ", self.class],
        );
        self.out.push('>');
        self.push(name);
        depth
    }

    fn inside<T: AsRef<str>>(
        &mut self,
        name: &str,
        attributes: &[(T, T)],
        content: bool,
    ) -> Option<usize> {
        let picture = is_picture(name);
        if picture && self.left < PICTURE {
            self.cut_here();
        }
        if self.cut {
            return None;
        }
        if is_hidden(name) || is_out_of_place(name) {
            return self.drop_element(name, content);
        }
        if picture {
            self.left -= PICTURE;
        }
        let inner = self.gated.is_some_and(|gated| self.open.len() > gated + 1);
        if let Some(open) = self
            .open
            .last_mut()
            .filter(|open| inner && ends(&open.name, name))
        {
            open.ended = true;
        }
        push_start(&mut self.out, name, attributes, content, shows);
        self.opened(name, content)
    }

    fn outside<T: AsRef<str>>(
        &mut self,
        name: &str,
        attributes: &[(T, T)],
        content: bool,
    ) -> Option<usize> {
        match name {
            "script" => {
                let named = get(attributes, "id").is_some_and(|id| id.starts_with("__"));
                if named || !is_program(get(attributes, "type")) {
                    return self.drop_element(name, content);
                }
                let inline = get(attributes, "src").is_none();
                self.script = Some(if inline {
                    Script::Held(String::new())
                } else {
                    Script::Dropped
                });
            }
            "meta" if is_body(get(attributes, "itemprop")) => return None,
            "meta" => {
                let named = meta_charset(|name| get(attributes, name));
                self.charset = named.or(self.charset.take());
            }
            name if is_hidden(name) || name == "textarea" => {
                return self.drop_element(name, content);
            }
            _ => {}
        }
        push_start(&mut self.out, name, attributes, content, |key, value| {
            !is_data(key, value)
        });
        self.opened(name, content)
    }

    fn drop_element(&mut self, name: &str, content: bool) -> Option<usize> {
        let depth = content.then(|| self.push(name));
        self.dropped = depth;
        depth
    }

    fn opened(&mut self, name: &str, content: bool) -> Option<usize> {
        self.raw = is_raw_text(name);
        if self.script.is_some() && name != "script" {
            self.script = None;
        }
        content.then(|| self.push(name))
    }

    fn push(&mut self, name: &str) -> usize {
        self.open.push(Open {
            name: name.into(),
            ended: false,
        });
        self.open.len() - 1
    }

    /// Closes what is open inside the gated element; until that ends, nothing is written.
    pub(super) fn cut_here(&mut self) {
        if let Some(gated) = self.gated.filter(|_| !self.cut) {
            self.cut = true;
            self.close_down_to(gated + 1);
        }
    }

    fn close_down_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            let Some(open) = self.open.pop() else { return };
            if !open.ended && self.dropped != Some(self.open.len()) {
                push_end(&mut self.out, &open.name);
            }
        }
    }
}
