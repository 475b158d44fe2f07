//! The vector files as data, for every crate whose tests read them.
#![allow(
    dead_code,
    reason = "each test that includes this file reads some of the vectors"
)]

use serde_json::Value;

use iteras::{Access, IdList, Requirement};

/// The passes of `pass_cases.json`.
pub(crate) const PASSES: &str = include_str!("../vectors/pass_cases.json");
/// The `Cookie` headers of `cookie_header_cases.json`.
pub(crate) const HEADERS: &str = include_str!("../vectors/cookie_header_cases.json");
/// The redirect targets of `redirect_cases.json`.
pub(crate) const TARGETS: &str = include_str!("../vectors/redirect_cases.json");
/// The requests of `path_cases.json`.
pub(crate) const PATHS: &str = include_str!("../vectors/path_cases.json");
/// The signed passes of `pass-vectors.json`.
pub(crate) const SIGNED: &str = include_str!("../vectors/pass-vectors.json");
/// Changes to headers of `header_cases.json`.
pub(crate) const HEADER_CHANGES: &str = include_str!("../vectors/header_cases.json");
/// Landing pages of `landing_cases.json`.
pub(crate) const LANDINGS: &str = include_str!("../vectors/landing_cases.json");

/// Visits at a gate with a meter, of `gate_meter_cases.json`.
pub(crate) const GATE_METERS: &str = include_str!("../vectors/gate_meter_cases.json");

/// The log-ins of `login_cases.json`.
pub(crate) const LOGINS: &str = include_str!("../vectors/login_cases.json");

pub(crate) fn load(file: &str) -> Value {
    serde_json::from_str(file).expect("a vector file is JSON")
}

/// The cases of a file, at least one.
pub(crate) fn cases(file: &Value) -> &[Value] {
    list(file, "cases")
}

/// The cases of this name, at least one.
pub(crate) fn list<'a>(file: &'a Value, name: &str) -> &'a [Value] {
    let cases = file[name].as_array().filter(|cases| !cases.is_empty());
    cases.unwrap_or_else(|| panic!("a vector file has {name}"))
}

/// A text that is given as it stands, or as a list of texts and `{ piece, times }`.
pub(crate) fn pieces(text: &Value) -> String {
    let piece = |piece: &Value| match (piece.as_str(), piece["times"].as_u64()) {
        (Some(text), _) => text.to_owned(),
        (None, Some(times)) => self::text(piece, "piece").repeat(times as usize),
        (None, None) => panic!("a text that is described otherwise: {piece}"),
    };
    match text.as_array() {
        Some(pieces) => pieces.iter().map(piece).collect(),
        None => piece(text),
    }
}

/// A text of a case; empty where it has none of that name.
pub(crate) fn text<'a>(case: &'a Value, name: &str) -> &'a str {
    case[name].as_str().unwrap_or("")
}

/// The paywall ids that a case wants.
pub(crate) fn ids(case: &Value) -> IdList {
    let ids = case["want_ids"].as_array().expect("a case wants ids");
    IdList::new(ids.iter().filter_map(Value::as_str))
}

/// The requirement of a case; any level where it names none.
pub(crate) fn requirement<'a>(ids: &'a IdList, case: &Value) -> Requirement<'a> {
    Requirement {
        paywalls: Some(ids.as_ids()),
        access: Access::parse(text(case, "want_access")).unwrap_or(Access::Any),
        leeway: case["leeway_s"].as_u64().unwrap_or(0) as u32,
    }
}

/// `allow` or the reason.
pub(crate) fn expected(case: &Value) -> &str {
    match text(case, "expect") {
        "deny" => text(case, "reason"),
        allow => allow,
    }
}

/// A piece of a header that is a pass in another spelling.
fn spelled(piece: &Value, pass: &str) -> String {
    match (piece["bars"].as_str(), piece["commas"].as_str()) {
        (Some(bars), None) => pass.replace('|', bars),
        (None, Some(commas)) => text(piece, "of").replace(',', commas),
        _ => panic!("a header that is described otherwise: {piece}"),
    }
}

/// The lines of a `Cookie` header, as the "about" of its file describes them.
pub(crate) fn header_lines(header: &Value, pass: &str) -> Vec<String> {
    let spelled_out = |piece: &Value| match (piece.as_str(), piece["times"].as_u64()) {
        (Some(text), _) => text.replace('@', pass),
        (None, Some(times)) => {
            let numbered = |at: u64| text(piece, "piece").replace("{n}", &at.to_string());
            (0..times).map(numbered).collect()
        }
        (None, None) => spelled(piece, pass),
    };
    match header.as_array() {
        None => vec![spelled_out(header)],
        Some(lines) => {
            let pieces = |line: &Value| line.as_array().expect("a line has pieces").clone();
            lines
                .iter()
                .map(|line| pieces(line).iter().map(spelled_out).collect())
                .collect()
        }
    }
}
