//! A frame's request: its parameters, its customer, and the fields that it carries from form to form.

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use iteras::policy::Access;
use maud::{Markup, html};

use crate::clock::now;
use crate::config::{Account, origin_of};
use crate::http::{Fields, Peer};
use crate::locale::{Language, Texts};
use crate::readers::{Publisher, Purpose};
use crate::state::{Shared, State};

/// Fields that every form of a frame hands on. `preauth` is not among them: it is used once and then
/// replaced by a token of the frame's own.
const CARRIED: [&str; 7] = [
    "frame",
    "cssclass",
    "next",
    "access",
    "iterasnext",
    "iterasaccess",
    "language",
];
const FORM_LIMIT: usize = 64 * 1024;
/// Seconds for which a log-in inside a frame is good.
pub(crate) const LOG_IN_SECONDS: i64 = 8 * 3600;
const LONGEST_FRAME_ID: usize = 128;

/// One request for a frame page: the query of a `GET`, the form of a `POST`.
pub(crate) struct Visit {
    pub(crate) path: String,
    pub(crate) fields: Fields,
    pub(crate) posted: bool,
    pub(crate) ip: String,
    accept_language: Option<String>,
    referrer: Option<String>,
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
            fields,
            posted,
            ip: parts
                .extensions
                .get::<Peer>()
                .map(Peer::ip)
                .unwrap_or_default(),
            accept_language: text(&parts.headers, header::ACCEPT_LANGUAGE),
            referrer: text(&parts.headers, header::REFERER),
        })
    }
}

impl Visit {
    /// The language that the visitor reads.
    pub(crate) fn language(&self) -> Language {
        Language::choose(self.fields.get("language"), self.accept_language.as_deref())
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
        self.field("iterasnext")
            .or_else(|| self.field("next"))
            .is_some()
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
        let expires = now() + LOG_IN_SECONDS;
        let token = self
            .state
            .tokens
            .issue(purpose, self.profile(), &account.id, expires);
        html! { input type="hidden" name="token" value=(token); }
    }

    /// The customer of the hidden token, or of `preauth` on the first request.
    pub(crate) fn customer(&self, purpose: Purpose) -> Option<Account> {
        let (token, purpose) = if self.visit.posted {
            (self.field("token")?, purpose)
        } else {
            (self.field("preauth")?, Purpose::Preauth)
        };
        let id = self
            .state
            .tokens
            .read(token, purpose, self.profile(), now())?;
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

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned)
}
