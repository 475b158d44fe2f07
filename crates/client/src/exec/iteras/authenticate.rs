//! `authenticatecustomer/`: checks a customer's password, and fetches a token that logs the customer in to a frame. The
//! rule for a yes is [`iteras::service`]'s.
//!
//! The service does not limit how often this is tried: **the caller must**.

use std::num::NonZeroU32;

use iteras::service::{Answer, Authentication, Field};
use serde::Deserialize;
use serde_json::Value;
use zeroize::Zeroizing;

use super::Iteras;
use crate::request::Nature;
use crate::secret::Token;
use crate::{Error, json};

/// The name of a customer in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who<'a> {
    /// By the customer's number.
    Id(&'a str),
    /// By e-mail address.
    Email(&'a str),
}

/// A customer whose password was right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authenticated {
    /// The customer's number.
    pub id: String,
    /// Logs the customer in to a frame, as its option `preauth`; there if it was asked for.
    pub preauth: Option<Token>,
}

#[derive(Deserialize)]
struct Fields {
    authenticated: Option<Value>,
    errorcode: Option<Value>,
    id: Option<Value>,
    preauth: Option<Value>,
}

impl Iteras {
    /// Checks a customer's password. With `preauth`, a token that is good for that many seconds comes along.
    ///
    /// The call is never sent twice: if no answer comes, the error is of kind
    /// [`UnknownOutcome`](crate::Kind::UnknownOutcome). An unknown customer and a wrong password are of kind
    /// [`User`](crate::Kind::User) with the codes `unknowncustomer` and `invalidpassword`: show readers the same text
    /// for both.
    pub async fn authenticate_customer(
        &self,
        who: Who<'_>,
        password: &str,
        preauth: Option<NonZeroU32>,
    ) -> Result<Authenticated, Error> {
        let (name, value) = match who {
            Who::Id(id) => ("id", id),
            Who::Email(email) => ("email", email),
        };
        if value.is_empty() {
            return Err(self.programming("expected the customer's id or e-mail, found nothing"));
        }
        let seconds = preauth.map(|seconds| seconds.to_string());
        let seconds = seconds.iter().map(|text| ("preauthseconds", text.as_str()));
        let fields: Vec<_> = [(name, value), ("password", password)]
            .into_iter()
            .chain(seconds)
            .collect();
        let request = self.post("authenticatecustomer/", Nature::Check);
        let request = request.with_form(&fields).with_secret(password);
        let body = Zeroizing::new(self.client().send(&request).await?);
        let fields: Fields = json::object(&body).map_err(|what| self.misread(&request, &what))?;
        let answer = Answer {
            authenticated: field(fields.authenticated.as_ref()),
            errorcode: field(fields.errorcode.as_ref()),
            id: field(fields.id.as_ref()),
            preauth: field(fields.preauth.as_ref()),
            wants_preauth: preauth.is_some(),
        };
        let unclear = |what: &str| self.misread(&request, &json::Malformed(what.into()));
        match answer.authentication() {
            Authentication::Yes { id, preauth } => Ok(Authenticated {
                id: id.into(),
                preauth: preauth
                    .map(|token| Token::new(token).map_err(|_| unclear("expected a token")))
                    .transpose()?,
            }),
            Authentication::No { code } => Err(self.mistake(&request, code)),
            Authentication::Unclear(what) => Err(unclear(what)),
        }
    }
}

fn field(value: Option<&Value>) -> Field<'_> {
    match value {
        None | Some(Value::Null) => Field::Absent,
        Some(Value::Bool(value)) => Field::Bool(*value),
        Some(Value::String(text)) => Field::Text(text),
        Some(Value::Number(_) | Value::Array(_) | Value::Object(_)) => Field::Other,
    }
}
