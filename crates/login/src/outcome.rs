//! How a try ended, and what the reader's browser is told of it.

use std::fmt;

use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, LOCATION, REFERRER_POLICY, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use iteras::urls::{add_query, push_form_encoded};
use iteras_guard::login::Ending;
use serde_json::{Value, json};

use crate::ConfigError;

/// How a try to log in ended.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// Logged in.
    Welcome {
        /// The customer's id.
        id: String,
        /// The token for `selfserviceiframe({ preauth })`.
        preauth: String,
    },
    /// Wrong password or unknown customer: which of the two, nobody is told.
    Wrong,
    /// Too many tries have failed.
    TooMany {
        /// Seconds after which there is room for one.
        retry_after: u64,
    },
    /// Not a post of the site's own form.
    Foreign,
    /// A field is missing, or the form can't be read.
    BadForm(&'static str),
    /// The password could not be checked, or the try not counted.
    Outage,
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Welcome { .. } => f.write_str("Welcome([redacted])"),
            Self::TooMany { retry_after } => write!(f, "TooMany({retry_after} s)"),
            Self::BadForm(problem) => write!(f, "BadForm({problem})"),
            other => f.write_str(other.ending().code()),
        }
    }
}

impl Outcome {
    /// What a reader is told of it.
    pub fn ending(&self) -> Ending {
        match self {
            Self::Welcome { .. } => Ending::Welcome,
            Self::Wrong => Ending::Wrong,
            Self::TooMany { .. } => Ending::TooMany,
            Self::Foreign => Ending::Foreign,
            Self::BadForm(_) => Ending::BadForm,
            Self::Outage => Ending::Outage,
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Welcome { id, preauth } => {
                json!({ "authenticated": true, "id": id, "preauth": preauth })
            }
            _ => json!({ "authenticated": false, "error": self.ending().code() }),
        }
    }
}

/// Where a form without a script leads.
#[derive(Clone, Debug)]
pub(crate) struct Pages {
    /// Holds the self-service frame.
    pub(crate) account: String,
    /// Holds the form.
    pub(crate) form: String,
}

impl Default for Pages {
    fn default() -> Self {
        let root = || "/".to_owned();
        Self {
            account: root(),
            form: root(),
        }
    }
}

impl Pages {
    pub(crate) fn new(account: &str, form: &str) -> Result<Self, ConfigError> {
        for (setting, page) in [("account page", account), ("form page", form)] {
            let path = page.starts_with('/') && !page.starts_with("//") && !page.contains('\\');
            let url =
                url::Url::parse(page).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
            if !(path || url) || HeaderValue::from_str(page).is_err() {
                let problem = format!("{page:?} is not a path or a http(s) URL");
                return Err(ConfigError::new(setting, problem));
            }
        }
        Ok(Self {
            account: account.to_owned(),
            form: form.to_owned(),
        })
    }

    /// JSON for scripts (`Accept: application/json`), redirects for plain forms; never stored.
    pub(crate) fn answer(&self, outcome: &Outcome, asked: &HeaderMap) -> Response {
        let wants_json = (asked.get_all(ACCEPT).iter()).any(|accept| {
            accept
                .as_bytes()
                .windows(16)
                .any(|part| part == b"application/json")
        });
        let mut response = if wants_json {
            let json = [(CONTENT_TYPE, "application/json")];
            (status(outcome.ending()), json, outcome.json().to_string()).into_response()
        } else {
            self.redirect(outcome)
        };
        let headers = response.headers_mut();
        let mut set =
            |name: HeaderName, value| headers.insert(name, HeaderValue::from_static(value));
        set(CACHE_CONTROL, "no-store");
        // The token in the address is nobody else's business.
        set(REFERRER_POLICY, "no-referrer");
        if let Outcome::TooMany { retry_after } = outcome {
            headers.insert(RETRY_AFTER, (*retry_after).into());
        }
        response
    }

    fn redirect(&self, outcome: &Outcome) -> Response {
        let ending = outcome.ending();
        if ending.ends_here() {
            return page(ending);
        }
        let (target, name, value) = match outcome {
            Outcome::Welcome { preauth, .. } => (&self.account, "iteraspreauth", preauth.as_str()),
            _ => (&self.form, "login", ending.code()),
        };
        let mut query = format!("&{name}=");
        push_form_encoded(&mut query, value);
        let mut target = target.clone();
        add_query(&mut target, &query);
        match HeaderValue::from_str(&target) {
            Ok(target) => (StatusCode::SEE_OTHER, [(LOCATION, target)]).into_response(),
            // Pages are valid header values, and the rest is percent-encoded.
            Err(_) => page(Ending::Outage),
        }
    }
}

fn page(ending: Ending) -> Response {
    let kind = [(CONTENT_TYPE, "text/html; charset=utf-8")];
    (status(ending), kind, ending.page()).into_response()
}

fn status(ending: Ending) -> StatusCode {
    StatusCode::from_u16(ending.status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE)
}
