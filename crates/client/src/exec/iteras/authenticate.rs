//! `authenticatecustomer/`: is this who they say, and a token that logs them in to a frame.
//!
//! The service does not limit how often this is tried: **the caller must**.

use std::num::NonZeroU32;

use serde::Deserialize;
use serde_json::Value;

use super::Iteras;
use crate::request::Nature;
use crate::secret::Token;
use crate::{Error, json};

/// How a customer is named.
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
struct Answer {
    authenticated: Option<Value>,
    errorcode: Option<Value>,
    id: Option<Value>,
    preauth: Option<Value>,
}

impl Iteras {
    /// Checks a customer's password. With `preauth`, a token that is good for that many seconds comes along.
    ///
    /// It is never sent twice: if no answer comes, the error is of kind
    /// [`UnknownOutcome`](crate::Kind::UnknownOutcome). An unknown customer and a wrong password are of kind
    /// [`User`](crate::Kind::User) with the codes `unknowncustomer` and `invalidpassword`: show readers the same text for both.
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
        let answer: Answer = self.ask(&request).await?;
        // Whatever else it says: an errorcode is no, and only the JSON value `true` is yes.
        let yes = answer.authenticated == Some(Value::Bool(true));
        match (yes, answer.errorcode) {
            (true, None) => Authenticated::read(answer.id, answer.preauth, preauth.is_some())
                .map_err(|what| self.misread(&request, &what)),
            (_, Some(Value::String(code))) => Err(self.mistake(&request, &code)),
            (false, None) if answer.authenticated == Some(Value::Bool(false)) => {
                Err(self.mistake(&request, "notauthenticated"))
            }
            _ => {
                let what = json::Malformed("expected `authenticated` to be true or false".into());
                Err(self.misread(&request, &what))
            }
        }
    }
}

impl Authenticated {
    fn read(
        id: Option<Value>,
        preauth: Option<Value>,
        wanted: bool,
    ) -> Result<Self, json::Malformed> {
        let wrong = |what: &str| json::Malformed(what.into());
        let Some(Value::String(id)) = id.filter(|id| id != "") else {
            return Err(wrong("expected `id` to be a text"));
        };
        let preauth = match preauth {
            Some(Value::String(token)) => {
                let token = Token::new(&token);
                Some(token.map_err(|_| wrong("expected `preauth` to be printable ASCII"))?)
            }
            None | Some(Value::Null) if !wanted => None,
            _ => return Err(wrong("expected `preauth` to be a text")),
        };
        Ok(Self { id, preauth })
    }
}
