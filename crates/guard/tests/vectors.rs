//! The shared vectors, natively.
#![cfg(not(target_arch = "wasm32"))]

mod server;

#[test]
fn pass_cases() {
    server::check_passes();
}

#[test]
fn cookie_header_cases() {
    server::check_headers();
}

#[test]
fn signed_vectors() {
    server::check_signed_vectors();
}

#[test]
fn path_cases() {
    server::paths::check();
}
