//! Prints what a check and a layer cost: `cargo run --release -p iteras-gate --example measure`.
//!
//! Medians of five interleaved rounds, in nanoseconds of CPU a request.
#![allow(clippy::unwrap_used)]

use std::convert::Infallible;
use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Instant;

use http::{Request, Response};
use http_body_util::Full;
use iteras_gate::{Asked, Gate, GateLayer, Keys, Requirement, Timestamp};
use tower::{Service, service_fn};
use tower_layer::Layer;

const KEY: &str = "j8kau2v3lzp0n12ilw1d0hurr6059gyo";
const NOW: Timestamp = Timestamp::from_unix(1_768_478_400);
const ROUNDS: usize = 5;

fn now() -> Timestamp {
    NOW
}

/// Nanoseconds of CPU for one call of `work`.
fn time(calls: u32, mut work: impl FnMut()) -> u128 {
    let start = cpu();
    for _ in 0..calls {
        work();
    }
    (cpu() - start) / u128::from(calls)
}

/// What this thread has used of a CPU: other programs on the machine then make less of a difference.
/// Where the system does not say, the time of day has to do.
fn cpu() -> u128 {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let start = START.get_or_init(Instant::now);
    let used = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let used = used.and_then(|text| text.split(' ').next()?.parse().ok());
    used.unwrap_or_else(|| start.elapsed().as_nanos())
}

// The services here are ready at once, so nothing has to wait for anything.
fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => unreachable!("the service answers at once"),
    }
}

fn main() {
    let gate = || Gate::new(Keys::new().key("2026", KEY).unwrap()).unwrap();
    let wall = Requirement::subscriber(["n8fsoupukhv3"]).unwrap();
    let pass = iteras::signature::PassKey::new(KEY).unwrap();
    let pass = pass.sign("sub|n8fsoupukhv3|2026-02-01T00:00:00Z|31168|192.0.2.7");
    println!("a pass of {} bytes", pass.len());
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
    let (judging, layer) = (gate(), GateLayer::new(gate(), wall.clone()).with_clock(now));
    let judge = |cookie: &str| {
        let (parts, ()) = request(cookie).into_parts();
        time(5000, || {
            drop(black_box(judging.judge(
                &Asked::of(&parts),
                (&wall).into(),
                NOW,
            )))
        })
    };
    let mut rounds: Vec<Vec<(String, u128)>> = Vec::new();
    for _ in 0..ROUNDS {
        let mut round = vec![("judge, a good pass".to_owned(), judge(&good))];
        let (mut plain, mut gated) = (inner(), layer.layer(inner()));
        let without = time(100_000, || {
            drop(black_box(ready(plain.call(request(&good)))))
        });
        let with = time(100_000, || {
            drop(black_box(ready(gated.call(request(&good)))))
        });
        round.push((
            "layer, what it adds to a request".to_owned(),
            with.saturating_sub(without),
        ));
        for (name, cookie) in &hostile {
            round.push((format!("judge, {name}"), judge(cookie)));
        }
        rounds.push(round);
    }
    for at in 0..rounds[0].len() {
        let mut times: Vec<u128> = rounds.iter().map(|round| round[at].1).collect();
        times.sort_unstable();
        println!("{:>8} ns of CPU  {}", times[ROUNDS / 2], rounds[0][at].0);
    }
}
