//! C63: secrets go to the system and nowhere else.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request as Asked;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};

use iteras_client::request::{Nature, Request};
use iteras_client::{Client, Credentials, Kind, Login, Place, System, Token, TokenSource, systems};

use crate::server::{KEY, Server, key};

/// Every request of a server, with all its headers.
type Seen = Arc<Mutex<Vec<String>>>;

async fn listener() -> (Server, Seen) {
    let seen = Seen::default();
    let log = seen.clone();
    let router = Router::new().fallback(move |asked: Asked| async move {
        log.lock().unwrap().push(format!("{asked:?}"));
        "{\"paywalls\":[]}"
    });
    (Server::routes(router).await, seen)
}

#[tokio::test]
async fn c63_another_host_gets_nothing() {
    let (elsewhere, seen) = listener().await;
    let to = elsewhere.base.clone();
    let router = Router::new().fallback(move || async move { Redirect::temporary(&to) });
    let server = Server::routes(router).await;
    let token = || Token::new("s3cret").unwrap();
    let source = TokenSource::new("token").with_field("key", "s3cret");
    for credentials in [
        Credentials::header("X-Iteras-Key", key("s3cret")).unwrap(),
        Credentials::query("iteras-key", key("s3cret")).unwrap(),
        Credentials::basic(Login::new("demo", "s3cret").unwrap()),
        Credentials::bearer(token()),
        Credentials::cookie("dtz-auth", token()).unwrap(),
        Credentials::renewed(source.sent_as(Place::Bearer)),
    ] {
        let client = Client::new(System::new("test", &server.base, credentials)).unwrap();
        let error = client.send(&Request::get("me")).await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (Kind::Outage, Some(307)));
        let error = client
            .send(&Request::post("me", Nature::Write))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), Kind::Outage);
    }
    assert_eq!(*seen.lock().unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn reads_follow_on_the_same_host_with_their_credentials() {
    let router = Router::new()
        .route(
            "/api/setup/",
            get(|| async { Redirect::permanent("/v2/setup/") }),
        )
        .route(
            "/v2/setup/",
            get(|asked: Asked| async move {
                let ours = asked
                    .headers()
                    .get("x-iteras-key")
                    .is_some_and(|held| held == KEY);
                match ours && asked.uri().query().is_none() {
                    true => "{\"paywalls\":[]}".into_response(),
                    false => StatusCode::FORBIDDEN.into_response(),
                }
            }),
        );
    let server = Server::routes(router).await;
    let system = systems::iteras::header(key(KEY))
        .unwrap()
        .with_base(&format!("{}api/", server.base));
    let iteras = iteras_client::iteras::Iteras::with_client(Client::new(system).unwrap());
    assert_eq!(iteras.setup().await.unwrap(), []);
}

#[tokio::test]
async fn a_log_in_is_not_sent_on() {
    let (elsewhere, seen) = listener().await;
    let to = format!("{}authenticatecustomer/", elsewhere.base);
    let router = Router::new().route(
        "/authenticatecustomer/",
        post(move || async move { (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, to)]) }),
    );
    let server = Server::routes(router).await;
    let logged_in = server.log_in(None);
    assert_eq!(logged_in.await.unwrap_err().kind(), Kind::Outage);
    assert!(seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn paths_stay_below_the_base_address() {
    let (server, seen) = listener().await;
    let system = systems::iteras::header(key(KEY))
        .unwrap()
        .with_base(&format!("{}api/", server.base));
    let client = Client::new(system).unwrap();
    for path in [
        "/elsewhere",
        "../elsewhere",
        "//127.0.0.1:1/",
        "https://evil.example/",
        "a?iteras-key=other",
        "%2e%2e/elsewhere",
    ] {
        let error = client.send(&Request::get(path)).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Programming, "{path}");
    }
    assert!(seen.lock().unwrap().is_empty());
}
