//! What a page's core has to make of the vectors. Natively and in the browser the same functions run; only
//! the door that resolves URLs differs.

mod addresses;
mod companion;
mod meter;
mod reopening;
#[path = "../shared/mod.rs"]
mod shared;

pub(crate) use addresses::{check_after_login, check_documents, check_landings};
pub(crate) use companion::check_companion;
pub(crate) use meter::check_meter;
pub(crate) use reopening::{check_again, check_markers, check_needs, check_opened};

use std::borrow::Cow;

use iteras::Timestamp;
use iteras::policy::examine_unverified;
use iteras::urls::{Resolved, is_safe_target};

use shared::{PASSES, TARGETS, cases, expected, ids, load, requirement, text};

/// A URL in parts: href, origin, protocol, user name and password, path.
pub(crate) type Parts = [String; 5];

/// Verdict and reason of a browser for every pass case that a signature does not decide.
pub(crate) fn check_passes() {
    let by_signature = ["signature", "algorithm", "configuration"];
    // The number of digits is the algorithm's business, and so a server's.
    let by_length = ["P016", "P017", "P018"];
    for case in cases(&load(PASSES)) {
        if by_signature.contains(&text(case, "reason")) || by_length.contains(&text(case, "id")) {
            continue;
        }
        let ids = ids(case);
        let now = Timestamp::parse(text(case, "now")).expect("now is a time stamp");
        let value = Cow::Borrowed(text(case, "pass"));
        let candidate = examine_unverified(value, &requirement(&ids, case), now, "");
        let outcome = candidate.reason().map_or("allow", |reason| reason.code());
        assert_eq!(outcome, expected(case), "{}", case["id"]);
    }
}

/// Which redirect targets are followed; `resolve` = the door's URL parser.
pub(crate) fn check_targets(resolve: impl Fn(&str, &str) -> Option<Parts>) {
    let file = load(TARGETS);
    let base = text(&file, "base");
    let page = resolve(base, base).expect("the base resolves");
    for case in cases(&file) {
        let raw = text(case, "input");
        let target = resolve(raw, base);
        let safe = target
            .as_ref()
            .is_some_and(|target| is_safe_target(raw, &resolved(target), &resolved(&page)));
        let allowed = text(case, "expect") == "allow";
        assert_eq!(safe, allowed, "{} {raw:?}", case["id"]);
    }
}

/// The texts of a list.
fn list(value: &serde_json::Value) -> Vec<&str> {
    let items = value.as_array().expect("a list");
    items.iter().filter_map(serde_json::Value::as_str).collect()
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
