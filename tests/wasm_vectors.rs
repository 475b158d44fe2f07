//! The shared vectors in a real browser, whose own `URL` resolves the redirect targets.
#![cfg(target_arch = "wasm32")]

mod shared;

use shared::{Parts, load};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::Url;

wasm_bindgen_test_configure!(run_in_browser);

const PASSES: &str = include_str!("vectors/pass_cases.json");
#[cfg(feature = "verify")]
const HEADERS: &str = include_str!("vectors/cookie_header_cases.json");
const TARGETS: &str = include_str!("vectors/redirect_cases.json");
#[cfg(feature = "verify")]
const SIGNED: &str = include_str!("vectors/pass-vectors.json");

#[cfg(feature = "verify")]
#[wasm_bindgen_test]
fn pass_cases_on_a_server() {
    assert_eq!(shared::check_passes_on_a_server(&load(PASSES)), 69);
}

#[wasm_bindgen_test]
fn pass_cases_in_a_browser() {
    assert_eq!(shared::check_passes_in_a_browser(&load(PASSES)), 55);
}

#[cfg(feature = "verify")]
#[wasm_bindgen_test]
fn cookie_header_cases() {
    assert_eq!(shared::check_headers(&load(HEADERS), &load(PASSES)), 23);
}

#[wasm_bindgen_test]
fn redirect_cases() {
    assert_eq!(shared::check_targets(&load(TARGETS), resolve), 48);
}

#[cfg(feature = "verify")]
#[wasm_bindgen_test]
fn signed_vectors() {
    assert_eq!(shared::check_signed_vectors(&load(SIGNED)), 7);
}

fn resolve(text: &str, base: &str) -> Option<Parts> {
    let url = Url::new_with_base(text, base).ok()?;
    Some([
        url.href(),
        url.origin(),
        url.protocol(),
        url.username() + &url.password(),
        url.pathname(),
    ])
}
