//! The crate for scripts. Sentences are thrown as they are.
#![allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]

use serde_json::Value;
use wasm_bindgen::prelude::*;

use crate::{cookie, frames, gate, links, policy, rules};

fn told(answer: Result<Value, String>) -> Result<String, String> {
    answer.map(|answer| answer.to_string())
}

/// See [`cookie::show`].
#[wasm_bindgen]
pub fn cookie(request: &str) -> Result<String, String> {
    told(cookie::show(request))
}

/// See [`frames::write`].
#[wasm_bindgen]
pub fn frame(request: &str) -> Result<String, String> {
    told(frames::write(request))
}

/// See [`policy::judge`].
#[wasm_bindgen]
pub fn csp(request: &str) -> Result<String, String> {
    told(policy::judge(request))
}

/// See [`gate::plan`].
#[wasm_bindgen]
pub fn gate(request: &str) -> Result<String, String> {
    told(gate::plan(request))
}

/// See [`rules::add`].
#[wasm_bindgen(js_name = addRule)]
pub fn add_rule(request: &str) -> Result<String, String> {
    rules::add(request)
}

/// See [`links::write`].
#[wasm_bindgen]
pub fn link(request: &str) -> Result<String, String> {
    links::write(request)
}

/// See [`links::read`].
#[wasm_bindgen]
pub fn open(fragment: &str) -> String {
    links::read(fragment).to_string()
}
