//! How a try ended, and what the reader's browser is told of it.

use std::fmt;

use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, LOCATION, REFERRER_POLICY, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use iteras::urls::{add_query, push_form_encoded};
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
            other => f.write_str(other.code()),
        }
    }
}

impl Outcome {
    /// A stable word: `welcome`, `wrong`, `toomany`, `foreign`, `badform`, `outage`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Welcome { .. } => "welcome",
            Self::Wrong => "wrong",
            Self::TooMany { .. } => "toomany",
            Self::Foreign => "foreign",
            Self::BadForm(_) => "badform",
            Self::Outage => "outage",
        }
    }

    /// 200, 401, 429, 403, 400 or 503.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Welcome { .. } => StatusCode::OK,
            Self::Wrong => StatusCode::UNAUTHORIZED,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Foreign => StatusCode::FORBIDDEN,
            Self::BadForm(_) => StatusCode::BAD_REQUEST,
            Self::Outage => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Welcome { id, preauth } => {
                json!({ "authenticated": true, "id": id, "preauth": preauth })
            }
            _ => json!({ "authenticated": false, "error": self.code() }),
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
            (outcome.status(), json, outcome.json().to_string()).into_response()
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
        let (target, name, value) = match outcome {
            Outcome::Welcome { preauth, .. } => (&self.account, "iteraspreauth", preauth.as_str()),
            Outcome::TooMany { .. } => {
                return page(outcome, "Too many attempts", "Try again later.");
            }
            Outcome::Foreign => return page(outcome, "Not logged in", "This form is not ours."),
            _ => (&self.form, "login", outcome.code()),
        };
        let mut query = format!("&{name}=");
        push_form_encoded(&mut query, value);
        let mut target = target.clone();
        add_query(&mut target, &query);
        match HeaderValue::from_str(&target) {
            Ok(target) => (StatusCode::SEE_OTHER, [(LOCATION, target)]).into_response(),
            Err(_) => page(&Outcome::Outage, "Not logged in", "Try again later."),
        }
    }
}

fn page(outcome: &Outcome, title: &str, sentence: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <h1>{title}</h1><p>{sentence}</p></html>\n"
    );
    let kind = [(CONTENT_TYPE, "text/html; charset=utf-8")];
    (outcome.status(), kind, html).into_response()
}
