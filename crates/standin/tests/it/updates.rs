//! `customers/update/` of the server API.

use iteras_standin::Standin;
use serde_json::{Value, json};

use crate::api::KEY;
use crate::client::{Answer, post, send, standin};

const PATH: &str = "/api/customers/update/";

async fn update(standin: &Standin, operations: Value) -> Answer {
    let headers = [KEY, ("Content-Type", "application/json; charset=utf-8")];
    let body = json!({ "operations": operations }).to_string();
    send(&standin.origins().service, "POST", PATH, &headers, &body).await
}

async fn customer(standin: &Standin, id: &str) -> Value {
    let path = format!("/api/customers/?id={id}&fields=data,subscriptions,active_subscriptions");
    let answer = send(&standin.origins().service, "GET", &path, &[KEY], "").await;
    answer.json()["customers"][0].take()
}

#[tokio::test]
async fn a_form_does_the_same_as_a_document() {
    let standin = standin().await;
    let operations = json!([{ "operation": "updatecustomer", "id": "31168", "data": {
        "name": "Anna Ændret",
        "address": "Ny Vej 1\n3. sal",
        "location": "8000 Aarhus C",
        "country_code": "SE",
        ":Yndlingsemne": null,
        ":Nyt felt": "x",
    } }]);
    let expected = json!({ "succeeded": 1, "failed": 0, "errors": [{}], "ids": ["31168"] });
    let form = [("operations", operations.to_string())];
    let form = [(form[0].0, form[0].1.as_str())];
    let path = format!("{PATH}?iteras-key={}", KEY.1);
    let by_form = post(&standin.origins().service, &path, &form).await;
    assert_eq!(by_form.json(), expected);
    let data = customer(&standin, "31168").await["data"].take();
    assert_eq!(
        data,
        json!({
            "name": "Anna Ændret",
            "email": "anna@example.com",
            "address": "Ny Vej 1\n3. sal",
            "location": "8000 Aarhus C",
            "country": "Sverige",
            "country_code": "SE",
            "phone": "+45 12 34 56 78",
            ":Nyt felt": "x",
        })
    );
    assert_eq!(update(&standin, operations).await.json(), expected);
    assert_eq!(customer(&standin, "31168").await["data"], data);
}

#[tokio::test]
async fn errors_stand_beside_what_succeeded() {
    let standin = standin().await;
    let answer = update(
        &standin,
        json!([
            { "operation": "updatecustomer", "id": "31169", "data": { "email": "nobody", "shoe": "43" } },
            { "operation": "createcustomer", "data": { "name": "Ny Læser", "email": "ny@example.com" } },
            { "operation": "updatecustomer", "id": "1", "data": {} },
            { "operation": "createcustomer", "id": "31168", "data": { "name": "X" } },
            { "operation": "updatecustomer", "id": "31169", "data": { "email": "ANNA@example.com" } },
            { "operation": "createcustomer", "id": "e7", "data": { "name": ["X"] } },
        ]),
    )
    .await;
    assert_eq!(answer.status, 200);
    let taken = "Der er allerede en kunde med denne e-mail.";
    assert_eq!(
        answer.json(),
        json!({
            "succeeded": 1,
            "failed": 5,
            "errors": [
                {
                    "email": ["Skriv en e-mail-adresse, f.eks. navn@example.com."],
                    "shoe": ["Feltet findes ikke."],
                },
                {},
                { "": ["Kunden findes ikke."] },
                { "id": ["Der er allerede en kunde med dette nummer."] },
                { "email": [taken] },
                { "name": ["Feltet skal være en tekst."] },
            ],
            "ids": [null, "31171", null, null, null, null],
        })
    );
    let bo = customer(&standin, "31169").await;
    assert_eq!(bo["data"]["email"], "bo@example.com");
    assert_eq!(
        customer(&standin, "31171").await["data"]["name"],
        "Ny Læser"
    );
}

#[tokio::test]
async fn errors_speak_the_language_that_was_asked_for() {
    let standin = standin().await;
    let operations = r#"[{"operation":"updatecustomer","id":"1","data":{}}]"#;
    let path = format!("{PATH}?language=en&iteras-key={}", KEY.1);
    let form = [("operations", operations)];
    let answer = post(&standin.origins().service, &path, &form).await;
    assert_eq!(
        answer.json()["errors"],
        json!([{ "": ["Customer does not exist."] }])
    );
}

#[tokio::test]
async fn a_subscription_opens_what_its_product_opens() {
    let standin = standin().await;
    let subscribe =
        |data: Value| json!([{ "operation": "createsubscription", "id": "31170", "data": data }]);
    let wanted = json!({ "campaign_id": "lumen-order", "begin": "2026-01-01T12:00:00", "end": "2999-12-31" });
    let answer = update(&standin, subscribe(wanted)).await.json();
    assert_eq!(answer["ids"], json!(["31170"]), "{answer}");
    let cleo = customer(&standin, "31170").await;
    let period = &cleo["subscriptions"][1]["periods"][0];
    assert_eq!(period["begin"], "2026-01-01T00:00:00");
    assert_eq!(period["end"], "2999-12-31T23:59:59");
    assert_eq!(
        cleo["active_subscriptions"][0]["campaign_id"],
        "lumen-order"
    );
    let account = standin.state().store.account("lumen", "31170").unwrap();
    assert_eq!(account.rights().count(), 2);

    for (data, field) in [
        (json!({ "campaign_id": "lumen-2019" }), "campaign_id"),
        (
            json!({ "campaign_id": "lumen-order", "begin": "tomorrow" }),
            "begin",
        ),
        (
            json!({ "campaign_id": "lumen-order", "end": "2000-01-01" }),
            "end",
        ),
    ] {
        let errors = update(&standin, subscribe(data)).await.json()["errors"].take();
        assert_eq!(
            errors[0].as_object().unwrap().keys().collect::<Vec<_>>(),
            [field]
        );
    }
    let today = update(
        &standin,
        subscribe(json!({ "campaign_id": "lumen-signup" })),
    )
    .await;
    assert_eq!(today.json()["succeeded"], 1);
}

#[tokio::test]
async fn mistakes_of_programs_refuse_everything() {
    let standin = standin().await;
    let good =
        json!({ "operation": "updatecustomer", "id": "31168", "data": { "name": "Changed" } });
    for (wrong, text) in [
        (
            json!({ "operation": "deletecustomer", "id": "31168" }),
            "unknown variant `deletecustomer`",
        ),
        (
            json!({ "operation": "updatecustomer", "data": {} }),
            "missing field `id`",
        ),
        (
            json!({ "operation": "updatecustomer", "id": "31168" }),
            "missing field `data`",
        ),
        (
            json!({ "operation": "updatecustomer", "id": 31168, "data": {} }),
            "expected a string",
        ),
        (
            json!({ "operation": "createsubscription", "id": "31168", "data": {} }),
            "missing field `campaign_id`",
        ),
        (
            json!({ "id": "31168", "data": {} }),
            "missing field `operation`",
        ),
    ] {
        let answer = update(&standin, json!([good, wrong])).await;
        assert_eq!(answer.status, 400, "{wrong}");
        assert!(answer.body.contains(text), "{wrong}: {}", answer.body);
    }
    let service = &standin.origins().service;
    let json = [KEY, ("Content-Type", "application/json")];
    for (headers, body) in [
        (&json[..], "[]"),
        (&json[..], "{\"operations\":"),
        (&[KEY][..], "operations=%5B"),
        (&[KEY][..], "operation=%5B%5D"),
    ] {
        assert_eq!(
            send(service, "POST", PATH, headers, body).await.status,
            400,
            "{body}"
        );
    }
    let anna = customer(&standin, "31168").await;
    assert_eq!(anna["data"]["name"], "Anna Eksempel");
}
