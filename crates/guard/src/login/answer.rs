//! The question to the service and its answer (surface, section 6, `authenticatecustomer/`).

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;

use iteras::service::{self, Authentication};
use iteras::urls::push_form_encoded;
use zeroize::Zeroizing;

use super::form::Form;
use super::json::{self, Value};
use super::outcome::Outcome;

/// The longest answer that is read, in bytes; a real one has some hundred.
pub const MAX_ANSWER: usize = 64 << 10;

/// A POST to the service, in `application/x-www-form-urlencoded` and never sent twice. Holds the reader's password.
pub struct Question {
    account: (&'static str, String),
    password: Zeroizing<String>,
    preauth_seconds: String,
}

impl Question {
    /// The call, below the base of the server API.
    pub const CALL: &str = "authenticatecustomer/";

    /// The longest that a reader may wait for the answer.
    pub const SECONDS: u64 = 15;

    pub(super) fn new(form: Form, preauth_seconds: u32) -> Self {
        Self {
            account: (form.account.field(), form.account.text().to_string()),
            password: form.password,
            preauth_seconds: preauth_seconds.to_string(),
        }
    }

    /// Names and values to send.
    pub fn fields(&self) -> [(&'static str, &str); 3] {
        [
            (self.account.0, &self.account.1),
            ("password", &self.password),
            ("preauthseconds", &self.preauth_seconds),
        ]
    }

    /// The password, which no log may show.
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The fields as a body.
    pub fn body(&self) -> Zeroizing<String> {
        let mut body = Zeroizing::new(String::with_capacity(3 * self.password.len() + 400));
        for (at, (name, value)) in self.fields().into_iter().enumerate() {
            body.push_str(if at == 0 { "" } else { "&" });
            body.push_str(name);
            body.push('=');
            push_form_encoded(&mut body, value);
        }
        body
    }
}

impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Question([redacted])")
    }
}

/// The service's answer, or the lack of one.
#[derive(Clone, Copy)]
pub enum Answer<'a> {
    /// A whole answer.
    Came {
        /// Its HTTP status; that of a redirect too, which is not followed.
        status: u16,
        /// Its body.
        body: &'a [u8],
    },
    /// None, in time and whole; says why, without secrets.
    None(&'a str),
}

impl Answer<'_> {
    /// The attempt's outcome; for an outage the problem, which quotes nothing of the answer.
    pub(super) fn outcome(self) -> Result<Outcome, String> {
        let body = match self {
            Self::Came { body, .. } if body.len() > MAX_ANSWER => {
                return Err(format!("the answer has more than {MAX_ANSWER} bytes"));
            }
            Self::Came {
                status: 200..=299,
                body,
            } => body,
            Self::Came { status, .. } => return Err(format!("status {status}")),
            Self::None(why) => return Err(why.to_string()),
        };
        let fields = json::object(body).ok_or("expected a JSON object")?;
        let named =
            |name: &'static str| fields.iter().filter(move |(held, _)| held.as_str() == name);
        if NAMES.into_iter().any(|name| named(name).count() > 1) {
            return Err("expected no field twice".into());
        }
        let field = |name| {
            named(name)
                .next()
                .map_or(service::Field::Absent, |(_, value)| field(value))
        };
        let answer = service::Answer {
            authenticated: field("authenticated"),
            errorcode: field("errorcode"),
            id: field("id"),
            preauth: field("preauth"),
            wants_preauth: true,
        };
        match answer.authentication() {
            Authentication::Yes { id, preauth } => Ok(Outcome::Welcome {
                id: id.to_string(),
                preauth: preauth.unwrap_or_default().to_string(),
            }),
            Authentication::No { .. } => Ok(Outcome::Wrong),
            Authentication::Unclear(what) => Err(what.to_string()),
        }
    }
}

const NAMES: [&str; 4] = ["authenticated", "errorcode", "id", "preauth"];

fn field(value: &Value) -> service::Field<'_> {
    match value {
        Value::Null => service::Field::Absent,
        Value::Bool(value) => service::Field::Bool(*value),
        Value::Text(text) => service::Field::Text(text),
        Value::Other => service::Field::Other,
    }
}
