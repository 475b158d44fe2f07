//! The page in the frames of sites that are not registered: says so, and names the option that registers them.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{DOCTYPE, html};

use super::context::Visit;
use super::layout::{Ancestors, head, secured};
use crate::readers::Publisher;
use crate::state::State;

/// The answer for a frame of `publisher` in a page of `site`. It holds no form, so that every site may embed it.
pub(super) fn page(state: &State, publisher: &Publisher, visit: &Visit, site: &str) -> Response {
    let texts = visit.language().texts();
    let option = option(state, publisher, site);
    let registered = publisher.sites.join(" ");
    let console = format!(
        "{site} is not registered with the stand-in (frame-ancestors {registered}); start it with {option}"
    );
    let document = html! {
        (DOCTYPE)
        html lang=(visit.language().tag()) {
            (head(texts.unregistered, visit.wire))
            body data-console=(console) {
                main {
                    h1 { (texts.unregistered) }
                    p { (texts.unregistered_lead) " " strong { (site) } }
                    p { (texts.unregistered_hint) " " code { (option) } }
                }
                footer class="standin" { p { (texts.standin) } }
            }
        }
    };
    secured(document, StatusCode::FORBIDDEN, Ancestors::Any)
}

fn option(state: &State, publisher: &Publisher, site: &str) -> String {
    let id = &publisher.profile.id;
    let is_first = state
        .publishers
        .first()
        .is_some_and(|first| first.profile.id == *id);
    if is_first {
        format!("--allow-site {site}")
    } else {
        format!("--allow-site {site} --profile {id}")
    }
}
