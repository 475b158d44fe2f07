//! The vector files, and what every runtime has to make of them. Natively and in the browser the same
//! functions run; only the door that resolves URLs differs.

use std::borrow::Cow;

use iteras::policy::{Access, Finding, Requirement, examine_unverified};
#[cfg(feature = "verify")]
use iteras::signature::{Algorithms, PassKey, PassKeys};
use iteras::timestamp::Timestamp;
use iteras::urls::{Resolved, is_safe_target};
#[cfg(feature = "verify")]
use iteras::{cookies::pass_values, policy::best};
use serde_json::Value;

/// A URL in parts: href, origin, protocol, user name and password, path.
pub(crate) type Parts = [String; 5];

pub(crate) fn load(file: &str) -> Value {
    serde_json::from_str(file).expect("a vector file is JSON")
}

pub(crate) fn cases(file: &Value) -> &[Value] {
    file["cases"].as_array().expect("a vector file has cases")
}

fn text<'a>(case: &'a Value, name: &str) -> &'a str {
    case[name].as_str().unwrap_or("")
}

/// The keys of a case with their positions as ids; `None` where they are refused, as C19 asks.
#[cfg(feature = "verify")]
fn keys(case: &Value, algorithms: Algorithms) -> Option<PassKeys> {
    let texts = case["keys"].as_array()?.iter().enumerate();
    let keys: Result<Vec<_>, _> = texts
        .map(|(at, key)| PassKey::new(key.as_str().unwrap_or("")).map(|key| (at.to_string(), key)))
        .collect();
    PassKeys::new(keys.ok()?, algorithms).ok()
}

fn requirement<'a>(ids: &'a str, case: &Value) -> Requirement<'a> {
    let access = Access::parse(text(case, "want_access")).unwrap_or(Access::Any);
    let leeway = case["leeway_s"].as_u64().unwrap_or(0) as u32;
    let paywalls = Some(ids);
    Requirement {
        paywalls,
        access,
        leeway,
    }
}

fn ids(case: &Value) -> String {
    let ids = case["want_ids"].as_array().expect("a case wants ids");
    ids.iter()
        .filter_map(Value::as_str)
        .collect::<Vec<_>>()
        .join("\n")
}

/// `allow` or the reason.
fn outcome(finding: &Finding<'_>) -> &'static str {
    finding.reason.map_or("allow", |reason| reason.code())
}

fn expected(case: &Value) -> &str {
    match text(case, "expect") {
        "deny" => text(case, "reason"),
        allow => allow,
    }
}

/// Verdict and reason of a server for every pass case.
#[cfg(feature = "verify")]
pub(crate) fn check_passes_on_a_server(file: &Value) -> usize {
    for case in cases(file) {
        let ids = ids(case);
        let now = Timestamp::parse(text(case, "now")).expect("now is a time stamp");
        let came = match keys(case, Algorithms::Sha256) {
            None => "configuration",
            Some(keys) => {
                let value = Cow::Borrowed(text(case, "pass"));
                outcome(&keys.examine(value, &requirement(&ids, case), now))
            }
        };
        assert_eq!(came, expected(case), "{}", case["id"]);
    }
    cases(file).len()
}

/// Verdict and reason of a browser for every pass case that a signature does not decide.
pub(crate) fn check_passes_in_a_browser(file: &Value) -> usize {
    let by_signature = ["signature", "algorithm", "configuration"];
    // The number of digits is the algorithm's business, and so a server's.
    let by_length = ["P016", "P017", "P018"];
    let judged = cases(file).iter().filter(|case| {
        !by_signature.contains(&text(case, "reason")) && !by_length.contains(&text(case, "id"))
    });
    let mut count = 0;
    for case in judged {
        let ids = ids(case);
        let now = Timestamp::parse(text(case, "now")).expect("now is a time stamp");
        let value = Cow::Borrowed(text(case, "pass"));
        let finding = examine_unverified(value, &requirement(&ids, case), now, "");
        assert_eq!(outcome(&finding), expected(case), "{}", case["id"]);
        count += 1;
    }
    count
}

/// Verdict, and where a case names one the reason, for every cookie header.
#[cfg(feature = "verify")]
pub(crate) fn check_headers(headers: &Value, passes: &Value) -> usize {
    let valid = &cases(passes)[0];
    assert_eq!(valid["id"], "P001");
    let keys = keys(valid, Algorithms::Sha256).expect("the key of P001");
    let now = Timestamp::parse(text(valid, "now")).expect("now is a time stamp");
    for case in cases(headers) {
        let header = spelled_out(text(case, "header"), text(valid, "pass"));
        let own = case["want_ids"].is_array();
        let ids = ids(if own { case } else { valid });
        let wanted = requirement(&ids, if own { case } else { valid });
        let finding = best(pass_values(&header), |value| {
            keys.examine(value, &wanted, now)
        });
        let came = if finding.reason.is_none() {
            "allow"
        } else {
            "deny"
        };
        assert_eq!(came, text(case, "expect"), "{}", case["id"]);
        if case["reason"].is_string() {
            assert_eq!(outcome(&finding), text(case, "reason"), "{}", case["id"]);
        }
    }
    cases(headers).len()
}

#[cfg(feature = "verify")]
// Some headers are described in angle brackets.
fn spelled_out(header: &str, pass: &str) -> String {
    let many = |count: usize, piece: &dyn Fn(usize) -> String| -> String {
        (0..count).map(piece).collect()
    };
    match header {
        "<2000 x 'aN=1; '>iteraspass=@" => {
            many(2000, &|at| format!("a{at}=1; ")) + "iteraspass=" + pass
        }
        // Lines are joined before they are looked at (RFC 9113, section 8.2.3).
        "<two Cookie header lines, pass in second>" => format!("a=1;iteraspass={pass}"),
        "<20 x iteraspass=bad>; iteraspass=@" => {
            many(20, &|_| "iteraspass=bad; ".to_owned()) + "iteraspass=" + pass
        }
        "iteraspass=%7C-encoded @" => format!("iteraspass={}", pass.replace('|', "%7C")),
        plain => {
            assert!(
                !plain.contains('<'),
                "a header that is described otherwise: {plain}"
            );
            plain.replace('@', pass)
        }
    }
}

/// Whether each redirect target is followed; `resolve` = the door's URL parser.
pub(crate) fn check_targets(file: &Value, resolve: impl Fn(&str, &str) -> Option<Parts>) -> usize {
    let base = text(file, "base");
    let page = resolve(base, base).expect("the base resolves");
    for case in cases(file) {
        let raw = text(case, "input");
        let target = resolve(raw, base);
        let safe = target
            .as_ref()
            .is_some_and(|target| is_safe_target(raw, &resolved(target), &resolved(&page)));
        assert_eq!(
            safe,
            text(case, "expect") == "allow",
            "{} {raw:?}",
            case["id"]
        );
    }
    cases(file).len()
}

fn resolved(parts: &Parts) -> Resolved<'_> {
    let [href, origin, protocol, credentials, pathname] = parts;
    Resolved {
        href,
        origin,
        protocol,
        credentials,
        pathname,
        hostname: "",
    }
}

/// Every signed vector verifies with its key, SHA-1 only where it is allowed, and with no other.
#[cfg(feature = "verify")]
pub(crate) fn check_signed_vectors(file: &Value) -> usize {
    let key = || PassKey::new(text(file, "key")).expect("the key fits");
    let other = PassKey::new("another key of enough bytes").expect("the key fits");
    let keys = |key, algorithms| PassKeys::new(vec![("0".to_owned(), key)], algorithms);
    let strict = keys(key(), Algorithms::Sha256).expect("there is a key");
    let lenient = keys(key(), Algorithms::Sha256AndSha1).expect("there is a key");
    let foreign = keys(other, Algorithms::Sha256AndSha1).expect("there is a key");
    let vectors = file["vectors"].as_array().expect("the file has vectors");
    for vector in vectors {
        let signed = text(vector, "signed");
        let sha256 = format!("{signed}/sha256:{}", text(vector, "sha256"));
        let sha1 = format!("{signed}/sha1:{}", text(vector, "sha1"));
        assert_eq!(key().sign(signed), sha256);
        let readable = !text(vector, "note").contains("malformed");
        assert_eq!(strict.verify(&sha256).is_ok(), readable, "{signed}");
        assert_eq!(lenient.verify(&sha1).is_ok(), readable, "{signed}");
        assert!(strict.verify(&sha1).is_err(), "{signed}");
        assert!(
            foreign.verify(&sha256).is_err() && foreign.verify(&sha1).is_err(),
            "{signed}"
        );
    }
    vectors.len()
}
