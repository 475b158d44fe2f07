//! Every query parameter is sent once, by every call, however the key is shown, and after a redirect too.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use iteras_client::iteras::{Campaigns, Fields, Iteras, Operation, Which, Who};
use iteras_client::request::{Nature, Request};
use iteras_client::{Client, Credentials, System, systems};
use serde_json::{Map, json};

use crate::server::{KEY, Server, key};

type Seen = Arc<Mutex<Vec<String>>>;

/// Answers each call of the API, and notes the address of each.
async fn noting() -> (Server, Seen) {
    let seen = Seen::default();
    let note = seen.clone();
    let answer = move |uri: Uri| async move {
        note.lock().unwrap().push(uri.to_string());
        answer(&uri)
    };
    (Server::routes(Router::new().fallback(answer)).await, seen)
}

fn answer(uri: &Uri) -> Response {
    let body = match uri.path() {
        "/customers/" => json!({ "customers": [] }),
        "/campaigns/" => json!({ "campaigns": [] }),
        "/setup/" => json!({ "paywalls": [] }),
        "/customers/update/" => {
            json!({ "succeeded": 1, "failed": 0, "errors": [{}], "ids": ["1"] })
        }
        "/authenticatecustomer/" => json!({ "authenticated": true, "id": "1" }),
        "/moved" => {
            let to = [(header::LOCATION, "/there?a=1&b=3")];
            return (StatusCode::TEMPORARY_REDIRECT, to).into_response();
        }
        "/there" => json!({}),
        other => panic!("no such call: {other}"),
    };
    body.to_string().into_response()
}

fn client(server: &Server, system: System) -> Client {
    Client::new(system.with_base(&server.base)).unwrap()
}

#[tokio::test]
async fn no_parameter_is_sent_twice() {
    let (server, seen) = noting().await;
    let systems = [
        systems::iteras::header(key(KEY)).unwrap(),
        systems::iteras::query(key(KEY)).unwrap(),
    ];
    for system in systems {
        let iteras = Iteras::with_client(client(&server, system)).with_language("da");
        let ids = (0..400).map(|id| (10_000_000 + id).to_string());
        for which in [
            Which::All,
            Which::from_iter(["31168"]),
            Which::from_iter(ids),
        ] {
            assert!(iteras.customers(which, Fields::ALL).next().await.is_none());
        }
        let which = Campaigns {
            campaign_id: Some("a&b".into()),
            include_archived: true,
            customer: Some("31168".into()),
        };
        assert!(iteras.campaigns(&which).await.unwrap().is_empty());
        assert!(iteras.setup().await.unwrap().is_empty());
        let operations = [Operation::CreateCustomer { data: Map::new() }];
        iteras.update_customers(&operations).await.unwrap();
        iteras
            .authenticate_customer(Who::Id("1"), "x", None)
            .await
            .unwrap();
    }
    let seen = seen.lock().unwrap();
    assert!(seen.len() >= 16, "{seen:?}");
    for address in &*seen {
        let query = address.split_once('?').unwrap().1;
        let mut names: Vec<_> = query
            .split('&')
            .map(|piece| piece.split('=').next())
            .collect();
        names.sort();
        assert!(names.contains(&Some("language")), "{address}");
        assert!(names.windows(2).all(|two| two[0] != two[1]), "{address}");
    }
}

#[tokio::test]
async fn a_call_of_ones_own_is_sent_as_it_was_made() {
    let (server, seen) = noting().await;
    let key_in_query = Credentials::query("key", key("k+1")).unwrap();
    for (credentials, tail) in [
        (Credentials::header("X-Key", key("k")).unwrap(), ""),
        (key_in_query, "&key=k%2B1"),
    ] {
        let client = client(&server, System::new("own", &server.base, credentials));
        let twice = |request: Request| request.with_query("a", "1").with_query("a", "2");
        client.send(&twice(Request::get("there"))).await.unwrap();
        client
            .send(&twice(Request::post("there", Nature::Write)))
            .await
            .unwrap();
        client.send(&twice(Request::get("moved"))).await.unwrap();
        let sent = std::mem::take(&mut *seen.lock().unwrap());
        let there = format!("/there?a=1&a=2{tail}");
        let moved = format!("/moved?a=1&a=2{tail}");
        let after = format!("/there?a=1&b=3{tail}");
        assert_eq!(sent, [there.clone(), there, moved, after]);
    }
}
