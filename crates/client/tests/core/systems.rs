//! Addresses and credentials that can't be meant are refused before anything is sent.

use crate::shared;
use iteras_client::systems::{dtz, integrify, iteras, iterop};
use iteras_client::{ApiKey, Credentials, Host, Login, System, Token};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn key() -> ApiKey {
    ApiKey::new("s3cret").unwrap()
}

#[track_caller]
fn refused(system: &System, message: &str) {
    assert_eq!(system.check(Host::Native).unwrap_err().to_string(), message);
}

#[test]
fn addresses_must_keep_secrets_secret() {
    let at = |base| iteras::header(key()).unwrap().with_base(base);
    for base in [
        "https://app.iteras.dk/api",
        "http://127.0.0.1:4802/api/",
        "http://localhost/",
        "http://[::1]:1/",
    ] {
        assert!(at(base).check(Host::Native).is_ok(), "{base}");
    }
    for base in [
        "http://app.iteras.dk/api/",
        "ftp://127.0.0.1/",
        "http://localhost.evil.example/",
        "http://127.0.0.1.evil.example/",
    ] {
        refused(&at(base), "base: expected https, or http on loopback");
        let allowed = at(base).with_insecure_http().check(Host::Native).is_ok();
        assert_eq!(allowed, base.starts_with("http:"), "{base}");
    }
    refused(
        &at("https://u:p@app.iteras.dk/"),
        "base: expected no user and password in the address",
    );
    refused(
        &at("https://app.iteras.dk/?iteras-key=1"),
        "base: expected an address without query and fragment",
    );
    refused(
        &at("api"),
        "base: expected an address (relative URL without a base)",
    );
    let login = Login::new("demo", "p@55w0rd").unwrap();
    let system = iterop::jwt("https://acme.iterop.cloud/api/", login)
        .with_token_address("http://evil.example/");
    refused(
        &system,
        "token address: expected https, or http on loopback",
    );
}

#[test]
fn bases_are_taken_or_refused() {
    let file = shared::load(shared::LOGINS);
    for case in shared::list(&file, "bases") {
        let base = shared::text(case, "text");
        let system = iteras::header(key()).unwrap().with_base(base);
        assert_eq!(case["safe"], system.check(Host::Native).is_ok(), "{case}");
    }
}

#[test]
fn a_fetch_sends_no_cookies_so_that_scheme_is_refused_there() {
    let token = || Token::new("opaque").unwrap();
    let login = Login::new("demo", "p@55w0rd").unwrap();
    for system in [dtz::cookie(token()).unwrap(), dtz::login_by_cookie(&login)] {
        assert!(system.check(Host::Native).is_ok());
        assert_eq!(
            system.check(Host::Fetch).unwrap_err().to_string(),
            "credentials: expected another scheme than a cookie, which fetch does not send"
        );
    }
    for system in [
        dtz::bearer(token()),
        dtz::login(&login),
        integrify::api_key("https://a.example/", &key()),
    ] {
        assert!(system.check(Host::Fetch).is_ok());
    }
}

#[test]
fn c67_names_and_tokens_that_would_break_out_are_refused() {
    assert!(Token::new("").is_err() && ApiKey::new("").is_err());
    for name in ["", "a b", "a:b", "a\r\nb", "æ"] {
        assert!(Credentials::header(name, key()).is_err(), "{name:?}");
        assert!(
            Credentials::cookie(name, Token::new("t").unwrap()).is_err(),
            "{name:?}"
        );
    }
    assert!(Credentials::query("", key()).is_err());
    for token in ["a;b", "a,b", "a\"b", "a\\b"] {
        let error = dtz::cookie(Token::new(token).unwrap()).unwrap_err();
        assert_eq!(error.to_string(), "token: holds what a cookie can't");
    }
}

#[test]
fn c64_systems_show_no_secret() {
    let login = Login::new("demo", "s3cret").unwrap();
    let token = Token::new("s3cret").unwrap();
    for system in [
        iteras::header(key()).unwrap(),
        iteras::query(key()).unwrap(),
        iterop::basic("https://a.example/", login.clone()),
        iterop::jwt_by_json("https://a.example/", &login),
        integrify::impersonating("https://a.example/", &key(), "anna"),
        integrify::bearer("https://a.example/", token.clone()),
        dtz::basic_api_key(&key()),
        dtz::cookie(token).unwrap(),
    ] {
        let shown = format!("{system:?} {:?}", system.check(Host::Native));
        assert!(!shown.contains("s3cret"), "{shown}");
    }
}
