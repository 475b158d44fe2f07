//! The shared vectors in the engine of a browser, though no browser gets this crate: Node and Workers run the same.
#![cfg(target_arch = "wasm32")]

mod server;

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn pass_cases() {
    server::check_passes();
}

#[wasm_bindgen_test]
fn cookie_header_cases() {
    server::check_headers();
}

#[wasm_bindgen_test]
fn signed_vectors() {
    server::check_signed_vectors();
}

#[wasm_bindgen_test]
fn path_cases() {
    server::paths::check();
}
