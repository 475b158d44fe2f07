//! Traces, at a collector that keeps what it gets.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::Request;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use prost::Message;

use crate::common::*;
use crate::program::*;

const GIVEN: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// A collector's bodies.
type Sent = Arc<Mutex<Vec<Bytes>>>;

async fn collector() -> (String, Sent) {
    let sent = Sent::default();
    let kept = sent.clone();
    let router = Router::new().route(
        "/v1/traces",
        axum::routing::post(async move |body: Bytes| kept.lock().unwrap().push(body)),
    );
    (serve(router).await, sent)
}

/// An origin that answers with the `traceparent` that it was asked with.
async fn telling_origin() -> String {
    serve(Router::new().fallback(async |request: Request| {
        let header = request.headers().get("traceparent");
        header.map_or(String::new(), |header| header.to_str().unwrap().to_owned())
    }))
    .await
}

fn gate(folder: &Folder, config: &str, collector: &str) -> Running {
    let mut command = command(&folder.write("gate.toml", config));
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{collector}"));
    Running::spawn(&mut command)
}

/// Ends the gate, which sends what is left, and gives all spans in the order in which they began.
async fn spans(mut gate: Running, sent: &Sent) -> Vec<Span> {
    gate.signal("-TERM");
    gate.ends().await;
    let sent = sent.lock().unwrap();
    let all = sent.iter().flat_map(|body| {
        let request = ExportTraceServiceRequest::decode(body.clone()).unwrap();
        request.resource_spans
    });
    let mut spans: Vec<Span> = all
        .flat_map(|of| of.scope_spans)
        .flat_map(|of| of.spans)
        .collect();
    spans.sort_by_key(|span| span.start_time_unix_nano);
    spans
}

fn attribute(span: &Span, name: &str) -> String {
    let found = span.attributes.iter().find(|it| it.key == name);
    match found.and_then(|it| it.value.clone()?.value) {
        Some(Value::StringValue(text)) => text,
        Some(Value::IntValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn a_request_and_its_question_to_the_origin_are_one_trace() {
    let folder = Folder::new("traces-proxy");
    let ((collector, sent), origin) = (collector().await, telling_origin().await);
    let gate = gate(&folder, &folder.proxy(&origin), &collector);
    let cookie = format!("Cookie: iteraspass={}", long_pass());
    let stranger = format!("traceparent: 00-{GIVEN}-00f067aa0ba902b7-01");
    let headers: [&[u8]; 2] = [cookie.as_bytes(), stranger.as_bytes()];
    let told = send(
        &gate.address,
        "GET /article/1?iteraslogintoken=secret",
        &headers,
    )
    .await;
    get(&gate.address, "/article/2", "")
        .await
        .denied(401, "nopass");

    let spans = spans(gate, &sent).await;
    let [request, origin, denied] = &spans[..] else {
        panic!("three spans, got {spans:#?}");
    };
    assert_eq!(
        (request.name.as_str(), request.kind()),
        ("GET", SpanKind::Server)
    );
    assert_eq!(
        (origin.name.as_str(), origin.kind()),
        ("GET", SpanKind::Client)
    );
    assert_eq!(
        request.parent_span_id,
        Vec::<u8>::new(),
        "a stranger's trace does not count"
    );
    assert_ne!(hex(&request.trace_id), GIVEN);
    assert_eq!(origin.parent_span_id, request.span_id);
    assert_eq!(
        told.body,
        format!("00-{}-{}-01", hex(&origin.trace_id), hex(&origin.span_id)),
        "the origin can go on with it"
    );
    for (span, all) in [
        (
            request,
            [
                ("http.request.method", "GET"),
                ("http.response.status_code", "200"),
                ("server.address", "pub.example"),
                ("url.path", "/article/1"),
                ("iteras.verdict", "pass"),
            ],
        ),
        (
            denied,
            [
                ("http.response.status_code", "401"),
                ("server.address", "pub.example"),
                ("url.path", "/article/2"),
                ("iteras.verdict", "denied"),
                ("iteras.reason", "nopass"),
            ],
        ),
    ] {
        for (name, value) in all {
            assert_eq!(attribute(span, name), value, "{name}");
        }
    }
    let sent = sent.lock().unwrap();
    let all: Vec<u8> = sent.iter().flatten().copied().collect();
    let all = String::from_utf8_lossy(&all);
    assert!(
        all.contains("iteras-gate"),
        "the service has the program's name"
    );
    for secret in ["iteraslogintoken", "secret", "31168", "sha256"] {
        assert!(!all.contains(secret), "{secret} was sent");
    }
}

#[tokio::test]
async fn forward_auth_goes_on_with_the_trace_of_its_peer() {
    let folder = Folder::new("traces-auth");
    let (collector, sent) = collector().await;
    let gate = gate(&folder, &folder.auth("x-original"), &collector);
    let headers: [&[u8]; 3] = [
        b"X-Original-URI: /article/1?a=1",
        b"X-Original-Method: GET",
        b"traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    ];
    let judged = send(&gate.address, "GET /", &headers).await;
    assert_eq!(
        (judged.status, judged.header("x-iteras-reason")),
        (401, "nopass")
    );
    get(&gate.address, "/healthz", "").await;

    let spans = spans(gate, &sent).await;
    let [span] = &spans[..] else {
        panic!("one span, and none of a health check, got {spans:#?}");
    };
    assert_eq!(hex(&span.trace_id), GIVEN);
    assert_eq!(hex(&span.parent_span_id), "00f067aa0ba902b7");
    assert_eq!(attribute(span, "url.path"), "/article/1");
}

#[tokio::test]
async fn an_origin_that_is_away_is_an_error_in_both_spans() {
    let folder = Folder::new("traces-away");
    let (collector, sent) = collector().await;
    let gate = gate(&folder, &folder.proxy("127.0.0.1:1"), &collector);
    assert_eq!(get(&gate.address, "/", "").await.status, 503);
    let spans = spans(gate, &sent).await;
    assert_eq!(spans.len(), 2);
    for span in spans {
        assert_eq!(span.status.as_ref().unwrap().code(), StatusCode::Error);
        assert_eq!(attribute(&span, "http.response.status_code"), "503");
    }
}

#[tokio::test]
async fn a_collector_that_is_away_changes_no_answer() {
    let (folder, origin) = (Folder::new("traces-gone"), telling_origin().await);
    let mut gate = gate(&folder, &folder.proxy(&origin), "127.0.0.1:1");
    assert_eq!(get(&gate.address, "/", "").await.status, 200);
    gate.signal("-TERM");
    gate.ends().await;
}

#[tokio::test]
async fn without_the_variable_nothing_is_traced_and_a_wrong_one_is_named() {
    let (folder, origin) = (Folder::new("traces-off"), telling_origin().await);
    let config = folder.proxy(&origin);
    let gate = Running::start(&folder, &config);
    let given: [&[u8]; 1] =
        [b"traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"];
    let told = send(&gate.address, "GET /", &given).await;
    assert!(
        told.body.contains(GIVEN),
        "the header is the site's business"
    );

    let output = command(&folder.write("gate.toml", &config))
        .env(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "https://user:hunter2@collector.example",
        )
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(
        said.contains("OTEL_EXPORTER_OTLP_ENDPOINT: expected http://host:port"),
        "{said}"
    );
    assert!(!said.contains("hunter2"), "{said}");
}
