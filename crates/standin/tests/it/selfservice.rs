//! The self-service frame: its own log-in, the overview, a change of address, log-out.

use iteras_standin::Standin;

use crate::client::{Answer, post, standin};

const PATH: &str = "/lumen/selfservice/";

async fn log_in(standin: &Standin, who: &str) -> Answer {
    let fields = [
        ("action", "login"),
        ("who", who),
        ("password", "lumen"),
        ("frame", "f1"),
        ("next", "/"),
    ];
    post(&standin.origins().service, PATH, &fields).await
}

#[tokio::test]
async fn the_overview_shows_data_subscriptions_and_invoices_and_sends_no_pass() {
    let standin = standin().await;
    let anna = log_in(&standin, "31168").await;
    for text in [
        "Anna Eksempel",
        "2200 København N",
        "Lumen Digital",
        "Aktivt",
        "1014",
        "549,00 kr.",
        "siden 1. marts 2025",
    ] {
        assert!(anna.body.contains(text), "{text}");
    }
    assert_eq!(anna.pass(), None);
    assert_eq!(anna.value("data-navigate=\""), "/");
    assert!(
        log_in(&standin, "cleo@example.com")
            .await
            .body
            .contains("Udløbet")
    );
}

#[tokio::test]
async fn an_address_is_changed_and_checked() {
    let standin = standin().await;
    let service = &standin.origins().service;
    let token = log_in(&standin, "31168").await.hidden("token").to_owned();
    let act = async |action: &str, street: &str| {
        let fields = [
            ("action", action),
            ("token", token.as_str()),
            ("street", street),
            ("postcode", "5000"),
            ("city", "Odense C"),
            ("country", "Danmark"),
        ];
        post(service, PATH, &fields).await
    };
    assert!(act("edit", "").await.body.contains("name=\"street\""));
    let refused = act("save", "").await;
    assert!(
        refused.body.contains("id=\"street-error\"") && refused.body.contains("value=\"5000\"")
    );
    let saved = act("save", "Ny Vej <1>").await;
    assert!(saved.body.contains("Din adresse er gemt") && saved.body.contains("Ny Vej &lt;1&gt;"));
    let held = standin.state().store.account("lumen", "31168").unwrap();
    assert_eq!(held.address.street, "Ny Vej <1>");
}

#[tokio::test]
async fn log_out_forgets_the_customer() {
    let standin = standin().await;
    let page = log_in(&standin, "31168").await;
    let fields = [("action", "logout"), ("token", page.hidden("token"))];
    let out = post(&standin.origins().service, PATH, &fields).await;
    assert!(out.body.contains("Du er logget ud") && !out.body.contains("name=\"token\""));
}

#[tokio::test]
async fn a_forged_token_is_asked_to_log_in_again() {
    let standin = standin().await;
    let forged = [
        ("token", "31168:99999999999:00"),
        ("action", "save"),
        ("street", "x"),
    ];
    let page = post(&standin.origins().service, PATH, &forged).await;
    assert!(page.body.contains("Log ind igen") && page.body.contains("type=\"password\""));
}
