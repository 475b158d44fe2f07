//! The layer in front of an axum origin, over real HTTP: the cases of the acceptance list that concern it.
#![allow(clippy::unwrap_used)]

mod common;

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use common::*;
use iteras_gate::*;
use iteras_guard::testing::signed_pass;

/// Says what it got, with every header that a gate has to see to.
async fn origin(pass: Option<VerifiedPass>, request: Request) -> Response {
    let ours = request
        .headers()
        .iter()
        .filter(|(name, _)| name.as_str().contains("iteras"));
    let mut seen: Vec<String> = ours
        .map(|(name, value)| format!("{name}={}", value.to_str().unwrap()))
        .collect();
    seen.sort();
    let who = pass.map(|pass| pass.subscriber().to_owned());
    let headers = [
        ("etag", "\"1\""),
        ("last-modified", "Thu, 15 Jan 2026 12:00:00 GMT"),
        ("cache-control", "public, max-age=600, s-maxage=600"),
        ("expires", "Thu, 15 Jan 2027 12:00:00 GMT"),
        ("cdn-cache-control", "max-age=600"),
        ("surrogate-control", "max-age=600"),
        ("link", "</article.json>; rel=alternate"),
        ("accept-ranges", "bytes"),
        ("content-type", "text/plain"),
    ];
    (
        headers,
        format!("{ARTICLE} {who:?} {} {}", request.method(), seen.join(" ")),
    )
        .into_response()
}

fn router(layer: GateLayer) -> Router {
    Router::new()
        .route("/", any(origin))
        .route("/{*path}", any(origin))
        .layer(layer.with_clock(now))
}

async fn walled() -> String {
    serve(router(GateLayer::new(gate(), wall()))).await
}

fn cookie(pass: &str) -> String {
    format!("iteraspass={pass}")
}

#[tokio::test]
async fn c1_c27_a_pass_opens_and_the_answer_is_private() {
    let address = walled().await;
    let answer = get(&address, "/article", &cookie(&pass())).await;
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .body
            .starts_with("WHOLE-ARTICLE Some(\"31168\") GET "),
        "{answer:?}"
    );
    assert_eq!(answer.header("cache-control"), "private, no-cache");
    assert_eq!(answer.header("vary"), "Cookie");
    assert_eq!(
        answer.header("etag"),
        "\"1\"",
        "the reader may ask again with it"
    );
    for name in [
        "expires",
        "cdn-cache-control",
        "surrogate-control",
        "set-cookie",
    ] {
        assert_eq!(answer.header(name), "", "{name}");
    }
}

#[tokio::test]
async fn c26_every_method_and_condition_is_judged_as_get() {
    let address = walled().await;
    for line in [
        "GET /a",
        "HEAD /a",
        "OPTIONS /a",
        "POST /a",
        "DELETE /a",
        "PROPFIND /a",
    ] {
        for header in [
            "A: b",
            "Range: bytes=0-3",
            "If-None-Match: \"1\"",
            "If-Modified-Since: Thu, 15 Jan 2026 12:00:00 GMT",
        ] {
            send(&address, line, &[header.as_bytes()])
                .await
                .denied(401, "nopass");
        }
    }
    assert_eq!(send(&address, "HEAD /a", &[]).await.body, "");
}

#[tokio::test]
async fn c27_denials_say_one_of_five_reasons() {
    let address = walled().await;
    let signed = |fields: &str| cookie(&sign(fields));
    for (cookie, status, reason) in [
        (String::new(), 401, "nopass"),
        (cookie("junk"), 401, "invalid"),
        (cookie(&pass().replace("31168", "31169")), 401, "invalid"),
        (cookie(&pass().replace("sha256", "sha1")), 401, "invalid"),
        (
            signed(&format!("sub|{WALL}|2026-01-15T11:58:59Z|1|")),
            401,
            "expired",
        ),
        (
            signed(&format!("user|{WALL}|2026-02-01T00:00:00Z|1|")),
            403,
            "accesslevel",
        ),
        (
            signed("sub|OTHER|2026-02-01T00:00:00Z|1|"),
            403,
            "wrongpaywall",
        ),
    ] {
        get(&address, "/a", &cookie).await.denied(status, reason);
    }
}

#[tokio::test]
async fn c10_the_leeway_is_sixty_seconds_and_can_be_set() {
    let expired = |time: &str| cookie(&sign(&format!("sub|{WALL}|2026-01-15T{time}Z|1|")));
    let address = walled().await;
    assert_eq!(get(&address, "/a", &expired("11:59:00")).await.status, 200);
    get(&address, "/a", &expired("11:58:59"))
        .await
        .denied(401, "expired");
    let strict = serve(router(GateLayer::new(gate().with_leeway(0), wall()))).await;
    assert_eq!(get(&strict, "/a", &expired("12:00:00")).await.status, 200);
    get(&strict, "/a", &expired("11:59:59"))
        .await
        .denied(401, "expired");
}

#[tokio::test]
async fn c30_headers_in_our_name_are_ours() {
    let address = walled().await;
    let cookie = format!("Cookie: {}", cookie(&pass()));
    let headers: [&[u8]; 4] = [
        cookie.as_bytes(),
        b"X-Iteras-Level: sub",
        b"X_Iteras_Verdict: editor",
        b"X-Iteras_Other: x",
    ];
    let answer = send(&address, "GET /a", &headers).await;
    assert!(
        answer.body.ends_with(
            " GET x-iteras-expires=2026-02-01T00:00:00Z x-iteras-level=sub x-iteras-paywall=n8fsoupukhv3 \
             x-iteras-subscriber=31168 x-iteras-verdict=pass"
        ),
        "{answer:?}"
    );
    send(&address, "GET /a", &headers[1..])
        .await
        .denied(401, "nopass");
}

#[tokio::test]
async fn c31_c32_c33_neighbours_do_no_harm_and_look_alikes_are_not_ours() {
    let address = walled().await;
    let good = cookie(&pass());
    let with = |bytes: &[u8]| [b"Cookie: ".as_slice(), bytes, b"; ", good.as_bytes()].concat();
    for neighbour in [
        "tema=bl\u{e5}".as_bytes(),
        b"tema=bl\xe5",
        b"iteraspass=bad",
        b"a=\"",
        b"=;;=",
        b"$Version=1",
    ] {
        assert_eq!(
            send(&address, "GET /a", &[&with(neighbour)]).await.status,
            200
        );
    }
    let split: [&[u8]; 2] = [b"Cookie: a=1", &with(b"b=2")];
    assert_eq!(send(&address, "GET /a", &split).await.status, 200);
    let reverse = format!("{good}; iteraspass=bad");
    assert_eq!(get(&address, "/a", &reverse).await.status, 200);
    let pass = pass();
    for name in [
        "iteras%70ass",
        "IterasPass",
        "xiteraspass",
        "iteraspassx",
        "",
    ] {
        get(&address, "/a", &format!("{name}={pass}"))
            .await
            .denied(401, "nopass");
    }
    get(&address, "/a", &format!("iteraspass=\"{pass}\""))
        .await
        .denied(401, "invalid");
    let encoded = pass.replace('|', "%7c");
    assert_eq!(get(&address, "/a", &cookie(&encoded)).await.status, 200);
}

#[tokio::test]
async fn f28_c18_a_rotated_key_counts_until_its_end_and_is_reported() {
    let old_key = iteras_guard::PassKey::new("the old key of the account").unwrap();
    let old_pass = cookie(&signed_pass(WALL).with_key(old_key).text());
    let reported = Arc::new(Mutex::new(Vec::new()));
    let keys = |until: i64| {
        let keys = Keys::new()
            .key("new", KEY)
            .unwrap()
            .key("old", "the old key of the account")
            .unwrap();
        keys.until("old", Timestamp::from_unix(NOW.unix() + until))
            .unwrap()
    };
    let seen = reported.clone();
    let gate = Gate::new(keys(0))
        .unwrap()
        .on_old_key(move |id| seen.lock().unwrap().push(id.to_owned()));
    let address = serve(router(GateLayer::new(gate, wall()))).await;
    assert_eq!(get(&address, "/a", &old_pass).await.status, 200);
    assert_eq!(get(&address, "/a", &cookie(&pass())).await.status, 200);
    assert_eq!(*reported.lock().unwrap(), ["old"]);
    let over = serve(router(GateLayer::new(Gate::new(keys(-1)).unwrap(), wall()))).await;
    get(&over, "/a", &old_pass).await.denied(401, "invalid");
}

#[tokio::test]
async fn sha1_only_where_it_is_allowed() {
    let file: serde_json::Value =
        serde_json::from_str(include_str!("../../../tests/vectors/pass-vectors.json")).unwrap();
    let vector = &file["vectors"][1];
    let old = cookie(&format!(
        "{}/sha1:{}",
        vector["signed"].as_str().unwrap(),
        vector["sha1"].as_str().unwrap()
    ));
    get(&walled().await, "/a", &old)
        .await
        .denied(401, "invalid");
    let gate = Gate::new(Keys::new().key("0", KEY).unwrap().allow_sha1()).unwrap();
    let address = serve(router(GateLayer::new(gate, wall()))).await;
    assert_eq!(get(&address, "/a", &old).await.status, 200);
}

#[tokio::test]
async fn rejections_are_types_or_closures_and_get_the_exact_reason() {
    let closure = |denial: &Denial, _: &Asked<'_>| {
        let mut response = http::Response::new(text_body(format!("{:?}", denial.reason())));
        *response.status_mut() = http::StatusCode::IM_A_TEAPOT;
        response
            .headers_mut()
            .insert("etag", http::HeaderValue::from_static("\"x\""));
        response
    };
    let address = serve(router(GateLayer::new(gate(), wall()).on_reject(closure))).await;
    let answer = get(&address, "/a", "iteraspass=x").await;
    answer.denied(418, "invalid");
    assert_eq!(answer.body, "Malformed");
    let paid = GateLayer::new(gate(), wall()).on_reject(StatusPage::new().payment_required());
    get(&serve(router(paid)).await, "/a", "")
        .await
        .denied(402, "nopass");
    let landing = GateLayer::new(gate(), wall()).on_reject(LandingPage::new("/buy").unwrap());
    let answer = get(&serve(router(landing)).await, "/a?b=1", "").await;
    answer.denied(302, "nopass");
    assert_eq!(
        answer.header("location"),
        "/buy?iterasnext=%2Fa%3Fb%3D1&iterasaccess=sub"
    );
}

#[tokio::test]
async fn gift_links_open_their_page_and_are_not_kept() {
    let key = GiftKey::new(GIFT_KEY).unwrap();
    let token = key
        .token(
            "pub.example",
            "/a",
            "x=1",
            Timestamp::from_unix(NOW.unix() + 60),
        )
        .unwrap();
    let address = serve(router(GateLayer::new(gate().with_gifts(key), wall()))).await;
    let answer = get(&address, &format!("/a?x=1&iterasgift={token}"), "").await;
    assert_eq!(answer.status, 200);
    answer.never_stored_but_described();
    assert_eq!(answer.header("referrer-policy"), "strict-origin");
    assert_eq!(answer.header("x-robots-tag"), "noindex");
    assert!(
        answer.body.contains("None GET x-iteras-verdict=gift"),
        "{answer:?}"
    );
    let with_pass = get(
        &address,
        &format!("/a?iterasgift={token}"),
        &cookie(&pass()),
    )
    .await;
    assert_eq!(
        with_pass.header("cache-control"),
        "private, no-cache",
        "a pass comes first"
    );
    for (method, address_of_page) in [
        ("POST", "/a?x=1&"),
        ("OPTIONS", "/a?x=1&"),
        ("GET", "/a?x=2&"),
        ("GET", "/a?"),
        ("GET", "/A?x=1&"),
    ] {
        let line = format!("{method} {address_of_page}iterasgift={token}");
        send(&address, &line, &[b"Content-Length: 0"])
            .await
            .denied(401, "nopass");
    }
    let head = format!("HEAD /a?utm_source=mail&x=1&iterasgift={token}");
    assert_eq!(send(&address, &head, &[]).await.status, 200);
    get(&address, &format!("/b?iterasgift={token}"), "")
        .await
        .denied(401, "nopass");
    get(&address, &format!("/a?iterasgift=x&iterasgift={token}"), "")
        .await
        .denied(401, "nopass");
    get(&walled().await, &format!("/a?iterasgift={token}"), "")
        .await
        .denied(401, "nopass");
}

trait Described {
    fn never_stored_but_described(&self);
}

impl Described for Answer {
    #[track_caller]
    fn never_stored_but_described(&self) {
        assert_eq!(self.header("cache-control"), "private, no-store");
        assert_eq!(self.header("cdn-cache-control"), "");
    }
}

#[tokio::test]
async fn editors_come_in_by_the_publishers_own_check() {
    let gate = gate().with_editors(|asked| {
        asked
            .headers
            .get("authorization")
            .is_some_and(|value| value == "Bearer editor")
    });
    let address = serve(router(GateLayer::new(gate, wall()))).await;
    let answer = send(&address, "GET /a", &[b"Authorization: Bearer editor"]).await;
    assert!(
        answer.body.contains("x-iteras-verdict=editor"),
        "{answer:?}"
    );
    assert_eq!(answer.header("cache-control"), "private, no-store");
    send(&address, "GET /a", &[b"Authorization: Bearer reader"])
        .await
        .denied(401, "nopass");
}

#[tokio::test]
async fn a_pass_is_sent_back_at_most_once_a_day_and_only_to_documents() {
    let address = serve(router(GateLayer::new(
        gate().with_reissue(Reissue::new()),
        wall(),
    )))
    .await;
    let line = |more: &str| format!("Cookie: {}{more}", cookie(&pass()));
    let document: &[u8] = b"Sec-Fetch-Dest: document";
    let again = send(&address, "GET /a", &[line("").as_bytes(), document]).await;
    let set: Vec<&str> = again.header("set-cookie").split('\n').collect();
    assert_eq!(
        set[0],
        format!(
            "iteraspass={}; Path=/; Max-Age=2592000; SameSite=Lax; Secure",
            pass()
        )
    );
    assert_eq!(
        set[1],
        "iteraskept=1; Path=/; Max-Age=86400; SameSite=Lax; Secure"
    );
    assert!(
        !again
            .header("set-cookie")
            .to_lowercase()
            .contains("httponly")
    );
    let marked = line("; iteraskept=1");
    let others: [Vec<&[u8]>; 4] = [
        vec![marked.as_bytes(), document],
        vec![b"Cookie: iteraspass=bad", document],
        vec![b"Cookie: iteraspass=bad", b"Sec-Fetch-Dest: image"],
        vec![document],
    ];
    for headers in others {
        assert_eq!(
            send(&address, "GET /a", &headers)
                .await
                .header("set-cookie"),
            ""
        );
    }
    let image = send(
        &address,
        "GET /a",
        &[line("").as_bytes(), b"Sec-Fetch-Dest: image"],
    )
    .await;
    assert_eq!((image.status, image.header("set-cookie")), (200, ""));
}

#[tokio::test]
async fn open_routes_are_left_alone() {
    let site = Site::new(["pub.example"], Unmatched::Open).unwrap();
    let site = site.rule(Rule::protected(Match::path("/article/*").unwrap(), wall()));
    let address = serve(router(GateLayer::new(
        gate(),
        Rules::sites([site]).unwrap(),
    )))
    .await;
    let answer = send(&address, "GET /", &[b"X-Iteras-Level: sub"]).await;
    assert_eq!(
        answer.header("cache-control"),
        "public, max-age=600, s-maxage=600"
    );
    assert_eq!(answer.body, "WHOLE-ARTICLE None GET ");
    for path in [
        "/article/1",
        "//article/1",
        "/Article/%2e%2e/article/1",
        "/article;x=1/1",
        "/x%2farticle",
    ] {
        get(&address, path, "").await.denied(401, "nopass");
    }
    send(&address, "GET /", &[b"Host: other.example"])
        .await
        .denied(401, "nopass");
    assert_eq!(
        send(&address, "GET /", &[b"Host: PUB.example.:80"])
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn f29_ten_thousand_requests_share_nothing() {
    use tower::{ServiceExt, service_fn};
    use tower_layer::Layer;
    let layer = GateLayer::new(gate(), wall()).with_clock(now);
    let service = layer.layer(service_fn(|request: http::Request<()>| async move {
        let Some(Ok(Opening::Pass(pass))) = request.extensions().get::<Verdict>() else {
            panic!("let through without a pass")
        };
        tokio::task::yield_now().await;
        Ok::<_, std::convert::Infallible>(http::Response::new(pass.subscriber().to_owned()))
    }));
    let mut tasks = tokio::task::JoinSet::new();
    for at in 0..10_000_u32 {
        let service = service.clone();
        tasks.spawn(async move {
            let good = at % 3 != 0;
            let fields = format!(
                "sub|{}|2026-02-01T00:00:00Z|{at}|",
                if good { WALL } else { "OTHER" }
            );
            let request = http::Request::get("/a")
                .header("cookie", cookie(&sign(&fields)))
                .body(())
                .unwrap();
            let answer = service.oneshot(request);
            if at == 0 {
                drop(answer);
                return;
            }
            let response = answer.await.unwrap();
            assert_eq!(response.status().is_success(), good);
            let body = http_body_util::BodyExt::collect(response.into_body())
                .await
                .unwrap()
                .to_bytes();
            assert_eq!(body == at.to_string(), good);
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
}

#[tokio::test]
async fn c91_the_layer_tells_of_copied_passes_and_opens_all_the_same() {
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let hook = told.clone();
    let copied = CopiedPasses::new(Networks::new(2).unwrap()).on_copied(move |copied| {
        let (subscriber, networks) = (copied.subscriber(), copied.networks());
        assert_eq!(copied.keyed_hash().is_some(), networks.is_some());
        let line = format!("{subscriber} {networks:?}");
        hook.lock().unwrap().push(line);
    });
    assert_eq!(format!("{copied:?}"), "CopiedPasses(2)");
    let layer = GateLayer::new(gate(), wall()).with_copied_passes(copied, |asked| {
        // The address is the test's own word.
        asked.headers.get("x-from")?.to_str().ok()?.parse().ok()
    });
    let site = serve(router(layer)).await;
    let read = async |subscriber: &str, from: &str| {
        let pass = sign(&format!("sub|{WALL}|2026-02-01T00:00:00Z|{subscriber}|"));
        let (pass, from) = (
            format!("Cookie: {}", cookie(&pass)),
            format!("X-From: {from}"),
        );
        let headers = [pass.as_bytes(), from.as_bytes()];
        assert_eq!(send(&site, "GET /a", &headers).await.status, 200);
    };
    for from in ["192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8:0:9::1"] {
        read("31168", from).await;
    }
    read("31169", "198.51.100.1").await;
    assert!(told.lock().unwrap().is_empty());
    for from in ["198.51.100.1", "203.0.113.1", "nowhere"] {
        read("31168", from).await;
    }
    assert_eq!(*told.lock().unwrap(), ["31168 Some(3)", "31168 None"]);
}
