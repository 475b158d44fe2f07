//! A server for the verdict table: one axum route behind one layer for each case, the exact reason in a header.
//!
//! Takes JSON on standard input, `{ "now": "2026-01-15T12:00:00Z", "cases": [{ "keys": [{ "id", "key" }],
//! "algorithms": ["sha256"], "requirement": { "paywallid": ["…"], "access": "any", "leeway": 0 } }] }`, prints
//! `{ "address": "127.0.0.1:…", "refused": [2] }` with the positions that no gate can be made of, and serves
//! `/<position>` until it is stopped.
#![allow(clippy::unwrap_used)]

use std::io::Read;
use std::sync::OnceLock;

use axum::Router;
use axum::routing::get;
use iteras_gate::*;
use serde_json::{Value, json};

static NOW: OnceLock<Timestamp> = OnceLock::new();

fn now() -> Timestamp {
    *NOW.get().unwrap()
}

fn layer(case: &Value) -> Result<GateLayer, ConfigError> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut keys = Keys::new();
    for key in case["keys"].as_array().unwrap() {
        keys = keys.key(&text(&key["id"]), &text(&key["key"]))?;
    }
    if case["algorithms"]
        .as_array()
        .unwrap()
        .contains(&json!("sha1"))
    {
        keys = keys.allow_sha1();
    }
    let wanted = &case["requirement"];
    let ids: Vec<String> = wanted["paywallid"]
        .as_array()
        .unwrap()
        .iter()
        .map(text)
        .collect();
    let access = match wanted["access"].as_str().unwrap() {
        "any" => Access::Any,
        named => Access::parse(named).unwrap(),
    };
    let wall = Requirement::new(ids.iter().map(String::as_str), access)?;
    let leeway = u32::try_from(wanted["leeway"].as_u64().unwrap()).unwrap();
    let layer = GateLayer::new(Gate::new(keys)?.with_leeway(leeway), wall).with_clock(now);
    Ok(layer.on_reject(|denial: &Denial, asked: &Asked<'_>| {
        let mut response = StatusPage::new().reject(denial, asked);
        let exact = denial.reason().code().parse().unwrap();
        response.headers_mut().insert("exact-reason", exact);
        response
    }))
}

#[tokio::main]
async fn main() {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input).unwrap();
    let asked: Value = serde_json::from_str(&input).unwrap();
    NOW.set(Timestamp::parse(asked["now"].as_str().unwrap()).unwrap())
        .unwrap();
    let (mut app, mut refused) = (Router::new(), Vec::new());
    for (at, case) in asked["cases"].as_array().unwrap().iter().enumerate() {
        let Ok(layer) = layer(case) else {
            refused.push(at);
            continue;
        };
        let handler = async |pass: VerifiedPass| format!("article of {}", pass.subscriber());
        app = app.merge(
            Router::new()
                .route(&format!("/{at}"), get(handler))
                .layer(layer),
        );
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    println!("{}", json!({ "address": address, "refused": refused }));
    axum::serve(listener, app).await.unwrap();
}
