//! A frame's request: its parameters, its customer, and the fields that it carries from form to form.

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use iteras::Access;
use maud::{Markup, html};

use super::wire::Wire;
use crate::clock::now;
use crate::config::{Account, origin_of};
use crate::http::{Fields, Peer};
use crate::locale::{Language, Texts};
use crate::readers::{Publisher, Purpose};
use crate::state::{Shared, State};

/// Fields that every form of a frame hands on. `preauth` is not among them: it is used once and then
/// replaced by a token of the frame's own.
const CARRIED: [&str; 8] = [
    "frame",
    "cssclass",
    "next",
    "access",
    "iterasnext",
    "iterasaccess",
    "iterasneeds",
    "language",
];
/// The action of a button that leads from the log-in frame to an ordering page.
pub(crate) const OFFER: &str = "offer";
const BUYER: &str = "buyer";
const FORM_LIMIT: usize = 64 * 1024;
/// Seconds for which a log-in inside a frame is good.
pub(crate) const LOG_IN_SECONDS: i64 = 8 * 3600;
const LONGEST_FRAME_ID: usize = 128;

/// One request for a frame page: the query of a `GET`, the form of a `POST`.
pub(crate) struct Visit {
    /// The address of the frame, to which its forms post.
    pub(crate) path: String,
    pub(crate) wire: Wire,
    pub(crate) fields: Fields,
    pub(crate) posted: bool,
    pub(crate) ip: String,
    accept_language: Option<String>,
    referrer: Option<String>,
    embedded_by_others: bool,
}

impl FromRequest<Shared> for Visit {
    type Rejection = Response;

    async fn from_request(request: Request, _state: &Shared) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let posted = parts.method == Method::POST;
        let fields = if posted {
            let bytes = to_bytes(body, FORM_LIMIT).await;
            let bytes = bytes.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
            Fields::parse(&String::from_utf8_lossy(&bytes))
        } else {
            Fields::parse(parts.uri.query().unwrap_or_default())
        };
        Ok(Self {
            path: parts.uri.path().into(),
            wire: Wire::Ours,
            fields,
            posted,
            ip: parts
                .extensions
                .get::<Peer>()
                .map(Peer::ip)
                .unwrap_or_default(),
            accept_language: text(&parts.headers, header::ACCEPT_LANGUAGE),
            referrer: text(&parts.headers, header::REFERER),
            embedded_by_others: embedded_by_others(&parts.headers),
        })
    }
}

impl Visit {
    /// The language that the visitor reads.
    pub(crate) fn language(&self) -> Language {
        Language::choose(self.fields.get("language"), self.accept_language.as_deref())
    }

    /// The origin of the embedding page, where the browser tells it and it is none of `sites`. A page that
    /// tells nothing about itself is stopped by `frame-ancestors` alone.
    pub(crate) fn unregistered_site(&self, sites: &[String]) -> Option<String> {
        if !self.embedded_by_others {
            return None;
        }
        let origin = origin_of(self.referrer.as_deref()?)?;
        (!sites.contains(&origin)).then_some(origin)
    }
}

/// A visit to a publisher's frame.
pub(crate) struct Context<'s> {
    pub(crate) state: &'s State,
    pub(crate) publisher: &'s Publisher,
    pub(crate) visit: Visit,
    pub(crate) language: Language,
    pub(crate) texts: &'static Texts,
}

impl<'s> Context<'s> {
    pub(crate) fn new(state: &'s State, publisher: &'s Publisher, visit: Visit) -> Self {
        let language = visit.language();
        Self {
            state,
            publisher,
            visit,
            language,
            texts: language.texts(),
        }
    }

    /// A field of the query or form.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.visit.fields.some(name)
    }

    /// The id that ties messages to the frame's element. Opened without one, a page sends nothing.
    pub(crate) fn frame_id(&self) -> Option<&str> {
        self.field("frame")
            .filter(|id| id.len() <= LONGEST_FRAME_ID)
    }

    /// The embedding page's origin as far as the server can tell: the one that the frame's script
    /// found out before, or the referrer of the first request. Only registered sites count.
    pub(crate) fn site(&self) -> Option<String> {
        let told = self.field("site").map(str::to_owned);
        let origin = told.or_else(|| origin_of(self.visit.referrer.as_deref()?))?;
        self.publisher.sites.contains(&origin).then_some(origin)
    }

    /// True when the page will go somewhere once it has the pass.
    pub(crate) fn has_destination(&self) -> bool {
        self.destination().is_some()
    }

    /// True when the page checks by itself, with the landing parameters alone, that its target opens before it
    /// goes there (protocol, "The step after log-in").
    pub(crate) fn is_target_checked(&self) -> bool {
        let checked = ["iterasneeds", "iterasaccess"];
        self.field("access").is_none() && checked.iter().any(|name| self.field(name).is_some())
    }

    /// The page that the reader was on the way to: `iterasnext`, else the frame's `next`.
    pub(crate) fn destination(&self) -> Option<&str> {
        self.field("iterasnext").or_else(|| self.field("next"))
    }

    /// True until the reader has sent a form of this page.
    pub(crate) fn is_first_showing(&self) -> bool {
        !self.visit.posted || self.field("action") == Some(OFFER)
    }

    /// The level that the page asks for: the option `access`, else `iterasaccess`. An unknown one
    /// counts as `sub`.
    pub(crate) fn wanted_access(&self) -> Access {
        let asked = self.field("access").or_else(|| self.field("iterasaccess"));
        asked.map_or(Access::Any, |text| {
            Access::parse(text).unwrap_or(Access::Sub)
        })
    }

    /// The first value of a text field: the posted one, else `prefill.<field>`.
    pub(crate) fn start_value(&self, name: &str) -> &str {
        let fields = &self.visit.fields;
        fields
            .get(name)
            .or_else(|| fields.get(&format!("prefill.{name}")))
            .unwrap_or_default()
    }

    /// The hidden fields of every form.
    pub(crate) fn carried(&self) -> Markup {
        html! {
            @for name in CARRIED {
                @if let Some(value) = self.field(name) {
                    input type="hidden" name=(name) value=(value);
                }
            }
            input type="hidden" name="site" value=(self.site().unwrap_or_default());
        }
    }

    /// The hidden field that keeps a customer logged in, for one kind of frame.
    pub(crate) fn token(&self, purpose: Purpose, account: &Account) -> Markup {
        html! { input type="hidden" name="token" value=(self.log_in_token(purpose, account)); }
    }

    /// The hidden field that takes a customer who is logged in along to an ordering page.
    pub(crate) fn buyer(&self, account: &Account) -> Markup {
        let token = self.log_in_token(Purpose::Order, account);
        html! { input type="hidden" name=(BUYER) value=(token); }
    }

    fn log_in_token(&self, purpose: Purpose, account: &Account) -> String {
        let expires = now() + LOG_IN_SECONDS;
        let tokens = &self.state.tokens;
        tokens.issue(purpose, self.profile(), &account.id, expires)
    }

    /// The customer of the hidden token, or of `preauth` on the first request.
    pub(crate) fn customer(&self, purpose: Purpose) -> Option<Account> {
        let (field, purpose) = match (self.visit.posted, self.field("action")) {
            (false, _) => ("preauth", Purpose::Preauth),
            (true, Some(OFFER)) => (BUYER, purpose),
            (true, _) => ("token", purpose),
        };
        let token = self.field(field)?;
        let tokens = &self.state.tokens;
        let id = tokens.read(token, purpose, self.profile(), now())?;
        self.state.store.account(self.profile(), id)
    }

    /// True when the visit brought a token or `preauth` at all.
    pub(crate) fn claims_customer(&self) -> bool {
        self.field(if self.visit.posted {
            "token"
        } else {
            "preauth"
        })
        .is_some()
    }

    pub(crate) fn profile(&self) -> &str {
        &self.publisher.profile.id
    }
}

/// True for a frame in a page of another origin, as far as the browser says so (`Sec-Fetch-*`).
fn embedded_by_others(headers: &HeaderMap) -> bool {
    let frames = ["iframe", "frame", "object", "embed"];
    let sent = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    sent("sec-fetch-dest").is_some_and(|destination| frames.contains(&destination))
        && sent("sec-fetch-site") != Some("same-origin")
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned)
}
