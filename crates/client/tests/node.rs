//! The client on wasm32, by Node's own fetch over real HTTP.
//!
//! Runs with the wasm-bindgen test runner and `--target wasm32-unknown-unknown`.

// clippy.toml allows it in tests, but does not see helpers as such.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)]

use futures_util::future::join_all;
use iteras_client::iteras::{Campaigns, Fields, Iteras, Which, Who};
use iteras_client::request::Request;
use iteras_client::{ApiKey, Client, Credentials, Kind, System, Token, TokenSource, systems};
use serde_json::Value;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen(module = "/tests/node/server.mjs")]
extern "C" {
    async fn start() -> wasm_bindgen::JsValue;
}

async fn base() -> String {
    start().await.as_string().unwrap()
}

fn client(base: &str, key: &str) -> Client {
    let system = systems::iteras::header(ApiKey::new(key).unwrap()).unwrap();
    Client::new(system.with_base(base)).unwrap()
}

async fn seen(base: &str) -> Value {
    let answer = client(base, "k3y")
        .send(&Request::get("seen"))
        .await
        .unwrap();
    serde_json::from_slice(&answer).unwrap()
}

#[wasm_bindgen_test]
async fn calls_pass_and_fail_for_the_right_reason() {
    let base = base().await;
    let paywalls = Iteras::with_client(client(&base, "k3y"))
        .setup()
        .await
        .unwrap();
    assert_eq!(paywalls[0].name, "Æ");
    let error = Iteras::with_client(client(&base, "other"))
        .setup()
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.status()), (Kind::Auth, Some(403)));
    assert_eq!(
        error.to_string(),
        "iteras: GET setup/ was answered with status 403: the key is not that of any account"
    );
}

#[wasm_bindgen_test]
async fn f32_a_post_without_an_answer_is_of_unknown_outcome() {
    let base = base().await;
    let iteras = Iteras::with_client(client(&base, "k3y"));
    let error = iteras
        .authenticate_customer(Who::Id("1"), "x", None)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), Kind::UnknownOutcome);
    assert_eq!(seen(&base).await["posts"], 1, "not repeated");
}

#[wasm_bindgen_test]
async fn c63_redirects_are_errors() {
    let base = base().await;
    let iteras = Iteras::with_client(client(&base, "k3y"));
    let error = iteras.campaigns(&Campaigns::default()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Outage, "{error}");
    assert_eq!(seen(&base).await["redirected"], 0);
}

#[wasm_bindgen_test]
async fn customers_come_one_by_one() {
    let base = base().await;
    let mut customers =
        Iteras::with_client(client(&base, "k3y")).customers(Which::All, Fields::USUAL);
    for id in 0..1000 {
        assert_eq!(customers.next().await.unwrap().unwrap().id, id.to_string());
    }
    assert!(customers.next().await.is_none());
}

#[wasm_bindgen_test]
async fn f30_many_rejections_are_one_token_call() {
    let base = base().await;
    let credentials = Credentials::renewed(TokenSource::new("token"));
    let client = Client::new(System::new("test", &base, credentials)).unwrap();
    let request = Request::get("me");
    let answers = join_all((0..100).map(|_| client.send(&request))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(seen(&base).await["tokens"], 2);
}

#[wasm_bindgen_test]
async fn cookies_are_refused_when_the_client_is_made() {
    let system = systems::dtz::cookie(Token::new("opaque").unwrap()).unwrap();
    assert_eq!(
        Client::new(system).unwrap_err().to_string(),
        "credentials: expected another scheme than a cookie, which fetch does not send"
    );
}
