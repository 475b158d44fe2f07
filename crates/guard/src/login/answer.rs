//! The question to the service and its answer (surface, section 6, `authenticatecustomer/`).

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;

use iteras::service::{self, Authentication};
use iteras::urls::push_form_encoded;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use zeroize::Zeroizing;

use super::form::Form;
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

/// What came of the question.
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
    /// How the attempt ends; for an outage with the problem, which quotes nothing of the answer.
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
        // A list would be read as the fields in their order.
        let is_object = body.trim_ascii_start().starts_with(b"{");
        let fields: Option<Fields> = serde_json::from_slice(body).ok().filter(|_| is_object);
        let fields = fields.ok_or("expected a JSON object, no field twice")?;
        let answer = service::Answer {
            authenticated: field(&fields.authenticated),
            errorcode: field(&fields.errorcode),
            id: field(&fields.id),
            preauth: field(&fields.preauth),
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

#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    authenticated: Value,
    errorcode: Value,
    id: Value,
    preauth: Value,
}

fn field(value: &Value) -> service::Field<'_> {
    match value {
        Value::Absent => service::Field::Absent,
        Value::Bool(value) => service::Field::Bool(*value),
        Value::Text(text) => service::Field::Text(text),
        Value::Other => service::Field::Other,
    }
}

/// A [`service::Field`] that owns its text.
#[derive(Default)]
enum Value {
    #[default]
    Absent,
    Bool(bool),
    Text(Zeroizing<String>),
    Other,
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Absent)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(Zeroizing::new(text.to_string())))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Value, E> {
        Ok(Value::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Value, E> {
        Ok(Value::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Value, E> {
        Ok(Value::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        while items.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Other)
    }
}
