//! Teasers: settings in, then whole pages in and whole teasers out.

use iteras::policy::Reason;
use iteras_guard::page::with_mark;
use iteras_teaser::SettingError;
use wasm_bindgen::prelude::*;

use crate::page::charset_of;

/// Settings of teasers. Those that make no sense are thrown as sentences that begin with their name.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public types")]
pub struct Teaser(iteras_teaser::Teaser);

#[wasm_bindgen]
impl Teaser {
    /// Gates the first element that fits one of these selectors.
    #[wasm_bindgen(constructor)]
    pub fn new(gated: Vec<String>) -> Result<Teaser, JsValue> {
        let gated = gated.iter().map(String::as_str);
        iteras_teaser::Teaser::new(gated).map(Self).map_err(thrown)
    }

    /// Shows so many characters of the gated element.
    #[wasm_bindgen(js_name = setCharacters)]
    pub fn set_characters(&mut self, characters: u32) {
        let characters = usize::try_from(characters).unwrap_or(usize::MAX);
        self.0 = self.0.clone().with_characters(characters);
    }

    /// Ends the teaser at an element that fits this selector.
    #[wasm_bindgen(js_name = setMarker)]
    pub fn set_marker(&mut self, marker: &str) -> Result<(), JsValue> {
        self.0 = self.0.clone().with_marker(marker).map_err(thrown)?;
        Ok(())
    }

    /// Keeps elements that fit this selector.
    pub fn allow(&mut self, element: &str) -> Result<(), JsValue> {
        self.0 = self.0.clone().allow(element).map_err(thrown)?;
        Ok(())
    }

    /// Keeps comments that begin like this.
    #[wasm_bindgen(js_name = allowComment)]
    pub fn allow_comment(&mut self, beginning: &str) {
        self.0 = self.0.clone().allow_comment(beginning);
    }

    /// Keeps to the memory that Workers have: refuses pages that are longer than theirs may be.
    #[wasm_bindgen(js_name = fitWorkers)]
    pub fn fit_workers(&mut self) {
        let teaser = self.0.clone();
        self.0 = teaser.with_longest_page(iteras_teaser::LONGEST_PAGE_IN_WORKERS);
    }

    /// The longest page that is read, in bytes.
    #[wasm_bindgen(getter, js_name = longestPage)]
    pub fn longest_page(&self) -> u32 {
        u32::try_from(self.0.longest_page()).unwrap_or(u32::MAX)
    }

    /// A whole page with JSON-LD for search engines, where the open mark stands. Throws a sentence when there is no teaser of
    /// the page, and so nothing to say.
    pub fn labelled(&self, page: &[u8], content_type: &str) -> Result<Vec<u8>, JsValue> {
        let charset = charset_of(200, None, content_type).ok_or_else(no_page)?;
        let label = self.0.label(page, charset).map_err(refused)?;
        Ok(with_mark(page, &label))
    }

    /// The teaser of a page whose answer had this content type, for a visitor who was denied for the reason of
    /// this name. Throws a sentence when none can be made.
    pub fn cut(&self, page: &[u8], content_type: &str, reason: &str) -> Result<Vec<u8>, JsValue> {
        let charset = charset_of(200, None, content_type).ok_or_else(no_page)?;
        let of_name = |known: &Reason| known.code() == reason;
        let reason = Reason::ALL.iter().copied().find(of_name);
        let reason = reason.unwrap_or(Reason::Malformed);
        self.0.cut(page, charset, reason).map_err(refused)
    }
}

fn no_page() -> JsValue {
    JsValue::from_str("answer is no page in UTF-8 or Latin-1")
}

fn refused(refusal: iteras_teaser::Refusal) -> JsValue {
    JsValue::from_str(&refusal.to_string())
}

fn thrown(error: SettingError) -> JsValue {
    JsValue::from_str(&error.to_string())
}
