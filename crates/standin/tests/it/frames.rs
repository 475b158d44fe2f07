//! The paywall frame: log-in, what it sends, what it says when the pass is not enough.

use iteras::pass::Pass;
use iteras_standin::{Config, Options, Standin};

use crate::client::{Answer, get, post, send, standin};

const WALL: &str = "/lumen/paywall/n8fsoupukhv3/";

async fn log_in(standin: &Standin, path: &str, who: &str, more: &[(&str, &str)]) -> Answer {
    let mut fields = vec![
        ("action", "login"),
        ("who", who),
        ("password", "lumen"),
        ("frame", "f1"),
    ];
    fields.extend(more);
    post(&standin.origins().service, path, &fields).await
}

#[tokio::test]
async fn the_right_password_sends_a_pass_for_everything_that_is_open() {
    let standin = standin().await;
    for who in ["anna@example.com", "31168"] {
        let page = log_in(&standin, WALL, who, &[]).await;
        let (text, when) = page.pass().unwrap();
        assert_eq!(when, "now");
        let keys = &standin.state().publishers[0].keys;
        let verified = keys.verify(text).unwrap();
        let pass: &Pass<'_> = verified.pass();
        assert_eq!(
            pass.entitlements().collect::<Vec<_>>(),
            [("sub", "n8fsoupukhv3")]
        );
        assert_eq!((pass.subscriber(), pass.ip()), ("31168", "127.0.0.1"));
        let days = (pass.expires().unix() - iteras_standin::clock::now()) as f64 / 86_400.0;
        assert!((29.99..=30.0).contains(&days), "{days}");
        assert!(page.body.contains("Du er logget ind"));
        assert!(!page.body.contains("type=\"password\""));
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_customer_look_alike() {
    let standin = standin().await;
    let service = &standin.origins().service;
    let tried = async |who| {
        let fields = [
            ("action", "login"),
            ("who", who),
            ("password", "no"),
            ("frame", "f1"),
        ];
        let page = post(service, WALL, &fields).await;
        assert_eq!((page.status, page.pass()), (200, None));
        assert!(page.body.contains("role=\"alert\""));
        assert!(!page.body.contains("value=\"no\""));
        page.body.replace(who, "somebody")
    };
    assert_eq!(
        tried("anna@example.com").await,
        tried("nobody@example.com").await
    );

    let empty = post(service, WALL, &[("action", "login")]).await;
    assert!(
        empty.body.contains("id=\"who-error\"") && empty.body.contains("id=\"password-error\"")
    );
}

#[tokio::test]
async fn a_pass_is_sent_when_it_names_one_of_the_frames_paywalls() {
    let standin = standin().await;
    let both = "/lumen/paywall/BBBB2222,n8fsoupukhv3/";
    assert!(
        log_in(&standin, both, "anna@example.com", &[])
            .await
            .pass()
            .is_some()
    );
    let encoded = "/lumen/paywall/BBBB2222%2Cn8fsoupukhv3/";
    assert!(
        log_in(&standin, encoded, "anna@example.com", &[])
            .await
            .pass()
            .is_some()
    );

    let archive = log_in(
        &standin,
        "/lumen/paywall/BBBB2222/",
        "anna@example.com",
        &[],
    )
    .await;
    assert_eq!(archive.pass(), None);
    assert!(archive.body.contains("Arkivet"));
    let cleo = log_in(&standin, WALL, "cleo@example.com", &[]).await;
    assert_eq!(cleo.pass(), None);
    assert!(cleo.body.contains("Dit abonnement giver ikke adgang"));
}

#[tokio::test]
async fn a_lower_level_is_explained_before_the_page_leaves() {
    let standin = standin().await;
    let when = async |more: &[(&str, &str)]| {
        let page = log_in(&standin, WALL, "bo@example.com", more).await;
        let explained = page.body.contains("kun for abonnenter");
        (page.pass().unwrap().1.to_owned(), explained)
    };
    assert_eq!(when(&[]).await, ("now".into(), false));
    assert_eq!(
        when(&[("access", "user"), ("next", "/a")]).await,
        ("now".into(), false)
    );
    assert_eq!(when(&[("access", "sub")]).await, ("now".into(), true));
    assert_eq!(
        when(&[("iterasaccess", "sub"), ("iterasnext", "/a")]).await,
        ("continue".into(), true)
    );
    assert_eq!(
        when(&[("access", "subb"), ("next", "/a")]).await,
        ("continue".into(), true)
    );
}

#[tokio::test]
async fn a_logged_in_frame_stays_so_from_form_to_form_until_it_is_told_otherwise() {
    let standin = standin().await;
    let service = &standin.origins().service;
    let page = log_in(&standin, WALL, "31168", &[]).await;
    let token = page.hidden("token").to_owned();
    assert!(
        post(service, WALL, &[("token", &token)])
            .await
            .pass()
            .is_some()
    );
    let other = post(service, WALL, &[("token", &token), ("action", "other")]).await;
    assert!(other.pass().is_none() && other.body.contains("type=\"password\""));
    // Neither log-in opens the other's frame.
    let account = post(service, "/lumen/selfservice/", &[("token", &token)]).await;
    assert!(account.body.contains("type=\"password\""));
}

#[tokio::test]
async fn what_a_frame_was_given_goes_through_its_forms() {
    let standin = standin().await;
    let query = "?iframe=1&cssclass=dark%20wide&next=%2Fn&access=sub&iterasnext=%2Fa%3Fb%3D1\
                 &iterasaccess=sub&iterasneeds=BBBB2222&language=en&preauth=1:2:3&frame=f%2B1";
    let page = get(&standin.origins().service, &format!("{WALL}{query}")).await;
    assert!(page.body.contains("<html lang=\"en\">"));
    assert!(
        page.body
            .contains("<body class=\"dark wide\" data-frame=\"f+1\"")
    );
    for (name, value) in [
        ("frame", "f+1"),
        ("cssclass", "dark wide"),
        ("next", "/n"),
        ("access", "sub"),
        ("iterasnext", "/a?b=1"),
        ("iterasaccess", "sub"),
        ("iterasneeds", "BBBB2222"),
        ("language", "en"),
    ] {
        assert_eq!(page.hidden(name), value);
    }
    assert!(
        !page.body.contains("1:2:3"),
        "a used preauth goes nowhere else"
    );
    assert!(page.body.contains("The link is too old"));
    assert!(
        page.body
            .contains("action=\"/lumen/paywall/n8fsoupukhv3/\"")
    );
}

#[tokio::test]
async fn a_preauth_token_logs_in_without_a_form() {
    let standin = standin().await;
    let service = &standin.origins().service;
    let fields = [
        ("id", "31168"),
        ("password", "lumen"),
        ("preauthseconds", "60"),
    ];
    let key = "/api/authenticatecustomer/?iteras-key=lumen-api-key-for-development";
    let token = post(service, key, &fields).await.json()["preauth"]
        .as_str()
        .unwrap()
        .to_owned();
    let page = get(service, &format!("{WALL}?iframe=1&preauth={token}&frame=f")).await;
    assert!(page.pass().is_some() && !page.body.contains("type=\"password\""));
    let account = get(service, &format!("/lumen/selfservice/?preauth={token}")).await;
    assert!(account.body.contains("Anna Eksempel") && account.pass().is_none());
    let order = get(
        service,
        &format!("/lumen/order/lumen-order/?preauth={token}"),
    )
    .await;
    assert!(
        order.body.contains("value=\"Anna Eksempel\"") && !order.body.contains("type=\"password\"")
    );
}

#[tokio::test]
async fn c56_only_registered_sites_may_embed_a_frame() {
    let standin = standin().await;
    let (service, site) = (&standin.origins().service, &standin.origins().site);
    for path in [
        WALL,
        "/lumen/selfservice/",
        "/lumen/order/lumen-order/",
        "/lumen/signup/lumen-signup/",
    ] {
        let page = get(service, path).await;
        assert_eq!(page.status, 200, "{path}");
        let policy = page.header("content-security-policy");
        assert!(
            policy.ends_with(&format!("frame-ancestors {site}")),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"));
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("referrer-policy"), "same-origin");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert!(page.headers("set-cookie").next().is_none());
        assert!(
            page.body
                .contains("stand-in, ikke den rigtige Iteras-tjeneste"),
            "{path}"
        );
    }
    assert!(
        get(service, "/")
            .await
            .header("content-security-policy")
            .ends_with("frame-ancestors 'none'")
    );
}

#[tokio::test]
async fn sites_are_those_of_the_profile() {
    let toml = include_str!("../../standin.toml");
    let two = toml.replace("\"{site}\"", "\"{site}\", \"https://lumen.example\"");
    let config = Config::parse(&two).unwrap();
    let standin = Standin::start(Options {
        config,
        ..Options::on_free_ports()
    })
    .await
    .unwrap();
    let (service, site) = (&standin.origins().service, &standin.origins().site);
    let page = get(service, WALL).await;
    let ends = format!("frame-ancestors {site} https://lumen.example");
    assert!(page.header("content-security-policy").ends_with(&ends));

    let told = async |referrer: &str| {
        let page = send(service, "GET", WALL, &[("Referer", referrer)], "").await;
        page.hidden("site").to_owned()
    };
    assert_eq!(
        told("https://lumen.example/article?x").await,
        "https://lumen.example"
    );
    assert_eq!(told("https://lumen.example.evil.example/").await, "");
    let posted = post(service, WALL, &[("site", "https://evil.example")]).await;
    assert_eq!(posted.hidden("site"), "");
}

#[tokio::test]
async fn unknown_addresses_say_what_is_unknown() {
    let standin = standin().await;
    let service = &standin.origins().service;
    for (path, what) in [
        ("/lumn/selfservice/", "profile lumn"),
        ("/lumen/paywall/N8FSOUPUKHV3/", "paywall N8FSOUPUKHV3"),
        ("/lumen/order/lumen-signup/", "order lumen-signup"),
        ("/lumen/signup/x/", "sign-up x"),
    ] {
        let page = get(service, path).await;
        assert_eq!(page.status, 404);
        assert!(page.body.contains(what), "{}", page.body);
        let site = &standin.origins().site;
        assert!(
            page.header("content-security-policy")
                .contains(site.as_str())
        );
    }
    assert_eq!(get(service, "/nowhere").await.status, 404);
}

#[tokio::test]
async fn the_language_is_the_parameters_or_the_browsers() {
    let standin = standin().await;
    let service = &standin.origins().service;
    let lang = async |path: &str, accept: &str| {
        let page = send(service, "GET", path, &[("Accept-Language", accept)], "").await;
        page.value("<html lang=\"").to_owned()
    };
    assert_eq!(lang(WALL, "en-GB,en;q=0.9").await, "en");
    assert_eq!(lang(WALL, "sv").await, "da");
    assert_eq!(lang("/lumen/selfservice/?language=en", "da").await, "en");
}
