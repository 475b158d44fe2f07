//! The double of the service's own script: its routes, its frames and the switches that the server carries out.

use std::time::{Duration, Instant};

use crate::client::{get, post, send, standin};

const SCRIPT: &str = "/official/static/api/iteras.js";
const LOG_IN: &str = "/official/embed?what=login&account=lumen&wall=n8fsoupukhv3";

#[tokio::test]
async fn the_script_needs_no_dist_and_is_no_build_of_ours() {
    let standin = standin().await;
    let answer = get(&standin.origins().service, SCRIPT).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    for ours in [
        "SameSite",
        "Max-Age",
        "data-iteras-frame",
        "iframe=1",
        "/api/paywall/renew/",
        "iteras: 1",
    ] {
        assert!(!answer.body.contains(ours), "the double knows {ours}");
    }
    for documented in [
        "wall",
        "logoutFromWall",
        "paywalliframe",
        "orderingiframe",
        "signupiframe",
        "selfserviceiframe",
        "iterasnext",
        "iterasaccess",
        "iteraspreauth",
        "iteraspass",
    ] {
        assert!(
            answer.body.contains(documented),
            "the double lacks {documented}"
        );
    }
}

#[tokio::test]
async fn the_script_can_be_missing_or_late() {
    let standin = standin().await;
    let service = &standin.origins().service;
    assert_eq!(
        get(service, &format!("{SCRIPT}?script=missing"))
            .await
            .status,
        404
    );
    let started = Instant::now();
    let late = get(service, &format!("{SCRIPT}?script=late&ms=120")).await;
    assert_eq!(late.status, 200);
    assert!(started.elapsed() >= Duration::from_millis(120));
}

#[tokio::test]
async fn its_log_in_frame_knows_the_same_readers_and_posts_to_itself() {
    let standin = standin().await;
    let service = &standin.origins().service;
    let query = format!("{LOG_IN}&name=d1&css=magazine&page.next=%2Farticle");
    let form = get(service, &query).await;
    assert_eq!(form.status, 200);
    assert_eq!(
        form.value("form method=\"post\" action=\""),
        LOG_IN.replace('&', "&amp;")
    );
    assert!(
        form.body.contains("src=\"/official/embed.js\"")
            && !form.body.contains("/standin/frame.js")
    );
    assert_eq!(
        (form.hidden("frame"), form.hidden("cssclass")),
        ("d1", "magazine")
    );
    // It is told no states: the parts for them are not there.
    assert!(!form.body.contains("data-when"));

    let fields = [
        ("action", "login"),
        ("who", "anna@example.com"),
        ("password", "lumen"),
        ("frame", "d1"),
        ("iterasnext", "/article"),
    ];
    let inside = post(service, LOG_IN, &fields).await;
    let (pass, when) = inside.pass().unwrap();
    assert!(pass.starts_with("sub|n8fsoupukhv3|"), "{pass}");
    assert_eq!((when, inside.value("data-go=\"")), ("now", "/article"));
    let wrong = [
        ("action", "login"),
        ("who", "anna@example.com"),
        ("password", "no"),
    ];
    assert_eq!(post(service, LOG_IN, &wrong).await.pass(), None);
}

#[tokio::test]
async fn a_reader_who_lacks_a_wall_orders_it_in_a_frame_of_the_double() {
    let standin = standin().await;
    let service = &standin.origins().service;
    let archive = "/official/embed?what=login&account=lumen&wall=BBBB2222";
    let fields = [
        ("action", "login"),
        ("who", "anna@example.com"),
        ("password", "lumen"),
        ("frame", "d1"),
    ];
    let lacking = post(service, archive, &fields).await;
    assert_eq!(lacking.pass(), None);
    let order = "/official/embed?what=order&amp;account=lumen&amp;form=lumen-order";
    assert!(
        lacking.body.contains(&format!("action=\"{order}\"")),
        "{}",
        lacking.body
    );
    assert!(!lacking.body.contains("action=\"/lumen/"));
}

#[tokio::test]
async fn its_other_frames_are_the_stand_ins() {
    let standin = standin().await;
    let service = &standin.origins().service;
    for (query, shown) in [
        (
            "what=order&account=lumen&form=lumen-order&fill.products=12MDigital",
            "value=\"12MDigital\" checked",
        ),
        (
            "what=signup&account=lumen&form=lumen-signup",
            "value=\"signup\"",
        ),
        ("what=customer&account=lumen", "name=\"password\""),
    ] {
        let page = get(service, &format!("/official/embed?{query}&name=d1")).await;
        assert_eq!(page.status, 200, "{query}");
        assert!(page.body.contains(shown), "{query}: {}", page.body);
        assert!(
            page.body.contains("action=\"/official/embed?what="),
            "{query}"
        );
    }
    for query in [
        "",
        "what=other&account=lumen",
        "what=order&account=nobody&form=lumen-order",
        "what=login&account=lumen",
    ] {
        assert_eq!(
            get(service, &format!("/official/embed?{query}"))
                .await
                .status,
            404,
            "{query}"
        );
    }
}

#[tokio::test]
async fn its_renewal_answers_in_text_and_knows_the_faults() {
    let standin = standin().await;
    let control = &standin.origins().control;
    let pass = send(
        control,
        "POST",
        "/pass",
        &[],
        r#"{"account":"31168","expires_in":60}"#,
    )
    .await
    .body;
    let asked = pass.replace('|', "%7C");
    let check = async || {
        get(
            &standin.origins().service,
            &format!("/official/check?pass={asked}"),
        )
        .await
    };
    let new = check().await;
    assert_eq!(
        (new.status, new.header("access-control-allow-origin")),
        (200, "*")
    );
    let new = new.body.strip_prefix("pass ").unwrap().to_owned();
    assert!(standin.state().publishers[0].keys.verify(&new).is_ok() && new != pass);
    for (fault, status, start) in [
        ("refuse", 200, "over noaccess"),
        ("503", 503, ""),
        ("down", 0, ""),
        ("redirect", 200, "pass sub|"),
        ("wrong-subscriber", 200, "pass sub|n8fsoupukhv3|"),
        ("no-id-in-common", 200, "pass sub|ZZZZ9999|"),
    ] {
        let body = format!(r#"{{"renewal":"{fault}"}}"#);
        assert_eq!(
            send(control, "POST", "/fault", &[], &body).await.status,
            200
        );
        let answer = check().await;
        assert_eq!(answer.status, status, "{fault}");
        assert!(answer.body.starts_with(start), "{fault}: {}", answer.body);
    }
    send(control, "POST", "/reset", &[], "").await;
    let forged = get(&standin.origins().service, "/official/check?pass=sub%7CA").await;
    assert_eq!(forged.body, "over badsignature");
}
