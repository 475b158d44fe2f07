//! Renewal: new passes, refusals, and every fault as it looks on the wire.

use std::time::{Duration, Instant};

use iteras_standin::{Options, Standin};

use crate::client::{Answer, send, standin};

const PATH: &str = "/api/paywall/renew/";

async fn renew(standin: &Standin, pass: &str) -> Answer {
    let headers = [
        ("Content-Type", "text/plain;charset=UTF-8"),
        ("Origin", "http://localhost:1"),
    ];
    send(&standin.origins().service, "POST", PATH, &headers, pass).await
}

async fn control(standin: &Standin, path: &str, json: &str) -> Answer {
    let answer = send(&standin.origins().control, "POST", path, &[], json).await;
    assert!(answer.status < 300, "{}", answer.body);
    answer
}

async fn pass(standin: &Standin, json: &str) -> String {
    control(standin, "/pass", json).await.body
}

async fn anna(standin: &Standin) -> String {
    pass(standin, r#"{"account":"31168"}"#).await
}

#[track_caller]
fn refused(answer: &Answer, code: &str) {
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.json(),
        serde_json::json!({ "pass": null, "errorcode": code })
    );
}

#[tokio::test]
async fn a_pass_is_renewed_with_the_rights_of_today() {
    let standin = standin().await;
    let old = pass(&standin, r#"{"account":"31168","expires_in":60}"#).await;
    let answer = renew(&standin, &old).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(
        answer.header("access-control-expose-headers"),
        "Retry-After"
    );
    assert!(
        answer
            .headers("access-control-allow-credentials")
            .next()
            .is_none()
    );
    let new = answer.json()["pass"].as_str().unwrap().to_owned();
    assert!(new.starts_with("sub|n8fsoupukhv3|") && new != old);
    assert!(standin.state().publishers[0].keys.verify(&new).is_ok());

    control(&standin, "/account", r#"{"id":"31168","level":"user"}"#).await;
    let lower = renew(&standin, &old).await.json();
    assert!(lower["pass"].as_str().unwrap().starts_with("user|"));
}

#[tokio::test]
async fn a_long_absence_is_forgiven_for_90_days() {
    let standin = standin().await;
    let expired = async |days: i64| {
        let json = format!(r#"{{"account":"31168","expires_in":{}}}"#, -days * 86_400);
        renew(&standin, &pass(&standin, &json).await).await
    };
    assert!(expired(1).await.json()["pass"].is_string());
    assert!(expired(89).await.json()["pass"].is_string());
    refused(&expired(91).await, "expired");
}

#[tokio::test]
async fn refusals_say_why() {
    let standin = standin().await;
    let good = anna(&standin).await;
    refused(&renew(&standin, "nonsense").await, "badsignature");
    refused(&renew(&standin, "").await, "badsignature");
    refused(
        &renew(&standin, &good.replacen("sub|", "sub,sub|", 1)).await,
        "badsignature",
    );
    refused(
        &renew(&standin, &good.replace("sha256:", "sha1:")).await,
        "badsignature",
    );
    let unknown = r#"{"account":"99999","paywalls":["n8fsoupukhv3"]}"#;
    refused(
        &renew(&standin, &pass(&standin, unknown).await).await,
        "noaccess",
    );
    let elsewhere = r#"{"account":"31168","paywalls":["BBBB2222"]}"#;
    refused(
        &renew(&standin, &pass(&standin, elsewhere).await).await,
        "noaccess",
    );
    control(&standin, "/account", r#"{"id":"31168","level":"none"}"#).await;
    refused(&renew(&standin, &good).await, "noaccess");
}

#[tokio::test]
async fn a_pass_of_the_older_key_is_renewed_with_the_newer() {
    let standin = standin().await;
    let key = &standin.state().config.profiles[0].signing_keys[1];
    let key = iteras_guard::signature::PassKey::new(key).unwrap();
    let old = key.sign("sub|n8fsoupukhv3|2099-01-01T00:00:00Z|31168|");
    let new = renew(&standin, &old).await.json()["pass"]
        .as_str()
        .unwrap()
        .to_owned();
    let keys = &standin.state().publishers[0].keys;
    assert_eq!(keys.verify(&new).unwrap().key_id(), "0");
}

#[tokio::test]
async fn only_the_simple_request_of_the_protocol_is_served() {
    let standin = standin().await;
    let service = &standin.origins().service;
    let good = anna(&standin).await;
    let json = send(
        service,
        "POST",
        PATH,
        &[("Content-Type", "application/json")],
        &good,
    )
    .await;
    assert_eq!(json.status, 415);
    let preflight = send(
        service,
        "OPTIONS",
        PATH,
        &[("Origin", "http://localhost:1")],
        "",
    )
    .await;
    assert_eq!(preflight.status, 405);
    assert!(
        preflight
            .headers("access-control-allow-origin")
            .next()
            .is_none()
    );
}

#[tokio::test]
async fn each_fault_is_what_it_says() {
    let standin = standin().await;
    let good = anna(&standin).await;
    let faulty = async |json: &str| {
        control(&standin, "/fault", json).await;
        renew(&standin, &good).await
    };
    let down = faulty(r#"{"renewal":"down"}"#).await;
    assert_eq!(
        (down.status, down.body.as_str(), down.hangs),
        (0, "", false)
    );
    let hang = faulty(r#"{"renewal":"hang"}"#).await;
    assert_eq!(
        (hang.status, hang.body.as_str(), hang.hangs),
        (200, "", true)
    );
    let cut = faulty(r#"{"renewal":"cut"}"#).await;
    assert_eq!(
        (cut.status, cut.header("content-length"), cut.hangs),
        (200, "500", false)
    );
    assert_eq!(cut.body, r#"{"pass":"sub|"#);
    for status in ["500", "502", "503", "429"] {
        let json = format!(r#"{{"renewal":"{status}","retry_after":7}}"#);
        let answer = faulty(&json).await;
        assert_eq!(answer.status.to_string(), status);
        assert_eq!(answer.header("retry-after"), "7");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
    }
    let date = r#"{"renewal":"503","retry_after":"Fri, 01 Jan 2100 00:00:00 GMT"}"#;
    assert_eq!(
        faulty(date).await.header("retry-after"),
        "Fri, 01 Jan 2100 00:00:00 GMT"
    );
    let html = faulty(r#"{"renewal":"html"}"#).await;
    assert_eq!(
        (html.status, html.header("content-type")),
        (200, "text/html; charset=utf-8")
    );
    let broken = faulty(r#"{"renewal":"broken-json"}"#).await;
    assert_eq!(broken.status, 200);
    assert!(serde_json::from_str::<serde_json::Value>(&broken.body).is_err());
    refused(&faulty(r#"{"renewal":"refuse"}"#).await, "noaccess");
    refused(
        &faulty(r#"{"renewal":"refuse","errorcode":"sessionended"}"#).await,
        "sessionended",
    );
    let redirect = faulty(r#"{"renewal":"redirect"}"#).await;
    assert_eq!(
        (redirect.status, redirect.header("location")),
        (307, "/api/paywall/renew/moved/")
    );
    let other = faulty(r#"{"renewal":"wrong-subscriber"}"#).await.json();
    assert!(other["pass"].as_str().unwrap().contains("|31169|"));
    let other = faulty(r#"{"renewal":"no-id-in-common"}"#).await.json();
    assert!(other["pass"].as_str().unwrap().starts_with("sub|ZZZZ9999|"));
    assert!(faulty(r#"{"renewal":"ok"}"#).await.json()["pass"].is_string());
}

#[tokio::test]
async fn slow_answers_come_late_but_right() {
    let standin = standin().await;
    let good = anna(&standin).await;
    control(&standin, "/fault", r#"{"renewal":"slow","delay_ms":200}"#).await;
    let begun = Instant::now();
    assert!(renew(&standin, &good).await.json()["pass"].is_string());
    assert!(begun.elapsed() >= Duration::from_millis(200));
}

#[tokio::test]
async fn f34_readers_survive_a_restart_with_a_data_file() {
    let folder = crate::client::Folder::with(&[("empty", "")]);
    let options = || Options {
        data: Some(folder.path().join("data.toml")),
        ..Options::on_free_ports()
    };
    let first = Standin::start(options()).await.unwrap();
    let good = anna(&first).await;
    control(&first, "/account", r#"{"id":"31168","level":"none"}"#).await;
    drop(first);
    let second = Standin::start(options()).await.unwrap();
    refused(&renew(&second, &good).await, "noaccess");
}
