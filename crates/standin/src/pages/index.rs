//! The service's front page: the pages that are here, and the accounts that can log in.

use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{DOCTYPE, Markup, html};

use super::layout::{Ancestors, head, secured};
use super::wire::Wire;
use crate::config::{Account, Profile};
use crate::locale::{Language, NOTICE};
use crate::state::{Shared, State};

/// `/`
pub(super) async fn page(Extract(state): Extract<Shared>) -> Response {
    document(&state)
}

fn document(state: &State) -> Response {
    let document = html! {
        (DOCTYPE)
        html lang="en" {
            (head("Stand-in of the Iteras service", Wire::Ours))
            body {
                main {
                    h1 { "Stand-in of the Iteras service" }
                    p { (NOTICE) }
                    p {
                        "Demo site: " a href=(state.origins.site) { (state.origins.site) } ". "
                        "Control server: " a href=(state.origins.control) { (state.origins.control) } "."
                    }
                    @for publisher in &state.publishers {
                        @let profile = &publisher.profile;
                        h2 { (profile.name) }
                        (links(profile))
                        (accounts(&state.store.accounts(&profile.id)))
                    }
                }
                footer class="standin" { p { (Language::English.texts().standin) } }
            }
        }
    };
    secured(document, StatusCode::OK, Ancestors::Sites(&[]))
}

fn links(profile: &Profile) -> Markup {
    html! {
        ul {
            li { a href={ "/" (profile.id) "/selfservice/" } { "Self-service" } }
            @for order in profile.orders.iter().filter(|order| !order.archived) {
                @let address = Wire::Ours.order_address(&profile.id, order.kind, &order.id);
                li { a href=(address) { (order.name.en) } }
            }
            @for paywall in &profile.paywalls {
                li { a href={ "/" (profile.id) "/paywall/" (paywall.id) "/" } { "Log in: " (paywall.name.en) } }
            }
        }
    }
}

fn accounts(accounts: &[Account]) -> Markup {
    html! {
        table.accounts {
            thead { tr {
                th scope="col" { "Id" }
                th scope="col" { "E-mail" }
                th scope="col" { "Password" }
                th scope="col" { "Access" }
            } }
            tbody {
                @for account in accounts {
                    tr {
                        td { (account.id) } td { (account.email) } td { (account.password) }
                        td { @for (level, paywall) in account.rights() { (level.name()) " " (paywall) " " } }
                    }
                }
            }
        }
    }
}
