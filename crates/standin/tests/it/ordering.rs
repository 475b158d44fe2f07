//! The ordering and the sign-up frame.

use crate::client::{Answer, get, post, standin};

const ORDER: &str = "/lumen/order/lumen-order/";
const SIGNUP: &str = "/lumen/signup/lumen-signup/";

const DORTE: [(&str, &str); 7] = [
    ("frame", "f1"),
    ("name", "Dorte Prøve"),
    ("street", "Vej 1"),
    ("postcode", "2200"),
    ("city", "København"),
    ("email", "dorte@example.com"),
    ("password", "secret"),
];

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    DORTE.into_iter().chain(more.iter().copied()).collect()
}

#[track_caller]
fn has_error(page: &Answer, field: &str) {
    assert!(
        page.body.contains(&format!("id=\"{field}-error\"")),
        "{field}: {}",
        page.body
    );
}

#[tokio::test]
async fn an_order_goes_from_details_by_payment_to_a_receipt_that_sends_the_pass() {
    let standin = standin().await;
    let service = &standin.origins().service;
    let details = with(&[
        ("action", "details"),
        ("products", "12MPro"),
        ("iterasnext", "/a"),
    ]);
    let payment = post(service, ORDER, &details).await;
    assert!(payment.body.contains("899,00 kr.") && !payment.body.contains("secret"));
    let pending = payment.hidden("pending").to_owned();
    let step = |action| {
        [
            ("action", action),
            ("pending", pending.as_str()),
            ("frame", "f1"),
            ("iterasnext", "/a"),
        ]
    };

    let declined = post(service, ORDER, &step("decline")).await;
    assert!(declined.body.contains("Betalingen blev afvist"));
    let receipt = post(service, ORDER, &step("pay")).await;
    let (pass, when) = receipt.pass().unwrap();
    assert!(
        pass.starts_with("sub,sub|BBBB2222,n8fsoupukhv3|") && pass.contains("|31171|"),
        "{pass}"
    );
    assert_eq!(when, "soon");
    let again = post(service, ORDER, &step("pay")).await;
    assert!(again.pass().is_none() && again.body.contains("Bestillingen findes ikke mere"));

    let log_in = [
        ("action", "login"),
        ("who", "dorte@example.com"),
        ("password", "secret"),
    ];
    let account = post(service, "/lumen/selfservice/", &log_in).await;
    assert!(account.body.contains("Lumen Pro, 12 måneder") && account.body.contains("1015"));
}

#[tokio::test]
async fn a_receipt_sends_at_once_when_the_page_stays() {
    let standin = standin().await;
    let service = &standin.origins().service;
    let details = with(&[("action", "details"), ("products", "1MTrial")]);
    let payment = post(service, ORDER, &details).await;
    let paid = [
        ("action", "pay"),
        ("pending", payment.hidden("pending")),
        ("frame", "f1"),
    ];
    assert_eq!(post(service, ORDER, &paid).await.pass().unwrap().1, "now");
}

#[tokio::test]
async fn mistakes_stand_beside_their_fields_and_what_was_typed_stays() {
    let standin = standin().await;
    let service = &standin.origins().service;
    let fields = [
        ("action", "details"),
        ("email", "no address"),
        ("name", "Dorte"),
        ("password", "x"),
    ];
    let page = post(service, ORDER, &fields).await;
    for field in [
        "products", "street", "postcode", "city", "email", "password",
    ] {
        has_error(&page, field);
    }
    assert!(!page.body.contains("id=\"name-error\"") && page.body.contains("value=\"Dorte\""));

    let taken = with(&[("action", "details"), ("products", "12MPro")]);
    let taken: Vec<_> = taken
        .into_iter()
        .filter(|(name, _)| *name != "email")
        .collect();
    let taken: Vec<_> = taken
        .into_iter()
        .chain([("email", "Anna@example.com")])
        .collect();
    has_error(&post(service, ORDER, &taken).await, "password");
    let unoffered = with(&[("action", "details"), ("products", "Reader")]);
    has_error(&post(service, ORDER, &unoffered).await, "products");
}

#[tokio::test]
async fn prefill_selects_the_product_and_fills_fields() {
    let standin = standin().await;
    let service = &standin.origins().service;
    let checked = async |path: &str, query: &str| {
        let page = get(service, &format!("{path}?iframe=1&{query}")).await;
        let at = page.body.find("\" checked>");
        at.map(|at| page.body[..at].rsplit('"').next().unwrap().to_owned())
    };
    assert_eq!(
        checked(ORDER, "prefill.products=12MDigital")
            .await
            .as_deref(),
        Some("12MDigital")
    );
    let two = "prefill.products=Unknown&prefill.products=12MPro";
    assert_eq!(checked(ORDER, two).await.as_deref(), Some("12MPro"));
    assert_eq!(checked(ORDER, "prefill.products=Unknown").await, None);
    assert_eq!(checked(SIGNUP, "").await.as_deref(), Some("Reader"));

    let page = get(
        service,
        &format!("{ORDER}?prefill.name=Jens%20%C3%98&prefill.country=Norge"),
    )
    .await;
    assert!(page.body.contains("value=\"Jens Ø\"") && page.body.contains("value=\"Norge\""));
}

#[tokio::test]
async fn a_customer_who_exists_orders_with_the_password() {
    let standin = standin().await;
    let service = &standin.origins().service;
    let fields = [
        ("action", "signup"),
        ("products", "1MTrial"),
        ("name", "Cleo Øvelse"),
        ("email", "cleo@example.com"),
        ("password", "lumen"),
        ("frame", "f1"),
    ];
    let page = post(service, SIGNUP, &fields).await;
    assert!(page.pass().unwrap().0.contains("|31170|"), "{}", page.body);
}

#[tokio::test]
async fn sign_up_makes_a_registered_reader() {
    let standin = standin().await;
    let service = &standin.origins().service;
    let page = post(
        service,
        SIGNUP,
        &with(&[("action", "signup"), ("products", "Reader")]),
    )
    .await;
    let (pass, when) = page.pass().unwrap();
    assert!(pass.starts_with("user|n8fsoupukhv3|"), "{pass}");
    assert_eq!(when, "now");
    assert!(page.body.contains("Velkommen") && page.body.contains("Gratis"));
    assert!(!page.body.contains("Faktura"), "a bill for nothing");
}
