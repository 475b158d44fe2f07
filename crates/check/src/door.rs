//! [`crate::border`] for scripts. Sentences are thrown as they are.

use wasm_bindgen::prelude::*;

use crate::{Form, border};

/// See [`border::constants`].
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn constants() -> String {
    border::constants().to_string()
}

/// The form of a file of this name: `page` or `script`.
#[wasm_bindgen(js_name = formOfFile)]
#[allow(unreachable_pub, reason = "as above")]
pub fn form_of_file(name: &str) -> String {
    named(Form::of_file(name)).to_owned()
}

/// The form of an answer with this content type; empty for what is neither a page nor a script.
#[wasm_bindgen(js_name = formOfAnswer)]
#[allow(unreachable_pub, reason = "as above")]
pub fn form_of_answer(content_type: &str) -> String {
    Form::of_answer(content_type).map_or("", named).to_owned()
}

/// The address of a page as it is fetched; throws where it is none.
#[wasm_bindgen(js_name = addressOfPage)]
#[allow(unreachable_pub, reason = "as above")]
pub fn address_of_page(text: &str) -> Result<String, String> {
    border::of_page(text).map(String::from)
}

/// See [`border::places`].
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "as above")]
pub fn places(request: &str) -> Result<String, String> {
    border::places(request).map(|places| places.to_string())
}

/// See [`border::check`].
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "as above")]
pub fn check(request: &str) -> Result<String, String> {
    border::check(request).map(|answer| answer.to_string())
}

fn named(form: Form) -> &'static str {
    match form {
        Form::Page => "page",
        Form::Script => "script",
    }
}
