//! Teasers: forty words in every place where an article hides, cut into chunks at random, and not one of
//! them comes out.
#![allow(clippy::unwrap_used)]
#![cfg(feature = "teaser")]

mod common;

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::any;
use bytes::Bytes;
use common::*;
use http_body_util::BodyExt;
use iteras_gate::*;
use tower::{ServiceExt, service_fn};
use tower_layer::Layer;
use tracing::Metadata;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};

/// `CANARY-n` stands where no teaser may show it; `KEPT-n` where it has to.
const PAGE: &str = include_str!("pages/article.html");
/// The teaser that every door makes of it.
const TEASER: &str = include_str!("pages/article.teaser.html");

fn teaser() -> Teaser {
    let teaser = Teaser::new([".article-body"]).unwrap().with_characters(120);
    let teaser = teaser
        .with_marker(".more")
        .unwrap()
        .allow("#consent")
        .unwrap();
    teaser.allow_comment("#include")
}

fn layer(teaser: Teaser) -> GateLayer {
    GateLayer::new(gate(), wall())
        .with_teaser(teaser)
        .with_clock(now)
}

/// The page in chunks of `size` bytes at most.
fn chunks(page: &[u8], mut size: impl FnMut() -> usize) -> Vec<Bytes> {
    let (mut chunks, mut rest) = (Vec::new(), page);
    while !rest.is_empty() {
        let (chunk, after) = rest.split_at(size().clamp(1, rest.len()));
        chunks.push(Bytes::copy_from_slice(chunk));
        rest = after;
    }
    chunks
}

async fn teased(teaser: Teaser, chunks: Vec<Bytes>, kind: &'static str) -> (u16, String) {
    let inner = service_fn(move |_: http::Request<()>| {
        let stream =
            futures_util::stream::iter(chunks.clone().into_iter().map(Ok::<_, std::io::Error>));
        let response = http::Response::builder()
            .header("content-type", kind)
            .body(Body::from_stream(stream))
            .unwrap();
        async move { Ok::<_, std::convert::Infallible>(response) }
    });
    let request = http::Request::get("/a")
        .header("host", "pub.example")
        .body(())
        .unwrap();
    let response = layer(teaser).layer(inner).oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8_lossy(&body).into_owned())
}

async fn whole(teaser: Teaser, page: &str) -> (u16, String) {
    teased(
        teaser,
        vec![Bytes::copy_from_slice(page.as_bytes())],
        "text/html; charset=utf-8",
    )
    .await
}

#[tokio::test]
async fn forty_words_stay_hidden_however_the_page_is_cut() {
    let planted = PAGE.matches("CANARY").count();
    assert!(planted >= 40, "{planted} words are planted");
    let (status, expected) = whole(teaser(), PAGE).await;
    assert_eq!((status, expected.as_str()), (200, TEASER));
    assert!(!expected.contains("CANARY"), "{expected}");
    for kept in 1..=PAGE.matches("KEPT-").count() {
        assert!(
            expected.contains(&format!("KEPT-{kept}.")),
            "KEPT-{kept}: {expected}"
        );
    }
    let mut dice = Dice(40);
    for round in 0..300 {
        let most = [1, 2, 3, 7, 16, 64, 300, 2000][round % 8];
        let chunks = chunks(PAGE.as_bytes(), || 1 + dice.roll(most));
        let (status, came) = teased(teaser(), chunks, "text/html").await;
        assert_eq!(
            (status, came.as_str()),
            (200, expected.as_str()),
            "round {round}"
        );
    }
}

#[tokio::test]
async fn the_gated_element_is_marked_labelled_and_closed() {
    let page = "<!doctype html><body><div class='x article-body'><p>one two <b>three four</b> five</p><p>six</p></div><footer>f</footer>";
    let teaser = |n| Teaser::new([".article-body"]).unwrap().with_characters(n);
    let (_, came) = whole(teaser(13), page).await;
    let (before, after) = came.split_once("<div ").unwrap();
    assert_eq!(
        before,
        "<!doctype html><html><head></head><body><script type=\"application/ld+json\">{\"@context\":\"https://schema.org\",\
         \"@type\":\"NewsArticle\",\"isAccessibleForFree\":false,\"hasPart\":{\"@type\":\"WebPageElement\",\
         \"isAccessibleForFree\":false,\"cssSelector\":\".article-body\"}}</script>"
    );
    assert_eq!(
        after,
        "class=\"x article-body iteras-content-truncated iteras-no-pass\"><p>one two <b>three</b></p></div><footer>f</footer></body></html>"
    );
    let (_, short) = whole(teaser(1000), page).await;
    assert!(
        short.ends_with("<p>six</p></div><footer>f</footer></body></html>"),
        "{short}"
    );
    let (_, none) = whole(teaser(0), page).await;
    assert!(
        none.ends_with("<p></p></div><footer>f</footer></body></html>"),
        "{none}"
    );
}

#[tokio::test]
async fn malformed_pages_lead_nowhere() {
    let vectors = include_str!("../../../tests/vectors/teaser_cases.json");
    let vectors: serde_json::Value = serde_json::from_str(vectors).unwrap();
    let characters = vectors["characters"].as_u64().unwrap() as usize;
    let mut wrong = Vec::new();
    for case in vectors["cases"].as_array().unwrap() {
        let teaser = Teaser::new([vectors["gated"].as_str().unwrap()]).unwrap();
        let page = case["page"].as_str().unwrap();
        let (status, came) = whole(teaser.with_characters(characters), page).await;
        let ends = came.ends_with(case["ends"].as_str().unwrap());
        if status != 200 || !ends || came.contains("CANARY") {
            wrong.push(format!("{}: {page}\n  {came}", case["note"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn pages_that_can_not_be_teased_get_the_denial() {
    let refused = async |page: &str, kind| {
        let (status, came) = teased(
            teaser(),
            vec![Bytes::copy_from_slice(page.as_bytes())],
            kind,
        )
        .await;
        assert_eq!(status, 401, "{kind} {came}");
        assert!(!came.contains("CANARY"), "{came}");
    };
    for kind in [
        "text/plain",
        "application/json",
        "text/html; charset=utf-16",
        "text/html; charset=shift_jis",
        "application/xhtml+xml",
    ] {
        refused(PAGE, kind).await;
    }
    refused("<p>CANARY</p>", "text/html").await;
    refused("", "text/html").await;
    refused(
        "<meta charset=big5><div class=article-body>CANARY</div>",
        "text/html",
    )
    .await;
    refused("<!-- <div class=article-body> --><p>CANARY", "text/html").await;
    refused(
        "<template><div class=article-body>CANARY</div></template>",
        "text/html",
    )
    .await;
    let late = "<p>CANARY</p>".repeat(170_000) + "<div class=article-body>x</div>";
    refused(&late, "text/html").await;
    let deep = "<b>".repeat(513) + "<div class=article-body>CANARY</div>";
    refused(&deep, "text/html").await;
}

/// Writes down what is logged.
struct Log(Arc<Mutex<Vec<String>>>);

impl tracing::Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("iteras_gate")
    }

    fn event(&self, event: &tracing::Event<'_>) {
        struct Fields(String);
        impl Visit for Fields {
            fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
                self.0 += &format!("{field}={value:?} ");
            }
        }
        let mut fields = Fields(format!("{} ", event.metadata().level()));
        event.record(&mut fields);
        self.0.lock().unwrap().push(fields.0);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn why_there_is_no_teaser_stands_in_the_log() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let _logging = tracing::subscriber::set_default(Log(lines.clone()));
    let long = "x".repeat((2 << 20) + 1);
    for page in ["<p>CANARY", &"<b>".repeat(600), &long] {
        assert_eq!(whole(teaser(), page).await.0, 401);
    }
    // An answer that is no page gets no line.
    let (status, _) = teased(teaser(), Vec::new(), "text/plain").await;
    assert_eq!(status, 401);
    let line = |problem: &str| format!("WARN message=no teaser of a page problem=\"{problem}\" ");
    assert_eq!(
        *lines.lock().unwrap(),
        [
            line("page has no element that fits a selector of `gated`"),
            line("elements of the page are nested more than 512 deep"),
            line("page is longer than what is read for a teaser"),
        ]
    );
}

#[tokio::test]
async fn latin_1_stays_latin_1() {
    let page: &[u8] = b"<p>bl\xe5</p><div class=article-body>r\xf8d gr\xf8d med fl\xf8de</div>";
    let teaser = Teaser::new([".article-body"]).unwrap().with_characters(8);
    let inner = service_fn(|_: http::Request<()>| async {
        let response =
            http::Response::builder().header("content-type", "text/html; charset=ISO-8859-1");
        Ok::<_, std::convert::Infallible>(
            response
                .body(http_body_util::Full::new(Bytes::from_static(page)))
                .unwrap(),
        )
    });
    let request = http::Request::get("/a").body(()).unwrap();
    let response = layer(teaser).layer(inner).oneshot(request).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let body = body
        .strip_prefix(b"<html><head></head><body>")
        .and_then(|body| body.strip_suffix(b"</body></html>"))
        .unwrap();
    assert!(
        body.starts_with(b"<p>bl\xe5</p>") && body.ends_with(b">r\xf8d gr\xf8d</div>"),
        "{body:?}"
    );
}

async fn origin(request: Request) -> Response {
    let asked = [
        "range",
        "if-none-match",
        "accept-encoding",
        "x-iteras-verdict",
        "x-iteras-reason",
    ];
    let asked: Vec<&str> = asked
        .iter()
        .map(|name| {
            request
                .headers()
                .get(*name)
                .map_or("-", |value| value.to_str().unwrap())
        })
        .collect();
    let response = Response::builder()
        .header("content-type", "text/html; charset=utf-8")
        .header("etag", "\"1\"")
        .header("digest", "x")
        .header("link", "</a.json>; rel=alternate")
        .header("cache-control", "public, s-maxage=60");
    let response = if request.uri().path() == "/coded" {
        response.header("content-encoding", "gzip")
    } else {
        response
    };
    let page = format!(
        "<!doctype html><html><head><title>{} {}</title></head><body><div class=article-body>one {ARTICLE}</div></body></html>",
        request.method(),
        asked.join(" ")
    );
    response.body(Body::from(page)).unwrap()
}

async fn site(teaser: Teaser) -> String {
    let gate = gate().with_gifts(GiftKey::new(GIFT_KEY).unwrap());
    let layer = GateLayer::new(gate, wall())
        .with_teaser(teaser)
        .with_clock(now);
    serve(Router::new().fallback(any(origin)).layer(layer)).await
}

#[tokio::test]
async fn c26_the_origin_is_asked_for_a_whole_page_and_the_teaser_is_not_kept() {
    let address = site(Teaser::new([".article-body"]).unwrap().with_characters(4)).await;
    let headers: [&[u8]; 3] = [
        b"Range: bytes=0-9",
        b"If-None-Match: \"1\"",
        b"Accept-Encoding: gzip, br",
    ];
    let answer = send(&address, "GET /a", &headers).await;
    answer.denied(200, "nopass");
    assert_eq!(answer.header("content-length"), "");
    assert!(
        answer
            .body
            .contains("<title>GET - - identity - nopass</title>"),
        "{answer:?}"
    );
    assert!(
        answer.body.contains("iteras-no-pass\">one</div>"),
        "{answer:?}"
    );
    let head = send(&address, "HEAD /a", &headers).await;
    head.denied(200, "nopass");
    assert_eq!(
        (head.body.as_str(), head.header("content-length")),
        ("", "0")
    );
    let answer = get(&address, "/a", "iteraspass=x").await;
    answer.denied(200, "invalid");
    assert!(answer.body.contains("iteras-invalid-pass"), "{answer:?}");
    send(&address, "POST /a", &[]).await.denied(401, "nopass");
    get(&address, "/coded", "").await.denied(401, "nopass");
}

#[tokio::test]
async fn an_open_by_a_gift_link_is_marked_in_the_page() {
    let address = site(Teaser::new([".article-body"]).unwrap()).await;
    let key = GiftKey::new(GIFT_KEY).unwrap();
    let token = key
        .token(
            "pub.example",
            "/a",
            "",
            Timestamp::from_unix(NOW.unix() + 9),
        )
        .unwrap();
    let line = format!("GET /a?iterasgift={token}");
    let answer = send(
        &address,
        &line,
        &[b"Range: bytes=0-9", b"If-None-Match: \"1\""],
    )
    .await;
    assert_eq!(answer.status, 200);
    answer.never_stored();
    assert!(
        answer.body.contains(
            "<!doctype html><meta name=\"iteras-gate\" content=\"open\"><html><head><title>GET - - identity gift -<"
        ),
        "{answer:?}"
    );
    assert!(answer.body.contains(ARTICLE));
    assert_eq!(
        (
            answer.header("content-length"),
            answer.header("referrer-policy")
        ),
        ("", "strict-origin")
    );
    let pass = get(&address, "/a", &format!("iteraspass={}", pass())).await;
    assert!(
        !pass.body.contains("iteras-gate") && pass.header("etag") == "\"1\"",
        "{pass:?}"
    );
}
