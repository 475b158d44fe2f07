//! The vectors that all runtimes share, through the layer: status and public reason as the visitor sees
//! them, the exact reason as the observer does. Then every small change to a signed pass.
#![allow(clippy::unwrap_used)]

mod common;
#[path = "../../../tests/shared/mod.rs"]
mod shared;

use std::sync::{Arc, Mutex};

use common::{Dice, KEY, NOW, WALL, pass};
use http::{Request, Response};
use iteras_gate::*;
use iteras_guard::testing::signed_pass;
use serde_json::Value;
use shared::{HEADERS, PASSES, cases, expected, header_lines, load, text};
use tower::{ServiceExt, service_fn};
use tower_layer::Layer;

fn configured(case: &Value) -> Result<(Gate, Requirement), ConfigError> {
    let mut keys = Keys::new();
    for (at, key) in case["keys"].as_array().unwrap().iter().enumerate() {
        keys = keys.key(&at.to_string(), key.as_str().unwrap())?;
    }
    let access = Access::parse(text(case, "want_access")).unwrap_or(Access::Any);
    let ids = case["want_ids"]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| id.as_str().unwrap());
    let leeway = u32::try_from(case["leeway_s"].as_u64().unwrap_or(0)).unwrap();
    Ok((
        Gate::new(keys)?.with_leeway(leeway),
        Requirement::new(ids, access)?,
    ))
}

/// Verdict, exact reason, and what the response says.
async fn outcome(
    gate: &Arc<Gate>,
    wall: &Requirement,
    now: Timestamp,
    cookies: &[Vec<u8>],
) -> (String, u16, String) {
    let exact = Arc::new(Mutex::new(String::new()));
    let seen = exact.clone();
    // A clock is a plain function, so this one gets its time aside; each test thread has its own.
    CLOCK.with(|clock| clock.set(now));
    let layer =
        GateLayer::new(gate.clone(), wall.clone()).with_clock(|| CLOCK.with(std::cell::Cell::get));
    let layer = layer.on_verdict(move |_, verdict| {
        *seen.lock().unwrap() = match verdict {
            Err(denial) => denial.to_string(),
            _ => "allow".to_owned(),
        };
    });
    let inner = service_fn(async |_: Request<()>| {
        Ok::<_, std::convert::Infallible>(Response::new(text_body("article")))
    });
    let mut request = Request::get("/a");
    for line in cookies {
        request = request.header("cookie", http::HeaderValue::from_bytes(line).unwrap());
    }
    let response = layer
        .layer(inner)
        .oneshot(request.body(()).unwrap())
        .await
        .unwrap();
    let public = response
        .headers()
        .get("x-iteras-reason")
        .map_or("", |value| value.to_str().unwrap());
    let exact = exact.lock().unwrap().clone();
    (exact, response.status().as_u16(), public.to_owned())
}

thread_local! {
    static CLOCK: std::cell::Cell<Timestamp> = const { std::cell::Cell::new(NOW) };
}

fn public(exact: &str) -> (u16, &str) {
    match exact {
        "allow" => (200, ""),
        "wrongpaywall" | "accesslevel" => (403, exact),
        "nopass" | "expired" => (401, exact),
        _ => (401, "invalid"),
    }
}

#[tokio::test]
async fn every_pass_case() {
    let (mut through, mut refused) = (0, 0);
    for case in cases(&load(PASSES)) {
        let expected = case["gate"].as_str().unwrap_or(expected(case));
        let (gate, wall) = match configured(case) {
            Ok(configured) => configured,
            Err(error) => {
                assert_eq!(expected, "configuration", "{}: {error}", case["id"]);
                refused += 1;
                continue;
            }
        };
        let value = text(case, "pass");
        // A value that no Cookie line can hold, or that would not be one value in it, is checked by itself.
        let line = format!("iteraspass={value}").into_bytes();
        let fits = http::HeaderValue::from_bytes(&line).is_ok();
        if !fits || value.contains(';') || value.trim_matches([' ', '\t']) != value {
            continue;
        }
        let now = Timestamp::parse(text(case, "now")).unwrap();
        let (exact, status, reason) = outcome(&Arc::new(gate), &wall, now, &[line]).await;
        assert_eq!(exact, expected, "{}", case["id"]);
        assert_eq!(
            (status, reason.as_str()),
            public(expected),
            "{}",
            case["id"]
        );
        through += 1;
    }
    assert!(through > 0 && refused > 0);
}

#[tokio::test]
async fn every_cookie_header() {
    let passes = load(PASSES);
    let valid = &cases(&passes)[0];
    let (valid_pass, now) = (
        text(valid, "pass"),
        Timestamp::parse(text(valid, "now")).unwrap(),
    );
    for case in cases(&load(HEADERS)) {
        let mut asked = valid.clone();
        for name in ["want_ids", "want_access"] {
            if case["want_ids"].is_array() {
                asked[name] = case[name].clone();
            }
        }
        let (gate, wall) = configured(&asked).unwrap();
        let lines = header_lines(&case["header"], valid_pass);
        let lines: Vec<Vec<u8>> = lines.into_iter().map(String::into_bytes).collect();
        let (exact, status, _) = outcome(&Arc::new(gate), &wall, now, &lines).await;
        assert_eq!(
            status == 200,
            text(case, "expect") == "allow",
            "{}: {exact}",
            case["id"]
        );
        if case["reason"].is_string() {
            assert_eq!(exact, text(case, "reason"), "{}", case["id"]);
        }
    }
}

fn fixture() -> (Gate, Requirement) {
    let gate = Gate::new(Keys::new().key("0", KEY).unwrap()).unwrap();
    (gate, Requirement::subscriber([WALL]).unwrap())
}

fn allows(gate: &Gate, wall: &Requirement, value: &[u8]) -> Option<bool> {
    let line = [b"iteraspass=", value].concat();
    let line = http::HeaderValue::from_bytes(&line).ok()?;
    let (parts, ()) = Request::get("/a")
        .header("cookie", line)
        .body(())
        .unwrap()
        .into_parts();
    Some(matches!(
        gate.plan(&Asked::of(&parts), wall.into(), NOW).verdict,
        Ok(Opening::Pass(_))
    ))
}

#[test]
fn c7_each_digit_and_each_byte_counts() {
    let ((gate, wall), pass) = (fixture(), pass().into_bytes());
    assert_eq!(allows(&gate, &wall, &pass), Some(true));
    let slash = pass.iter().rposition(|byte| *byte == b'/').unwrap();
    let mut tried = 0;
    for at in 0..pass.len() {
        for byte in 0..=255 {
            let mut changed = pass.clone();
            changed[at] = byte;
            // A `;` ends the value and leaves something shorter, which is tried as well.
            if byte != pass[at]
                && let Some(allowed) = allows(&gate, &wall, &changed)
            {
                assert!(!allowed, "byte {at} = {byte}");
                tried += 1;
            }
        }
    }
    assert!(tried > (pass.len() - slash) * 200, "{tried}");
    for end in 0..pass.len() {
        assert_eq!(
            allows(&gate, &wall, &pass[..end]),
            Some(false),
            "cut at {end}"
        );
    }
}

#[test]
fn c7_random_changes_open_nothing() {
    let ((gate, wall), pass) = (fixture(), pass().into_bytes());
    let mut dice = Dice(0x5eed);
    for _ in 0..50_000 {
        let mut changed = pass.clone();
        for _ in 0..=dice.roll(3) {
            let at = dice.roll(changed.len());
            match dice.roll(4) {
                0 => changed[at] = b"0123456789abcdefsubuser|,/:-TZA"[dice.roll(31)],
                1 => changed.insert(at, b"0|,/a"[dice.roll(5)]),
                2 => drop(changed.remove(at)),
                _ => {
                    let other = dice.roll(changed.len());
                    changed.swap(at, other);
                }
            }
        }
        let allowed = allows(&gate, &wall, &changed);
        assert!(
            changed == pass || allowed != Some(true),
            "{}",
            String::from_utf8_lossy(&changed)
        );
    }
}

#[test]
fn c8_other_ways_to_use_a_key_open_nothing() {
    use sha2::{Digest, Sha256};
    let (gate, wall) = fixture();
    let signed = format!("sub|{WALL}|2026-02-01T00:00:00Z|31168|192.0.2.7");
    let hex = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let sha256 = |parts: &[&[u8]]| hex(&Sha256::digest(parts.concat()));
    let of = |key: &str, text: &str| {
        let pass = iteras_guard::signature::PassKey::new(key)
            .unwrap()
            .sign(text);
        pass.rsplit(':').next().unwrap().to_owned()
    };
    let (key, text) = (KEY.as_bytes(), signed.as_bytes());
    for tag in [
        sha256(&[key, text]),
        sha256(&[text, key]),
        sha256(&[text]),
        of(KEY, &format!("{signed}/")),
        of(KEY, &signed)[..32].to_owned(),
        of(KEY, &signed).to_uppercase(),
        of(&KEY.to_uppercase(), &signed),
        of(&hex(key), &signed),
        "0".repeat(64),
    ] {
        let pass = format!("{signed}/sha256:{tag}");
        assert_eq!(allows(&gate, &wall, pass.as_bytes()), Some(false), "{pass}");
    }
    assert_eq!(
        allows(
            &gate,
            &wall,
            format!("{signed}/sha256:{}", of(KEY, &signed)).as_bytes()
        ),
        Some(true)
    );
}

#[test]
fn c22_c24_absurd_values_and_other_publishers_open_nothing() {
    let (gate, wall) = fixture();
    for value in [
        "|".repeat(4000),
        "/".repeat(4000),
        "a".repeat(4097),
        "a".repeat(1 << 20),
        "%7C".repeat(1300),
    ] {
        assert_eq!(allows(&gate, &wall, value.as_bytes()), Some(false));
    }
    let other = iteras_guard::PassKey::new("the key of another publisher").unwrap();
    let pass = signed_pass(WALL).with_key(other).text();
    assert_eq!(allows(&gate, &wall, pass.as_bytes()), Some(false));
}

#[test]
fn nothing_shows_a_key_or_a_pass() {
    let mut dice = Dice(0xbad5eed);
    for _ in 0..100 {
        let secret: String = (0..32)
            .map(|_| char::from(b'a' + dice.roll(26) as u8))
            .collect();
        let keys = Keys::new().key("0", &secret).unwrap();
        let gifts = GiftKey::new(&secret).unwrap();
        let twice = keys.clone().key("0", &secret).unwrap_err();
        let odd = [
            format!("{secret} "),
            format!(" {secret}"),
            format!("{secret}\n"),
        ];
        let refused: Vec<String> = odd
            .iter()
            .map(|key| Keys::new().key("0", key).unwrap_err().to_string())
            .collect();
        let short = Keys::new().key("0", &secret[..15]).unwrap_err();
        let gate = Gate::new(keys.clone()).unwrap().with_gifts(gifts);
        let pass = signed_pass(WALL)
            .with_key(iteras_guard::PassKey::new(&secret).unwrap())
            .with_subscriber(&secret)
            .text();
        let (parts, ()) = Request::get("/a")
            .header("cookie", format!("iteraspass={pass}"))
            .body(())
            .unwrap()
            .into_parts();
        let wall = Requirement::subscriber([WALL]).unwrap();
        let plan = gate.plan(&Asked::of(&parts), (&wall).into(), NOW);
        assert!(matches!(plan.verdict, Ok(Opening::Pass(_))));
        let all = format!(
            "{keys:?} {twice} {twice:?} {refused:?} {short} {plan:?} {:?}",
            GateLayer::new(gate, wall.clone())
        );
        assert!(
            !all.contains(&secret[..15]) && !all.contains(&pass[pass.len() - 20..]),
            "{all}"
        );
    }
}
