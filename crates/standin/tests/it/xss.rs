//! Nothing that comes in a query or a form changes the structure of a page.

use crate::client::{get, post, standin};

const PAYLOADS: [&str; 9] = [
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)",
    "</title><svg onload=alert(1)>",
    "javascript:alert(1)//",
    "--><!--<b>",
    "&quot;&gt;&lt;b&gt;",
    "\u{0}\"\r\n\t>`${x}`",
    "{{7*7}}</style></textarea></template>",
];

/// Tags and attribute names of a page in their order, without texts and values.
fn structure(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let mut tag = String::new();
        let mut quoted = false;
        let mut end = rest.len();
        for (at, c) in rest.char_indices() {
            match c {
                '"' => quoted = !quoted,
                '>' if !quoted => {
                    end = at;
                    break;
                }
                _ if !quoted => tag.push(c),
                _ => {}
            }
        }
        rest = &rest[end..];
        found.push(tag);
    }
    found
}

fn encoded(name: &str, value: &str) -> String {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    pairs
        .append_pair("frame", "f1")
        .append_pair("language", "en");
    if name == "frame" || name == "language" {
        pairs.clear();
    }
    pairs.append_pair(name, value).finish()
}

#[test]
fn the_measure_sees_what_it_should() {
    let plain = structure("<p class=\"a\">x</p>");
    assert_eq!(plain, ["p class=", "/p"]);
    assert_ne!(structure("<p class=\"\" onclick=\"a\">x</p>"), plain);
    assert_ne!(structure("<p class=\"a\">x<b></p>"), plain);
}

#[tokio::test]
async fn query_parameters_are_escaped_on_every_page() {
    let standin = standin().await;
    let service = &standin.origins().service;
    for path in [
        "/lumen/paywall/n8fsoupukhv3/",
        "/lumen/selfservice/",
        "/lumen/order/lumen-order/",
        "/lumen/signup/lumen-signup/",
    ] {
        for name in [
            "frame",
            "cssclass",
            "next",
            "access",
            "iterasnext",
            "iterasaccess",
            "iterasneeds",
            "language",
            "site",
            "who",
            "prefill.products",
            "prefill.name",
            "prefill.email",
            "prefill.street",
            "prefill.country",
            "other",
        ] {
            let harmless = get(service, &format!("{path}?{}", encoded(name, "harmless"))).await;
            for payload in PAYLOADS {
                let page = get(service, &format!("{path}?{}", encoded(name, payload))).await;
                assert_eq!(page.status, 200);
                assert_eq!(
                    structure(&page.body),
                    structure(&harmless.body),
                    "{path} {name} {payload}"
                );
            }
        }
    }
}

#[tokio::test]
async fn form_fields_are_escaped_too() {
    let standin = standin().await;
    let service = &standin.origins().service;
    for (path, action, fields) in [
        (
            "/lumen/paywall/n8fsoupukhv3/",
            "login",
            &["who", "password", "token", "next"][..],
        ),
        (
            "/lumen/selfservice/",
            "login",
            &["who", "password", "token", "next"],
        ),
        (
            "/lumen/order/lumen-order/",
            "details",
            &["name", "street", "postcode", "city", "country", "email"],
        ),
        ("/lumen/order/lumen-order/", "pay", &["pending"]),
        (
            "/lumen/signup/lumen-signup/",
            "signup",
            &["name", "email", "products"],
        ),
    ] {
        for name in fields {
            let page = async |value| {
                post(
                    service,
                    path,
                    &[("action", action), ("frame", "f"), (name, value)],
                )
                .await
            };
            let harmless = page("harmless").await;
            for payload in PAYLOADS {
                let answer = page(payload).await;
                assert_eq!(
                    structure(&answer.body),
                    structure(&harmless.body),
                    "{path} {name} {payload}"
                );
            }
        }
    }
}

#[tokio::test]
async fn pages_behind_the_log_in_are_no_exception() {
    let standin = standin().await;
    let service = &standin.origins().service;
    for path in ["/lumen/selfservice/", "/lumen/paywall/n8fsoupukhv3/"] {
        for name in ["frame", "next", "iterasnext", "cssclass"] {
            let page = async |value| {
                let who = [("action", "login"), ("who", "31169"), ("password", "lumen")];
                let asked = [("access", "sub"), (name, value)];
                post(service, path, &[who.as_slice(), &asked].concat()).await
            };
            let harmless = page("harmless").await;
            assert!(harmless.body.contains("Bo Prøve"));
            for payload in PAYLOADS {
                let body = page(payload).await.body;
                assert_eq!(
                    structure(&body),
                    structure(&harmless.body),
                    "{path} {name} {payload}"
                );
            }
        }
    }
}

#[tokio::test]
async fn unknown_paths_are_escaped() {
    let standin = standin().await;
    let service = &standin.origins().service;
    for path in [
        "/%3Cb%3E/selfservice/",
        "/lumen/paywall/%3Cb%3E/",
        "/lumen/order/%22%3E%3Cb%3E/",
    ] {
        let page = get(service, path).await;
        assert_eq!(page.status, 404);
        assert!(!page.body.contains("<b>"), "{path}");
    }
}
