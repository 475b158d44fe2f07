//! The mark in pages that something else than a pass opened.

use iteras_guard::page;
use wasm_bindgen::prelude::*;

/// What is written into such a page.
#[wasm_bindgen(js_name = gateMark)]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn gate_mark() -> String {
    page::MARK.into()
}

/// Where it stands, in bytes from the page's start; nothing while what has come of the page does not tell.
#[wasm_bindgen(js_name = markPlace)]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn mark_place(start: &[u8]) -> Option<u32> {
    page::mark_place(start).and_then(|place| u32::try_from(place).ok())
}

/// How much of a page is searched for that place, in bytes.
#[wasm_bindgen(js_name = maxMarkSearch)]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn max_mark_search() -> u32 {
    u32::try_from(page::MAX_MARK_SEARCH).unwrap_or(u32::MAX)
}
