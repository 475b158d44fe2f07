//! Vectors about pages that open again: the state told to frames, Opened, Again, the marker's rule.

use iteras::again::{Act, again};
use iteras::marker::{self, Awaited, Mark};
use iteras::needs::state;
use iteras::opened::{self, Call, opened};
use iteras::renewal::{Record, Situation, State, Step, Turn, next_step};
use iteras::{IdList, Reason, Timestamp};
use serde_json::Value;

use super::shared::{cases, load, text};
use super::{Parts, list, resolved};

const NEEDS: &str = include_str!("../vectors/needs_cases.json");
const OPENED: &str = include_str!("../vectors/opened_cases.json");
const AGAIN: &str = include_str!("../vectors/again_cases.json");
const MARKERS: &str = include_str!("../vectors/marker_cases.json");

fn flag(case: &Value, name: &str) -> bool {
    case[name].as_bool().expect("a case has its flags")
}

fn now(file: &Value) -> u64 {
    let now = Timestamp::parse(text(file, "now")).expect("now is a time stamp");
    now.unix() as u64 * 1000
}

/// The state of a reader as a log-in frame is told it.
pub(crate) fn check_needs() {
    let file = load(NEEDS);
    let now = Timestamp::from_unix((now(&file) / 1000) as i64);
    for case in cases(&file) {
        let own = IdList::new(list(&case["own"]));
        let (query, cookie) = (text(case, "query"), text(case, "cookie"));
        let confirmed = text(case, "confirmed");
        let state = state(query, own.as_ids(), cookie, now, confirmed);
        assert_eq!(state.word(), text(case, "state"), "{case}");
    }
}

/// The step of a page that may have opened.
pub(crate) fn check_opened() {
    for case in cases(&load(OPENED)) {
        let calls: Vec<Call> = (case["calls"].as_array().expect("a case has calls").iter())
            .map(|call| Call {
                authorized: flag(call, "authorized"),
                handled: flag(call, "handled"),
                callback: flag(call, "callback"),
            })
            .collect();
        let step = match opened(calls, flag(case, "marker")) {
            opened::Step::Nothing => "nothing",
            opened::Step::CallBack => "call back",
            opened::Step::LoadAgain => "load again",
        };
        assert_eq!(step, text(case, "step"), "{case}");
    }
}

/// Acts that are allowed once in ten minutes.
pub(crate) fn check_again(resolve: impl Fn(&str, &str) -> Option<Parts>) {
    let file = load(AGAIN);
    for case in cases(&file) {
        let mut stored = text(case, "record").to_owned();
        for act in case["acts"].as_array().expect("a case has acts") {
            let page = resolve(text(act, "page"), text(&file, "base")).expect("a URL");
            let seconds = act["at"].as_f64().expect("an act has a time");
            let kind = match text(act, "act") {
                "load again" => Act::LoadAgain,
                _ => Act::Redirect,
            };
            let page = resolved(&page);
            let record = again(
                &stored,
                kind,
                page.href,
                text(act, "pass"),
                now(&file) + (seconds * 1000.0) as u64,
            );
            assert_eq!(
                record.is_some(),
                flag(act, "allowed"),
                "{} {act}",
                case["id"]
            );
            stored = record.unwrap_or(stored);
        }
    }
}

/// A marker beside a verdict that the cookie allows.
pub(crate) fn check_markers() {
    let file = load(MARKERS);
    let now = now(&file);
    let pass = "a pass";
    for case in cases(&file) {
        let record = case["record"]
            .as_object()
            .map(|_| record(&case["record"], pass, now));
        let confirmed = if flag(case, "confirmed") { pass } else { "" };
        let redirects = marker::may_redirect(record.as_ref(), pass, confirmed, now);
        assert_eq!(redirects, flag(case, "redirects"), "{case}");
        let situation = Situation {
            record: record.as_ref(),
            turn: match text(case, "turn") {
                "locked" => Turn::Locked,
                "claimed" => Turn::Claimed,
                _ => Turn::NotTaken,
            },
            asked_before: flag(case, "asked_before"),
            awaited: Awaited::Page,
            ..Situation::new(now, pass, Timestamp::from_unix(4_070_908_800))
        };
        let step = match next_step(&situation) {
            Step::Nothing => "nothing",
            Step::TakeTurn => "take turn",
            Step::Send => "send",
            Step::Confirmed => "confirmed",
            Step::GiveUp => "load again",
        };
        assert_eq!(step, text(case, "step"), "{case}");
    }
    for case in file["verdicts"].as_array().expect("the file has verdicts") {
        let mark = match text(case, "mark") {
            "open" => Mark::Open,
            "cut" => Mark::Cut,
            _ => Mark::None,
        };
        let reason = |name| {
            Reason::ALL
                .iter()
                .copied()
                .find(|reason| reason.code() == text(case, name))
        };
        let (told, awaited) = marker::beside(mark, reason("cookie"), flag(case, "given_up"));
        let awaited = match awaited {
            Awaited::Nothing => "",
            Awaited::Renewal => "renewal",
            Awaited::Page => "page",
        };
        assert_eq!(
            (told, awaited),
            (reason("reason"), text(case, "awaits")),
            "{case}"
        );
    }
}

fn record(told: &Value, pass: &str, now: u64) -> Record {
    let millis = |name| told[name].as_f64().map(|seconds| seconds * 1000.0);
    let before = |name| millis(name).map(|millis| now.saturating_add_signed(-millis as i64));
    let named = if flag(told, "own") {
        pass
    } else {
        "another pass"
    };
    Record {
        state: match text(told, "state") {
            "asked" => State::Asked,
            "checked" => State::Checked,
            "outage" => State::Outage,
            _ => State::Unknown,
        },
        at: before("seconds_ago").unwrap_or(0),
        checked: before("checked_seconds_ago").unwrap_or(0),
        pause_until: now.saturating_add_signed(millis("pause_seconds").unwrap_or(0.0) as i64),
        ..Record::checked(named, now)
    }
}
