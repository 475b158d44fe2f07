//! The page around every frame's content: head, data for the frame's script, security headers.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use super::context::{Context, Visit};
use crate::NOTICE;
use crate::state::State;

const CSS: &str = concat!(
    include_str!("../../assets/frame.css"),
    include_str!("../../assets/lumen.css")
);
const JS: &str = include_str!("../../assets/frame.js");

/// What a frame shows and tells the page.
pub(crate) struct Page {
    pub(crate) title: String,
    pub(crate) body: Markup,
    pub(crate) pass: Option<Outgoing>,
}

impl Page {
    /// A page that sends no pass.
    pub(crate) fn new(title: impl Into<String>, body: Markup) -> Self {
        Self {
            title: title.into(),
            body,
            pass: None,
        }
    }
}

/// A pass for the embedding page.
pub(crate) struct Outgoing {
    pub(crate) pass: String,
    pub(crate) when: When,
}

/// When the pass is sent. The page may leave as soon as it has it, so where there is something to
/// read first, the reader says when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// At once.
    Now,
    /// When the reader goes on, or after some seconds.
    Soon,
    /// When the reader goes on.
    OnContinue,
}

impl When {
    fn name(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Soon => "soon",
            Self::OnContinue => "continue",
        }
    }
}

/// Puts a frame's page together.
pub(crate) fn respond(context: &Context<'_>, page: Page) -> Response {
    let publisher = context.publisher;
    let pass = page.pass.as_ref();
    let document = html! {
        (DOCTYPE)
        html lang=(context.language.tag()) {
            (head(&format!("{} – {} (stand-in)", page.title, publisher.profile.name)))
            body class=[context.field("cssclass")]
                data-frame=[context.frame_id()]
                data-sites=(publisher.sites.join(" "))
                data-site=[context.site()]
                data-posted[context.visit.posted]
                data-pass=[pass.map(|outgoing| &outgoing.pass)]
                data-pass-when=[pass.map(|outgoing| outgoing.when.name())] {
                main { (page.body) }
                footer class="standin" { p { (context.texts.standin) } }
            }
        }
    };
    secured(document, StatusCode::OK, &publisher.sites)
}

/// The page for an address that stands for nothing. Every registered site may embed it, so that a
/// developer who mistyped an id sees what is wrong.
pub(crate) fn missing(state: &State, visit: &Visit, what: &str) -> Response {
    let texts = visit.language().texts();
    let sites: Vec<String> = state
        .publishers
        .iter()
        .flat_map(|p| p.sites.clone())
        .collect();
    let document = html! {
        (DOCTYPE)
        html lang=(visit.language().tag()) {
            (head(texts.not_found))
            body data-frame=[visit.fields.some("frame")] data-sites=(sites.join(" ")) {
                main { h1 { (texts.not_found) } p { (what) } }
                footer class="standin" { p { (texts.standin) } }
            }
        }
    };
    secured(document, StatusCode::NOT_FOUND, &sites)
}

/// The service's front page: what is here, and who can log in.
pub(crate) fn index(state: &State) -> Response {
    let document = html! {
        (DOCTYPE)
        html lang="en" {
            (head("Stand-in of the Iteras service"))
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
                        ul {
                            li { a href={ "/" (profile.id) "/selfservice/" } { "Self-service" } }
                            @for order in profile.orders.iter().filter(|order| !order.archived) {
                                @let folder = super::purchase::folder(order.kind);
                                li { a href={ "/" (profile.id) "/" (folder) "/" (order.id) "/" } { (order.name.en) } }
                            }
                            @for paywall in &profile.paywalls {
                                li { a href={ "/" (profile.id) "/paywall/" (paywall.id) "/" } { "Log in: " (paywall.name.en) } }
                            }
                        }
                        table {
                            thead { tr { th { "Id" } th { "E-mail" } th { "Password" } th { "Access" } } }
                            tbody {
                                @for account in state.store.accounts(&profile.id) {
                                    tr {
                                        td { (account.id) } td { (account.email) } td { (account.password) }
                                        td { @for (level, paywall) in account.rights() { (level.name()) " " (paywall) " " } }
                                    }
                                }
                            }
                        }
                    }
                }
                footer class="standin" { p { (crate::texts::Language::English.texts().standin) } }
            }
        }
    };
    secured(document, StatusCode::OK, &[])
}

/// The frames' style sheet.
pub(crate) async fn asset_css() -> Response {
    asset("text/css; charset=utf-8", CSS)
}

/// The frames' script: their side of the messages.
pub(crate) async fn asset_js() -> Response {
    asset("text/javascript; charset=utf-8", JS)
}

fn head(title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="robots" content="noindex";
            title { (title) }
            link rel="stylesheet" href="/standin/frame.css";
            script src="/standin/frame.js" defer {}
        }
    }
}

fn asset(content_type: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text).into_response()
}

fn secured(document: Markup, status: StatusCode, sites: &[String]) -> Response {
    let mut response = (status, document).into_response();
    let headers = response.headers_mut();
    // Sites are checked origins, so that the policy always is a header value.
    if let Ok(policy) = HeaderValue::from_str(&policy(sites)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // `preauth` stands in the address of the first page: it must not travel to other hosts.
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Nothing but our own files and forms, embedded by the publisher's sites alone (case C56).
fn policy(sites: &[String]) -> String {
    let ancestors = if sites.is_empty() {
        "'none'".into()
    } else {
        sites.join(" ")
    };
    format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors {ancestors}"
    )
}
