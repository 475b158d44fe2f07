//! Prints what a check and a layer cost: `cargo run --release -p iteras-gate --example measure`.
//!
//! Medians of five interleaved rounds, in nanoseconds; one JSON object a line, with the limit where
//! there is one.
#![allow(clippy::unwrap_used)]

use std::borrow::Cow;
use std::convert::Infallible;
use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Instant;

use http::{Request, Response};
use http_body_util::Full;
use iteras::IdList;
use iteras_gate::{
    Asked, Gate, GateLayer, Keys, Meter, MeterKey, MeterLimits, Requirement, Timestamp,
};
use iteras_guard::page::page_charset;
use iteras_guard::signature::{Algorithms, PassKey, PassKeys};
use iteras_teaser::Teaser;
use ring::hmac;
use serde_json::json;
use tower::{Service, service_fn};
use tower_layer::Layer;

// As in the program.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const KEY: &str = "j8kau2v3lzp0n12ilw1d0hurr6059gyo";
const NOW: Timestamp = Timestamp::from_unix(1_768_478_400);
const ROUNDS: usize = 5;
const TEASER: &str = "teaser of a page of 100 kB";

fn now() -> Timestamp {
    NOW
}

/// Nanoseconds for one call of `work`.
fn time(calls: u32, work: impl FnMut()) -> u128 {
    side_by_side(calls, work, || ()).0
}

/// The same for two that are compared, in turns, so that both meet the same moods of the machine. Medians of
/// short stretches: in most of them nobody else was given the CPU.
fn side_by_side(calls: u32, mut one: impl FnMut(), mut other: impl FnMut()) -> (u128, u128) {
    const STRETCHES: u32 = 200;
    let calls = calls / STRETCHES;
    let stretch = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        for _ in 0..calls {
            work();
        }
        start.elapsed().as_nanos()
    };
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for _ in 0..STRETCHES {
        first.push(stretch(&mut one));
        second.push(stretch(&mut other));
    }
    (
        median(first) / u128::from(calls),
        median(second) / u128::from(calls),
    )
}

fn median(mut times: Vec<u128>) -> u128 {
    times.sort_unstable();
    times[times.len() / 2]
}

// The services here are ready at once, so nothing has to wait for anything.
fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => unreachable!("the service answers at once"),
    }
}

/// A page of 100 kB as magazines make them: half of it the article, the rest menus, lists and pictures.
fn long_page() -> String {
    const ITEM: &str =
        "<li class=item><a href=\"/section/culture?from=menu\">Culture &amp; letters</a></li>\n";
    const PARAGRAPH: &str = "<p>It rained on the harbour, and the <em>ferry</em> was late, \
                             as it had been all that week.</p>\n";
    const CARD: &str = "<figure><img src=\"/img/cover.webp\" alt=\"A cover\" loading=\"lazy\">\
                        <figcaption>No. 12</figcaption></figure>\n";
    let (menu, article, cards) = (ITEM.repeat(310), PARAGRAPH.repeat(500), CARD.repeat(240));
    let page = format!(
        "<!doctype html><html lang=en><head><title>A long one</title></head><body><nav><ul>{menu}</ul></nav>\
         <main class=article><h1>A long one</h1>{article}</main><aside>{cards}</aside></body></html>"
    );
    assert!((95_000..105_000).contains(&page.len()), "{}", page.len());
    page
}

fn main() {
    let gate = || Gate::new(Keys::new().key("2026", KEY).unwrap()).unwrap();
    let wall = Requirement::subscriber(["n8fsoupukhv3"]).unwrap();
    let pass = PassKey::new(KEY).unwrap();
    let pass = pass.sign("sub|n8fsoupukhv3|2026-02-01T00:00:00Z|31168|1.2.3.4");
    assert_eq!(pass.len(), 123);
    let request = |cookie: &str| {
        Request::get("/article")
            .header("host", "pub.example")
            .header("cookie", cookie)
            .body(())
            .unwrap()
    };
    let inner = || {
        service_fn(async |_: Request<()>| {
            Ok::<_, Infallible>(Response::new(Full::new(bytes::Bytes::from_static(
                b"article",
            ))))
        })
    };
    let good = format!("a=1; iteraspass={pass}; b=2");
    let long = format!("sub|{}|x/sha256:{}", "y".repeat(3940), "0".repeat(64));
    let hostile = [
        ("16 KiB of semicolons", ";".repeat(16 << 10)),
        (
            "16 KiB of pipes in one value",
            format!("iteraspass={}", "|".repeat(16 << 10)),
        ),
        (
            "four unsigned passes of 4 KiB",
            vec![format!("iteraspass={long}"); 4].join(";"),
        ),
        (
            "four values of 4 KiB, percent-encoded",
            vec![format!("iteraspass={}", "%7C".repeat(1360)); 4].join(";"),
        ),
    ];
    let signed = pass.split_once('/').unwrap().0;
    let keys = PassKey::new(KEY).unwrap();
    let keys = PassKeys::new(vec![("2026".into(), keys)], Algorithms::Sha256).unwrap();
    let ids = IdList::new(["n8fsoupukhv3"]);
    let wanted = iteras::Requirement {
        paywalls: Some(ids.as_ids()),
        access: iteras::Access::Sub,
        leeway: 60,
    };
    let check = || {
        let value = Cow::Borrowed(black_box(pass.as_str()));
        assert!(keys.examine(value, &wanted, NOW).reason().is_none());
    };
    let ring = hmac::Key::new(hmac::HMAC_SHA256, KEY.as_bytes());
    let bare = |bytes: &str| {
        black_box(hmac::sign(&ring, black_box(bytes.as_bytes())));
    };
    let (judging, layer) = (gate(), GateLayer::new(gate(), wall.clone()).with_clock(now));
    let judge = |cookie: &str| {
        let (parts, ()) = request(cookie).into_parts();
        time(5000, || {
            drop(black_box(judging.plan(
                &Asked::of(&parts),
                (&wall).into(),
                NOW,
            )))
        })
    };
    let metered = wall.clone().with_meter();
    let meter_key = || MeterKey::new("a key that is for meters only").unwrap();
    let limits = MeterLimits::new(3, 30).unwrap();
    let with_meter = gate().with_meter(Meter::new(meter_key(), limits)).unwrap();
    let visit = |value: &str, path| {
        let counted = meter_key().count(value, "pub.example", path, "", limits, NOW);
        meter_key()
            .cookie(&counted.unwrap(), "pub.example")
            .unwrap()
    };
    let two_pages = visit(&visit("", "/one"), "/two");
    // The same reader and page, judged by a gate without a meter and by one with it.
    let meter_adds = |path: &str, cookie: &str| {
        let mut request = request(cookie);
        *request.uri_mut() = path.parse().unwrap();
        let html = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        for (name, value) in [("sec-fetch-dest", "document"), ("accept", html)] {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        let (parts, ()) = request.into_parts();
        let plan = |gate: &Gate| gate.plan(&Asked::of(&parts), (&metered).into(), NOW);
        assert!(plan(&with_meter).verdict.is_ok() && plan(&judging).verdict.is_err());
        let (without, with) = side_by_side(
            40_000,
            || drop(black_box(plan(&judging))),
            || drop(black_box(plan(&with_meter))),
        );
        with.saturating_sub(without)
    };
    let page = long_page();
    let charset = page_charset(200, [], ["text/html; charset=utf-8"]).unwrap();
    let teaser = Teaser::new([".article"]).unwrap();
    let cut = || {
        let cut = teaser.cut(page.as_bytes(), charset, iteras::policy::Reason::NoPass);
        assert!(black_box(cut).unwrap().len() < page.len());
    };
    let metered_cookie = format!("a=1; iterasmeter={two_pages}; b=2");
    let mut rounds: Vec<Vec<(String, u128)>> = Vec::new();
    for _ in 0..ROUNDS {
        let (checked, hashed) = side_by_side(400_000, check, || bare(&pass));
        let mut round = vec![
            ("check, a pass of 123 bytes".to_owned(), checked),
            ("ring, HMAC-SHA256 of these bytes".to_owned(), hashed),
            (
                "ring, HMAC-SHA256 of the 51 that are signed".to_owned(),
                time(400_000, || bare(signed)),
            ),
            ("judge, a good pass".to_owned(), judge(&good)),
        ];
        let (mut plain, mut gated) = (inner(), layer.layer(inner()));
        let (without, with) = side_by_side(
            100_000,
            || drop(black_box(ready(plain.call(request(&good))))),
            || drop(black_box(ready(gated.call(request(&good))))),
        );
        round.push((
            "layer, what it adds to a request".to_owned(),
            with.saturating_sub(without),
        ));
        for (name, path, cookie) in [
            ("a reader's first page", "/article", "a=1"),
            ("a third page", "/article", &metered_cookie),
            ("a page again", "/two", &metered_cookie),
        ] {
            let name = format!("meter, what it adds to a check of {name}");
            round.push((name, meter_adds(path, cookie)));
        }
        for (name, cookie) in &hostile {
            round.push((format!("judge, {name}"), judge(cookie)));
        }
        round.push((TEASER.to_owned(), time(200, cut)));
        rounds.push(round);
    }
    let medians: Vec<(&str, u128)> = (0..rounds[0].len())
        .map(|at| {
            let times = rounds.iter().map(|round| round[at].1).collect();
            (rounds[0][at].0.as_str(), median(times))
        })
        .collect();
    for (name, median) in &medians {
        let limit = match *name {
            "layer, what it adds to a request" => Some(5000),
            name if name.starts_with("meter, ") => Some(1500),
            TEASER => Some(3_000_000),
            name if name.starts_with("judge, ") && name != "judge, a good pass" => Some(50_000),
            _ => None,
        };
        println!(
            "{}",
            json!({ "name": name, "ns": *median as u64, "at_most": limit })
        );
    }
    let against = |at: usize| medians[0].1 as f64 / medians[at].1 as f64;
    for (name, ratio, limit) in [
        (
            "check against ring on the 123 bytes",
            against(1),
            Some(1.25),
        ),
        (
            "check against ring on the signed 51 of them",
            against(2),
            None,
        ),
    ] {
        println!(
            "{}",
            json!({ "name": name, "ratio": ratio, "at_most": limit })
        );
    }
}
