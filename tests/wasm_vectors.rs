//! The shared vectors in a real browser, whose own `URL` resolves the redirect targets.
#![cfg(target_arch = "wasm32")]

mod page;

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::Url;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn pass_cases_in_a_browser() {
    page::check_passes();
}

#[wasm_bindgen_test]
fn redirect_cases() {
    page::check_targets(resolve);
}

fn resolve(text: &str, base: &str) -> Option<page::Parts> {
    let url = Url::new_with_base(text, base).ok()?;
    Some([
        url.href(),
        url.origin(),
        url.protocol(),
        url.username() + &url.password(),
        url.pathname(),
    ])
}
