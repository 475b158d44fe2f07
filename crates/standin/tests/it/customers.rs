//! `customers/` of the server API: three customers as they are, and any number of made-up ones.

use iteras_standin::{FIRST_ID, Standin};
use serde_json::{Value, json};

use crate::api::KEY;
use crate::client::{Answer, send, standin};
use crate::program::{Program, ask};

async fn customers(standin: &Standin, query: &str) -> Answer {
    let path = format!("/api/customers/?{query}");
    send(&standin.origins().service, "GET", &path, &[KEY], "").await
}

async fn make_up(standin: &Standin, json: &str) -> Answer {
    send(&standin.origins().control, "POST", "/customers", &[], json).await
}

fn ids(answer: &Answer) -> Vec<String> {
    let answer = answer.json();
    let customers = answer["customers"].as_array().unwrap().iter();
    let ids = customers.map(|customer| customer["id"].as_str().unwrap().to_owned());
    ids.collect()
}

#[tokio::test]
async fn a_customer_has_data_and_what_is_active() {
    let standin = standin().await;
    let answer = customers(&standin, "id=31168&language=en").await;
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(
        answer.json(),
        json!({ "customers": [{
            "id": "31168",
            "created": "2025-03-01T00:00:00",
            "data": {
                "name": "Anna Eksempel",
                "email": "anna@example.com",
                "address": "Prøvevej 12, 2. th.",
                "location": "2200 København N",
                "country": "Danmark",
                "country_code": "DK",
                "phone": "+45 12 34 56 78",
                ":Yndlingsemne": "Økonomi",
            },
            "active_subscriptions": [
                { "campaign_name": "Order Lumen", "campaign_id": "lumen-order" },
            ],
        }] })
    );
}

#[tokio::test]
async fn subscriptions_have_periods_without_a_zone() {
    let standin = standin().await;
    let one = async |id: &str| {
        let answer = customers(&standin, &format!("id={id}&fields=subscriptions,data")).await;
        answer.json()["customers"][0].take()
    };
    assert_eq!(
        one("31170").await["subscriptions"],
        json!([{ "data": {}, "periods": [{
            "campaign_name": "Lumens sommer 2019",
            "campaign_id": "lumen-2019",
            "begin": "2024-06-01T00:00:00",
            "end": "2025-06-01T23:59:59",
            "products": [{
                "name": "Lumen Digital, 12 måneder",
                "date": "2024-06-01T00:00:00",
                "external_id": "12MDigital",
            }],
        }] }])
    );
    let anna = one("31168").await;
    assert_eq!(anna["subscriptions"][0]["periods"][0]["end"], Value::Null);
    assert!(anna.get("active_subscriptions").is_none());
    let ended = customers(&standin, "id=31170&fields=active_subscriptions").await;
    let ended = &ended.json()["customers"][0];
    assert_eq!(ended["active_subscriptions"], json!([]));
    assert!(ended.get("data").is_none());
}

#[tokio::test]
async fn unknown_ids_are_left_out_and_no_id_means_everybody() {
    let standin = standin().await;
    let nobody = customers(&standin, "id=1,x,%00").await;
    assert_eq!(
        (nobody.status, nobody.body.as_str()),
        (200, "{\"customers\":[]}")
    );
    let some = customers(&standin, "id=31170,1,31168,31170").await;
    assert_eq!(ids(&some), ["31170", "31168"]);
    assert_eq!(
        ids(&customers(&standin, "").await),
        ["31168", "31169", "31170"]
    );
}

#[tokio::test]
async fn mistakes_are_plain_text() {
    let standin = standin().await;
    let wrong = customers(&standin, "fields=data,name").await;
    assert_eq!(wrong.status, 400);
    assert_eq!(wrong.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(
        wrong.body,
        "fields: expected data, active_subscriptions or subscriptions, got \"name\""
    );
    let long = "31168,".repeat(2000);
    assert_eq!(customers(&standin, &format!("id={long}")).await.status, 414);
}

#[tokio::test]
async fn customers_are_made_up_by_the_thousand() {
    let standin = standin().await;
    let set = make_up(&standin, r#"{"count":1500,"bytes":300}"#).await;
    assert_eq!(
        set.json(),
        json!({ "first_id": FIRST_ID.to_string(), "count": 1500 })
    );
    let all = customers(&standin, "").await;
    assert_eq!(ids(&all).len(), 1503);
    let last = (FIRST_ID + 1499).to_string();
    let beyond = FIRST_ID + 1500;
    let one = customers(&standin, &format!("id={last},{beyond}")).await;
    assert_eq!(ids(&one), [last]);
    let data = &one.json()["customers"][0]["data"];
    assert_eq!(data[":Fyld"].as_str().unwrap().len(), 300);
    assert!(data["address"].as_str().unwrap().contains('\n'));
    assert_eq!(make_up(&standin, r#"{"count":99000000}"#).await.status, 400);
    send(&standin.origins().control, "POST", "/reset", &[], "").await;
    assert_eq!(ids(&customers(&standin, "").await).len(), 3);
}

/// The whole program, since its memory is looked at from outside.
#[cfg(target_os = "linux")]
#[test]
fn a_big_answer_costs_no_memory_here() {
    let program = Program::start(&[]);
    let size = |server: &str, method: &str, path: &str, body: &str| {
        let mut answer = ask(&program.host(server), method, path, body).unwrap();
        std::io::copy(&mut answer, &mut std::io::sink()).unwrap()
    };
    let peak = || {
        let status = format!("/proc/{}/status", program.child.id());
        let status = std::fs::read_to_string(status).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.unwrap().trim().trim_end_matches(" kB");
        kilobytes.parse::<u64>().unwrap()
    };
    let small = size("service", "GET", "/api/customers/", "");
    let before = peak();
    let sixty = r#"{"count":60,"bytes":1000000}"#;
    size("control", "POST", "/customers", sixty);
    let big = size("service", "GET", "/api/customers/", "");
    let grown = peak() - before;
    assert!(small < 10_000 && big > 60_000_000, "{small} {big}");
    assert!(grown < 16_384, "{grown} KiB more for {big} bytes");
}
