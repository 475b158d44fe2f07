//! The vectors as a server has to decide them, natively and in WebAssembly alike.

#[path = "../../../../tests/shared/mod.rs"]
mod shared;

pub(crate) mod paths;

use std::borrow::Cow;

use iteras::Timestamp;
use iteras_guard::cookies::header_text;
use iteras_guard::signature::{Algorithms, Checked, PassKey, PassKeys};
use serde_json::Value;

use shared::{
    HEADERS, PASSES, SIGNED, cases, expected, header_lines, ids, load, requirement, text,
};

/// The keys of a case with their positions as ids; `None` where they are refused, as C19 asks.
fn keys(case: &Value) -> Option<PassKeys> {
    let texts = case["keys"].as_array()?.iter().enumerate();
    let keys: Result<Vec<_>, _> = texts
        .map(|(at, key)| PassKey::new(key.as_str().unwrap_or("")).map(|key| (at.to_string(), key)))
        .collect();
    PassKeys::new(keys.ok()?, Algorithms::Sha256).ok()
}

/// `allow` or the reason.
fn outcome(checked: &Checked<'_, '_>) -> &'static str {
    checked.reason().map_or("allow", |reason| reason.code())
}

/// Verdict and reason for every pass case.
/// C4: other algorithms with their right tags are P008 to P013.
pub(crate) fn check_passes() {
    for case in cases(&load(PASSES)) {
        let ids = ids(case);
        let now = Timestamp::parse(text(case, "now")).expect("now is a time stamp");
        let came = keys(case).map_or("configuration", |keys| {
            let value = Cow::Borrowed(text(case, "pass"));
            outcome(&keys.examine(value, &requirement(&ids, case), now))
        });
        assert_eq!(came, expected(case), "{}", case["id"]);
    }
}

/// Verdict, and where a case names one the reason, for every cookie header.
pub(crate) fn check_headers() {
    let passes = load(PASSES);
    let valid = &cases(&passes)[0];
    assert_eq!(valid["id"], "P001");
    let keys = keys(valid).expect("the key of P001");
    let now = Timestamp::parse(text(valid, "now")).expect("now is a time stamp");
    for case in cases(&load(HEADERS)) {
        // Lines are joined before they are looked at (RFC 9113, section 8.2.3).
        let header = header_lines(&case["header"], text(valid, "pass")).join(";");
        let wants = if case["want_ids"].is_array() {
            case
        } else {
            valid
        };
        let ids = ids(wants);
        let header = header_text(header.as_bytes());
        let checked = keys.check(&header, &requirement(&ids, wants), now);
        let allowed = text(case, "expect") == "allow";
        assert_eq!(checked.reason().is_none(), allowed, "{}", case["id"]);
        if case["reason"].is_string() {
            assert_eq!(outcome(&checked), text(case, "reason"), "{}", case["id"]);
        }
    }
}

/// Every signed vector verifies with its key, SHA-1 only where it is allowed, and with no other.
pub(crate) fn check_signed_vectors() {
    let file = load(SIGNED);
    let key = || PassKey::new(text(&file, "key")).expect("the key fits");
    let other = PassKey::new("another key of enough bytes").expect("the key fits");
    let keys = |key, algorithms| PassKeys::new(vec![("0".to_owned(), key)], algorithms);
    let strict = keys(key(), Algorithms::Sha256).expect("there is a key");
    let lenient = keys(key(), Algorithms::Sha256AndSha1).expect("there is a key");
    let foreign = keys(other, Algorithms::Sha256AndSha1).expect("there is a key");
    let vectors = file["vectors"].as_array().expect("the file has vectors");
    assert!(!vectors.is_empty());
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
}
