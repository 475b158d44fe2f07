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

#[wasm_bindgen_test]
fn document_cases() {
    page::check_documents(resolve);
}

#[wasm_bindgen_test]
fn wall_landing_cases() {
    page::check_landings(resolve);
}

#[wasm_bindgen_test]
fn after_login_cases() {
    page::check_after_login(resolve);
}

#[wasm_bindgen_test]
fn needs_cases() {
    page::check_needs();
}

#[wasm_bindgen_test]
fn opened_cases() {
    page::check_opened();
}

#[wasm_bindgen_test]
fn again_cases() {
    page::check_again(resolve);
}

#[wasm_bindgen_test]
fn marker_cases() {
    page::check_markers();
}

#[wasm_bindgen_test]
fn f43_companion_cases() {
    page::check_companion();
}

#[wasm_bindgen_test]
fn meter_cases() {
    page::check_meter();
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
