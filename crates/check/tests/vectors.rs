//! The cases that the page in `www` is tried with, natively: pages with their findings, and measures of frames.
#![allow(clippy::unwrap_used)]

use iteras_check::{Form, MeasuredFrame, Report, Source, border, places};
use serde_json::{Value, json};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../");

fn cases(name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(format!("{ROOT}tests/vectors/{name}_cases.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The texts of a case by their names: files of this repository, and pages that stand in it.
fn texts(case: &Value) -> Vec<(String, String)> {
    let files = case["files"].as_array().into_iter().flatten();
    let files = files.map(|path| {
        let path = path.as_str().unwrap();
        let name = path.rsplit('/').next().unwrap().to_owned();
        (
            name,
            std::fs::read_to_string(format!("{ROOT}{path}")).unwrap(),
        )
    });
    let pages = case["pages"].as_object().into_iter().flatten();
    let pages = pages.map(|(name, text)| (name.clone(), text.as_str().unwrap().to_owned()));
    files.chain(pages).collect()
}

#[track_caller]
fn answer(request: &Value) -> Value {
    border::check(&request.to_string()).unwrap()
}

#[test]
fn pages_have_the_findings_of_their_case() {
    let mut most = 0;
    for case in cases("check") {
        let texts = texts(&case);
        let sources: Vec<Value> = texts
            .iter()
            .map(|(name, text)| {
                json!({
                    "name": name, "text": text, "form": Form::of_file(name),
                    "address": case["address"], "policies": case["policies"],
                })
            })
            .collect();
        let answer = answer(&json!({ "sources": sources, "measured": [] }));
        let found = answer["report"]["sources"].as_array().unwrap();
        let found: Vec<Vec<String>> = found
            .iter()
            .map(|source| {
                let findings = source["findings"].as_array().unwrap().iter();
                findings
                    .map(|one| format!("{} {}", one["line"], one["code"].as_str().unwrap()))
                    .collect()
            })
            .collect();
        assert_eq!(json!(found), case["findings"], "{}", case["title"]);
        most = most.max(found[0].len());
    }
    assert_eq!(most, 20);
}

#[test]
fn c92_a_wall_that_search_engines_are_not_told_of_is_advice_and_no_finding() {
    const WALL: &str = "<script src=https://app.iteras.dk/static/api/iteras.js></script>\n\
                        <script>Iteras.wall({ paywallid: 'a', access: 'sub', redirect: '/x' })</script>";
    const NONE: &str = "<meta name=robots content='NoIndex, nofollow'>";
    const LABEL: &str = "<script type=application/ld+json>{\"@type\":\"Article\",\
                         \"isAccessibleForFree\":false}</script>";
    for (text, line) in [
        (WALL.to_owned(), Some(2)),
        (format!("{WALL}{LABEL}"), None),
        (format!("{NONE}{WALL}"), None),
        (LABEL.to_owned(), None),
        (String::new(), None),
    ] {
        let pages = [page(&text)];
        let report = Report::of(&pages, &[]);
        assert_eq!(report.findings(), 0, "{text}");
        let said = report.json(&[]);
        assert_eq!(
            said["sources"][0]["advice"][0]["line"],
            json!(line),
            "{text}"
        );
        assert_eq!(report.text().contains("advice"), line.is_some());
    }
}

#[test]
fn c92_a_page_that_is_deep_or_names_many_parts_is_judged_in_time() {
    let deep = ["<div class=a>".repeat(5_000), "</p>".repeat(5_000)].concat();
    let part = r#"{"@type":"WebPageElement","isAccessibleForFree":false,"cssSelector":".a,.b"}"#;
    let parts = vec![part; 5_000].join(",");
    let label = format!(
        "<script type=application/ld+json>{{\"@type\":\"Article\",\"isAccessibleForFree\":false,\
         \"hasPart\":[{parts}]}}</script>"
    );
    let pages = [page(&format!(
        "{label}{deep}<p class=iteras-content-truncated>"
    ))];
    assert_eq!(Report::of(&pages, &[]).findings(), 50);
}

#[test]
fn measured_frames_are_cut_as_their_case_says() {
    let cases = cases("cut");
    let cut = cases.iter().filter(|case| case["findings"] != json!([]));
    assert!(cut.count() >= 6);
    for case in &cases {
        let page = json!({
            "name": "pasted page", "text": case["page"], "form": "page", "address": "", "policies": "",
        });
        let answer = answer(&json!({ "sources": [page], "measured": case["measured"] }));
        let findings = answer["report"]["sources"][0]["findings"]
            .as_array()
            .unwrap();
        let found: Vec<String> = findings
            .iter()
            .map(|one| {
                format!(
                    "{}: {}",
                    one["code"].as_str().unwrap(),
                    one["what"].as_str().unwrap()
                )
            })
            .collect();
        assert_eq!(json!(found), case["findings"], "{}", case["title"]);
        let unmeasured = case.get("unmeasured").cloned().unwrap_or_else(|| json!([]));
        assert_eq!(answer["unmeasured"], unmeasured, "{}", case["title"]);
    }
}

fn page(text: &str) -> Source {
    Source {
        name: "page.html".into(),
        address: None,
        policies: Vec::new(),
        text: text.into(),
        form: Form::Page,
    }
}

#[test]
fn places_name_the_element_and_the_way() {
    let theme = Source {
        name: "/home/ada/theme.js".into(),
        form: Form::Script,
        ..page(
            "\n$('.box').append(Iteras.orderingiframe({}));document.write(Iteras.paywalliframe({}))",
        )
    };
    let first = "<script>a</script><script>document.write(Iteras.paywalliframe({}))</script>\n\
                 <script>document.write(Iteras.paywalliframe({}))</script>\n\
                 <script src='/js/theme.js?ver=1'></script>\n\
                 <iteras-order></iteras-order><iteras-order></iteras-order>\n\
                 <button onclick=\"document.write(Iteras.paywalliframe({}))\">x</button>";
    let places = json!(places(&[page(first), theme]));
    let script = "document.write(Iteras.paywalliframe({}))";
    assert_eq!(
        places,
        json!([
            { "source": 0, "line": 1, "call": "Iteras.paywalliframe",
              "target": { "kind": "script", "src": null, "text": script, "before": 0 } },
            { "source": 0, "line": 2, "call": "Iteras.paywalliframe",
              "target": { "kind": "script", "src": null, "text": script, "before": 1 } },
            { "source": 0, "line": 3, "call": "theme.js:2 Iteras.orderingiframe",
              "target": { "kind": "selector", "selector": ".box", "manner": "into" } },
            { "source": 0, "line": 3, "call": "theme.js:2 Iteras.paywalliframe",
              "target": { "kind": "script", "src": "/js/theme.js?ver=1", "text": "", "before": 0 } },
            { "source": 0, "line": 4, "call": "<iteras-order>",
              "target": { "kind": "element", "name": "iteras-order", "before": 0 } },
            { "source": 0, "line": 4, "call": "<iteras-order>",
              "target": { "kind": "element", "name": "iteras-order", "before": 1 } },
            { "source": 0, "line": 5, "call": "Iteras.paywalliframe", "target": null },
        ])
    );
    assert!(iteras_check::places(&[page("<iteras-login>".repeat(5000).as_str())]).len() <= 100);
}

#[test]
fn requests_of_another_shape_are_refused() {
    let source = json!({ "name": "a", "text": "", "form": "page", "address": "", "policies": "" });
    let with = |name: &str, value: Value| {
        let mut source = source.clone();
        source[name] = value;
        json!({ "sources": [source], "measured": [] }).to_string()
    };
    for (request, told) in [
        ("".to_owned(), "EOF"),
        (
            json!({ "sources": [] }).to_string(),
            "missing field `measured`",
        ),
        (with("more", json!(1)), "unknown field `more`"),
        (with("form", json!("style")), "unknown variant `style`"),
        (
            with("address", json!("ftp://a/")),
            "expected an http(s) address, got \"ftp://a/\"",
        ),
        (
            with("address", json!("www.pub.example")),
            "expected an http(s) address",
        ),
        (
            with("text", json!("x".repeat(2 * 1024 * 1024 + 1))),
            "a: expected at most 2097152 bytes, got 2097153",
        ),
    ] {
        for refused in [border::check(&request), border::places(&request)] {
            let error = refused.unwrap_err();
            assert!(error.contains(told), "{error}");
        }
    }
}

#[test]
fn measures_that_make_no_sense_are_no_findings() {
    let pages = [page(
        "<script>document.write(Iteras.paywalliframe({}))</script>",
    )];
    let none = Report::of(&pages, &[]).findings();
    for boxes in [
        json!([]),
        json!([{ "tag": "", "id": "", "class": "", "top": 0, "bottom": -900, "style": {} }]),
        json!([{ "tag": "iframe", "id": "", "class": "", "top": 0, "bottom": 900, "style": {} },
               { "tag": "div", "id": "", "class": "", "top": 1e300, "bottom": -1e300,
                 "style": { "clip-path": "inset(", "clip": "rect()", "height": "px", "position": "absolute" } },
               { "tag": "div", "id": "", "class": "", "top": 0, "bottom": 100,
                 "style": { "clip-path": "polygon(0 0, nan nan)", "overflow-y": "hidden", "display": "contents" } }]),
    ] {
        for place in [0, 7] {
            let frame =
                json!({ "place": place, "window": { "width": 1, "height": 1 }, "boxes": boxes });
            let measured: MeasuredFrame = serde_json::from_value(frame).unwrap();
            assert_eq!(Report::of(&pages, &[measured]).findings(), none, "{boxes}");
        }
    }
}
