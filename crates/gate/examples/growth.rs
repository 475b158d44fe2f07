//! Prints how the cost of a decision grows with what it is given:
//! `cargo run --release -p iteras-gate --example growth`.
//!
//! One JSON object a line: the series, the number of things, and nanoseconds for one of the work named, the least of
//! several stretches.
#![allow(clippy::unwrap_used)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use http::Request;
use http::request::Parts;
use iteras_gate::{Asked, Gate, Keys, Match, Requirement, Rule, Rules, Site, Timestamp, Unmatched};
use iteras_guard::rules;
use iteras_guard::signature::PassKey;
use serde_json::json;

const KEY: &str = "j8kau2v3lzp0n12ilw1d0hurr6059gyo";
const NOW: Timestamp = Timestamp::from_unix(1_768_478_400);
/// A stretch of calls is long enough for the clock, and the least of so many met nobody else.
const STRETCH: Duration = Duration::from_millis(4);
const STRETCHES: usize = 15;

fn main() {
    for ids in [1, 3, 10, 32, 100, 316, 1000] {
        let names: Vec<_> = (0..ids).map(id).collect();
        let wall = Requirement::subscriber(names.iter().map(String::as_str)).unwrap();
        let request = article(&format!("iteraspass={}", pass(&id(ids - 1))));
        let gate = gate(1);
        print("paywalls a page accepts", ids, || {
            plan(&gate, &request, &wall)
        });
    }
    let wall = Requirement::subscriber([id(0).as_str()]).unwrap();
    for length in [123, 256, 512, 1024, 2048, 4096] {
        let signed = |filling: usize| {
            let fields = format!(
                "sub|{}|2026-02-01T00:00:00Z|31168|{}",
                id(0),
                "x".repeat(filling)
            );
            PassKey::new(KEY).unwrap().sign(&fields)
        };
        let pass = signed(length - signed(0).len());
        let (request, gate) = (article(&format!("iteraspass={pass}")), gate(1));
        print("bytes of a pass", pass.len(), || {
            plan(&gate, &request, &wall)
        });
    }
    for cookies in [1, 3, 10, 32, 100, 200] {
        let others: String = (1..cookies)
            .map(|at| format!("cookie{at}=value{at}; "))
            .collect();
        let request = article(&format!("{others}iteraspass={}", pass(&id(0))));
        let gate = gate(1);
        print("cookies of a request", cookies, || {
            plan(&gate, &request, &wall)
        });
    }
    for keys in [1, 2, 4, 8, 16] {
        let request = article(&format!("iteraspass={}", pass(&id(0))));
        let gate = gate(keys);
        print("keys, the pass signed with the last", keys, || {
            plan(&gate, &request, &wall)
        });
    }
    for rules in [1, 10, 100, 1000, 10_000] {
        let made = || Rules::sites([site("pub.example", rules)]).unwrap();
        print("rules, read from the configuration", rules, || {
            drop(black_box(made()))
        });
        let (made, request) = (
            made(),
            rules::Request {
                host: Some("pub.example"),
                path: "/article/1",
                ..rules::Request::default()
            },
        );
        print("rules of a site, none of which fits", rules, || {
            black_box(made.demand(black_box(&request)));
        });
    }
    for sites in [1, 10, 100, 1000, 10_000] {
        let made = || Rules::sites((0..sites).map(|at| site(&host(at), 1))).unwrap();
        print("sites, read from the configuration", sites, || {
            drop(black_box(made()))
        });
        let (made, last) = (made(), host(sites - 1));
        for (series, host) in [
            ("sites", &*last),
            ("sites, a host that none has", "other.example"),
        ] {
            let request = rules::Request {
                host: Some(host),
                path: "/article/1",
                ..rules::Request::default()
            };
            print(series, sites, || {
                black_box(made.demand(black_box(&request)));
            });
        }
    }
}

fn print(series: &str, count: usize, mut work: impl FnMut()) {
    let begun = Instant::now();
    work();
    let calls = (STRETCH.as_nanos() / begun.elapsed().as_nanos().max(1)).clamp(1, 100_000);
    let mut stretch = || {
        let begun = Instant::now();
        for _ in 0..calls {
            work();
        }
        begun.elapsed().as_nanos() / calls
    };
    let least = (0..STRETCHES).map(|_| stretch()).min().unwrap();
    println!(
        "{}",
        json!({ "series": series, "n": count, "ns": least as u64 })
    );
}

fn plan(gate: &Gate, request: &Parts, wall: &Requirement) {
    let plan = gate.plan(&Asked::of(request), wall.into(), NOW);
    assert!(black_box(plan).verdict.is_ok());
}

/// A gate with so many keys, of which passes are signed with the last.
fn gate(keys: usize) -> Gate {
    let others = (1..keys).fold(Keys::new(), |keys, at| {
        keys.key(
            &format!("other{at}"),
            &format!("another key of sufficient length {at}"),
        )
        .unwrap()
    });
    Gate::new(others.key("2026", KEY).unwrap()).unwrap()
}

fn pass(ids: &str) -> String {
    PassKey::new(KEY)
        .unwrap()
        .sign(&format!("sub|{ids}|2026-02-01T00:00:00Z|31168|1.2.3.4"))
}

fn article(cookie: &str) -> Parts {
    let request = Request::get("/article")
        .header("host", "pub.example")
        .header("cookie", cookie);
    request.body(()).unwrap().into_parts().0
}

fn site(host: &str, rules: usize) -> Site {
    let name = host.replace('.', "");
    let rule = |at| {
        let wall = Requirement::subscriber([name.as_str(), id(at).as_str()]).unwrap();
        Rule::protected(Match::path(&format!("/section{at}/*")).unwrap(), wall)
    };
    (0..rules)
        .map(rule)
        .fold(Site::new([host], Unmatched::Open).unwrap(), Site::rule)
}

fn id(at: usize) -> String {
    format!("paywall{at:05}")
}

fn host(at: usize) -> String {
    format!("site{at}.example")
}
