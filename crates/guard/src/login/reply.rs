//! The answer to the reader's browser: JSON for scripts, redirects and short pages for plain forms; never stored.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use iteras::urls::{add_query, push_form_encoded};

use super::json::push_text;
use super::outcome::Outcome;
use super::settings::Settings;

/// An HTTP answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// Header lines, names in lower case, values printable ASCII.
    pub headers: Vec<(&'static str, String)>,
    /// The body, in UTF-8.
    pub body: String,
}

impl Reply {
    /// The answer for a request with this `Accept` header; "" without one.
    pub(super) fn new(settings: &Settings, outcome: &Outcome, accept: &str) -> Self {
        let mut reply = if accepts_json(accept) {
            Self::with_body(outcome, "application/json", json(outcome))
        } else {
            Self::plain(settings, outcome)
        };
        reply.set("cache-control", "no-store");
        // The token in the address is nobody else's business.
        reply.set("referrer-policy", "no-referrer");
        if let Outcome::TooMany { retry_after } = outcome {
            reply.set("retry-after", &retry_after.to_string());
        }
        reply
    }

    fn plain(settings: &Settings, outcome: &Outcome) -> Self {
        let (target, name, value) = match outcome {
            Outcome::TooMany { .. } => {
                return Self::page(outcome, "Too many attempts", "Try again later.");
            }
            Outcome::Foreign => {
                return Self::page(outcome, "Not logged in", "This form is not ours.");
            }
            Outcome::TooLong => {
                return Self::page(outcome, "Not logged in", "This form is too long.");
            }
            Outcome::Welcome { preauth, .. } => {
                (&settings.account_page, "iteraspreauth", preauth.as_str())
            }
            Outcome::Wrong | Outcome::BadForm(_) | Outcome::Outage => {
                (&settings.form_page, "login", outcome.code())
            }
        };
        let mut query = ["&", name, "="].concat();
        push_form_encoded(&mut query, value);
        let mut location = target.location();
        add_query(&mut location, &query);
        Self {
            status: 303,
            headers: Vec::from([("location", location)]),
            body: String::new(),
        }
    }

    fn page(outcome: &Outcome, title: &str, sentence: &str) -> Self {
        let page = [
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>",
            title,
            "</title><h1>",
            title,
            "</h1><p>",
            sentence,
            "</p></html>\n",
        ];
        Self::with_body(outcome, "text/html; charset=utf-8", page.concat())
    }

    fn with_body(outcome: &Outcome, kind: &str, body: String) -> Self {
        Self {
            status: outcome.status(),
            headers: Vec::from([("content-type", kind.to_string())]),
            body,
        }
    }

    fn set(&mut self, name: &'static str, value: &str) {
        self.headers.push((name, value.to_string()));
    }
}

fn accepts_json(accept: &str) -> bool {
    let wanted = b"application/json";
    let mut parts = accept.as_bytes().windows(wanted.len());
    parts.any(|part| part.eq_ignore_ascii_case(wanted))
}

fn json(outcome: &Outcome) -> String {
    let mut object = String::new();
    let mut field = |start: &str, text: &str| {
        object.push_str(start);
        push_text(&mut object, text);
    };
    match outcome {
        Outcome::Welcome { id, preauth } => {
            field("{\"authenticated\":true,\"id\":", id);
            field(",\"preauth\":", preauth);
        }
        _ => field("{\"authenticated\":false,\"error\":", outcome.code()),
    }
    object.push('}');
    object
}
