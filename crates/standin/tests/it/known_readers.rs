//! The log-in frame of readers whom the page knows: what is missing, what can be ordered, the way on.
//!
//! `assets/frame.js` shows the part for the state that the page tells in `welcome`; here it is told by the
//! parts' attributes what there is to show.

use crate::client::{Answer, get, post, standin};

const WALL: &str = "/lumen/paywall/n8fsoupukhv3/";
const BOTH: &str = "/lumen/paywall/n8fsoupukhv3,BBBB2222/";

/// The part of a page for one state, up to the next part.
#[track_caller]
fn part<'p>(page: &'p Answer, state: &str) -> &'p str {
    let start = format!("data-when=\"{state}\"");
    let at = page.body.find(&start);
    let at = at.unwrap_or_else(|| panic!("no part {state} in {}", page.body));
    let rest = &page.body[at + start.len()..];
    &rest[..rest.find("data-when=").unwrap_or(rest.len())]
}

fn log_in<'f>(who: &'f str, more: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let fields = [
        ("action", "login"),
        ("who", who),
        ("password", "lumen"),
        ("frame", "f1"),
        ("language", "en"),
    ];
    fields.iter().chain(more).copied().collect()
}

#[tokio::test]
async fn a_reader_who_is_logged_in_gets_a_way_on_and_keeps_the_form_within_reach() {
    let standin = standin().await;
    let service = &standin.origins().service;
    let query = "?language=en&frame=f1&next=%2Fn&iterasnext=%2Fa%3Fb";
    let page = get(service, &format!("{WALL}{query}")).await;
    assert!(part(&page, "out").contains("type=\"password\""));
    let known = part(&page, "in");
    assert!(known.contains(" hidden>") && known.contains("You are logged in"));
    assert!(known.contains("data-navigate=\"/a?b\"") && known.contains("Continue"));
    assert!(known.contains("data-show-form") && !known.contains("type=\"password\""));

    let page = get(service, &format!("{WALL}?language=en&frame=f1&next=%2Fn")).await;
    assert!(part(&page, "in").contains("data-navigate=\"/n\""));
    let page = get(service, &format!("{WALL}?language=en&frame=f1")).await;
    let known = part(&page, "in");
    assert!(known.contains("data-navigate=\"/\"") && known.contains("To the front page"));
}

#[tokio::test]
async fn a_reader_who_lacks_a_wall_or_a_level_is_told_which_and_can_order_it() {
    let standin = standin().await;
    let service = &standin.origins().service;
    let page = get(service, &format!("{BOTH}?language=en&iterasneeds=BBBB2222")).await;
    let lacking = part(&page, "lacking");
    assert!(lacking.contains(" hidden>") && lacking.contains("data-show-form"));
    assert!(
        lacking.contains("<li><bdi>The archive</bdi></li>") && !lacking.contains("All of Lumen")
    );
    assert!(lacking.contains("action=\"/lumen/order/lumen-order/\""));
    assert!(!lacking.contains("lumen-signup"), "it sells no archive");

    let level = format!("{WALL}?language=en&iterasneeds=n8fsoupukhv3&iterasaccess=sub");
    let page = get(service, &level).await;
    let lacking = part(&page, "lacking");
    assert!(lacking.contains("<li><bdi>All of Lumen</bdi> (for subscribers)</li>"));

    // Without the parameter, any of the frame's own paywalls is meant; unknown ids mean none of ours.
    let page = get(service, &format!("{BOTH}?language=en")).await;
    let lacking = part(&page, "lacking");
    assert!(lacking.contains("<li><bdi>All of Lumen</bdi></li><li><bdi>The archive</bdi></li>"));
    assert!(lacking.contains("needs access to one of these:"));
    let page = get(service, &format!("{BOTH}?language=en&iterasneeds=ZZZZ")).await;
    assert!(!part(&page, "lacking").contains("<li>"));
}

#[tokio::test]
async fn a_log_in_that_does_not_open_the_target_says_so_and_waits_with_the_pass() {
    let standin = standin().await;
    let service = &standin.origins().service;
    let archive = [("iterasneeds", "BBBB2222"), ("iterasnext", "/archive")];
    let page = post(service, BOTH, &log_in("31168", &archive)).await;
    let (pass, when) = page.pass().unwrap();
    assert!(pass.contains("|n8fsoupukhv3|") && when == "continue");
    assert!(page.body.contains("data-target-checked"));
    let lacking = part(&page, "lacking");
    assert!(lacking.contains("<li><bdi>The archive</bdi></li>") && !lacking.contains(" hidden>"));
    assert!(page.body.contains("data-send-pass"));

    // Any one of the ids is enough.
    let either = [
        ("iterasneeds", "BBBB2222,n8fsoupukhv3"),
        ("iterasnext", "/a"),
    ];
    let page = post(service, BOTH, &log_in("31168", &either)).await;
    assert_eq!(page.pass().unwrap().1, "now");
    assert!(page.body.contains("You can read on"));
    // The page may know better, for it looks at the pass.
    assert!(part(&page, "lacking").contains(" hidden>"));

    // Without landing parameters, or with a level of the frame's own, the page goes on unasked.
    for more in [
        &[("access", "sub"), ("next", "/a")][..],
        &[
            ("access", "sub"),
            ("iterasaccess", "user"),
            ("iterasnext", "/a"),
        ],
    ] {
        let page = post(service, WALL, &log_in("31169", more)).await;
        assert_eq!(page.pass().unwrap().1, "continue");
        assert!(!page.body.contains("data-target-checked"));
    }
}

#[tokio::test]
async fn an_offer_leads_to_the_order_form_with_the_product_and_the_buyer() {
    let standin = standin().await;
    let service = &standin.origins().service;
    let needs = [("iterasneeds", "BBBB2222"), ("iterasnext", "/archive")];
    let page = post(service, BOTH, &log_in("31168", &needs)).await;
    let offer = [
        ("action", "offer"),
        ("buyer", page.hidden("buyer")),
        ("prefill.products", page.hidden("prefill.products")),
        ("iterasnext", page.hidden("iterasnext")),
        ("frame", "f1"),
        ("language", "en"),
    ];
    let form = post(service, "/lumen/order/lumen-order/", &offer).await;
    assert!(form.body.contains("value=\"12MPro\" checked"));
    assert!(form.body.contains("value=\"Anna Eksempel\"") && form.body.contains("Logged in as"));
    assert!(!form.body.contains("role=\"alert\"") && !form.body.contains("type=\"password\""));
    assert_eq!(form.hidden("iterasnext"), "/archive");

    // The log-in of a paywall frame alone is none for an order.
    let other = [("action", "offer"), ("buyer", page.hidden("token"))];
    let form = post(service, "/lumen/order/lumen-order/", &other).await;
    assert!(form.body.contains("type=\"password\""));
}

#[tokio::test]
async fn the_answer_to_a_post_is_about_the_post_alone() {
    let standin = standin().await;
    let service = &standin.origins().service;
    let wrong = [("action", "login"), ("who", "31168"), ("password", "no")];
    for fields in [&wrong[..], &[("action", "other")]] {
        let page = post(service, WALL, fields).await;
        assert!(page.body.contains("type=\"password\"") && !page.body.contains("data-when"));
    }
}
