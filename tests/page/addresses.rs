//! Vectors about addresses: this document, landing pages, the step after log-in.

use iteras::after_login::{Step, after_login};
use iteras::document::is_same;
use iteras::landing::landing_url;
use iteras::needs::state;
use iteras::tracking::is_ours_or_tracking;
use iteras::{Access, IdList, Ids, Requirement, Timestamp};
use serde_json::Value;

use super::shared::{cases, load, text};
use super::{Parts, list, resolved};

const DOCUMENTS: &str = include_str!("../vectors/document_cases.json");
const LANDINGS: &str = include_str!("../vectors/wall_landing_cases.json");
const AFTER_LOGIN: &str = include_str!("../vectors/after_login_cases.json");

/// URLs of one page, and parameters that make no other.
pub(crate) fn check_documents(resolve: impl Fn(&str, &str) -> Option<Parts>) {
    let file = load(DOCUMENTS);
    let at = |case: &Value, name| resolve(text(case, name), text(&file, "base")).expect("a URL");
    for case in cases(&file) {
        let (one, other) = (at(case, "one"), at(case, "other"));
        let same = case["same"]
            .as_bool()
            .expect("a case says whether both are one");
        assert_eq!(is_same(&one[0], &other[0]), same, "{case}");
        assert_eq!(is_same(&other[0], &one[0]), same, "{case}");
    }
    let tracking = list(&file["tracking"]);
    assert_eq!(
        tracking.iter().find(|name| !is_ours_or_tracking(name)),
        None
    );
    let other = list(&file["other"]);
    assert_eq!(other.iter().find(|name| is_ours_or_tracking(name)), None);
}

/// Landing pages and what they are told; none where that would go round in circles.
pub(crate) fn check_landings(resolve: impl Fn(&str, &str) -> Option<Parts>) {
    let file = load(LANDINGS);
    let base = text(&file, "base");
    let at = |case: &Value, name| resolve(text(case, name), base).expect("a URL");
    for case in cases(&file) {
        let (page, target) = (at(case, "page"), at(case, "target"));
        let ids = case["ids"]
            .as_array()
            .map(|_| IdList::new(list(&case["ids"])));
        let wanted = Requirement {
            paywalls: ids.as_ref().map(IdList::as_ids),
            access: Access::parse(text(case, "access")).unwrap_or(Access::Any),
            leeway: 0,
        };
        let url = landing_url(&resolved(&target), &resolved(&page), &wanted);
        let expected = case["url"]
            .as_str()
            .map(|url| resolve(url, base).expect("a URL"));
        assert_eq!(url, expected.map(|[href, ..]| href), "{}", case["id"]);
    }
}

/// The step after log-in.
pub(crate) fn check_after_login(resolve: impl Fn(&str, &str) -> Option<Parts>) {
    let file = load(AFTER_LOGIN);
    let base = text(&file, "base");
    for case in cases(&file) {
        let at = |name| resolve(text(case, name), base).unwrap_or_default();
        let (page, next, frame) = (at("page"), at("next"), at("frame_next"));
        let targets = [
            (text(case, "next"), &resolved(&next)),
            (text(case, "frame_next"), &resolved(&frame)),
        ];
        let page = resolved(&page);
        let pass = text(case, "pass");
        let cookie = format!("iteraspass={pass}");
        // The service sent the pass just now: the clock has no say.
        let state = state(
            page.query(),
            Ids::default(),
            &cookie,
            Timestamp::from_unix(4_070_908_800),
            pass,
        );
        let step = match after_login(&page, &targets, state) {
            Step::Go(url) => resolve(url, base).map(|[href, ..]| href),
            Step::Lacking => Some("lacking".into()),
            Step::Stay => Some("stay".into()),
        };
        let expected = match text(case, "step") {
            "go" => resolve(text(case, "url"), base).map(|[href, ..]| href),
            word => Some(word.into()),
        };
        assert_eq!(step, expected, "{case}");
    }
}
