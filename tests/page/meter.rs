//! The meter's module against the vectors.

use iteras::page::meter::answer;

use super::shared::{cases, load, text};

const METER: &str = include_str!("../vectors/meter_cases.json");

/// What a page may open without a pass, visit by visit.
pub(crate) fn check_meter() {
    let file = load(METER);
    let start = file["start"].as_u64().expect("a number of seconds");
    for case in cases(&file) {
        let mut record = String::new();
        for visit in case["visits"].as_array().expect("a list") {
            let at = start + visit["at"].as_u64().expect("seconds");
            if let Some(other) = visit["record"].as_str() {
                record = other.to_owned();
            }
            let key = visit["key"].as_str().unwrap_or("");
            let address = format!("https://pub.example{}", text(visit, "page"));
            let question = [text(case, "limits"), &address, key, &record].join("\u{1f}");
            let told = answer(&question, at as f64 * 1000.0);
            let told: Vec<&str> = told.split('\u{1f}').collect();
            let [_, opens, used, free, until, stored] = told[..] else {
                panic!("{}: {told:?}", case["id"]);
            };
            assert_eq!(
                opens == "true",
                visit["opens"] == true,
                "{} {visit}",
                case["id"]
            );
            assert_eq!(used, visit["used"].to_string(), "{} {visit}", case["id"]);
            assert!(text(case, "limits").starts_with(&format!("{free}/")));
            if let Some(seconds) = visit["until"].as_u64() {
                assert_eq!(
                    until,
                    (start + seconds).to_string(),
                    "{} {visit}",
                    case["id"]
                );
            }
            record = stored.to_owned();
        }
    }
    for limits in file["refused"].as_array().expect("a list") {
        let question = format!(
            "{}\u{1f}https://pub.example/\u{1f}\u{1f}",
            limits.as_str().expect("a text")
        );
        assert_eq!(answer(&question, 0.0), "?", "{limits}");
    }
    let keyed = |bytes: usize| {
        answer(
            &format!("3/30\u{1f}/\u{1f}{}\u{1f}", "x".repeat(bytes)),
            0.0,
        )
    };
    assert_ne!(keyed(256), "?");
    assert_eq!(keyed(257), "?");
    for question in [
        "",
        "3/30",
        "3/30\u{1f}/\u{1f}",
        "3/30\u{1f}/\u{1f}\u{1f}\u{1f}",
    ] {
        assert_eq!(answer(question, 0.0), "?", "{question:?}");
    }
}
