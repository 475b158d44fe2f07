//! Answers that a test wrote itself, and calls that are carried out though their answer is lost.

use serde_json::{Value, json};

use crate::api::KEY;
use crate::client::{Answer, send, standin};

const SETUP: &str = "/api/setup/";

#[tokio::test]
async fn a_path_answers_as_it_was_told_for_so_many_calls() {
    let standin = standin().await;
    let (service, control) = (&standin.origins().service, &standin.origins().control);
    let can = async |canned: Value| -> Answer {
        send(control, "POST", "/answer", &[], &canned.to_string()).await
    };
    let setup = async || send(service, "GET", SETUP, &[KEY], "").await;
    for body in [r#"{"paywalls":null}"#.to_owned(), "[".repeat(100_000)] {
        let canned = json!({ "path": SETUP, "body": body, "calls": 1 });
        assert_eq!(can(canned).await.status, 204);
        let answer = setup().await;
        assert_eq!((answer.status, &answer.body), (200, &body));
        assert_eq!(answer.header("content-type"), "application/json");
        assert!(setup().await.json()["paywalls"].is_array());
    }
    let headers = json!({ "location": "http://other.example/", "content-type": "text/html" });
    can(json!({ "path": SETUP, "status": 302, "headers": headers })).await;
    for _ in 0..2 {
        let answer = setup().await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (302, "http://other.example/")
        );
        assert_eq!(answer.header("content-type"), "text/html");
    }
    send(control, "DELETE", "/answer", &[], "").await;
    assert_eq!(setup().await.status, 200);
    for odd in [
        json!({ "path": "api" }),
        json!({ "path": SETUP, "status": 99 }),
        json!({ "path": SETUP, "status": 304 }),
        json!({ "path": SETUP, "headers": { "a b": "" } }),
        json!({ "path": SETUP, "headers": { "a": "\n" } }),
        json!({ "path": SETUP, "bodies": "" }),
    ] {
        assert_eq!(can(odd.clone()).await.status, 400, "{odd}");
    }
}

#[tokio::test]
async fn f32_a_call_can_be_carried_out_though_its_answer_is_lost() {
    let standin = standin().await;
    let (service, control) = (&standin.origins().service, &standin.origins().control);
    let headers = [KEY, ("Content-Type", "application/json")];
    let new = json!([{ "operation": "createcustomer", "data": { "name": "Ny", "email": "ny@example.com" } }]);
    let body = json!({ "operations": new }).to_string();
    for (after, customers) in [(false, 3), (true, 4)] {
        let api = json!({ "mode": "down", "after": after });
        let set = json!({ "system": "iteras", "api": api }).to_string();
        send(control, "POST", "/systems", &[], &set).await;
        let lost = send(service, "POST", "/api/customers/update/", &headers, &body).await;
        assert_eq!((lost.status, lost.body.as_str()), (0, ""));
        assert_eq!(standin.state().store.accounts("lumen").len(), customers);
    }
}
