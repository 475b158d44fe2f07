//! Vectors about companion mode: what the official script says and what the cookie shows.

use iteras::companion::{
    Asked, Change, Load, Said, change, counts, due, held, is_new, key, reopened, verdict,
};
use iteras::marker::{Awaited, Mark};
use iteras::opened::Call;
use iteras::{Access, IdList, Reason, Requirement, Timestamp};
use serde_json::Value;

use super::list;
use super::shared::{load, text};

const COMPANION: &str = include_str!("../vectors/companion_cases.json");

fn flag(case: &Value, name: &str) -> bool {
    case[name].as_bool().expect("a case has its flags")
}

/// The cases of one table, of which none may be lost.
fn table<'a>(file: &'a Value, name: &str) -> &'a [Value] {
    let cases = file[name].as_array().expect("the file has this table");
    assert!(!cases.is_empty());
    cases
}

/// The pass of that name; a name that is none stands for itself.
fn pass<'a>(file: &'a Value, name: &'a str) -> &'a str {
    file["passes"][name].as_str().unwrap_or(name)
}

fn cookie(file: &Value, names: &Value) -> String {
    let cookies = list(names)
        .into_iter()
        .map(|name| format!("iteraspass={}", pass(file, name)));
    cookies.collect::<Vec<_>>().join("; ")
}

fn level(case: &Value) -> Access {
    Access::parse(text(case, "access")).unwrap_or(Access::Any)
}

/// Everything that companion mode decides.
pub(crate) fn check_companion() {
    let file = load(COMPANION);
    let now = Timestamp::parse(text(&file, "now")).expect("now is a time stamp");
    check_verdicts(&file);
    check_calls(&file);
    check_callbacks(&file, now);
    check_changes(&file, now);
    check_reopened(&file);
}

fn check_verdicts(file: &Value) {
    for case in table(file, "verdicts") {
        let reason = |name| {
            let code = text(case, name);
            Reason::ALL.iter().copied().find(|own| own.code() == code)
        };
        let mark = match text(case, "mark") {
            "open" => Mark::Open,
            "cut" => Mark::Cut,
            _ => Mark::None,
        };
        let (told, awaited) = verdict(mark, reason("cookie"), Said::parse(text(case, "said")));
        let awaited = match awaited {
            Awaited::Nothing => "",
            Awaited::Renewal => "renewal",
            Awaited::Page => "page",
        };
        let expected = (reason("reason"), text(case, "awaits"));
        assert_eq!((told, awaited), expected, "{case}");
    }
}

fn check_calls(file: &Value) {
    for case in table(file, "calls") {
        let mut entries = Vec::new();
        for entry in case["asked"].as_array().expect("a case has calls") {
            let access = entry[0]
                .as_str()
                .and_then(Access::parse)
                .unwrap_or(Access::Any);
            let ids = IdList::new(list(&entry[1]));
            let text = |at: usize| entry[at].as_str().expect("a pass and a word");
            entries.push(key(access, ids.as_ids()));
            entries.push(pass(file, text(2)).to_owned());
            entries.push(text(3).to_owned());
        }
        let asked = entries.join("\u{1e}");
        let asked = Asked::read(&asked);
        let ids = IdList::new(list(&case["ids"]));
        let pass = pass(file, text(case, "pass"));
        let (kind, is_due) = due(asked.clone(), level(case), ids.as_ids(), pass);
        assert_eq!(is_due, flag(case, "due"), "{case}");
        assert_eq!(
            asked.said(&kind, pass),
            Said::parse(text(case, "said")),
            "{case}"
        );
    }
}

fn check_callbacks(file: &Value, now: Timestamp) {
    for case in table(file, "callbacks") {
        let ids = IdList::new(list(&case["ids"]));
        let wanted = Requirement {
            paywalls: Some(ids.as_ids()),
            access: level(case),
            leeway: 0,
        };
        let held = cookie(file, &case["held"]);
        let confirmed = pass(file, text(case, "confirmed"));
        let asked = pass(file, text(case, "pass"));
        let counts = counts(&held, asked, &wanted, now, confirmed);
        assert_eq!(counts, flag(case, "counts"), "{case}");
    }
}

fn check_changes(file: &Value, now: Timestamp) {
    for case in table(file, "changes") {
        let before = pass(file, text(case, "before"));
        let beside = case["beside"]
            .as_array()
            .map(|_| cookie(file, &case["beside"]));
        let had = format!("iteraspass={before}; {}", beside.unwrap_or_default());
        let asked = ["\nA", pass(file, text(case, "shut")), "shut"].join("\u{1e}");
        let after = held(&cookie(file, &case["held"]), now);
        let change = change(before, &after, Asked::read(&asked));
        assert_eq!(change.event(), text(case, "change"), "{case}");
        let is_new = change != Change::None && is_new(&after, &had);
        assert_eq!(is_new, flag(case, "new"), "{case}");
    }
}

fn check_reopened(file: &Value) {
    for case in table(file, "reopened") {
        let calls = list(&case["calls"]).into_iter().map(|digits| {
            let is_set = |at| digits.as_bytes()[at] == b'1';
            Call {
                authorized: is_set(0),
                handled: is_set(1),
                callback: is_set(2),
            }
        });
        let change = Change::of(text(case, "change")).expect("a change has an event");
        let (call, load) = reopened(calls, flag(case, "marker"), change, flag(case, "next"));
        let load = match load {
            Load::Never => "",
            Load::Now => "now",
            Load::Later => "later",
        };
        assert_eq!(
            (call, load),
            (flag(case, "call"), text(case, "load")),
            "{case}"
        );
    }
}
