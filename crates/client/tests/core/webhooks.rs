//! The service's own calls.

use iteras_client::webhook::{BODY_CAP, Refusal, Webhook};
use iteras_client::{LocalTime, Token};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn hook() -> Webhook {
    Webhook::new(Token::new("webhook-token").unwrap())
}

#[test]
fn events_are_kept_whole() {
    let body = br#"[{"event":"customer_updated","id":"31168","new field":null},{}]"#;
    for authorization in [&b"Bearer webhook-token"[..], b"bearer  webhook-token "] {
        let events = hook().events(Some(authorization), body).unwrap();
        assert_eq!(events.len(), 2);
        assert_eq!(events[0]["event"], "customer_updated");
        assert!(events[0]["new field"].is_null());
    }
}

#[test]
fn calls_of_others_are_refused_before_they_are_read() {
    for authorization in [
        None,
        Some(&b""[..]),
        Some(b"webhook-token"),
        Some(b"Bearer"),
        Some(b"Bearer "),
        Some(b"Bearer webhook-toke"),
        Some(b"Bearer webhook-token1"),
        Some(b"Basic webhook-token"),
        Some(b"\xff"),
    ] {
        let refusal = hook().events(authorization, b"not JSON").unwrap_err();
        assert_eq!((refusal.status(), &refusal), (401, &Refusal::Token));
    }
}

#[test]
fn f33_bodies_that_are_no_list_of_objects_are_refused() {
    let read = |body: &[u8]| {
        hook()
            .events(Some(b"Bearer webhook-token"), body)
            .unwrap_err()
    };
    for body in ["null", "{}", "[1]", "[null]"] {
        let refusal = read(body.as_bytes());
        assert_eq!(refusal.status(), 400);
        assert!(
            refusal.to_string().starts_with(
                "expected a JSON list of objects: a field is missing, doubled or of another type"
            ),
            "{refusal}"
        );
    }
    assert_eq!(
        read(b"[{").to_string(),
        "expected a JSON list of objects: the JSON ends too early at line 1 column 2"
    );
    let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
    assert_eq!(read(&deep).status(), 400);
    let deep = [
        &b"[{\"a\":"[..],
        &b"[".repeat(100_000),
        &b"]".repeat(100_000),
        b"}]",
    ]
    .concat();
    assert!(
        read(&deep)
            .to_string()
            .contains("the JSON is nested too deep")
    );
    assert_eq!(read(&vec![b' '; BODY_CAP + 1]), Refusal::TooLarge);
}

#[test]
fn time_stamps_without_a_zone_are_no_moments() {
    let time: LocalTime = "2010-12-24T12:00:00".parse().unwrap();
    assert_eq!(time.to_string(), "2010-12-24T12:00:00");
    assert_eq!(time.at_offset(3600).to_string(), "2010-12-24T11:00:00Z");
    for text in [
        "2010-12-24T12:00:00Z",
        "2010-12-24T12:00:00+01:00",
        "2010-12-24",
        "2010-02-30T12:00:00",
        "",
    ] {
        assert!(text.parse::<LocalTime>().is_err(), "{text}");
    }
}
