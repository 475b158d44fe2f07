//! Every way into every system, against the stand-in: each passes, and each fails for the right reason.

use iteras_client::request::{Nature, Request};
use iteras_client::systems::{dtz, integrify, iterop};
use iteras_client::{Client, Error, Kind, Login, System, Token};
use iteras_standin::Standin;
use serde_json::{Value, json};

use crate::server::{control, key, standin};

const ACCESS: &str = "lumen-iterop-access";
const SECRET: &str = "lumen-iterop-secret";
const DTZ_USER: &str = "lumen@dtz.example";
const DTZ_PASSWORD: &str = "lumen-dtz-password";
const DTZ_KEY: &str = "lumen-dtz-key";
const INTEGRIFY_KEY: &str = "lumen-integrify-key";

struct Systems(Standin);

impl Systems {
    async fn start() -> Self {
        Self(standin().await)
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.0.origins().service)
    }

    fn iterop(&self) -> String {
        self.at("/iterop/api/")
    }

    fn integrify(&self) -> String {
        self.at("/integrify/")
    }

    fn dtz(&self, system: System) -> System {
        let base = self.at("/dtz/api/2021-02-21/");
        let tokens = format!("{base}token/auth");
        system.with_base(&base).with_token_address(&tokens)
    }

    /// Sets what a system does from now on.
    async fn set(&self, settings: Value) {
        control(&self.0, "systems", settings).await;
    }

    async fn dtz_token(&self) -> Token {
        let form = json!({ "username": DTZ_USER, "password": DTZ_PASSWORD });
        let system = self.dtz(dtz::api_key(key("none")).unwrap());
        let request = Request::post("token/auth", Nature::Read)
            .with_json(&form)
            .unwrap();
        let answer = Client::new(system).unwrap().send(&request).await.unwrap();
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        Token::new(answer["access_token"].as_str().unwrap()).unwrap()
    }
}

async fn me(system: System) -> Result<Value, Error> {
    let answer = Client::new(system)
        .unwrap()
        .send(&Request::get("me"))
        .await?;
    Ok(serde_json::from_slice(&answer).unwrap())
}

#[track_caller]
fn refused(came: Result<Value, Error>, status: u16, text: &str) {
    let error = came.unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (Kind::Auth, Some(status)),
        "{error}"
    );
    assert_eq!(error.to_string(), text);
}

fn login(user: &str, password: &str) -> Login {
    Login::new(user, password).unwrap()
}

#[tokio::test]
async fn iterop_by_keys_or_by_a_jwt_made_of_them() {
    let systems = Systems::start().await;
    let base = systems.iterop();
    let (right, wrong) = (login(ACCESS, SECRET), login(ACCESS, "another"));
    for system in [
        iterop::basic(&base, right.clone()),
        iterop::jwt(&base, right.clone()),
        iterop::jwt_by_json(&base, &right),
    ] {
        assert_eq!(me(system).await.unwrap()["user"], "robot@lumen.example");
    }
    let text = "iterop: GET me was answered with status 401: access key or secret key is wrong";
    refused(me(iterop::basic(&base, wrong.clone())).await, 401, text);
    for system in [
        iterop::jwt(&base, wrong.clone()),
        iterop::jwt_by_json(&base, &wrong),
    ] {
        let text = "iterop: no token to be had: POST token request was answered with status 401: access key or secret key is wrong";
        refused(me(system).await, 401, text);
    }
}

#[tokio::test]
async fn integrify_by_password_token_or_api_key() {
    let systems = Systems::start().await;
    let base = systems.integrify();
    for (user, password) in [
        ("demo", "p@55w0rd"),
        ("colons", "a:b:"),
        ("pounds", "£"),
        ("nothing", ""),
    ] {
        let answer = me(integrify::basic(&base, login(user, password)))
            .await
            .unwrap();
        assert_eq!(answer, json!({ "user": user, "impersonated_by": null }));
    }
    let right = key(INTEGRIFY_KEY);
    assert_eq!(
        me(integrify::api_key(&base, &right)).await.unwrap()["user"],
        "demo"
    );
    let answer = me(integrify::impersonating(&base, &right, "pounds"))
        .await
        .unwrap();
    assert_eq!(
        answer,
        json!({ "user": "pounds", "impersonated_by": "demo" })
    );
    let request =
        Request::post("oidc/token", Nature::Read).with_json(&json!({ "key": INTEGRIFY_KEY }));
    let by_hand = Client::new(integrify::basic(&base, login("demo", "p@55w0rd"))).unwrap();
    let answer: Value =
        serde_json::from_slice(&by_hand.send(&request.unwrap()).await.unwrap()).unwrap();
    let token = Token::new(answer["access_token"].as_str().unwrap()).unwrap();
    assert_eq!(
        me(integrify::bearer(&base, token)).await.unwrap()["user"],
        "demo"
    );

    let wrong = me(integrify::basic(&base, login("demo", "another")))
        .await
        .unwrap_err();
    assert_eq!((wrong.kind(), wrong.status()), (Kind::Auth, Some(401)));
    let wrong = me(integrify::bearer(&base, Token::new("a.b.c").unwrap()))
        .await
        .unwrap_err();
    assert_eq!((wrong.kind(), wrong.status()), (Kind::Auth, Some(401)));
    for system in [
        integrify::api_key(&base, &key("another")),
        integrify::impersonating(&base, &right, "nobody"),
    ] {
        let wrong = me(system).await.unwrap_err();
        assert_eq!(wrong.kind(), Kind::Auth, "{wrong}");
        assert!(
            wrong
                .to_string()
                .starts_with("integrify: no token to be had: "),
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn dtz_by_key_or_token_in_six_places_or_by_log_in() {
    let systems = Systems::start().await;
    let ways = |key_text: &str, token: Token, login: Login| {
        let the_key = key(key_text);
        [
            dtz::api_key(the_key.clone()).unwrap(),
            dtz::basic_api_key(&the_key),
            dtz::query(the_key).unwrap(),
            dtz::bearer(token.clone()),
            dtz::basic_token(&token),
            dtz::cookie(token).unwrap(),
            dtz::login(&login),
            dtz::login_by_basic(&login),
            dtz::login_by_cookie(&login),
        ]
    };
    let token = systems.dtz_token().await;
    for system in ways(DTZ_KEY, token, login(DTZ_USER, DTZ_PASSWORD)) {
        let answer = me(systems.dtz(system)).await.unwrap();
        assert_eq!(
            answer,
            json!({ "roles": ["https://dtz.example/roles/lumen/admin"] })
        );
    }
    let wrong = ways(
        "another",
        Token::new("a.b.c").unwrap(),
        login(DTZ_USER, "another"),
    );
    for (at, system) in wrong.into_iter().enumerate() {
        let text = match at {
            0..3 => "dtz: GET me was answered with status 401: the API key is wrong",
            3..6 => {
                "dtz: GET me was answered with status 401: the token has run out or is not one of ours"
            }
            _ => {
                "dtz: no token to be had: POST token request was answered with status 401: user name or password is wrong"
            }
        };
        refused(me(systems.dtz(system)).await, 401, text);
    }
}

#[tokio::test]
async fn c67_two_credentials_at_once_are_a_mistake_of_the_program() {
    let systems = Systems::start().await;
    let client = Client::new(systems.dtz(dtz::api_key(key(DTZ_KEY)).unwrap())).unwrap();
    let twice = Request::get("me").with_query("apiKey", DTZ_KEY);
    let error = client.send(&twice).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (Kind::Programming, Some(400))
    );
    assert!(!error.to_string().contains(DTZ_KEY), "{error}");
}

#[tokio::test]
async fn tokens_that_were_taken_back_are_renewed() {
    let systems = Systems::start().await;
    let system = systems.dtz(dtz::login(&login(DTZ_USER, DTZ_PASSWORD)));
    let client = Client::new(system).unwrap();
    for _ in 0..2 {
        client.send(&Request::get("me")).await.unwrap();
        control(&systems.0, "systems/expire", json!({ "system": "dtz" })).await;
    }
    client.send(&Request::get("me")).await.unwrap();
    let report = systems
        .0
        .state()
        .systems
        .report(iteras_standin::systems::System::Dtz);
    assert_eq!((report.token_calls, report.refused), (3, 2));
}

#[tokio::test]
async fn every_shape_of_answer_is_understood() {
    let systems = Systems::start().await;
    for shape in ["usual", "text", "token", "jwt", "access_token"] {
        systems
            .set(json!({ "system": "iterop", "answer": shape }))
            .await;
        let system = iterop::jwt(&systems.iterop(), login(ACCESS, SECRET));
        assert!(me(system).await.is_ok(), "{shape}");
    }
}

#[tokio::test]
async fn names_and_addresses_can_be_others() {
    let systems = Systems::start().await;
    let base = systems.at("/");
    let renamed = iterop::jwt_by_json(&base, &login(ACCESS, SECRET))
        .with_source(|source| source.with_renamed_field("accessKey", "key"))
        .with_token_address("iterop/api/auth/jwtcode");
    let error = me(renamed.clone()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Auth, "{error}");
    let back = renamed.with_source(|source| source.with_renamed_field("key", "accessKey"));
    let client = Client::new(back).unwrap();
    assert!(client.send(&Request::get("iterop/api/me")).await.is_ok());
}

#[tokio::test]
async fn c60_lives_of_tokens_and_c61_rejections() {
    let systems = Systems::start().await;
    let calls = async |settings: Value| {
        systems.set(settings).await;
        let client = Client::new(systems.dtz(dtz::login(&login(DTZ_USER, DTZ_PASSWORD)))).unwrap();
        systems.0.state().systems.forget();
        for _ in 0..3 {
            client.send(&Request::get("me")).await.unwrap();
        }
        let report = systems
            .0
            .state()
            .systems
            .report(iteras_standin::systems::System::Dtz);
        report.token_calls
    };
    for expires_in in [json!(0), json!(-1), json!("0")] {
        assert_eq!(
            calls(json!({ "system": "dtz", "expires_in": expires_in })).await,
            3,
            "{expires_in}"
        );
    }
    for expires_in in [json!(null), json!("3600"), json!(1e18)] {
        assert_eq!(
            calls(json!({ "system": "dtz", "expires_in": expires_in })).await,
            1,
            "{expires_in}"
        );
    }
    assert_eq!(
        calls(json!({ "system": "dtz", "without_expires_in": true })).await,
        1
    );
    assert_eq!(
        calls(json!({ "system": "dtz", "refuse": { "status": 401, "calls": 1 } })).await,
        2
    );
    systems
        .set(json!({ "system": "dtz", "refuse": { "status": 403, "calls": 1 } }))
        .await;
    let error = me(systems.dtz(dtz::login(&login(DTZ_USER, DTZ_PASSWORD))))
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.status()), (Kind::Auth, Some(403)));
}

#[tokio::test]
async fn f31_a_token_endpoint_that_fails_is_named() {
    let systems = Systems::start().await;
    for mode in ["down", "500", "503", "429", "html", "broken-json"] {
        systems
            .set(json!({ "system": "dtz", "token": { "mode": mode } }))
            .await;
        let error = me(systems.dtz(dtz::login(&login(DTZ_USER, DTZ_PASSWORD))))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), Kind::Outage, "{mode}: {error}");
        assert!(
            error.to_string().starts_with("dtz: no token to be had: "),
            "{error}"
        );
        assert!(!error.to_string().contains(DTZ_PASSWORD));
    }
}
