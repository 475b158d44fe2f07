//! Answers that lie, end early or never end.

use axum::Router;
use axum::http::{StatusCode, header};
use iteras_client::iteras::{Fields, Operation, Which};
use iteras_client::request::Request;
use iteras_client::{Client, Error, Kind, systems};
use serde_json::Map;

use crate::server::{KEY, Server, key};
use crate::shared::{LOGINS, list, load, pieces, text};

async fn answering(body: impl Into<String>) -> Server {
    let body = body.into();
    let kind = [(header::CONTENT_TYPE, "application/json")];
    Server::routes(Router::new().fallback(move || async move { (kind, body) })).await
}

#[tokio::test]
async fn c66_only_true_is_yes() {
    for (answer, kind) in [
        (r#"{"authenticated":"true","id":"31168"}"#, Kind::Outage),
        (r#"{"authenticated":1,"id":"31168"}"#, Kind::Outage),
        (r#"{"authenticated":[true],"id":"31168"}"#, Kind::Outage),
        (r#"{"authenticated":null,"id":"31168"}"#, Kind::Outage),
        (r#"{"id":"31168"}"#, Kind::Outage),
        (r#"{"authenticated":true}"#, Kind::Outage),
        (r#"{"authenticated":true,"id":""}"#, Kind::Outage),
        (r#"{"authenticated":true,"id":31168}"#, Kind::Outage),
        (
            r#"{"authenticated":false,"authenticated":true,"id":"31168"}"#,
            Kind::Outage,
        ),
        (r#"[true]"#, Kind::Outage),
        (r#"true"#, Kind::Outage),
        (r#"<html>"#, Kind::Outage),
        (r#"{"authenticated":true,"id":"31168""#, Kind::Outage),
        (
            r#"{"authenticated":true,"id":"31168","errorcode":"invalidpassword"}"#,
            Kind::User,
        ),
        (r#"{"authenticated":false,"id":"31168"}"#, Kind::User),
        (r#"{"errorcode":"unknowncustomer"}"#, Kind::User),
    ] {
        let server = answering(answer).await;
        assert_eq!(
            server.log_in(None).await.unwrap_err().kind(),
            kind,
            "{answer}"
        );
    }
    let server = answering(r#"{"authenticated":true,"id":"31168","more":{}}"#).await;
    assert!(server.log_in(None).await.is_ok());
}

#[tokio::test]
async fn c66_shared_answers_end_as_said() {
    let file = load(LOGINS);
    for case in list(&file, "answers") {
        let status = StatusCode::from_u16(case["status"].as_u64().unwrap() as u16).unwrap();
        let answer = (status, pieces(&case["body"]));
        let server = Server::routes(Router::new().fallback(move || async move { answer })).await;
        let outcome = match server.log_in(std::num::NonZeroU32::new(120)).await {
            Ok(_) => "welcome",
            Err(error) if error.kind() == Kind::User => "wrong",
            Err(_) => "outage",
        };
        // The bound of the log-in is not the client's, and what lies behind it is JSON.
        if case["why"] != "longer than 64 KiB" {
            assert_eq!(outcome, text(case, "outcome"), "{case}");
        }
    }
}

#[tokio::test]
async fn a_preauth_token_that_was_asked_for_has_to_come() {
    for answer in [
        r#"{"authenticated":true,"id":"1"}"#,
        r#"{"authenticated":true,"id":"1","preauth":null}"#,
        r#"{"authenticated":true,"id":"1","preauth":"a\nb"}"#,
    ] {
        let server = answering(answer).await;
        let seconds = std::num::NonZeroU32::new(60);
        let logged_in = server.log_in(seconds);
        assert_eq!(
            logged_in.await.unwrap_err().kind(),
            Kind::Outage,
            "{answer}"
        );
    }
}

async fn first_failure(server: &Server) -> Error {
    let mut customers = server.iteras().customers(Which::All, Fields::ALL);
    while let Some(customer) = customers.next().await {
        if let Err(error) = customer {
            assert!(
                customers.next().await.is_none(),
                "nothing comes after an error"
            );
            return error;
        }
    }
    panic!("expected an error")
}

#[tokio::test]
async fn f33_customers_of_the_wrong_shape_are_an_outage() {
    let deep = [
        "[{\"id\":\"1\",\"more\":",
        &"[".repeat(100_000),
        &"]".repeat(100_000),
        "}]",
    ]
    .concat();
    for list in [
        "null",
        "{}",
        "[null]",
        "[{}]",
        r#"[{"id":null}]"#,
        r#"[{"id":1}]"#,
        r#"[{"id":"1","id":"2"}]"#,
        r#"[{"id":"1","active_subscriptions":null}]"#,
        r#"[{"id":"1","subscriptions":{}}]"#,
        r#"[{"id":"1","subscriptions":[{"periods":null}]}]"#,
        r#"[{"id":"1","subscriptions":[{"periods":[{"begin":"2026-01-01T00:00:00Z","end":null}]}]}]"#,
        r#"[{"id":"1","subscriptions":[{"periods":[{"begin":null,"end":null}]}]}]"#,
        &deep,
    ] {
        let server = answering(format!("{{\"customers\":{list}}}")).await;
        let error = first_failure(&server).await;
        let shown = &list[..list.len().min(60)];
        assert_eq!(
            (error.kind(), error.status()),
            (Kind::Outage, Some(200)),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn a_users_mistake_is_told_from_a_broken_answer() {
    let error = first_failure(&answering(r#"{"errorcode":"unknownfield"}"#).await).await;
    assert_eq!((error.kind(), error.code()), (Kind::User, "unknownfield"));
    let server = answering(r#"{"error":"nosuchcampaign"}"#).await;
    let error = server
        .iteras()
        .campaigns(&Default::default())
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.code()), (Kind::User, "nosuchcampaign"));
}

#[tokio::test]
async fn changes_whose_outcome_cannot_be_read_are_of_unknown_outcome() {
    let operations = [Operation::CreateCustomer { data: Map::new() }];
    for answer in [
        "",
        "{}",
        "<html>",
        r#"{"succeeded":1}"#,
        r#"{"succeeded":0,"failed":0,"errors":[],"ids":[]}"#,
        r#"{"succeeded":18446744073709551615,"failed":2,"errors":[{}],"ids":[null]}"#,
        r#"{"succeeded":0,"failed":1,"errors":[],"ids":[]}"#,
        r#"{"succeeded":1,"failed":0,"errors":null,"ids":[]}"#,
    ] {
        let server = answering(answer).await;
        let error = server
            .iteras()
            .update_customers(&operations)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), Kind::UnknownOutcome, "{answer}");
    }
}

#[tokio::test]
async fn answers_are_taken_up_to_the_cap() {
    let server = answering("x".repeat(2000)).await;
    let system = || {
        systems::iteras::header(key(KEY))
            .unwrap()
            .with_base(&server.base)
    };
    let capped = |bytes| {
        Client::builder(system())
            .with_answer_cap(bytes)
            .build()
            .unwrap()
    };
    assert_eq!(
        capped(2000).send(&Request::get("x")).await.unwrap().len(),
        2000
    );
    let error = capped(1999).send(&Request::get("x")).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Outage);
    assert_eq!(
        error.to_string(),
        "iteras: GET x: the answer has more than 1999 bytes"
    );
}

#[tokio::test]
async fn pages_of_html_are_not_quoted() {
    let page = (
        StatusCode::BAD_REQUEST,
        [(header::CONTENT_TYPE, "text/html")],
        "<h1>No</h1>",
    );
    let server = Server::routes(Router::new().fallback(move || async move { page })).await;
    let error = server.iteras().setup().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "iteras: GET setup/ was answered with status 400"
    );
}
