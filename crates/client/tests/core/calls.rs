//! Failures after which a call is sent again, the time before that, and those after which it is not.

use std::time::Duration;

use iteras_client::Kind;
use iteras_client::request::Nature::{self, Check, Read, Write};
use iteras_client::retry::{Call, Next, Outcome, Policy};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const NOON: i64 = 784_111_777; // Sun, 06 Nov 1994 08:49:37 GMT
const START: Duration = Duration::from_secs(1000);
const MOST: u64 = u64::MAX;

fn call(nature: Nature) -> Call {
    Call::new(nature, Policy::default(), false, START)
}

fn next(call: &mut Call, outcome: Outcome<'_>, random: u64) -> Next {
    let url = "https://app.iteras.dk/api/customers/".parse().unwrap();
    call.next(outcome, &url, START, NOON, random)
}

fn answered(status: u16) -> Outcome<'static> {
    Outcome::Answered {
        status,
        retry_after: None,
        location: None,
    }
}

fn failed(kind: Kind) -> Next {
    Next::Fail {
        kind,
        retry_after: None,
    }
}

#[track_caller]
fn waits_at_most(next: Next, most: u128) {
    let Next::Wait(time) = next else {
        panic!("expected a wait, found {next:?}")
    };
    assert!(
        time.as_millis() + 1 >= most && time.as_millis() <= most,
        "{time:?}"
    );
}

#[test]
fn reads_are_tried_three_times_with_full_jitter() {
    for outcome in [
        Outcome::Unsent,
        Outcome::Lost,
        answered(429),
        answered(502),
        answered(503),
        answered(504),
    ] {
        let mut call = call(Read);
        waits_at_most(next(&mut call, outcome, MOST), 200);
        waits_at_most(next(&mut call, outcome, MOST), 400);
        assert_eq!(next(&mut call, outcome, MOST), failed(Kind::Outage));
    }
    assert_eq!(
        next(&mut call(Read), Outcome::Lost, 0),
        Next::Wait(Duration::ZERO)
    );
    let policy = Policy {
        tries: 20,
        overall: Duration::from_secs(1000),
        ..Policy::default()
    };
    let mut long = Call::new(Read, policy, false, START);
    for _ in 0..18 {
        next(&mut long, Outcome::Lost, MOST);
    }
    waits_at_most(next(&mut long, Outcome::Lost, MOST), 10_000);
}

#[test]
fn f32_what_is_no_read_is_not_sent_twice() {
    for nature in [Check, Write] {
        assert_eq!(
            next(&mut call(nature), Outcome::Lost, 0),
            failed(Kind::UnknownOutcome)
        );
        for status in [429, 503] {
            assert_eq!(
                next(&mut call(nature), answered(status), 0),
                failed(Kind::Outage)
            );
        }
        // Not one byte went out.
        assert_eq!(
            next(&mut call(nature), Outcome::Unsent, 0),
            Next::Wait(Duration::ZERO)
        );
    }
    for status in [500, 502, 504] {
        assert_eq!(
            next(&mut call(Check), answered(status), 0),
            failed(Kind::Outage)
        );
        assert_eq!(
            next(&mut call(Write), answered(status), 0),
            failed(Kind::UnknownOutcome)
        );
    }
    assert_eq!(
        next(&mut call(Write), Outcome::Unusable, 0),
        failed(Kind::UnknownOutcome)
    );
    assert_eq!(
        next(&mut call(Read), Outcome::Unusable, 0),
        failed(Kind::Outage)
    );
}

#[test]
fn retry_after_is_obeyed_as_far_as_there_is_time() {
    let told = |text| Outcome::Answered {
        status: 503,
        retry_after: Some(text),
        location: None,
    };
    for (text, seconds) in [
        ("0", 0),
        (" 7 ", 7),
        ("Sun, 06 Nov 1994 08:49:41 GMT", 4),
        ("Sun, 06 Nov 1994 08:49:30 GMT", 0),
    ] {
        let wait = next(&mut call(Read), told(text), MOST);
        assert_eq!(wait, Next::Wait(Duration::from_secs(seconds)), "{text}");
    }
    for (text, seconds) in [("15", 15), ("99999999999999999999999", u64::MAX)] {
        let retry_after = Some(Duration::from_secs(seconds));
        let kind = Kind::Outage;
        assert_eq!(
            next(&mut call(Read), told(text), 0),
            Next::Fail { kind, retry_after }
        );
        assert_eq!(
            next(&mut call(Check), told(text), 0),
            Next::Fail { kind, retry_after }
        );
    }
    for text in ["", "-1", "1.5", "soon"] {
        waits_at_most(next(&mut call(Read), told(text), MOST), 200);
    }
}

#[test]
fn c61_a_401_renews_once_and_a_403_never() {
    let mut renewable = Call::new(Read, Policy::default(), true, START);
    assert_eq!(next(&mut renewable, answered(401), 0), Next::Renew);
    assert_eq!(next(&mut renewable, answered(401), 0), failed(Kind::Auth));
    let mut renewable = Call::new(Write, Policy::default(), true, START);
    assert_eq!(next(&mut renewable, answered(403), 0), failed(Kind::Auth));
    assert_eq!(next(&mut call(Read), answered(401), 0), failed(Kind::Auth));
}

#[test]
fn statuses_say_who_has_to_do_something() {
    for (status, kind) in [
        (400, Kind::Programming),
        (404, Kind::Programming),
        (405, Kind::Programming),
        (500, Kind::Outage),
        (100, Kind::Outage),
        (304, Kind::Outage),
    ] {
        assert_eq!(
            next(&mut call(Read), answered(status), 0),
            failed(kind),
            "{status}"
        );
    }
    for status in [200, 201, 204] {
        assert_eq!(next(&mut call(Read), answered(status), 0), Next::Accept);
    }
}

#[test]
fn c63_redirects_stay_on_the_origin() {
    let to = |location| Outcome::Answered {
        status: 302,
        retry_after: None,
        location: Some(location),
    };
    let ours = "https://app.iteras.dk/elsewhere/";
    let followed = Next::Follow(ours.parse().unwrap());
    assert_eq!(next(&mut call(Read), to("/elsewhere/"), 0), followed);
    assert_eq!(next(&mut call(Read), to(ours), 0), followed);
    for location in [
        "https://evil.example/",
        "//evil.example/",
        "http://app.iteras.dk/",
        "https://app.iteras.dk:8443/",
        "https://app.iteras.dk.evil.example/",
        "https://me:you@app.iteras.dk/",
        "javascript:alert(1)",
        "",
    ] {
        let expected = if location.is_empty() {
            Next::Follow("https://app.iteras.dk/api/customers/".parse().unwrap())
        } else {
            failed(Kind::Outage)
        };
        assert_eq!(
            next(&mut call(Read), to(location), 0),
            expected,
            "{location}"
        );
    }
    for nature in [Check, Write] {
        assert_eq!(next(&mut call(nature), to(ours), 0), failed(Kind::Outage));
    }
    let mut looping = call(Read);
    for _ in 0..5 {
        assert_eq!(next(&mut looping, to(ours), 0), followed);
    }
    assert_eq!(next(&mut looping, to(ours), 0), failed(Kind::Outage));
}
