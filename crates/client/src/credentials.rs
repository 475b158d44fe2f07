//! Credentials that show a system who calls: a fixed scheme, or a token that is renewed.

use std::fmt;

use crate::ConfigError;
use crate::request::{Nature, Request};
use crate::scheme::Scheme;
use crate::secret::{ApiKey, Login, Secret, Token};

/// Credentials in one of the shared schemes. Shows nothing of itself.
#[derive(Clone)]
pub struct Credentials(pub(crate) Way);

#[derive(Clone)]
pub(crate) enum Way {
    Fixed(Scheme),
    Renewed(TokenSource),
}

impl Credentials {
    /// `Authorization: Basic …` (RFC 7617), in UTF-8 and padded.
    pub fn basic(login: Login) -> Self {
        Self(Way::Fixed(Scheme::Basic(login)))
    }

    /// `Authorization: Bearer …` (RFC 6750) with a token that stays the same.
    pub fn bearer(token: Token) -> Self {
        Self(Way::Fixed(Scheme::Bearer(token)))
    }

    /// A key in a header of this name.
    pub fn header(name: &str, key: ApiKey) -> Result<Self, ConfigError> {
        Scheme::header(name, key).map(|scheme| Self(Way::Fixed(scheme)))
    }

    /// A key in the query, the last resort: other parties' logs hold whole addresses. Ours don't.
    pub fn query(name: &str, key: ApiKey) -> Result<Self, ConfigError> {
        Scheme::query(name, key).map(|scheme| Self(Way::Fixed(scheme)))
    }

    /// A token in a cookie of this name. Not on wasm32, whose fetch sends no `Cookie` header.
    pub fn cookie(name: &str, token: Token) -> Result<Self, ConfigError> {
        Scheme::cookie(name, token).map(|scheme| Self(Way::Fixed(scheme)))
    }

    /// A token that is fetched when it is first needed, renewed before it runs out and after a 401.
    pub fn renewed(source: TokenSource) -> Self {
        Self(Way::Renewed(source))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials([redacted])")
    }
}

/// The place of a renewed token in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// `Authorization: Bearer …`.
    Bearer,
    /// HTTP Basic with this user, the token as password.
    Basic(String),
    /// A cookie of this name.
    Cookie(String),
}

impl Place {
    pub(crate) fn scheme(&self, token: &Token) -> Result<Scheme, ConfigError> {
        match self {
            Self::Bearer => Ok(Scheme::Bearer(token.clone())),
            Self::Basic(user) => Ok(Scheme::Basic(Login::pseudo(user, token.secret()))),
            Self::Cookie(name) => Scheme::cookie(name, token.clone()),
        }
    }
}

/// The source of tokens: a POST that identifies the caller by HTTP Basic, by fields of JSON, or both.
#[derive(Clone)]
pub struct TokenSource {
    pub(crate) address: String,
    pub(crate) login: Option<Login>,
    pub(crate) answer_field: Option<String>,
    pub(crate) place: Place,
    fields: Vec<(String, Secret)>,
}

impl TokenSource {
    /// Tokens from `address`: an absolute URL, or one relative to the system's base address.
    pub fn new(address: &str) -> Self {
        Self {
            address: address.into(),
            login: None,
            answer_field: None,
            place: Place::Bearer,
            fields: Vec::new(),
        }
    }

    /// Identifies the caller by HTTP Basic.
    #[must_use]
    pub fn with_basic(mut self, login: Login) -> Self {
        self.login = Some(login);
        self
    }

    /// Sends a field of JSON; the value counts as secret.
    #[must_use]
    pub fn with_field(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// Gives a field another name; one that is not sent stays unsent.
    #[must_use]
    pub fn with_renamed_field(mut self, from: &str, to: &str) -> Self {
        for (name, _) in self.fields.iter_mut().filter(|(name, _)| name == from) {
            *name = to.into();
        }
        self
    }

    /// Looks for the token in this field of the answer first; else in `access_token`, `token`, `jwt`.
    #[must_use]
    pub fn with_answer_field(mut self, name: &str) -> Self {
        self.answer_field = Some(name.into());
        self
    }

    /// Sends the token otherwise than as `Authorization: Bearer`.
    #[must_use]
    pub fn sent_as(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    /// The request for a token. Asking twice is harmless.
    pub(crate) fn request(&self) -> Request {
        let mut request = Request::post("token request", Nature::Read);
        if self.fields.is_empty() {
            return request;
        }
        let fields = self.fields.iter();
        let pairs = fields.map(|(name, value)| (name.as_str(), value.expose()));
        let object: std::collections::BTreeMap<_, _> = pairs.collect();
        request = request
            .with_json(&object)
            .expect("texts can be written as JSON");
        self.fields.iter().fold(request, |request, (_, value)| {
            request.with_secret(value.expose())
        })
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSource")
            .field("address", &crate::redact::url(&self.address, None))
            .finish_non_exhaustive()
    }
}
