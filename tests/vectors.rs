//! The shared vectors, natively.
#![cfg(not(target_arch = "wasm32"))]

mod page;

use url::Url;

#[test]
fn pass_cases_in_a_browser() {
    page::check_passes();
}

#[test]
fn redirect_cases() {
    page::check_targets(resolve);
}

#[test]
fn document_cases() {
    page::check_documents(resolve);
}

#[test]
fn wall_landing_cases() {
    page::check_landings(resolve);
}

#[test]
fn after_login_cases() {
    page::check_after_login(resolve);
}

#[test]
fn needs_cases() {
    page::check_needs();
}

#[test]
fn opened_cases() {
    page::check_opened();
}

#[test]
fn again_cases() {
    page::check_again(resolve);
}

#[test]
fn marker_cases() {
    page::check_markers();
}

#[test]
fn f43_companion_cases() {
    page::check_companion();
}

#[test]
fn meter_cases() {
    page::check_meter();
}

fn resolve(text: &str, base: &str) -> Option<page::Parts> {
    let url = Url::parse(base).ok()?.join(text).ok()?;
    Some([
        url.as_str().to_owned(),
        url.origin().ascii_serialization(),
        format!("{}:", url.scheme()),
        format!("{}{}", url.username(), url.password().unwrap_or("")),
        url.path().to_owned(),
    ])
}
