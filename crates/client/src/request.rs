//! Requests, before and after credentials are put to them.

use std::fmt;

use iteras::urls::{add_query, push_form_encoded};
use serde::Serialize;
use url::Url;

use crate::redact;
use crate::secret::Secret;

/// The two methods that the systems take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Everything else.
    Post,
}

impl Method {
    /// As it stands in a request.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// The harm of sending a request twice, or of losing its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Harmless: it is repeated after passing failures.
    Read,
    /// Counts or costs something, but changes nothing: never sent again once bytes went out.
    Check,
    /// Changes something: as `Check`, and a failing answer leaves open how far it came.
    Write,
}

/// A request below a system's base address, without credentials.
#[derive(Clone)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) nature: Nature,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) body: Option<(&'static str, Secret)>,
    /// Values in the body that no error may quote.
    pub(crate) secrets: Vec<Secret>,
}

impl Request {
    /// A read of `path`, relative to the base address.
    pub fn get(path: &str) -> Self {
        Self::new(Method::Get, Nature::Read, path)
    }

    /// A POST to `path`, relative to the base address.
    pub fn post(path: &str, nature: Nature) -> Self {
        Self::new(Method::Post, nature, path)
    }

    fn new(method: Method, nature: Nature, path: &str) -> Self {
        Self {
            method,
            nature,
            path: path.into(),
            query: String::new(),
            body: None,
            secrets: Vec::new(),
        }
    }

    /// Adds a parameter to the query.
    #[must_use]
    pub fn with_query(mut self, name: &str, value: &str) -> Self {
        push_pair(&mut self.query, name, value);
        self
    }

    /// Sends these fields form-encoded.
    #[must_use]
    pub fn with_form(mut self, fields: &[(&str, &str)]) -> Self {
        let mut body =
            String::with_capacity(fields.iter().map(|(n, v)| n.len() + 3 * v.len() + 2).sum());
        for (name, value) in fields {
            push_pair(&mut body, name, value);
        }
        self.body = Some(("application/x-www-form-urlencoded", Secret::new(body)));
        self
    }

    /// Sends this as JSON. The error says where a value can't be written, as a map with keys that are not texts.
    pub fn with_json(mut self, value: &impl Serialize) -> Result<Self, serde_json::Error> {
        let body = serde_json::to_string(value)?;
        self.body = Some(("application/json", Secret::new(body)));
        Ok(self)
    }

    /// Keeps this value of the body out of errors that quote the service, however it is written there.
    #[must_use]
    pub fn with_secret(mut self, secret: &str) -> Self {
        let mut form = String::with_capacity(3 * secret.len());
        push_form_encoded(&mut form, secret);
        let json = Secret::new(serde_json::Value::from(secret).to_string());
        let json = json.expose().trim_matches('"').into();
        self.secrets
            .extend([secret.into(), Secret::new(form), json]);
        self
    }
}

/// Shows neither query nor body: both may hold what readers typed.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method.name(), self.path)
    }
}

/// A request as it goes out: address, headers and body, credentials included.
pub struct Outgoing {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: Vec<(String, Secret)>,
    pub(crate) body: Option<Secret>,
    /// Everything in it that no log may show.
    pub(crate) secrets: Vec<Secret>,
    /// The query parameter of the scheme, if that is how it works.
    pub(crate) key_parameter: Option<String>,
}

impl Outgoing {
    /// `url` holds the request's query already, or is where a redirect led: nothing is added to it.
    pub(crate) fn new(request: &Request, url: Url) -> Self {
        let json = ("Accept".to_owned(), Secret::from("application/json"));
        let kind = request.body.iter();
        let kind = kind.map(|(kind, _)| ("Content-Type".to_owned(), Secret::from(*kind)));
        Self {
            method: request.method,
            url,
            headers: [json].into_iter().chain(kind).collect(),
            body: request.body.as_ref().map(|(_, body)| body.clone()),
            secrets: request.secrets.clone(),
            key_parameter: None,
        }
    }

    /// `GET` or `POST`.
    pub fn method(&self) -> Method {
        self.method
    }

    /// The address, with what is secret in it.
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// The header lines, with what is secret in them.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.expose()))
    }

    /// The body, with what is secret in it.
    pub fn body(&self) -> Option<&str> {
        self.body.as_ref().map(Secret::expose)
    }

    /// The address as logs may show it.
    pub fn shown_url(&self) -> String {
        redact::url(self.url.as_str(), self.key_parameter.as_deref())
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method.name(), self.shown_url())
    }
}

fn push_pair(out: &mut String, name: &str, value: &str) {
    if !out.is_empty() {
        out.push('&');
    }
    push_form_encoded(out, name);
    out.push('=');
    push_form_encoded(out, value);
}

/// A query with more pieces behind it.
pub(crate) fn with_more(query: Option<&str>, more: &str) -> String {
    let mut whole = format!("?{}", query.unwrap_or_default());
    add_query(&mut whole, &format!("&{more}"));
    whole.split_off(1)
}
