//! Plans, as every gate asks for them: what opens a page, what is told of it, and what the answer takes along.
#![allow(clippy::unwrap_used)]

use std::borrow::Cow;
use std::collections::HashMap;

use iteras::meter::Limits;
use iteras::{Access, Reason, Timestamp};
use iteras_guard::editor::{self, EditorKey};
use iteras_guard::gift::{self, GiftKey};
use iteras_guard::headers::Cache;
use iteras_guard::meter::{self, Meter, MeterKey, Metered};
use iteras_guard::page;
use iteras_guard::plan::{
    Answer, Denial, Kind, Opening, Plan, Settings, Value, Visit, Wanted, metered, text, wanted,
};
use iteras_guard::reissue::Reissue;
use iteras_guard::requirement::{Demand, Doubt, Requirement};
use iteras_guard::signature::{Algorithms, PassKey, PassKeys};

const HOST: &str = "pub.example";
const PASS_KEY: &str = "pass0123456789abcdefghijklmnopqr";
const GIFT_KEY: &str = "gift0123456789abcdefghijklmnopqr";
const EDITOR_KEY: &str = "editor0123456789abcdefghijklmnop";
const METER_KEY: &str = "meter0123456789abcdefghijklmnopq";
const NOW: Timestamp = Timestamp::from_unix(1_768_478_400);
const SOON: Timestamp = Timestamp::from_unix(1_768_478_403);

/// A reader's request for a page; the tests change what they are about.
#[derive(Clone)]
struct Asked {
    method: &'static str,
    path: &'static str,
    query: String,
    destination: &'static str,
    purpose: &'static str,
    cookies: HashMap<&'static str, String>,
}

impl Asked {
    fn page() -> Self {
        Self {
            method: "GET",
            path: "/article",
            query: String::new(),
            destination: "document",
            purpose: "",
            cookies: HashMap::new(),
        }
    }

    fn by(method: &'static str) -> Self {
        Self {
            method,
            ..Self::page()
        }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.cookies.insert(name, format!("{name}={value}"));
        self
    }

    /// With the pass of a subscriber, until [`SOON`].
    fn with_pass(self, paywall: &str) -> Self {
        let pass = key().sign(&format!("sub|{paywall}|2026-01-15T12:00:03Z|31168|"));
        self.with("iteraspass", &pass)
    }

    fn with_gift(mut self) -> Self {
        let token = gifts().token(HOST, self.path, "", SOON).unwrap();
        self.query = format!("{}={token}", gift::PARAMETER);
        self
    }
}

impl Visit for Asked {
    fn method(&self) -> Cow<'_, str> {
        self.method.into()
    }
    fn host(&self) -> Option<Cow<'_, str>> {
        Some(HOST.into())
    }
    fn path(&self) -> Cow<'_, str> {
        self.path.into()
    }
    fn query(&self) -> Cow<'_, str> {
        self.query.as_str().into()
    }
    fn destination(&self) -> Option<Cow<'_, str>> {
        Some(self.destination.into())
    }
    fn purpose(&self) -> Cow<'_, str> {
        self.purpose.into()
    }
    fn accept(&self) -> Cow<'_, str> {
        "text/html".into()
    }
    fn is_https(&self) -> bool {
        true
    }
    fn cookies(&self, name: &'static str) -> Cow<'_, str> {
        self.cookies.get(name).map_or("", String::as_str).into()
    }
}

/// The same by somebody whom the publisher's own check knows.
struct Editor(Asked);

impl Visit for Editor {
    fn method(&self) -> Cow<'_, str> {
        self.0.method()
    }
    fn host(&self) -> Option<Cow<'_, str>> {
        self.0.host()
    }
    fn path(&self) -> Cow<'_, str> {
        self.0.path()
    }
    fn query(&self) -> Cow<'_, str> {
        self.0.query()
    }
    fn destination(&self) -> Option<Cow<'_, str>> {
        self.0.destination()
    }
    fn purpose(&self) -> Cow<'_, str> {
        self.0.purpose()
    }
    fn accept(&self) -> Cow<'_, str> {
        self.0.accept()
    }
    fn is_https(&self) -> bool {
        self.0.is_https()
    }
    fn cookies(&self, name: &'static str) -> Cow<'_, str> {
        self.0.cookies(name)
    }
    fn is_editor(&self) -> bool {
        true
    }
}

fn key() -> PassKey {
    PassKey::new(PASS_KEY).unwrap()
}

fn gifts() -> GiftKey {
    GiftKey::new(GIFT_KEY).unwrap()
}

fn editors() -> EditorKey {
    EditorKey::new(EDITOR_KEY).unwrap()
}

/// Two free pages.
fn meter_by(key: &str) -> Meter {
    Meter::new(MeterKey::new(key).unwrap(), Limits::new(2, 30).unwrap())
}

fn settings() -> Settings {
    let keys = PassKeys::new(vec![("2026".into(), key())], Algorithms::Sha256);
    Settings {
        gifts: Some(gifts()),
        editors: Some(editors()),
        meter: Some(meter_by(METER_KEY)),
        ..Settings::new(keys.unwrap())
    }
}

/// Level `sub` for paywall A.
fn requirement() -> Requirement {
    Requirement::new(["A"], Access::Sub).unwrap()
}

fn plan(asked: &impl Visit, demand: Demand<'_>) -> Plan {
    settings().plan(asked, wanted(demand, 60), NOW, |pass| pass.owned())
}

/// The plan where paywall A is asked for and no meter may open.
fn walled(asked: &impl Visit) -> Plan {
    plan(asked, Demand::from(&requirement()))
}

/// The plan where a meter may open the page, too.
fn metered_plan(asked: &impl Visit) -> Plan {
    plan(asked, Demand::from(&requirement().with_meter()))
}

fn opening(plan: &Plan) -> Option<&'static str> {
    plan.verdict.as_ref().ok().and_then(Opening::name)
}

fn denial(plan: &Plan) -> &Denial {
    plan.verdict.as_ref().unwrap_err()
}

/// The request for another page with the cookie that this plan sets.
fn next(path: &'static str, plan: &Plan) -> Asked {
    let (name, value) = plan.cookies[0].split_once('=').unwrap();
    assert_eq!(name, meter::NAME);
    let asked = Asked::page().with(meter::NAME, value.split(';').next().unwrap());
    Asked { path, ..asked }
}

#[test]
fn a_page_is_open_by_pass_gift_editor_or_meter_and_by_nothing_else() {
    assert_eq!(plan(&Asked::page(), Demand::Open).kind, Kind::Open);
    assert_eq!(opening(&plan(&Asked::page(), Demand::Open)), None);
    let editor = editors().cookie(HOST, SOON).unwrap();
    for (asked, name) in [
        (Asked::page().with_pass("A"), "pass"),
        (Asked::page().with_gift(), "gift"),
        (Asked::page().with(editor::NAME, &editor), "editor"),
    ] {
        assert_eq!(opening(&walled(&asked)), Some(name));
    }
    assert_eq!(opening(&walled(&Editor(Asked::page()))), Some("editor"));
    assert_eq!(opening(&metered_plan(&Asked::page())), Some("meter"));
    let crawler = walled(&Asked::page()).for_crawler();
    assert_eq!(
        (opening(&crawler), crawler.kind),
        (Some("crawler"), Kind::Crawler)
    );
    let other = Asked {
        path: "/other",
        ..Asked::page().with_gift()
    };
    for asked in [Asked::page(), other, Asked::by("POST").with_gift()] {
        assert_eq!(walled(&asked).kind, Kind::Denial);
    }
    assert!(
        settings()
            .plan(
                &Asked::page().with_pass("A"),
                Wanted::All([]),
                NOW,
                |pass| pass.owned()
            )
            .verdict
            .is_err()
    );
}

#[test]
fn a_denial_says_its_reason_level_pass_and_doubt() {
    let asked = Asked::page().with_pass("B");
    let requirement = Requirement::new(["A"], Access::User).unwrap();
    let plan = settings().plan(
        &asked,
        wanted(Demand::from(&requirement), 60),
        NOW,
        |pass| pass.owned(),
    );
    let denial = plan.verdict.unwrap_err();
    assert_eq!(
        (denial.code(), denial.reason(), denial.access()),
        ("wrongpaywall", Reason::WrongPaywall, Access::User)
    );
    assert_eq!(denial.pass().map(|pass| pass.subscriber()), Some("31168"));
    assert_eq!(
        (denial.doubt(), denial.meter(), denial.is_ahead()),
        (None, None, false)
    );
    let bare = walled(&Asked::page());
    assert_eq!(self::denial(&bare).code(), "nopass");
    assert!(self::denial(&bare).pass().is_none());
}

#[test]
fn where_the_page_is_not_clear_a_pass_or_an_editor_opens_and_no_gift_or_meter() {
    let requirement = requirement().with_meter();
    let unclear = |asked: &Asked| plan(asked, Demand::Unclear(Doubt::Path, vec![&requirement]));
    assert_eq!(
        opening(&unclear(&Asked::page().with_pass("A"))),
        Some("pass")
    );
    for asked in [Asked::page().with_gift(), Asked::page()] {
        let plan = unclear(&asked);
        assert_eq!(denial(&plan).doubt(), Some(Doubt::Path));
        assert!(!plan.is_for_crawlers());
        assert!(plan.for_crawler().verdict.is_err());
    }
}

#[test]
fn a_meter_opens_counts_and_says_when_it_is_used_up() {
    let first = metered_plan(&Asked::page());
    assert_eq!(
        first.verdict.as_ref().ok(),
        Some(&Opening::Meter(Metered { used: 1, free: 2 }))
    );
    assert_eq!(
        first.mark(),
        page::metered_mark(Metered { used: 1, free: 2 })
    );
    assert_eq!(metered(&first.verdict).as_deref(), Some("1/2"));
    assert_eq!(first.lacking.as_ref().map(Denial::code), Some("nopass"));
    assert!(first.is_for_crawlers());
    let second = metered_plan(&next("/second", &first));
    let third = metered_plan(&next("/third", &second));
    assert_eq!(denial(&third).meter(), Some(Metered { used: 2, free: 2 }));
    assert_eq!(metered(&third.verdict).as_deref(), Some("2/2"));
    // A meter that is not asked counts nothing.
    let plain = walled(&next("/third", &second));
    assert_eq!(
        (denial(&plain).meter(), metered(&plain.verdict)),
        (None, None)
    );
    let ahead = metered_plan(&Asked {
        purpose: "prefetch",
        ..Asked::page()
    });
    assert!(denial(&ahead).is_ahead());
    assert_eq!(metered(&ahead.verdict).as_deref(), Some("ahead"));
    assert_eq!(ahead.with_teaser().kind, Kind::Denial);
    assert_eq!(third.with_teaser().kind, Kind::Teaser);
}

#[test]
fn a_teaser_and_a_search_engine_are_for_pages_that_are_looked_at() {
    for (method, is_page) in [("GET", true), ("HEAD", true), ("POST", false)] {
        let plan = walled(&Asked::by(method));
        assert_eq!(
            (plan.is_page, plan.is_bodiless),
            (is_page, method == "HEAD")
        );
        assert_eq!(plan.is_for_crawlers(), is_page);
        assert_eq!(plan.clone().for_crawler().verdict.is_ok(), is_page);
        let kind = if is_page { Kind::Teaser } else { Kind::Denial };
        assert_eq!(plan.with_teaser().kind, kind);
    }
    let read = walled(&Asked::page().with_pass("A"));
    assert!(!read.is_for_crawlers());
    assert_eq!(read.with_teaser().kind, Kind::Pass);
}

#[test]
fn a_meters_cookie_goes_with_a_page_that_was_sent_and_a_pass_with_any_answer() {
    let free = metered_plan(&Asked::page());
    let read = Settings {
        reissue: Some(Reissue::new()),
        ..settings()
    };
    let requirement = requirement();
    let read = read.plan(
        &Asked::page().with_pass("A"),
        wanted(Demand::from(&requirement), 60),
        NOW,
        |pass| pass.owned(),
    );
    assert_eq!((free.cookies.len(), read.cookies.len()), (1, 2));
    for (status, is_sent) in [(200, true), (299, true), (304, false), (404, false)] {
        assert_eq!(free.cookies_with(status).len(), usize::from(is_sent));
        assert_eq!(read.cookies_with(status), read.cookies);
    }
    assert_eq!(read.mark(), page::MARK);
    assert_eq!(
        read.kept_for(5, NOW),
        0,
        "what sets a cookie is asked about anew"
    );
}

#[test]
fn an_answer_is_kept_no_longer_than_the_pass_lasts() {
    let read = walled(&Asked::page().with_pass("A"));
    assert_eq!([2, 3, 5].map(|most| read.kept_for(most, NOW)), [2, 3, 3]);
    assert_eq!(read.kept_for(5, Timestamp::from_unix(SOON.unix() + 9)), 0);
    assert_eq!(walled(&Asked::page()).kept_for(5, NOW), 0);
}

#[test]
fn headers_of_the_steps_have_their_texts() {
    let read = walled(&Asked::page().with_pass("A")).verdict;
    for (value, wanted) in [
        (Value::Text("pass"), "pass"),
        (Value::Level, "sub"),
        (Value::Paywall, "A"),
        (Value::Subscriber, "31168"),
        (Value::Expires, "2026-01-15T12:00:03Z"),
    ] {
        assert_eq!(text(value, &read).as_deref(), Some(wanted));
    }
    let denied = walled(&Asked::page()).verdict;
    assert_eq!(text(Value::Reason, &denied).as_deref(), Some("nopass"));
    for (value, verdict) in [
        (Value::Reason, &read),
        (Value::Meter, &read),
        (Value::Level, &denied),
        (Value::Subscriber, &denied),
    ] {
        assert_eq!(text(value, verdict), None);
    }
}

#[test]
fn what_an_answer_changes() {
    let bare = Answer {
        cache: Cache::Origins,
        is_other: false,
        set: &[],
        robots: None,
    };
    let changes = [
        Answer {
            cache: Cache::Never,
            ..bare
        },
        Answer {
            is_other: true,
            ..bare
        },
        Answer {
            set: &[("x", Value::Meter)],
            ..bare
        },
        Answer {
            robots: Some("noindex"),
            ..bare
        },
    ];
    assert!(bare.is_empty());
    assert!(changes.iter().all(|answer| !answer.is_empty()));
    let [cache, other, _, robots] = &changes;
    let gone = |answer: &Answer| ["expires", "etag", "date"].map(|name| answer.deletes(name));
    assert_eq!(gone(&bare), [false, false, false]);
    assert_eq!((gone(cache)[0], gone(other)[1]), (true, true));
    assert_eq!((gone(cache)[2], gone(other)[2]), (false, false));
    assert_eq!(robots.robots("").as_deref(), Some("noindex"));
    assert_eq!(
        robots.robots("nofollow").as_deref(),
        Some("nofollow, noindex")
    );
    assert_eq!(robots.robots("nofollow, NoIndex"), None);
    assert_eq!(bare.robots("nofollow"), None);
}

#[test]
fn a_meter_has_a_key_of_its_own() {
    let refused = |meter: Option<&str>| {
        let meter = meter.map(meter_by);
        Settings {
            meter,
            ..settings()
        }
        .refuse_shared_meter_key()
        .is_err()
    };
    let shared = [PASS_KEY, GIFT_KEY, EDITOR_KEY].map(Some);
    assert_eq!(shared.map(refused), [true; 3]);
    assert_eq!([None, Some(METER_KEY)].map(refused), [false; 2]);
}
