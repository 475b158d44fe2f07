//! A site of one's own beside the demo: registered by the command line, told so where it is not.

use iteras_standin::{Config, Options, Standin};

use crate::client::{Answer, send};

const WALL: &str = "/lumen/paywall/n8fsoupukhv3/";
const OWN: &str = "http://localhost:8000";

async fn started(change: impl FnOnce(&mut Config)) -> Standin {
    let mut options = Options::on_free_ports();
    change(&mut options.config);
    Standin::start(options).await.unwrap()
}

/// A request as a browser sends it for a frame.
async fn framed(standin: &Standin, path: &str, referrer: &str, site: &str) -> Answer {
    let headers = [
        ("Referer", referrer),
        ("Sec-Fetch-Dest", "iframe"),
        ("Sec-Fetch-Site", site),
        ("Accept-Language", "en"),
    ];
    send(&standin.origins().service, "GET", path, &headers, "").await
}

#[track_caller]
fn is_form(page: &Answer) {
    assert_eq!(page.status, 200);
    assert!(page.body.contains("<form"), "{}", page.body);
    let policy = page.header("content-security-policy");
    assert!(policy.contains("frame-ancestors "), "{policy}");
}

#[tokio::test]
async fn a_registered_site_may_embed_frames_and_renew() {
    let standin = started(|config| config.register_site(OWN, None).unwrap()).await;
    let page = framed(&standin, WALL, &format!("{OWN}/"), "cross-site").await;
    is_form(&page);
    assert!(page.header("content-security-policy").ends_with(OWN));
    assert_eq!(page.value("data-site=\""), OWN);
    let headers = [("Content-Type", "text/plain"), ("Origin", OWN)];
    let service = &standin.origins().service;
    let renewal = send(service, "POST", "/api/paywall/renew/", &headers, "no pass").await;
    assert_eq!(renewal.header("access-control-allow-origin"), "*");
}

#[tokio::test]
async fn a_site_that_is_not_registered_is_told_the_option() {
    let standin = started(|_| {}).await;
    for path in [
        WALL,
        "/lumen/selfservice/",
        "/lumen/order/lumen-order/",
        "/lumen/signup/lumen-signup/",
        "/lumen/paywall/unknown/",
    ] {
        let page = framed(&standin, path, "http://localhost:8000/a?b", "cross-site").await;
        assert_eq!(page.status, 403, "{path}");
        assert!(page.body.contains("This site is not registered"));
        assert!(
            page.body
                .contains("<code>--allow-site http://localhost:8000</code>")
        );
        // Every page may show it, so it holds nothing that could be clicked or stolen.
        assert!(!page.body.contains("<form") && !page.body.contains("<input"));
        assert!(!page.body.contains("data-frame") && !page.body.contains("data-sites"));
        let policy = page.header("content-security-policy");
        assert!(!policy.contains("frame-ancestors"), "{policy}");
        let site = &standin.origins().site;
        let console = page.value("data-console=\"");
        assert!(
            console.contains(&format!("(frame-ancestors {site})")),
            "{console}"
        );
    }
    let page = framed(&standin, "/lumn/selfservice/", OWN, "cross-site").await;
    assert!(page.status == 404 && page.body.contains("profile lumn"));
    assert!(
        !page
            .header("content-security-policy")
            .contains("frame-ancestors")
    );
}

#[tokio::test]
async fn a_posted_log_in_from_elsewhere_gets_no_pass() {
    let standin = started(|_| {}).await;
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Referer", "https://evil.example/"),
        ("Sec-Fetch-Dest", "iframe"),
        ("Sec-Fetch-Site", "cross-site"),
    ];
    let body = "action=login&who=31168&password=lumen&frame=f1";
    let page = send(&standin.origins().service, "POST", WALL, &headers, body).await;
    assert_eq!((page.status, page.pass()), (403, None));
}

#[tokio::test]
async fn whatever_is_no_foreign_frame_keeps_the_form_and_its_policy() {
    let standin = started(|_| {}).await;
    let (service, site) = (&standin.origins().service, &standin.origins().site);
    is_form(&framed(&standin, WALL, site, "cross-site").await);
    // The frame's own next page, also where the service is reached by another address.
    is_form(&framed(&standin, WALL, "http://192.168.1.2:4802/", "same-origin").await);
    // A link in a new tab, and a browser that says nothing.
    for headers in [
        &[("Referer", OWN), ("Sec-Fetch-Dest", "document")][..],
        &[("Referer", OWN)],
        &[
            ("Sec-Fetch-Dest", "iframe"),
            ("Sec-Fetch-Site", "cross-site"),
        ],
    ] {
        is_form(&send(service, "GET", WALL, headers, "").await);
    }
}

#[tokio::test]
async fn a_second_publisher_has_sites_of_its_own() {
    let toml = include_str!("../../standin.toml");
    let first = &toml[..toml.find("[[profiles.paywalls]]").unwrap()];
    let second = first[first.find("[[profiles]]").unwrap()..]
        .replace("\"lumen\"", "\"moon\"")
        .replace("lumen-api", "moon-api");
    let config = Config::parse(&format!("{first}{second}")).unwrap();
    let standin = started(|held| {
        *held = config;
        held.register_site(OWN, Some("moon")).unwrap();
    })
    .await;
    is_form(&framed(&standin, "/moon/selfservice/", OWN, "cross-site").await);
    let page = framed(&standin, "/lumen/selfservice/", OWN, "cross-site").await;
    assert!(
        page.body
            .contains("<code>--allow-site http://localhost:8000</code>")
    );
    let page = framed(
        &standin,
        "/moon/selfservice/",
        "https://a.example",
        "cross-site",
    )
    .await;
    assert!(
        page.body
            .contains("--allow-site https://a.example --profile moon<")
    );
}
