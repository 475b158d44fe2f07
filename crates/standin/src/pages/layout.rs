//! The page around every frame's content: head, data for the frame's script, security headers.

use axum::extract::State as Extract;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use super::context::{Context, Visit};
use super::wire::Wire;
use crate::state::{Shared, State};

/// A frame's page: title, content, and the pass for the embedding page.
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

/// The moment at which the pass is sent. The page may leave as soon as it has it, so where there is something to
/// read first, the reader says when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// At once.
    Now,
    /// When the reader goes on, or after some seconds.
    Soon,
    /// When the reader goes on, or at once where the page says that it checks its target by itself.
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

/// The answer with a frame's page.
pub(crate) fn respond(context: &Context<'_>, page: Page) -> Response {
    let publisher = context.publisher;
    let pass = page.pass.as_ref();
    let title = format!("{} – {} (stand-in)", page.title, publisher.profile.name);
    // Our own script knows by itself where to go on; the double is told by its frame.
    let go = context
        .destination()
        .filter(|_| context.visit.wire == Wire::Double);
    let document = html! {
        (DOCTYPE)
        html lang=(context.language.tag()) {
            (head(&title, context.visit.wire))
            body class=[context.field("cssclass")]
                data-frame=[context.frame_id()]
                data-sites=(publisher.sites.join(" "))
                data-site=[context.site()]
                data-posted[context.visit.posted]
                data-pass=[pass.map(|outgoing| &outgoing.pass)]
                data-pass-when=[pass.map(|outgoing| outgoing.when.name())]
                data-go=[go]
                data-target-checked[context.is_target_checked()] {
                main { (page.body) }
                footer class="standin" { p { (context.texts.standin) } }
            }
        }
    };
    secured(document, StatusCode::OK, Ancestors::Sites(&publisher.sites))
}

/// The page for an address that stands for nothing. Every site may embed it, registered or not, so that a
/// developer who mistyped an id is told which.
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
            (head(texts.not_found, visit.wire))
            body data-frame=[visit.fields.some("frame")] data-sites=(sites.join(" ")) {
                main { h1 { (texts.not_found) } p { (what) } }
                footer class="standin" { p { (texts.standin) } }
            }
        }
    };
    let ancestors = match visit.unregistered_site(&sites) {
        Some(_) => Ancestors::Any,
        None => Ancestors::Sites(&sites),
    };
    secured(document, StatusCode::NOT_FOUND, ancestors)
}

/// The answer for an address that is none of the service's.
pub(super) async fn no_such_page(Extract(state): Extract<Shared>, visit: Visit) -> Response {
    missing(&state, &visit, "")
}

/// The head of every page.
pub(super) fn head(title: &str, wire: Wire) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="robots" content="noindex";
            title { (title) }
            link rel="stylesheet" href="/standin/frame.css";
            script src=(wire.script()) defer {}
        }
    }
}

/// The pages that may embed a document.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ancestors<'s> {
    /// Those of these sites; none where there is no site.
    Sites(&'s [String]),
    /// All pages, for documents that hold nothing but an explanation: never for a form.
    Any,
}

/// The answer with a document and its security headers.
pub(super) fn secured(document: Markup, status: StatusCode, ancestors: Ancestors<'_>) -> Response {
    let mut response = (status, document).into_response();
    let headers = response.headers_mut();
    // Sites are checked origins, so that the policy always is a header value.
    if let Ok(policy) = HeaderValue::from_str(&policy(ancestors)) {
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
fn policy(ancestors: Ancestors<'_>) -> String {
    let own = "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'";
    match ancestors {
        Ancestors::Sites([]) => format!("{own}; frame-ancestors 'none'"),
        Ancestors::Sites(sites) => format!("{own}; frame-ancestors {}", sites.join(" ")),
        // `*` would leave out pages without a network address.
        Ancestors::Any => own.into(),
    }
}
