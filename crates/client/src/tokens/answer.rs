//! Answers of token endpoints: a bare JWT as text, `{"token"}`, `{"jwt"}`, or
//! `{"access_token","expires_in"}` (RFC 6749, section 5.1).

use std::fmt;
use std::time::Duration;

use serde_json::{Map, Value};

use super::life;
use crate::secret::Token;

/// Names under which a token may come, in this order.
const NAMES: [&str; 3] = ["access_token", "token", "jwt"];

/// A token as it came, with its life as far as the answer tells it.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The token.
    pub token: Token,
    /// The token's life from the answer on; zero = for one call.
    pub life: Duration,
}

impl Issued {
    /// Reads the body of an answer that came at `now`, in Unix seconds. `field` is looked for before the usual names.
    pub fn read(body: &[u8], field: Option<&str>, now: i64) -> Result<Self, Unreadable> {
        let text = std::str::from_utf8(body).map_err(|_| Unreadable("it is not UTF-8"))?;
        match serde_json::from_str(text.trim()) {
            Ok(Value::Object(answer)) => Self::of_object(&answer, field, now),
            Ok(Value::String(jwt)) => Self::of_jwt(&jwt, now),
            Ok(_) => Err(Unreadable("it is neither a JWT nor a JSON object")),
            // serde_json's own message may quote the token.
            Err(_) => Self::of_jwt(text.trim(), now),
        }
    }

    fn of_object(
        answer: &Map<String, Value>,
        field: Option<&str>,
        now: i64,
    ) -> Result<Self, Unreadable> {
        let names = field.into_iter().chain(NAMES);
        let found = names.filter_map(|name| answer.get(name)).next();
        let Some(Value::String(text)) = found else {
            return Err(Unreadable("it holds no token"));
        };
        let of_use = |kind: &Value| {
            kind.as_str()
                .is_some_and(|k| k.eq_ignore_ascii_case("bearer"))
        };
        if answer
            .get("token_type")
            .is_some_and(|kind| !kind.is_null() && !of_use(kind))
        {
            return Err(Unreadable("its token is not a bearer token"));
        }
        let token = Token::new(text).map_err(|_| Unreadable("its token is not printable ASCII"))?;
        let life = life::of(answer.get("expires_in"), token.expose(), now);
        Ok(Self { token, life })
    }

    fn of_jwt(text: &str, now: i64) -> Result<Self, Unreadable> {
        let base64url = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        let mut parts = text.split('.');
        let is_part = |part: &str| !part.is_empty() && part.bytes().all(base64url);
        if text.split('.').count() != 3 || !parts.all(is_part) {
            return Err(Unreadable("it is neither a JWT nor a JSON object"));
        }
        let token = Token::new(text).map_err(|_| Unreadable("its token is not printable ASCII"))?;
        let life = life::of(None, text, now);
        Ok(Self { token, life })
    }
}

/// The reason why an answer of a token endpoint gives no token. Quotes nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable(&'static str);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the answer can't be used: {}", self.0)
    }
}

impl std::error::Error for Unreadable {}
