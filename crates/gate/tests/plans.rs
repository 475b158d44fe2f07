//! Vectors of what plans do to headers and of landing pages, through the layer; Node runs the same files.
#![allow(clippy::unwrap_used)]

mod common;
#[path = "../../../tests/shared/mod.rs"]
mod shared;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use common::{GIFT_KEY, KEY, WALL, gate, sign, wall};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use iteras_gate::*;
use serde_json::Value;
use shared::{HEADER_CHANGES, LANDINGS, cases, load, text};
use tower::{ServiceExt, service_fn};
use tower_layer::Layer;

/// The end of the year 2099.
const END: Timestamp = Timestamp::from_unix(4_102_444_799);
const EDITOR_KEY: &str = "a key that is for editors only";

fn fill(headers: &mut HeaderMap, from: &Value) {
    for (name, value) in from.as_object().into_iter().flatten() {
        let name = HeaderName::try_from(name).unwrap();
        headers.insert(
            name,
            HeaderValue::from_str(value.as_str().unwrap()).unwrap(),
        );
    }
}

fn listed(headers: &HeaderMap) -> BTreeMap<String, String> {
    let ours = headers
        .iter()
        .filter(|(name, _)| *name != "cookie" && *name != "host");
    ours.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect()
}

#[track_caller]
fn same(case: &Value, what: &str, got: Option<&BTreeMap<String, String>>) {
    let wanted: Option<BTreeMap<String, String>> =
        serde_json::from_value(case[what].clone()).unwrap();
    assert_eq!(got, wanted.as_ref(), "{} {what}", case["id"]);
}

/// Headers that the origin got, where it was asked, and those of the answer.
async fn through(case: &Value) -> (Option<BTreeMap<String, String>>, BTreeMap<String, String>) {
    let by = text(case, "by");
    let (gifts, editors) = (GiftKey::new(GIFT_KEY), EditorKey::new(EDITOR_KEY));
    let (gifts, editors) = (gifts.unwrap(), editors.unwrap());
    let pass = sign(&format!("sub|{WALL}|2099-12-31T23:59:59Z|31168|192.0.2.7"));
    let token = gifts.token("pub.example", "/a", "", END).unwrap();
    let editor = editors.cookie("pub.example", END).unwrap();
    let (query, cookie) = match by {
        "pass" => (String::new(), format!("iteraspass={pass}")),
        "gift" => (format!("?iterasgift={token}"), String::new()),
        "editor" => (String::new(), format!("iteraseditor={editor}")),
        _ => (String::new(), String::new()),
    };
    let (seen, origins) = (Arc::new(Mutex::new(None)), case["origins"].clone());
    let (asked, answer) = (seen.clone(), origins.clone());
    let inner = service_fn(move |request: Request<()>| {
        *asked.lock().unwrap() = Some(listed(request.headers()));
        let mut response = Response::new(text_body("article"));
        fill(response.headers_mut(), &answer);
        std::future::ready(Ok::<_, std::convert::Infallible>(response))
    });
    let mut layer = GateLayer::new(gate().with_gifts(gifts).with_editor_key(editors), wall());
    if case["peer"] == "configured" {
        layer = layer.with_forwarded_from(|_| true);
    }
    if by == "teaser" {
        layer = layer.with_teaser(Teaser::new([".body"]).unwrap());
    } else if origins.is_object() {
        layer = layer.on_reject(move |_: &Denial, _: &Asked<'_>| {
            let mut response = Response::new(text_body("no"));
            fill(response.headers_mut(), &origins);
            response
        });
    }
    if by == "crawler" {
        let ranges = Ranges::of(["66.249.64.0/19"]).unwrap();
        let crawler = Crawler::new("Googlebot").unwrap().with_ranges(ranges);
        let crawlers = Crawlers::new(CrawlerList::new([crawler]).unwrap()).unwrap();
        layer = layer.with_crawlers(crawlers, |_| "66.249.66.1".parse().ok());
    }
    let mut request = Request::get(format!("/a{query}"));
    let headers = request.headers_mut().unwrap();
    fill(headers, &case["sent"]);
    headers.insert("host", HeaderValue::from_static("pub.example"));
    headers.insert("cookie", HeaderValue::from_str(&cookie).unwrap());
    let service = layer.layer(inner);
    let response = service.oneshot(request.body(()).unwrap()).await.unwrap();
    let asked = seen.lock().unwrap().take();
    (asked, listed(response.headers()))
}

#[tokio::test]
async fn headers_are_changed_as_the_vectors_say() {
    for case in cases(&load(HEADER_CHANGES)) {
        let (asked, answered) = through(case).await;
        if case.get("asked").is_some() {
            same(case, "asked", asked.as_ref());
        }
        if case.get("answered").is_some() {
            same(case, "answered", Some(&answered));
        }
    }
}

#[tokio::test]
async fn readers_are_sent_where_the_vectors_say() {
    for case in cases(&load(LANDINGS)) {
        let Ok(landing) = LandingPage::new(text(case, "landing")) else {
            assert_eq!(case["refused"], true, "{}", case["id"]);
            continue;
        };
        assert!(case["refused"].is_null(), "{}", case["id"]);
        let or =
            |name, otherwise: &'static str| case[name].as_str().unwrap_or(otherwise).to_owned();
        let query = text(case, "query");
        let mark = if query.is_empty() { "" } else { "?" };
        let mut request = Request::builder()
            .method(or("method", "GET").as_str())
            .uri(format!("{}{mark}{query}", text(case, "path")))
            .header("host", or("host", "pub.example"));
        if let Some(destination) = case["destination"].as_str() {
            request = request.header("sec-fetch-dest", destination);
        }
        let access = Access::parse(&or("access", "sub")).unwrap_or(Access::Any);
        let wall = Requirement::new([WALL], access).unwrap();
        let gate = Gate::new(Keys::new().key("0", KEY).unwrap()).unwrap();
        let inner = service_fn(async |_: Request<()>| {
            Ok::<_, std::convert::Infallible>(Response::new(text_body("article")))
        });
        let service = GateLayer::new(gate, wall).on_reject(landing).layer(inner);
        let response = service.oneshot(request.body(()).unwrap()).await.unwrap();
        let location = response.headers().get("location");
        let location = location.map(|value| value.to_str().unwrap());
        assert_eq!(location, case["location"].as_str(), "{}", case["id"]);
        let status = if location.is_some() { 302 } else { 401 };
        assert_eq!(response.status(), status, "{}", case["id"]);
    }
}
