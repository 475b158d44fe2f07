//! Every way in of Iterop, Integrify and DTZ: one call that is let in, and others that are not, each for
//! the right reason.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use iteras_standin::Standin;
use serde_json::{Value, json};

use crate::client::{Answer, get, send, standin};

pub(crate) const JSON: (&str, &str) = ("Content-Type", "application/json");
const DTZ_TOKEN: &str = "/dtz/api/2021-02-21/token/auth";
const DTZ_ME: &str = "/dtz/api/2021-02-21/me";
const DTZ_KEY: &str = "lumen-dtz-key";

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

pub(crate) async fn ask(standin: &Standin, path: &str, headers: &[(&str, &str)]) -> Answer {
    send(&standin.origins().service, "GET", path, headers, "").await
}

async fn authorized(standin: &Standin, path: &str, authorization: &str) -> Answer {
    ask(standin, path, &[("Authorization", authorization)]).await
}

async fn post(standin: &Standin, path: &str, body: Value) -> Answer {
    let service = &standin.origins().service;
    send(service, "POST", path, &[JSON], &body.to_string()).await
}

pub(crate) async fn iterop_token(standin: &Standin) -> Answer {
    let keys = basic("lumen-iterop-access", "lumen-iterop-secret");
    let (service, path) = (&standin.origins().service, "/iterop/api/auth/jwtcode");
    send(service, "POST", path, &[("Authorization", &keys)], "").await
}

async fn integrify_token(standin: &Standin, body: Value) -> Answer {
    post(standin, "/integrify/oidc/token", body).await
}

async fn dtz_token(standin: &Standin, password: &str) -> Answer {
    let body = json!({ "username": "lumen@dtz.example", "password": password });
    post(standin, DTZ_TOKEN, body).await
}

#[track_caller]
pub(crate) fn bearer(answer: &Answer, name: &str) -> String {
    format!("Bearer {}", answer.json()[name].as_str().unwrap())
}

#[track_caller]
fn refused(answer: &Answer, status: u16, text: &str) {
    assert_eq!((answer.status, answer.body.as_str()), (status, text));
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    let schemes = answer.headers("www-authenticate").count();
    assert_eq!(schemes, usize::from(status == 401));
}

#[tokio::test]
async fn iterop_takes_its_keys_by_basic_header_or_a_token_for_them() {
    let standin = standin().await;
    let me = "/iterop/api/me";
    let anna = json!({ "user": "robot@lumen.example" });
    let keys = basic("lumen-iterop-access", "lumen-iterop-secret");
    assert_eq!(authorized(&standin, me, &keys).await.json(), anna);

    let by_header = iterop_token(&standin).await;
    assert_eq!(by_header.header("cache-control"), "no-store");
    assert_eq!(by_header.json().as_object().unwrap().len(), 1);
    let sent = json!({ "accessKey": "lumen-iterop-access", "secretKey": "lumen-iterop-secret" });
    let by_json = post(&standin, "/iterop/api/auth/jwtcode", sent.clone()).await;
    for answer in [&by_header, &by_json] {
        let token = bearer(answer, "token");
        assert_eq!(token.split('.').count(), 3);
        assert_eq!(authorized(&standin, me, &token).await.json(), anna);
    }

    let wrong = "access key or secret key is wrong";
    let swapped = basic("lumen-iterop-secret", "lumen-iterop-access");
    refused(&authorized(&standin, me, &swapped).await, 401, wrong);
    refused(
        &get(&standin.origins().service, me).await,
        401,
        "no credentials",
    );
    let (service, path) = (&standin.origins().service, "/iterop/api/auth/jwtcode");
    let other = json!({ "accessKey": "lumen-iterop-access", "secretKey": "" });
    refused(&post(&standin, path, other).await, 401, wrong);
    let headers = [JSON, ("Authorization", &keys)];
    let both = send(service, "POST", path, &headers, &sent.to_string()).await;
    refused(&both, 400, "two credentials at once");
    let headers = [("Authorization", &*bearer(&by_json, "token"))];
    let token = send(service, "POST", path, &headers, "").await;
    refused(&token, 401, "a token can't ask for a token");
}

#[tokio::test]
async fn integrify_takes_users_by_basic_header() {
    let standin = standin().await;
    let me = "/integrify/me";
    for (header, user) in [
        ("Basic ZGVtbzpwQDU1dzByZA==".to_owned(), "demo"),
        ("Basic ZGVtbzpwQDU1dzByZA".to_owned(), "demo"),
        (basic("colons", "a:b:"), "colons"),
        (basic("pounds", "£"), "pounds"),
        (basic("nothing", ""), "nothing"),
    ] {
        let answer = authorized(&standin, me, &header).await;
        assert_eq!(
            answer.json(),
            json!({ "user": user, "impersonated_by": null })
        );
    }
    let wrong = "user or password is wrong";
    for header in [
        basic("demo", ""),
        basic("nobody", "p@55w0rd"),
        basic("colons", "a"),
    ] {
        refused(&authorized(&standin, me, &header).await, 401, wrong);
    }
    let unreadable = "the Basic header can't be read";
    refused(
        &authorized(&standin, me, "Basic %%%").await,
        400,
        unreadable,
    );
}

#[tokio::test]
async fn integrify_gives_tokens_for_its_key_and_lets_them_impersonate() {
    let standin = standin().await;
    let me = "/integrify/me";
    let own = integrify_token(&standin, json!({ "key": "lumen-integrify-key" })).await;
    assert_eq!(own.json()["expires_in"], 3600);
    let told = authorized(&standin, me, &bearer(&own, "access_token")).await;
    assert_eq!(
        told.json(),
        json!({ "user": "demo", "impersonated_by": null })
    );

    let wanted = json!({ "key": "lumen-integrify-key", "impersonate": "pounds" });
    let other = bearer(&integrify_token(&standin, wanted).await, "access_token");
    let told = authorized(&standin, me, &other).await.json();
    assert_eq!(told, json!({ "user": "pounds", "impersonated_by": "demo" }));

    let wrong = integrify_token(&standin, json!({ "key": "" })).await;
    refused(&wrong, 401, "the API key is wrong");
    let nobody = json!({ "key": "lumen-integrify-key", "impersonate": "nobody" });
    let nobody = integrify_token(&standin, nobody).await;
    refused(&nobody, 403, "there is no such user to impersonate");
    let odd = integrify_token(&standin, json!({ "apikey": "lumen-integrify-key" })).await;
    refused(&odd, 400, "the body is not the JSON that is expected");
    let gone = "the token has run out or is not one of ours";
    let foreign = bearer(&iterop_token(&standin).await, "token");
    for token in [foreign.as_str(), "Bearer x", &format!("{other}x")] {
        refused(&authorized(&standin, me, token).await, 401, gone);
    }
}

#[tokio::test]
async fn dtz_takes_a_key_or_a_token_in_six_ways() {
    let standin = standin().await;
    let answer = dtz_token(&standin, "lumen-dtz-password").await.json();
    let token = answer["access_token"].as_str().unwrap();
    let named = (
        &answer["scope"],
        &answer["token_type"],
        &answer["expires_in"],
    );
    assert_eq!(
        named,
        (&"lumen/admin".into(), &"Bearer".into(), &86_400.into())
    );

    let roles = json!({ "roles": ["https://dtz.example/roles/lumen/admin"] });
    let cookie = format!("theme=dark; dtz-auth={token}");
    let bearer = format!("Bearer {token}");
    for (name, value) in [
        ("X-API-KEY", DTZ_KEY),
        ("Authorization", &bearer),
        ("Authorization", &basic("apikey", DTZ_KEY)),
        ("Authorization", &basic("bearer", token)),
        ("Cookie", &cookie),
    ] {
        let answer = ask(&standin, DTZ_ME, &[(name, value)]).await;
        assert_eq!(
            (answer.status, answer.json()),
            (200, roles.clone()),
            "{name}"
        );
    }
    let by_query = ask(&standin, &format!("{DTZ_ME}?apiKey={DTZ_KEY}"), &[]).await;
    assert_eq!(by_query.json(), roles);
    let log = standin.state().requests.entries();
    assert!(log.iter().all(|entry| !entry.query.contains(DTZ_KEY)));
}

#[tokio::test]
async fn dtz_refuses_each_way_for_its_own_reason() {
    let standin = standin().await;
    let (key, gone) = (
        "the API key is wrong",
        "the token has run out or is not one of ours",
    );
    let empty = "the credential is empty";
    for (name, value, text) in [
        ("X-API-KEY", "wrong", key),
        ("X-API-KEY", "", empty),
        ("Authorization", "Bearer wrong", gone),
        ("Authorization", "Bearer ", empty),
        ("Authorization", &basic("apikey", "wrong"), key),
        ("Authorization", &basic("apikey", ""), key),
        ("Authorization", &basic("bearer", "wrong"), gone),
        ("Authorization", &basic("bearer", ""), gone),
        (
            "Authorization",
            &basic("lumen@dtz.example", DTZ_KEY),
            "the user of a Basic header is apikey or bearer",
        ),
        ("Cookie", "dtz-auth=wrong", gone),
        ("Cookie", "dtz-auth=", empty),
        ("Cookie", "dtz=x", "no credentials"),
    ] {
        refused(&ask(&standin, DTZ_ME, &[(name, value)]).await, 401, text);
    }
    for (query, text) in [
        ("apiKey=wrong", key),
        ("apiKey=", empty),
        ("apikey=x", "no credentials"),
    ] {
        refused(
            &ask(&standin, &format!("{DTZ_ME}?{query}"), &[]).await,
            401,
            text,
        );
    }
    refused(
        &dtz_token(&standin, "").await,
        401,
        "user name or password is wrong",
    );

    let header = ("X-API-KEY", DTZ_KEY);
    let basic = basic("apikey", DTZ_KEY);
    for (query, headers) in [
        ("", &[header, header][..]),
        ("", &[header, ("Authorization", &basic)]),
        ("", &[header, ("Cookie", "dtz-auth=x")]),
        ("?apiKey=lumen-dtz-key", &[header]),
        ("?apiKey=lumen-dtz-key&apiKey=x", &[]),
    ] {
        let answer = ask(&standin, &format!("{DTZ_ME}{query}"), headers).await;
        refused(&answer, 400, "two credentials at once");
    }
}

#[tokio::test]
async fn without_a_configuration_there_are_no_systems() {
    let text = include_str!("../../standin.toml");
    let without = text.split("[systems.iterop]").next().unwrap();
    let options = iteras_standin::Options {
        config: iteras_standin::Config::parse(without).unwrap(),
        ..iteras_standin::Options::on_free_ports()
    };
    let standin = Standin::start(options).await.unwrap();
    for path in ["/iterop/api/me", "/integrify/me", DTZ_ME] {
        let answer = ask(&standin, path, &[("X-API-KEY", DTZ_KEY)]).await;
        refused(&answer, 404, "no systems are configured");
    }
    let empty = text.replace("\"lumen-dtz-key\"", "\"\"");
    let error = iteras_standin::Config::parse(&empty)
        .unwrap_err()
        .to_string();
    assert_eq!(error, "systems.dtz.api_key: it is empty");
}
