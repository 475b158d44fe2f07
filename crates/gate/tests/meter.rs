//! Vectors of a gate's meter through the layer, which Node runs, too; and what else the layer does about free pages.
#![allow(clippy::unwrap_used)]

mod common;
#[path = "../../../tests/shared/mod.rs"]
mod shared;

use std::cell::Cell;
use std::sync::{Arc, Mutex};

use common::{GIFT_KEY, KEY, WALL, gate, sign, wall};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::BodyExt;
use iteras_gate::*;
use serde_json::Value;
use shared::{GATE_METERS, cases, list, load, pieces, text};
use tower::{ServiceExt, service_fn};
use tower_layer::Layer;

const METER_KEY: &str = "a key that is for meters only";
const EDITOR_KEY: &str = "a key that is for editors only";
const START: i64 = 1_768_478_400;
const PAGE: &str = "<!doctype html><title>Fog</title><p>whole article";

thread_local! {
    static NOW: Cell<i64> = const { Cell::new(START) };
}

/// The clock of the test on this thread.
fn clock() -> Timestamp {
    Timestamp::from_unix(NOW.get())
}

fn meter(limits: &str) -> Meter {
    Meter::new(
        MeterKey::new(METER_KEY).unwrap(),
        MeterLimits::parse(limits).unwrap(),
    )
}

fn rules() -> Rules {
    let hosts = ["pub.example", "www.pub.example"];
    let path = |pattern| Match::path(pattern).unwrap();
    let site = Site::new(hosts, Unmatched::Open).unwrap();
    let site = site
        .rule(Rule::protected(path("/articles/*"), wall().with_meter()))
        .rule(Rule::protected(path("/club/*"), wall()));
    Rules::sites([site]).unwrap()
}

fn layer(limits: &str) -> GateLayer {
    GateLayer::new(gate().with_meter(meter(limits)).unwrap(), rules()).with_clock(clock)
}

/// A request's answer, and what the origin saw of it.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
    /// Headers that the origin got, where it was asked.
    asked: Option<HeaderMap>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let value = self.headers.get(name);
        value.map(|value| value.to_str().unwrap())
    }

    #[track_caller]
    fn opened(&self, told: &str) {
        assert!(self.asked.is_some(), "{}", self.status);
        assert_eq!(self.header("x-iteras-meter"), Some(told));
    }
}

async fn send(layer: GateLayer, request: Request<()>, origins: u16) -> Answer {
    let seen = Arc::new(Mutex::new(None));
    let asked = seen.clone();
    let inner = service_fn(move |request: Request<()>| {
        *asked.lock().unwrap() = Some(request.headers().clone());
        let response = Response::builder()
            .status(origins)
            .header("content-type", "text/html")
            .header("cache-control", "public, max-age=60")
            .header("set-cookie", "origin=1");
        let response = response.body(text_body(PAGE)).unwrap();
        std::future::ready(Ok::<_, std::convert::Infallible>(response))
    });
    let response = layer.layer(inner).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let asked = seen.lock().unwrap().take();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
        asked,
    }
}

fn reader(path: &str, cookies: &str) -> Request<()> {
    let request = Request::get(path)
        .header("host", "pub.example")
        .header("sec-fetch-dest", "document");
    request.header("cookie", cookies).body(()).unwrap()
}

/// The meter's own `Set-Cookie`: its value, and the rest of it.
fn set(answer: &Answer) -> Option<(String, String)> {
    let lines = answer.headers.get_all("set-cookie").iter();
    let mut lines = lines.filter_map(|line| line.to_str().unwrap().strip_prefix("iterasmeter="));
    let (value, rest) = lines.next()?.split_once("; ")?;
    assert!(lines.next().is_none());
    Some((value.to_owned(), rest.to_owned()))
}

/// A browser as far as this cookie goes.
#[derive(Default)]
struct Browser {
    kept: String,
    until: i64,
    after: Vec<String>,
}

impl Browser {
    fn cookies(&self, visit: &Value) -> Vec<String> {
        let one = |cookie: &Value| match cookie.as_u64() {
            Some(at) => self.after[at as usize].clone(),
            None => pieces(cookie),
        };
        match visit.get("cookie") {
            None if NOW.get() < self.until => vec![self.kept.clone()],
            None | Some(Value::Null) => vec![],
            Some(Value::Array(several)) => several.iter().map(one).collect(),
            Some(cookie) => vec![one(cookie)],
        }
    }

    async fn visit(&mut self, limits: &str, visit: &Value, what: &str) {
        NOW.set(START + visit["at"].as_i64().unwrap());
        let or =
            |name, otherwise: &'static str| visit[name].as_str().unwrap_or(otherwise).to_owned();
        let mut request = Request::builder()
            .method(or("method", "GET").as_str())
            .uri(text(visit, "path"))
            .header("host", or("host", "pub.example"));
        match visit["headers"].as_object() {
            None => request = request.header("sec-fetch-dest", "document"),
            Some(headers) => {
                for (name, value) in headers {
                    request = request.header(name, value.as_str().unwrap());
                }
            }
        }
        let cookies = self.cookies(visit);
        let cookies = cookies.iter().map(|value| format!("iterasmeter={value}"));
        let cookies: Vec<String> = cookies.collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        let origins = visit["origin"].as_u64().unwrap_or(200) as u16;
        let answer = send(layer(limits), request.body(()).unwrap(), origins).await;
        assert_eq!(
            Some(answer.asked.is_some()),
            visit["opens"].as_bool(),
            "{what}"
        );
        assert_eq!(
            answer.header("x-iteras-meter"),
            visit["told"].as_str(),
            "{what}"
        );
        if answer.asked.is_none() {
            assert!(answer.status.is_client_error(), "{what}: {}", answer.status);
        }
        if !visit["told"].is_null() {
            assert_eq!(
                answer.header("cache-control"),
                Some("private, no-store"),
                "{what}"
            );
        }
        let set = set(&answer);
        match (&set, visit["sets"].as_i64()) {
            (None, None) => {}
            (Some((value, rest)), Some(life)) => {
                let expected = format!("Path=/; Max-Age={life}; HttpOnly; SameSite=Lax");
                assert_eq!(*rest, expected, "{what}");
                (self.kept, self.until) = (value.clone(), NOW.get() + life);
            }
            (set, life) => panic!("{what}: {set:?} in place of {life:?}"),
        }
        self.after.push(self.kept.clone());
    }
}

#[tokio::test]
async fn c79_visits_are_counted_as_the_vectors_say() {
    let file = load(GATE_METERS);
    assert_eq!(
        (file["key"].as_str(), file["start"].as_i64()),
        (Some(METER_KEY), Some(START))
    );
    for case in cases(&file) {
        let (limits, mut browser) = (text(case, "limits"), Browser::default());
        for page in 0..case["fills"].as_u64().unwrap_or(0) {
            NOW.set(START);
            let cookie = format!("iterasmeter={}", browser.kept);
            let answer = send(
                layer(limits),
                reader(&format!("/articles/{page}"), &cookie),
                200,
            )
            .await;
            let (value, _) = set(&answer).unwrap();
            assert!(value.len() < 800);
            (browser.kept, browser.until) = (value, i64::MAX);
        }
        for (at, visit) in list(case, "visits").iter().enumerate() {
            let what = format!("{} visit {at}", text(case, "id"));
            browser.visit(limits, visit, &what).await;
        }
    }
}

#[tokio::test]
async fn a_page_that_is_opened_says_so_to_its_wall_and_to_the_origin() {
    let mut request = reader("/articles/a", "a=1");
    for (name, value) in [
        ("x-iteras-meter", "1/99"),
        ("x_iteras_meter", "1/99"),
        ("range", "bytes=0-3"),
        ("if-none-match", "\"1\""),
        ("x-http-method-override", "DELETE"),
    ] {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let answer = send(layer("3/30"), request, 200).await;
    answer.opened("1/3");
    let mark = "<meta name=\"iteras-gate\" content=\"open\" data-used=\"1\" data-free=\"3\">";
    assert_eq!(
        answer.body,
        PAGE.replace("<title>", &format!("{mark}<title>"))
    );
    assert_eq!(answer.header("vary"), Some("Cookie"));
    let asked = answer.asked.unwrap();
    let told = |name: &str| asked.get(name).map(|value| value.to_str().unwrap());
    assert_eq!(told("x-iteras-verdict"), Some("meter"));
    assert_eq!(told("x-iteras-meter"), Some("1/3"));
    for name in [
        "x_iteras_meter",
        "range",
        "if-none-match",
        "x-http-method-override",
    ] {
        assert_eq!(told(name), None, "{name}");
    }
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
    assert_eq!(
        (cookies.len(), cookies[0]),
        (2, &"origin=1".parse::<http::HeaderValue>().unwrap())
    );
}

#[tokio::test]
async fn whatever_else_opens_a_page_is_asked_first_and_counts_nothing() {
    let end = Timestamp::from_unix(4_102_444_799);
    let pass = sign(&format!("sub|{WALL}|2099-12-31T23:59:59Z|31168|"));
    let editor = EditorKey::new(EDITOR_KEY).unwrap();
    let gift = GiftKey::new(GIFT_KEY).unwrap();
    let token = gift.token("pub.example", "/articles/a", "", end).unwrap();
    let layer = || {
        let gate = gate()
            .with_gifts(gift.clone())
            .with_editor_key(editor.clone());
        let crawler = Crawler::new("Googlebot").unwrap();
        let crawler = crawler.with_ranges(Ranges::of(["66.249.64.0/19"]).unwrap());
        let crawlers = Crawlers::new(CrawlerList::new([crawler]).unwrap()).unwrap();
        GateLayer::new(gate.with_meter(meter("3/30")).unwrap(), rules())
            .with_clock(clock)
            .with_crawlers(crawlers, |asked| {
                let address = asked.headers.get("x-test-address")?;
                address.to_str().ok()?.parse().ok()
            })
    };
    let mut crawled = reader("/articles/a", "");
    let headers = crawled.headers_mut();
    headers.insert("user-agent", "Googlebot/2.1".parse().unwrap());
    headers.insert("accept", "text/html".parse().unwrap());
    let mut spoofed = crawled.clone();
    crawled
        .headers_mut()
        .insert("x-test-address", "66.249.66.1".parse().unwrap());
    spoofed
        .headers_mut()
        .insert("x-test-address", "192.0.2.1".parse().unwrap());
    for (verdict, request) in [
        ("pass", reader("/articles/a", &format!("iteraspass={pass}"))),
        (
            "gift",
            reader(&format!("/articles/a?iterasgift={token}"), ""),
        ),
        (
            "editor",
            reader(
                "/articles/a",
                &format!(
                    "iteraseditor={}",
                    editor.cookie("pub.example", end).unwrap()
                ),
            ),
        ),
        ("crawler", crawled),
    ] {
        let answer = send(layer(), request, 200).await;
        assert_eq!(set(&answer), None, "{verdict}");
        assert_eq!(answer.header("x-iteras-meter"), None, "{verdict}");
        let asked = answer.asked.unwrap();
        assert_eq!(asked["x-iteras-verdict"], verdict);
        assert!(!asked.contains_key("x-iteras-meter"));
    }
    let answer = send(layer(), spoofed, 200).await;
    answer.opened("1/3");
    let expired = sign(&format!("sub|{WALL}|2026-01-01T00:00:00Z|31168|"));
    let answer = send(
        layer(),
        reader("/articles/a", &format!("iteraspass={expired}")),
        200,
    )
    .await;
    answer.opened("1/3");
}

/// Neither a teaser nor a redirect nor a page of the publisher's own: browsers would keep it in the page's place.
#[tokio::test]
async fn what_is_fetched_ahead_is_dropped_whatever_the_denial_is() {
    let own = |_: &Denial, _: &Asked<'_>| Response::new(text_body("a page of our own"));
    for layer in [
        layer("3/30"),
        layer("3/30").on_reject(LandingPage::new("/subscribe").unwrap()),
        layer("3/30").on_reject(own),
        layer("3/30").with_teaser(Teaser::new(["p"]).unwrap()),
    ] {
        let mut request = reader("/articles/a", "");
        let headers = request.headers_mut();
        headers.insert("sec-purpose", "prefetch;prerender".parse().unwrap());
        let answer = send(layer.clone(), request, 200).await;
        assert_eq!(answer.status, 401);
        assert!(answer.asked.is_none() && set(&answer).is_none());
        assert_eq!(answer.header("x-iteras-meter"), Some("ahead"));
        assert_eq!(answer.header("x-iteras-reason"), Some("nopass"));
        // Where there is no meter, it is as ever.
        let mut request = reader("/club/a", "");
        let headers = request.headers_mut();
        headers.insert("sec-purpose", "prefetch;prerender".parse().unwrap());
        assert_eq!(
            send(layer, request, 200).await.header("x-iteras-meter"),
            None
        );
    }
}

#[tokio::test]
async fn used_up_the_denial_is_as_ever() {
    let layer = || layer("1/30").with_teaser(Teaser::new(["p"]).unwrap().with_characters(5));
    let (value, _) = set(&send(layer(), reader("/articles/a", ""), 200).await).unwrap();
    let answer = send(
        layer(),
        reader("/articles/b", &format!("iterasmeter={value}")),
        200,
    )
    .await;
    assert!(answer.body.contains("iteras-no-pass") && !answer.body.contains("article"));
    assert_eq!(answer.header("x-iteras-reason"), Some("nopass"));
    assert_eq!(answer.header("x-iteras-meter"), Some("1/1"));
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    assert_eq!(set(&answer), None);
    let asked = answer.asked.unwrap();
    assert_eq!(
        (&asked["x-iteras-reason"], &asked["x-iteras-meter"]),
        (&"nopass".parse().unwrap(), &"1/1".parse().unwrap())
    );
}

#[tokio::test]
async fn the_cookie_is_secure_where_a_proxy_of_ours_says_https() {
    let rest = async |layer: GateLayer, proto: &str| {
        let mut request = reader("/articles/a", "");
        let headers = request.headers_mut();
        headers.insert("x-forwarded-proto", proto.parse().unwrap());
        set(&send(layer, request, 200).await).unwrap().1
    };
    let plain = "Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax";
    let secure = format!("{plain}; Secure");
    let ours = || layer("3/30").with_forwarded_from(|_| true);
    assert_eq!(rest(ours(), "https").await, secure);
    assert_eq!(rest(ours(), "HTTPS, http").await, secure);
    assert_eq!(rest(ours(), "http, https").await, plain);
    assert_eq!(rest(layer("3/30"), "https").await, plain, "anybody says it");
    let gate = gate().with_meter(meter("3/30").with_https()).unwrap();
    let layer = GateLayer::new(gate, rules()).with_clock(clock);
    assert_eq!(rest(layer, "http").await, secure);
}

#[test]
fn c19_the_key_is_none_that_does_something_else() {
    let refused = |gate: Gate, key: &str| {
        let meter = Meter::new(MeterKey::new(key).unwrap(), MeterLimits::new(1, 1).unwrap());
        gate.with_meter(meter).unwrap_err().to_string()
    };
    let of = |other| format!("meter: the same key as {other}; every purpose has its own");
    assert_eq!(refused(gate(), KEY), of("keys"));
    let gifts = gate().with_gifts(GiftKey::new(GIFT_KEY).unwrap());
    assert_eq!(refused(gifts, GIFT_KEY), of("gifts"));
    let editors = gate().with_editor_key(EditorKey::new(EDITOR_KEY).unwrap());
    assert_eq!(refused(editors, EDITOR_KEY), of("editors"));
}

/// The stricter of what several readings of a path ask for, and presets, which nobody gave a meter.
#[test]
fn a_meter_is_for_rules_that_name_it() {
    let path = |pattern| Match::path(pattern).unwrap();
    let site = Site::of_any_host(Unmatched::Protected(wall().with_meter()))
        .wall(wall().with_meter())
        .preset(Preset::Wordpress)
        .rule(Rule::protected(path("/articles/*"), wall().with_meter()));
    let rules = Rules::site(site).unwrap();
    assert!(rules.is_metered());
    let gate = gate().with_meter(meter("3/30")).unwrap();
    let opens = |uri: &str| {
        let (parts, ()) = reader(uri, "").into_parts();
        let asked = Asked::of(&parts);
        gate.plan(&asked, rules.demand(&asked.request()), clock())
            .verdict
            .is_ok()
    };
    assert!(opens("/articles/a"));
    for shut in [
        "/elsewhere",
        "/feed",
        "/articles/feed",
        "/articles/a/feed/atom",
        "/articles/a?feed=rss2",
        "/articles/a?p=7",
        "/index.php/articles/a",
        "/articles%2fa",
        "/wp-json/wp/v2/posts",
    ] {
        assert!(!opens(shut), "{shut}");
    }
}
