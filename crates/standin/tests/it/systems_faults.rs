//! What the control server switches on in the systems, and what it counts.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use iteras_standin::Standin;
use serde_json::{Value, json};

use crate::api::KEY;
use crate::client::{Answer, get, send, standin};
use crate::systems::{JSON, ask, bearer, iterop_token};

const ME: &str = "/iterop/api/me";

async fn control(standin: &Standin, method: &str, path: &str, body: &str) -> Answer {
    send(&standin.origins().control, method, path, &[], body).await
}

async fn set(standin: &Standin, settings: Value) {
    let answer = control(standin, "POST", "/systems", &settings.to_string()).await;
    assert_eq!(answer.status, 200, "{settings}: {}", answer.body);
}

async fn report(standin: &Standin) -> Value {
    get(&standin.origins().control, "/systems").await.json()
}

async fn integrify_token(standin: &Standin) -> Answer {
    let (path, body) = ("/integrify/oidc/token", r#"{"key":"lumen-integrify-key"}"#);
    send(&standin.origins().service, "POST", path, &[JSON], body).await
}

#[tokio::test]
async fn token_endpoints_fail_in_many_ways() {
    let standin = standin().await;
    for (mode, status) in [
        ("down", 0),
        ("500", 500),
        ("502", 502),
        ("429", 429),
        ("html", 200),
    ] {
        let token = json!({ "mode": mode, "retry_after": 7 });
        set(&standin, json!({ "system": "iterop", "token": token })).await;
        let answer = iterop_token(&standin).await;
        assert_eq!(answer.status, status, "{mode}");
        if status >= 400 {
            assert_eq!(answer.header("retry-after"), "7");
        }
    }
    let hang = json!({ "system": "iterop", "token": { "mode": "hang" } });
    set(&standin, hang).await;
    assert!(iterop_token(&standin).await.hangs);
    let every_second = json!({ "mode": "503", "one_in": 2 });
    control(&standin, "DELETE", "/systems", "").await;
    set(
        &standin,
        json!({ "system": "iterop", "token": every_second }),
    )
    .await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(iterop_token(&standin).await.status);
    }
    assert_eq!(statuses, [200, 503, 200, 503]);
    let report = report(&standin).await;
    let counted = (
        &report["iterop"]["token_calls"],
        &report["iterop"]["tokens_given"],
    );
    assert_eq!(counted, (&4.into(), &2.into()));
    assert_eq!(integrify_token(&standin).await.status, 200);
}

#[tokio::test]
async fn tokens_of_before_can_be_refused_while_new_ones_count() {
    let standin = standin().await;
    let old = bearer(&iterop_token(&standin).await, "token");
    let me = async |token: &str| ask(&standin, ME, &[("Authorization", token)]).await.status;
    assert_eq!(me(&old).await, 200);
    let expired = control(
        &standin,
        "POST",
        "/systems/expire",
        r#"{"system":"iterop"}"#,
    )
    .await;
    assert_eq!(expired.status, 200);
    assert_eq!((me(&old).await, me(&old).await), (401, 401));
    let new = bearer(&iterop_token(&standin).await, "token");
    assert_eq!(me(&new).await, 200);
    let report = report(&standin).await["iterop"].take();
    let tokens: Vec<_> = (report["tokens"].as_array().unwrap().iter())
        .map(|token| {
            (
                token["calls"].as_u64().unwrap(),
                token["refused"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(tokens, [(1, 2), (1, 0)]);
    assert_eq!(
        (&report["calls"], &report["refused"]),
        (&4.into(), &2.into())
    );
    let other = standin_other_run(&old).await;
    assert_eq!(
        other, 200,
        "a restart forgets no token that has not run out"
    );
}

// A second stand-in with the same `token_key`, as after a restart.
async fn standin_other_run(token: &str) -> u16 {
    let again = standin().await;
    ask(&again, ME, &[("Authorization", token)]).await.status
}

#[tokio::test]
async fn the_next_calls_can_be_refused_whatever_they_bring() {
    let standin = standin().await;
    let token = bearer(&iterop_token(&standin).await, "token");
    for status in [401, 403] {
        let refuse = json!({ "status": status, "calls": 2 });
        set(&standin, json!({ "system": "iterop", "refuse": refuse })).await;
        let mut statuses = Vec::new();
        for _ in 0..3 {
            statuses.push(ask(&standin, ME, &[("Authorization", &token)]).await.status);
        }
        assert_eq!(statuses, [status, status, 200]);
    }
    assert_eq!(report(&standin).await["iterop"]["refused"], 4);
}

#[tokio::test]
async fn c60_expires_in_is_whatever_a_test_wants() {
    let standin = standin().await;
    for told in [json!(0), json!(-1), Value::Null, json!("3600"), json!(1e18)] {
        set(
            &standin,
            json!({ "system": "integrify", "expires_in": told }),
        )
        .await;
        let answer = integrify_token(&standin).await.json();
        assert_eq!(answer["expires_in"], told);
        assert!(answer.as_object().unwrap().contains_key("expires_in"));
    }
    set(
        &standin,
        json!({ "system": "integrify", "without_expires_in": true, "life": 60 }),
    )
    .await;
    let answer = integrify_token(&standin).await.json();
    assert_eq!(
        answer.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["access_token"]
    );
    let token = answer["access_token"].as_str().unwrap();
    let payload = URL_SAFE_NO_PAD
        .decode(token.split('.').nth(1).unwrap())
        .unwrap();
    let claims: Value = serde_json::from_slice(&payload).unwrap();
    let life = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!(life, 60);

    set(&standin, json!({ "system": "integrify", "life": 0 })).await;
    let over = bearer(&integrify_token(&standin).await, "access_token");
    let answer = ask(&standin, "/integrify/me", &[("Authorization", &over)]).await;
    assert_eq!(answer.status, 401, "a token of no life has run out");
}

#[tokio::test]
async fn answers_and_tokens_have_other_shapes() {
    let standin = standin().await;
    for (shape, name) in [
        ("token", "token"),
        ("jwt", "jwt"),
        ("access_token", "access_token"),
    ] {
        set(&standin, json!({ "system": "iterop", "answer": shape })).await;
        let token = bearer(&iterop_token(&standin).await, name);
        assert_eq!(
            ask(&standin, ME, &[("Authorization", &token)]).await.status,
            200
        );
    }
    for (form, separator) in [("jwt", '.'), ("without-exp", '.'), ("opaque", '~')] {
        set(
            &standin,
            json!({ "system": "iterop", "answer": "text", "form": form }),
        )
        .await;
        let answer = iterop_token(&standin).await;
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        let parts: Vec<_> = answer.body.split(separator).collect();
        let payload = URL_SAFE_NO_PAD.decode(parts[parts.len() - 2]).unwrap();
        let payload = String::from_utf8(payload).unwrap();
        assert_eq!(payload.contains("\"exp\""), form == "jwt", "{payload}");
        let token = format!("Bearer {}", answer.body);
        assert_eq!(
            ask(&standin, ME, &[("Authorization", &token)]).await.status,
            200
        );
    }
}

#[tokio::test]
async fn the_server_api_can_go_wrong_as_well() {
    let standin = standin().await;
    let setup = async || ask(&standin, "/api/setup/", &[KEY]).await;
    let api = json!({ "mode": "503", "retry_after": 1, "one_in": 2 });
    set(&standin, json!({ "system": "iteras", "api": api })).await;
    assert_eq!(setup().await.status, 200);
    let second = setup().await;
    assert_eq!((second.status, second.header("retry-after")), (503, "1"));
    set(
        &standin,
        json!({ "system": "iteras", "refuse": { "status": 403, "calls": 1 } }),
    )
    .await;
    assert_eq!((setup().await.status, setup().await.status), (403, 200));
    let renewal = send(
        &standin.origins().service,
        "POST",
        "/api/paywall/renew/",
        &[],
        "",
    )
    .await;
    assert_eq!(renewal.status, 415, "renewals have faults of their own");
    assert_eq!(report(&standin).await["iteras"]["calls"], 4);
}

#[tokio::test]
async fn nonsense_is_refused_and_reset_takes_everything_back() {
    let standin = standin().await;
    for (body, text) in [
        (r#"{"token":{"mode":"500"}}"#, "missing field `system`"),
        (r#"{"system":"itera"}"#, "unknown variant `itera`"),
        (r#"{"system":"dtz","tokens":{}}"#, "unknown field `tokens`"),
        (
            r#"{"system":"dtz","token":{"mode":"refuse"}}"#,
            "token.mode: this is a fault of the renewal alone",
        ),
        (
            r#"{"system":"dtz","api":{"mode":"503","one_in":0}}"#,
            "api.one_in: expected at least 1",
        ),
        (
            r#"{"system":"dtz","refuse":{"status":500,"calls":1}}"#,
            "refuse.status: expected 401 or 403, got 500",
        ),
        (
            r#"{"system":"iteras","life":5}"#,
            "iteras has no tokens: only api and refuse can be set",
        ),
    ] {
        let answer = control(&standin, "POST", "/systems", body).await;
        assert_eq!(answer.status, 400, "{body}");
        assert!(answer.body.contains(text), "{body}: {}", answer.body);
    }
    let extra = r#"{"system":"dtz","life":1}"#;
    assert_eq!(
        control(&standin, "POST", "/systems/expire", extra)
            .await
            .status,
        400
    );
    set(
        &standin,
        json!({ "system": "iterop", "token": { "mode": "500" } }),
    )
    .await;
    iterop_token(&standin).await;
    control(&standin, "POST", "/reset", "").await;
    assert_eq!(report(&standin).await["iterop"]["token_calls"], 0);
    assert_eq!(iterop_token(&standin).await.status, 200);
}
