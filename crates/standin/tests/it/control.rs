//! The control server.

use iteras_standin::Standin;

use crate::client::{Answer, get, send, standin};

async fn post(standin: &Standin, path: &str, json: &str) -> Answer {
    send(&standin.origins().control, "POST", path, &[], json).await
}

#[tokio::test]
async fn any_page_may_call_it_with_and_without_a_preflight() {
    let standin = standin().await;
    let control = &standin.origins().control;
    let preflight = send(
        control,
        "OPTIONS",
        "/fault",
        &[("Origin", "http://localhost:1")],
        "",
    )
    .await;
    assert_eq!(preflight.status, 204);
    for answer in [
        preflight,
        get(control, "/state").await,
        get(control, "/nowhere").await,
    ] {
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(
            answer.header("access-control-allow-headers"),
            "Content-Type"
        );
        assert_eq!(
            answer.header("access-control-allow-methods"),
            "GET, POST, DELETE"
        );
    }
    assert!(
        get(control, "/")
            .await
            .body
            .contains("not the real service")
    );
}

#[tokio::test]
async fn state_shows_faults_and_accounts() {
    let standin = standin().await;
    post(&standin, "/fault", r#"{"renewal":"503","retry_after":30}"#).await;
    let state = get(&standin.origins().control, "/state").await.json();
    assert_eq!(
        state["fault"],
        serde_json::json!({ "renewal": "503", "retry_after": 30 })
    );
    assert_eq!(
        state["origins"]["service"],
        standin.origins().service.as_str()
    );
    let anna = &state["profiles"][0]["accounts"][0];
    assert_eq!(
        (&anna["id"], &anna["access"]["n8fsoupukhv3"]),
        (&"31168".into(), &"sub".into())
    );
}

#[tokio::test]
async fn passes_are_made_to_order() {
    let standin = standin().await;
    let pass = async |json: &str| post(&standin, "/pass", json).await.body;
    assert!(
        pass(r#"{"account":"31169"}"#)
            .await
            .starts_with("user|n8fsoupukhv3|")
    );
    let two = r#"{"account":"31168","paywalls":["n8fsoupukhv3","BBBB2222"],"level":"user","expires_in":-5}"#;
    let two = pass(two).await;
    assert!(
        two.starts_with("user,user|n8fsoupukhv3,BBBB2222|") && two.contains("|31168|127.0.0.1/")
    );
    assert!(
        pass(r#"{"account":"31170","paywalls":["X"]}"#)
            .await
            .starts_with("sub|X|")
    );
    let nothing = post(&standin, "/pass", r#"{"account":"31170"}"#).await;
    assert_eq!(
        (nothing.status, nothing.body.as_str()),
        (400, "this account has no access: name paywalls and a level")
    );
    let never = post(
        &standin,
        "/pass",
        r#"{"account":"31168","expires_in":9223372036854775807}"#,
    )
    .await;
    assert_eq!(never.status, 400);
}

#[tokio::test]
async fn mistakes_are_answered_with_a_sentence() {
    let standin = standin().await;
    for (path, json, status) in [
        ("/fault", "{}", 400),
        ("/fault", "nonsense", 400),
        ("/account", r#"{"id":"1","level":"sub"}"#, 404),
        ("/account", r#"{"id":"31168","level":"gold"}"#, 400),
        (
            "/account",
            r#"{"id":"31168","level":"sub","paywall":"X"}"#,
            400,
        ),
        ("/pass", r#"{"account":"31168","profile":"other"}"#, 400),
    ] {
        let answer = post(&standin, path, json).await;
        assert_eq!(answer.status, status, "{path} {json}");
        assert!(!answer.body.is_empty());
    }
}

#[tokio::test]
async fn requests_are_logged_and_forgotten() {
    let standin = standin().await;
    let (service, control) = (&standin.origins().service, &standin.origins().control);
    let headers = [
        ("Content-Type", "text/plain"),
        ("Origin", "http://localhost:4801"),
        ("Cookie", "a=b"),
    ];
    send(service, "POST", "/api/paywall/renew/", &headers, "a pass").await;
    get(service, "/api/setup/?iteras-key=secret&x=1").await;
    let log = get(control, "/requests").await.json();
    let first = &log[0];
    assert_eq!(first["method"], "POST");
    assert_eq!(first["path"], "/api/paywall/renew/");
    assert_eq!(first["body"], "a pass");
    assert_eq!(first["origin"], "http://localhost:4801");
    assert_eq!(first["cookies"], true);
    assert!(first["time"].as_u64().unwrap() > 1_700_000_000_000);
    assert_eq!(log[1]["query"], "iteras-key=[redacted]&x=1");
    assert_eq!(
        send(control, "DELETE", "/requests", &[], "").await.status,
        204
    );
    assert_eq!(
        get(control, "/requests").await.json(),
        serde_json::json!([])
    );
}

#[tokio::test]
async fn reset_takes_everything_back() {
    let standin = standin().await;
    post(&standin, "/fault", r#"{"renewal":"down"}"#).await;
    post(&standin, "/account", r#"{"id":"31170","level":"sub"}"#).await;
    get(&standin.origins().service, "/").await;
    assert_eq!(post(&standin, "/reset", "").await.status, 204);
    let state = get(&standin.origins().control, "/state").await.json();
    assert_eq!(state["fault"]["renewal"], "ok");
    assert_eq!(state["requests"], 0);
    assert_eq!(
        state["profiles"][0]["accounts"][2]["access"]["n8fsoupukhv3"],
        "none"
    );
}
