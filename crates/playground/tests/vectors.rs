//! The cases of `playground_cases.json`, and the rules of `path_cases.json` by way of the settings' text.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use iteras_gate::settings::{Config, Preview};
use iteras_playground::{cookie, frames, gate, policy, rules};
use serde_json::{Value, json};

fn load(name: &str) -> Value {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/");
    let text = std::fs::read_to_string(format!("{root}{name}_cases.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The answer of a case, an error as its text.
fn answer(tool: &str, request: &Value) -> Value {
    let request = request.to_string();
    let answer = match tool {
        "cookie" => cookie::show(&request),
        "frame" => frames::write(&request),
        "csp" => policy::judge(&request),
        "gate" => gate::plan(&request),
        "addRule" => rules::add(&request).map(Value::from),
        other => panic!("there is no tool {other}"),
    };
    answer.unwrap_or_else(|error| json!({ "error": error }))
}

#[test]
fn each_tool_answers_as_its_cases_say() {
    let file = load("playground");
    let cases = file["cases"].as_array().unwrap();
    for tool in ["cookie", "frame", "csp", "gate", "addRule"] {
        assert!(
            cases.iter().filter(|case| case["tool"] == tool).count() >= 4,
            "{tool}"
        );
    }
    let mut wrong = Vec::new();
    for case in cases {
        let tool = case["tool"].as_str().unwrap();
        // Members that a tool takes and the case is not about.
        let mut request = file["usual"][tool].clone();
        for (name, value) in case["request"].as_object().unwrap() {
            request[name] = value.clone();
        }
        let answer = answer(tool, &request);
        for (pointer, expected) in case["answer"].as_object().unwrap() {
            let found = answer.pointer(pointer).unwrap_or(&Value::Null);
            if found != expected {
                wrong.push(format!("{}, {pointer}: {found}", case["title"]));
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn rules_decide_as_every_gate_does() {
    let file = load("path");
    let mut tried = 0;
    for case in file["cases"].as_array().unwrap() {
        // A page has no form in its address.
        if !case["form"].is_null() {
            continue;
        }
        let sites = &file["sites"][case["sites"].as_str().unwrap()];
        let preview = preview(sites);
        let text = |name: &str| case[name].as_str().unwrap_or("");
        let mark = if text("query").is_empty() { "" } else { "?" };
        let url = format!(
            "https://{}{}{mark}{}",
            text("host"),
            text("path"),
            text("query")
        );
        // Secrets, which no address holds.
        if text("path").contains(['#', '?'])
            || text("query").contains('#')
            || !text("path").starts_with('/')
        {
            continue;
        }
        let explained = preview.explain(&url).unwrap();
        let asks = explained.lines().last().unwrap().trim();
        let asks = asks.strip_prefix("asks for: ").unwrap();
        let unclear = match asks {
            asks if asks.ends_with("(unlisted host)") => json!("host"),
            asks if asks.ends_with("(unclear path)") => json!("path"),
            _ => Value::Null,
        };
        let ids = asks.split(", which").next().unwrap().split(", and ");
        let ids: BTreeSet<&str> = ids.filter_map(|one| one.strip_prefix("sub of ")).collect();
        let expected = case["demand"].as_array().into_iter().flatten();
        let expected: BTreeSet<&str> = expected.filter_map(Value::as_str).collect();
        assert_eq!(
            (ids, &unclear),
            (expected, &case["unclear"]),
            "{case}: {explained}"
        );
        tried += 1;
    }
    assert!(tried > 150, "{tried} of the cases were tried");
}

/// The gate of these sites, which are written as its settings are, but for the landing page.
fn preview(sites: &Value) -> Preview {
    let mut sites = sites.clone();
    let mut landing = Value::Null;
    for site in sites.as_array_mut().unwrap() {
        if let Some(page) = site.as_object_mut().unwrap().remove("landing") {
            landing = page;
        }
    }
    let mut settings = json!({
        "mode": "proxy", "listen": "127.0.0.1:0", "origin": "http://127.0.0.1:1",
        "keys": [{ "id": "a", "env": "KEY" }], "sites": sites,
    });
    if !landing.is_null() {
        settings["denied"] = json!({ "landing": landing });
    }
    let config = Config::parse(&toml::to_string(&settings).unwrap()).unwrap();
    Preview::new(
        &config,
        "a key that signs passes",
        "a key that counts pages",
    )
    .unwrap()
}

#[test]
fn requests_of_another_shape_are_refused_without_what_they_hold() {
    for request in [
        "",
        "{}",
        "{\"text\":\"sub|A|secret\",\"more\":1}",
        "[\"secret\"]",
    ] {
        for refused in [
            cookie::show(request),
            frames::write(request),
            policy::judge(request),
            gate::plan(request),
        ] {
            let error = refused.unwrap_err();
            assert!(
                error.starts_with("the request is none") && !error.contains("secret"),
                "{error}"
            );
        }
        assert!(rules::add(request).is_err());
    }
}

#[test]
fn what_is_long_or_odd_is_answered_in_time() {
    let request = |text: &str| {
        json!({ "text": text, "now": 0, "walls": "", "key": "", "sha1": false }).to_string()
    };
    let long = "x".repeat(1024 * 1024);
    let many = "iteraspass=a|b/c:0;".repeat(60_000);
    let odd = "iteraspass=\0|\u{1f}|\u{fffd}/sha256:0";
    for (text, passes) in [
        (&*format!("iteraspass={long}"), 1),
        (&*many, 8),
        (odd, 1),
        (&*";".repeat(1024 * 1024), 0),
    ] {
        let answer = cookie::show(&request(text)).unwrap();
        assert_eq!(answer["passes"].as_array().unwrap().len(), passes);
        assert!(
            answer["passes"]
                .as_array()
                .unwrap()
                .iter()
                .all(|pass| pass["error"].is_string())
        );
    }
    let policy = json!({ "policy": long, "page": "", "mode": "companion" });
    assert!(policy::judge(&policy.to_string()).unwrap()["mended"].is_null());
}
