//! The open mark, in pages that something else than a pass opened.

use iteras_guard::page;
use wasm_bindgen::prelude::*;

/// The open mark itself, as HTML.
#[wasm_bindgen(js_name = gateMark)]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn gate_mark() -> String {
    page::MARK.into()
}

/// The place of the open mark, in bytes from the page's start; nothing while too little of the page is there to tell.
#[wasm_bindgen(js_name = markPlace)]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn mark_place(start: &[u8]) -> Option<u32> {
    page::mark_place(start).and_then(|place| u32::try_from(place).ok())
}

/// The part of a page that is searched for that place, in bytes.
#[wasm_bindgen(js_name = maxMarkSearch)]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn max_mark_search() -> u32 {
    u32::try_from(page::MAX_MARK_SEARCH).unwrap_or(u32::MAX)
}
