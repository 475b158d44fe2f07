//! The shared vectors, natively.
#![cfg(not(target_arch = "wasm32"))]

mod shared;

use shared::{Parts, load};
use url::Url;

const PASSES: &str = include_str!("vectors/pass_cases.json");
#[cfg(feature = "verify")]
const HEADERS: &str = include_str!("vectors/cookie_header_cases.json");
const TARGETS: &str = include_str!("vectors/redirect_cases.json");
#[cfg(feature = "verify")]
const SIGNED: &str = include_str!("vectors/pass-vectors.json");

#[cfg(feature = "verify")]
#[test]
fn pass_cases_on_a_server() {
    assert_eq!(shared::check_passes_on_a_server(&load(PASSES)), 69);
}

#[test]
fn pass_cases_in_a_browser() {
    assert_eq!(shared::check_passes_in_a_browser(&load(PASSES)), 55);
}

#[cfg(feature = "verify")]
#[test]
fn cookie_header_cases() {
    assert_eq!(shared::check_headers(&load(HEADERS), &load(PASSES)), 23);
}

#[test]
fn redirect_cases() {
    assert_eq!(shared::check_targets(&load(TARGETS), resolve), 48);
}

#[cfg(feature = "verify")]
#[test]
fn signed_vectors() {
    assert_eq!(shared::check_signed_vectors(&load(SIGNED)), 7);
}

fn resolve(text: &str, base: &str) -> Option<Parts> {
    let url = Url::parse(base).ok()?.join(text).ok()?;
    Some([
        url.as_str().to_owned(),
        url.origin().ascii_serialization(),
        format!("{}:", url.scheme()),
        format!("{}{}", url.username(), url.password().unwrap_or("")),
        url.path().to_owned(),
    ])
}
