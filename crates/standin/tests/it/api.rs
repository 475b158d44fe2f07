//! `authenticatecustomer/` and `setup/` of the server API.

use crate::client::{Answer, post, send, standin};
use iteras_standin::Standin;

const KEY: (&str, &str) = ("X-Iteras-Key", "lumen-api-key-for-development");
const AUTH: &str = "/api/authenticatecustomer/";

async fn authenticate(standin: &Standin, form: &str) -> Answer {
    send(&standin.origins().service, "POST", AUTH, &[KEY], form).await
}

#[tokio::test]
async fn customers_are_authenticated_by_id_or_email() {
    let standin = standin().await;
    for form in [
        "id=31168&password=lumen",
        "email=anna%40example.com&password=lumen",
        "id=&email=ANNA%40example.com&password=lumen",
    ] {
        let answer = authenticate(&standin, form).await;
        assert_eq!(
            answer.json(),
            serde_json::json!({ "authenticated": true, "id": "31168" })
        );
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("content-type"), "application/json");
    }
    let refused = async |form| {
        let answer = authenticate(&standin, form).await;
        assert_eq!(
            (answer.status, answer.json()["authenticated"].as_bool()),
            (200, Some(false))
        );
        answer.json()["errorcode"].as_str().unwrap().to_owned()
    };
    assert_eq!(refused("id=1&password=lumen").await, "unknowncustomer");
    assert_eq!(refused("id=31168&password=").await, "invalidpassword");
}

#[tokio::test]
async fn preauth_comes_only_when_asked_for() {
    let standin = standin().await;
    let with = authenticate(&standin, "id=31168&password=lumen&preauthseconds=60")
        .await
        .json();
    assert_eq!(with["preauth"].as_str().unwrap().split(':').count(), 3);
    let wrong = authenticate(&standin, "id=31168&password=no&preauthseconds=60")
        .await
        .json();
    assert!(wrong["preauth"].is_null());
}

#[tokio::test]
async fn mistakes_of_programs_are_plain_text() {
    let standin = standin().await;
    for form in [
        "",
        "password=x",
        "id=31168",
        "id=31168&email=anna%40example.com&password=lumen",
        "id=31168&password=lumen&preauthseconds=0",
        "id=31168&password=lumen&preauthseconds=-1",
        "id=31168&password=lumen&preauthseconds=1e3",
        "id=31168&password=lumen&preauthseconds=99999999999999999999",
    ] {
        let answer = authenticate(&standin, form).await;
        assert_eq!(answer.status, 400, "{form}");
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    }
    let service = &standin.origins().service;
    let form = [("id", "31168"), ("password", "lumen")];
    assert_eq!(post(service, AUTH, &form).await.status, 403);
    assert_eq!(
        post(service, &format!("{AUTH}?iteras-key=wrong"), &form)
            .await
            .status,
        403
    );
    let both = format!("{AUTH}?iteras-key={}", KEY.1);
    assert_eq!(post(service, &both, &form).await.status, 200);
    assert_eq!(
        send(service, "POST", &both, &[KEY], "id=31168&password=lumen")
            .await
            .status,
        400
    );
    assert_eq!(send(service, "GET", AUTH, &[KEY], "").await.status, 400);
    assert_eq!(
        send(service, "GET", "/api/nowhere/", &[KEY], "")
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn setup_lists_the_paywalls() {
    let standin = standin().await;
    let service = &standin.origins().service;
    let answer = send(service, "GET", "/api/setup/?language=en", &[KEY], "").await;
    assert_eq!(
        answer.json(),
        serde_json::json!({ "paywalls": [
            { "paywall_id": "n8fsoupukhv3", "name": "All of Lumen" },
            { "paywall_id": "BBBB2222", "name": "The archive" },
        ] })
    );
    assert_eq!(
        send(service, "GET", "/api/setup/", &[], "").await.status,
        403
    );
}
