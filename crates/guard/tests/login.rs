//! The shared vectors of the log-in, by its steps alone.
// clippy.toml allows it in tests, but does not see helpers as such.
#![allow(clippy::unwrap_used)]
#![cfg(not(target_arch = "wasm32"))]

#[path = "../../../tests/shared/mod.rs"]
mod shared;

use iteras_guard::login::{
    Answer, Attempt, Body, LogIn, MAX_FORM, Origin, Outcome, Page, Request, Settings, Step,
};
use iteras_guard::peers;
use serde_json::{Value, json};

use shared::{LOGINS, list, load, pieces, text};

fn log_in(file: &Value) -> LogIn {
    let settings = &file["settings"];
    let page = |name| Page::new(name, text(settings, name)).unwrap();
    let origins = settings["origins"].as_array().unwrap().iter();
    LogIn::new(Settings {
        account_page: page("accountPage"),
        form_page: page("formPage"),
        origins: origins
            .map(|origin| Origin::new("origins", origin.as_str().unwrap()).unwrap())
            .collect(),
        ..Settings::default()
    })
}

fn attempt(log_in: &LogIn, case: &Value) -> Attempt {
    let header = |name: &str| case["headers"][name].as_str();
    let request = Request {
        method: text(case, "method"),
        host: header("host").unwrap_or_default(),
        fetch_site: header("sec-fetch-site"),
        origin: header("origin"),
        reader: peers::address(text(case, "peer")),
    };
    let form = pieces(&case["form"]);
    let body = match form.len() {
        0..=MAX_FORM => Body::Whole(form.as_bytes()),
        _ => Body::TooLong,
    };
    log_in.attempt(&request, body)
}

/// Carries an attempt out with this answer of the service: what was asked, if it counts at the end, and the outcome.
fn carried_out(
    log_in: &mut LogIn,
    mut attempt: Attempt,
    answer: &Value,
) -> (Option<String>, bool, Outcome) {
    let (mut asked, mut counts) = (None, false);
    let outcome = loop {
        match attempt.step() {
            Step::Count(_) => {
                counts = true;
                attempt.counted(Ok(()));
            }
            Step::Ask(question) => {
                asked = Some(question.body().to_string());
                let body = pieces(&answer["body"]);
                let status = answer["status"].as_u64().unwrap() as u16;
                let body = body.as_bytes();
                log_in.answered(&mut attempt, Answer::Came { status, body });
            }
            Step::TakeBack(_) => {
                counts = false;
                attempt.taken_back();
            }
            Step::Done(outcome) => break outcome.clone(),
        }
    };
    assert!(!format!("{attempt:?}").contains("lumen"), "{attempt:?}");
    (asked, counts, outcome)
}

#[test]
fn requests_are_answered_as_said() {
    let file = load(LOGINS);
    for case in list(&file, "requests") {
        let mut log_in = log_in(&file);
        let begun = attempt(&log_in, case);
        let (asked, _, outcome) = carried_out(&mut log_in, begun, &case["answer"]);
        let expected = case.get("asked").map(pieces);
        assert_eq!(asked, expected, "{case}");
        let accept = case["headers"]["accept"].as_str().unwrap_or_default();
        let reply = log_in.reply(&outcome, accept);
        let expected = &case["reply"];
        assert_eq!(expected["status"], reply.status, "{case}");
        let headers: serde_json::Map<_, _> = reply
            .headers
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        assert_eq!(expected["headers"], json!(headers), "{case}");
        if let Some(body) = expected["body"].as_str() {
            assert_eq!(reply.body, body, "{case}");
        }
    }
}

#[test]
fn c66_answers_end_as_said() {
    let file = load(LOGINS);
    let first = &list(&file, "requests")[0];
    for answer in list(&file, "answers") {
        let mut log_in = log_in(&file);
        let begun = attempt(&log_in, first);
        let (asked, counts, outcome) = carried_out(&mut log_in, begun, answer);
        let expected = text(answer, "outcome");
        let came = (asked.is_some(), counts, outcome.code());
        assert_eq!(came, (true, expected == "wrong", expected), "{answer}");
    }
}

#[test]
fn c78_accounts_and_peers_count_as_one() {
    let file = load(LOGINS);
    let log_in = log_in(&file);
    let counters = |named: &Value| {
        let form = format!(
            "{}={}&password=x",
            text(named, "field"),
            text(named, "text")
        );
        // The one character that a form would escape.
        let form = form.replace('+', "%2B");
        let case = json!({ "method": "POST", "headers": {}, "peer": named["peer"], "form": form });
        match attempt(&log_in, &case).step() {
            Step::Count(count) => count.clone(),
            other => panic!("{named}: {other:?}"),
        }
    };
    for group in list(&file, "accounts") {
        let first = counters(&group["same"][0]);
        for named in list(group, "same") {
            assert_eq!(counters(named), first, "{named}");
        }
        assert_ne!(counters(&group["other"]), first, "{group}");
    }
}

#[test]
fn pages_and_origins_are_taken_or_refused() {
    let file = load(LOGINS);
    for case in list(&file, "pages") {
        let page = pieces(&case["text"]);
        assert_eq!(case["safe"], Page::new("page", &page).is_ok(), "{case}");
    }
    for case in list(&file, "origins") {
        assert_eq!(
            case["safe"],
            Origin::new("origins", text(case, "text")).is_ok(),
            "{case}"
        );
    }
}

#[test]
fn a_door_that_skips_a_step_gets_nobody_in() {
    let file = load(LOGINS);
    let mut log_in = log_in(&file);
    let begin = |log_in: &LogIn| attempt(log_in, &list(&file, "requests")[0]);
    let yes = br#"{"authenticated":true,"id":"1","preauth":"a"}"#;
    let yes = Answer::Came {
        status: 200,
        body: yes,
    };
    let mut uncounted = begin(&log_in);
    log_in.answered(&mut uncounted, yes);
    let mut unasked = begin(&log_in);
    unasked.counted(Ok(()));
    unasked.taken_back();
    let mut twice = begin(&log_in);
    twice.counted(Ok(()));
    twice.counted(Ok(()));
    log_in.answered(&mut twice, yes);
    for attempt in [uncounted, unasked, twice] {
        assert!(matches!(attempt.step(), Step::Done(Outcome::Outage)));
    }
}
