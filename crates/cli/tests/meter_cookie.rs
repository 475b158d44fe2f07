//! `iteras meter-cookie show`, by running the program.
#![allow(clippy::unwrap_used)]

mod program;

use iteras::meter::Limits;
use iteras::timestamp::Timestamp;
use iteras_guard::meter::MeterKey;
use program::{Folder, iteras};
use serde_json::{Value, json};

const KEY: &str = "a key that is for meters only";
const HOST: &str = "www.pub.example";
const START: Timestamp = Timestamp::from_unix(1_768_478_400);

fn cookie(host: &str) -> String {
    let (key, limits) = (MeterKey::new(KEY).unwrap(), Limits::new(3, 30).unwrap());
    let visit = |value: &str, path| {
        let counted = key.count(value, host, path, "", limits, START).unwrap();
        key.cookie(&counted, host).unwrap()
    };
    visit(&visit("", "/a"), "/b")
}

const ARGS: [&str; 8] = [
    "meter-cookie",
    "show",
    "--host",
    HOST,
    "--meter",
    "3/30",
    "--now",
    "2026-01-18T12:00:00Z",
];

#[test]
fn a_cookie_is_shown_alone_and_among_others_and_no_key() {
    let folder = Folder::new("meter");
    let file = folder.write("key", &format!("{KEY}\n"));
    let value = cookie(HOST);
    let expected = "genuine, and counts\n  start  2026-01-15T12:00:00Z (3 days ago)\n  pages  2 of 3 free\n  until  2026-02-14T12:00:00Z (in 27 days)\n";
    for text in [
        value.clone(),
        format!("{value}\r\n"),
        format!("Cookie: a=1; iterasmeter={value}"),
        format!("iterasmeter={value}; Path=/; Max-Age=5; HttpOnly"),
    ] {
        let run = iteras(&[&ARGS[..], &["--key-file", &file]].concat())
            .input(&text)
            .run();
        assert_eq!(
            (run.code, run.out.as_str(), run.err.as_str()),
            (0, expected, ""),
            "{text}"
        );
    }
    let run = iteras(&[&ARGS[..], &["--json", &value]].concat())
        .variable("ITERAS_METER_KEY", KEY)
        .run();
    let shown: Value = serde_json::from_str(&run.out).unwrap();
    let one = json!({ "genuine": true, "counts": true, "start": "2026-01-15T12:00:00Z", "pages": 2, "free": 3, "until": "2026-02-14T12:00:00Z" });
    assert_eq!(shown, json!({ "cookies": [one] }));
    assert!(!run.out.contains(KEY));
}

#[test]
fn c79_what_the_gate_would_not_take_is_none() {
    let show = |text: &str, now: &str, key: &str| {
        let args = [&ARGS[..7], &[now]].concat();
        let run = iteras(&args)
            .variable("ITERAS_METER_KEY", key)
            .input(text)
            .run();
        assert!(!run.out.contains(key) && !run.err.contains(key));
        (run.code, run.out)
    };
    let (now, value) = ("2026-01-18T12:00:00Z", cookie(HOST));
    let none =
        "none: this key did not make it for \"www.pub.example\", so the reader starts again\n";
    for other in [
        &*cookie("other.example"),
        "junk",
        "",
        &value.replace(".", ".."),
    ] {
        assert_eq!(show(other, now, KEY), (1, none.to_owned()), "{other}");
    }
    assert_eq!(
        show(&value, now, "another key of enough bytes"),
        (1, none.to_owned())
    );
    let (code, over) = show(&value, "2026-02-14T12:00:00Z", KEY);
    assert!(
        code == 1 && over.starts_with("genuine, and is over, or not begun"),
        "{over}"
    );
    let (code, early) = show(&value, "2026-01-01T00:00:00Z", KEY);
    assert!(code == 1 && early.contains("(in 14 days)"), "{early}");
    assert_eq!(
        show("Cookie: a=b", now, KEY),
        (1, "there is no cookie iterasmeter\n".to_owned())
    );
    let twice = format!("iterasmeter=junk; iterasmeter={value}");
    let (code, both) = show(&twice, now, KEY);
    assert!(
        code == 0 && both.starts_with("2 values; that of the most pages counts"),
        "{both}"
    );
}

#[test]
fn mistakes_are_sentences() {
    let run = iteras(&[&ARGS[..], &["x"]].concat()).run();
    assert_eq!(
        (run.code, run.err.as_str()),
        (
            2,
            "iteras: no key: give --key-file or set ITERAS_METER_KEY\n"
        )
    );
    let odd = [
        "meter-cookie",
        "show",
        "--host",
        HOST,
        "--meter",
        "51/30",
        "x",
    ];
    let run = iteras(&odd).variable("ITERAS_METER_KEY", KEY).run();
    assert!(
        run.code == 2 && run.err.contains("expected 1 to 50 pages in 1 to 366 days"),
        "{}",
        run.err
    );
}
