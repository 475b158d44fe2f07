//! `authenticatecustomer/`, `setup/` and `campaigns/` of the server API, and what all calls share.

use crate::client::{Answer, post, send, standin};
use iteras_standin::Standin;

pub(crate) const KEY: (&str, &str) = ("X-Iteras-Key", "lumen-api-key-for-development");
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

#[tokio::test]
async fn campaigns_are_those_of_the_ordering_pages() {
    let standin = standin().await;
    let listed = async |query: &str| {
        let path = format!("/api/campaigns/?{query}");
        send(&standin.origins().service, "GET", &path, &[KEY], "").await
    };
    let ids = async |query: &str| {
        let answer = listed(query).await.json();
        let campaigns = answer["campaigns"].as_array().unwrap().iter();
        let ids = campaigns.map(|campaign| campaign["campaign_id"].as_str().unwrap().to_owned());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(ids("").await, ["lumen-order", "lumen-signup"]);
    let all = ["lumen-order", "lumen-signup", "lumen-2019"];
    assert_eq!(ids("include_archived=1&customer=31168").await, all);
    assert_eq!(ids("campaign_id=lumen-signup").await, ["lumen-signup"]);
    assert_eq!(ids("campaign_id=lumen-2019").await, [""; 0]);
    let one = listed("campaign_id=lumen-2019&include_archived=true&language=en").await;
    assert_eq!(
        one.json(),
        serde_json::json!({ "campaigns": [{
            "campaign_id": "lumen-2019",
            "name": "Lumens sommer 2019",
            "customer_facing_name": "Lumen's summer of 2019",
            "active": false,
            "price": 549.0,
            "currency": "DKK",
            "products": [{ "name": "Lumen Digital, 12 months", "external_id": "12MDigital" }],
        }] })
    );
    assert_eq!(listed("include_archived=perhaps").await.status, 400);
    assert_eq!(listed("customer=1").await.status, 400);
}

#[tokio::test]
async fn every_endpoint_wants_the_key_and_its_own_method() {
    let standin = standin().await;
    let service = &standin.origins().service;
    for (path, method, other) in [
        ("authenticatecustomer", "POST", "GET"),
        ("customers", "GET", "POST"),
        ("customers/update", "POST", "GET"),
        ("campaigns", "GET", "DELETE"),
        ("setup", "GET", "POST"),
    ] {
        let path = format!("/api/{path}/");
        let wrong = [("X-Iteras-Key", "Lumen-api-key-for-development")];
        for (headers, status) in [(&[][..], 403), (&wrong[..], 403)] {
            let answer = send(service, method, &path, headers, "").await;
            assert_eq!(answer.status, status, "{path}");
            assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
            assert!(!answer.body.contains("Lumen-api"), "{path}");
        }
        assert_eq!(send(service, other, &path, &[KEY], "").await.status, 400);
        let unslashed = path.trim_end_matches('/');
        let unslashed = send(service, method, unslashed, &[KEY], "").await;
        assert_eq!(unslashed.status, 404, "{path}");
    }
}

#[tokio::test]
async fn nobody_logs_in_without_a_password_or_an_address() {
    let standin = standin().await;
    let service = &standin.origins().service;
    let operations = r#"[{"operation":"createcustomer","data":{"name":"No Password"}}]"#;
    let form = [("operations", operations)];
    let path = format!("/api/customers/update/?iteras-key={}", KEY.1);
    let id = post(service, &path, &form).await.json()["ids"][0].clone();
    let form = format!("id={}&password=", id.as_str().unwrap());
    let answer = authenticate(&standin, &form).await;
    assert_eq!(answer.json()["errorcode"], "invalidpassword");
    let frame = [("action", "login"), ("who", ""), ("password", "x")];
    let page = post(service, "/lumen/selfservice/", &frame).await;
    assert!(!page.body.contains("No Password"));
}
