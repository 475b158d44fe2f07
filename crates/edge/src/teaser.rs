//! The teaser's rules for a script that has a parser of HTML: its reports in, bytes out.

use wasm_bindgen::prelude::*;

use iteras::policy::Reason;
use iteras_guard::teaser;

/// Between the names and values of attributes; HTML has no such character.
const NUL: char = '\0';

/// Makes the teaser of one page; see the module `teaser` of the core for what each report means.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public types")]
pub struct Cutter(teaser::Cutter);

#[wasm_bindgen]
impl Cutter {
    /// Shows this many characters to a visitor who was denied for the reason of this name.
    #[wasm_bindgen(constructor)]
    pub fn new(characters: u32, reason: &str) -> Self {
        let of_name = |known: &Reason| known.code() == reason;
        let reason = Reason::ALL.iter().copied().find(of_name);
        let characters = usize::try_from(characters).unwrap_or(usize::MAX);
        Self(teaser::Cutter::new(
            characters,
            reason.unwrap_or(Reason::Malformed),
        ))
    }

    /// Keeps comments that begin like this.
    #[wasm_bindgen(js_name = keepComments)]
    pub fn keep_comments(&mut self, beginning: &str) {
        self.0.keep_comments(beginning);
    }

    /// The element that comes next fits a selector of gated ones.
    pub fn gate(&mut self, selector: &str) {
        self.0.gate(selector);
    }

    /// The element that comes next stays.
    pub fn allow(&mut self) {
        self.0.allow();
    }

    /// The element that comes next ends the teaser.
    pub fn marker(&mut self) {
        self.0.marker();
    }

    /// A start tag; names and values of its attributes, each followed by a NUL. Returns the number for
    /// `end`, or nothing where the end does not matter.
    pub fn start(&mut self, name: &str, attributes: &str, content: bool) -> Option<u32> {
        let mut fields = attributes.split(NUL);
        let mut pairs = Vec::new();
        while let (Some(key), Some(value)) = (fields.next(), fields.next()) {
            pairs.push((key, value));
        }
        let depth = self.0.start(name, &pairs, content)?;
        u32::try_from(depth).ok()
    }

    /// The end of an element, by the end tag of that name.
    pub fn end(&mut self, depth: u32, name: &str) {
        self.0
            .end(usize::try_from(depth).unwrap_or(usize::MAX), name);
    }

    /// A piece of text, and whether its text node ends with it.
    pub fn text(&mut self, text: &str, last: bool) {
        self.0.text(text, last);
    }

    /// A comment.
    pub fn comment(&mut self, text: &str) {
        self.0.comment(text);
    }

    /// A document type.
    pub fn doctype(
        &mut self,
        name: Option<String>,
        public: Option<String>,
        system: Option<String>,
    ) {
        self.0
            .doctype(name.as_deref(), public.as_deref(), system.as_deref());
    }

    /// The end of the page.
    pub fn finish(&mut self) {
        self.0.finish();
    }

    /// Whether the element to gate was found.
    pub fn found(&self) -> bool {
        self.0.found()
    }

    /// Whether elements are passed over now: neither their starts nor their ends need be reported.
    #[wasm_bindgen(js_name = passesOver)]
    pub fn passes_over(&self) -> bool {
        self.0.passes_over()
    }

    /// The encoding that a `<meta>` has named.
    #[wasm_bindgen(js_name = takeCharset)]
    pub fn take_charset(&mut self) -> Option<String> {
        self.0.take_charset()
    }

    /// What was written since this was last asked, in UTF-8.
    pub fn take(&mut self) -> Vec<u8> {
        self.0.take().into_bytes()
    }
}

/// The encoding of a `Content-Type` of HTML.
#[wasm_bindgen(js_name = htmlCharset)]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn html_charset(content_type: &str) -> Option<String> {
    teaser::html_charset(content_type).map(String::from)
}

/// Whether an element of HTML has no content.
#[wasm_bindgen(js_name = isVoid)]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn is_void(name: &str) -> bool {
    teaser::is_void(name)
}

/// What is written into a page that something else than a pass opened.
#[wasm_bindgen(js_name = gateMark)]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn gate_mark() -> String {
    teaser::MARK.into()
}

/// How much of a page is read until its gated element is found, in bytes.
#[wasm_bindgen(js_name = maxHead)]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn max_head() -> u32 {
    u32::try_from(teaser::MAX_HEAD).unwrap_or(u32::MAX)
}
