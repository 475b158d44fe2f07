//! The service's own calls, sent by the stand-in and taken by a publisher's server.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use iteras_client::Token;
use iteras_client::webhook::{Event, Webhook};
use serde_json::json;

use crate::server::{Server, control, standin};

type Kept = Arc<Mutex<Vec<Vec<Event>>>>;

/// Takes events, the second time that they come.
async fn publisher() -> (Server, Kept) {
    let kept = Kept::default();
    let (store, webhook) = (kept.clone(), Webhook::new(Token::new("s3cret").unwrap()));
    let take = move |headers: HeaderMap, body: Bytes| async move {
        let authorization = headers.get("authorization").map(|value| value.as_bytes());
        match webhook.events(authorization, &body) {
            Ok(events) => {
                let mut kept = store.lock().unwrap();
                kept.push(events);
                match kept.len() {
                    1 => StatusCode::INTERNAL_SERVER_ERROR,
                    _ => StatusCode::OK,
                }
            }
            Err(refusal) => StatusCode::from_u16(refusal.status()).unwrap(),
        }
    };
    (
        Server::routes(Router::new().route("/hook", post(take))).await,
        kept,
    )
}

#[tokio::test]
async fn events_come_again_until_they_are_taken() {
    let (standin, (publisher, kept)) = (standin().await, publisher().await);
    let send = async |token: Option<&str>| {
        let url = format!("{}hook", publisher.base);
        let events = json!([{ "event": "customer_updated", "id": "31168" }]);
        let order =
            json!({ "url": url, "token": token, "events": events, "tries": 3, "pause_ms": 1 });
        control(&standin, "webhook", order).await["answers"].clone()
    };
    for wrong in [None, Some("other")] {
        assert_eq!(send(wrong).await, json!([401, 401, 401]));
    }
    assert!(kept.lock().unwrap().is_empty());
    assert_eq!(send(Some("s3cret")).await, json!([500, 200]));
    let kept = kept.lock().unwrap();
    assert_eq!((kept.len(), &kept[1][0]["id"]), (2, &json!("31168")));
}
