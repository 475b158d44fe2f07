//! Calls that the service makes by itself: a JSON list of events, with a token that shows it is the service.
//!
//! Anything but status 200 makes it send the same events again, so answer 200 only when they are kept.

use std::fmt;

use serde_json::{Map, Value};
use subtle::ConstantTimeEq as _;

use crate::json;
use crate::secret::Token;

/// The largest body that is read, in bytes.
pub const BODY_CAP: usize = 8 << 20;

/// An event with all its fields; which there are is not documented.
pub type Event = Map<String, Value>;

/// Checks and reads the service's calls.
#[derive(Clone, Debug)]
pub struct Webhook(Token);

impl Webhook {
    /// For calls that carry this token.
    pub fn new(token: Token) -> Self {
        Self(token)
    }

    /// The events of a call, given the raw value of its `Authorization` header and its body.
    ///
    /// The token is compared in constant time, and before the body is looked at.
    pub fn events(&self, authorization: Option<&[u8]>, body: &[u8]) -> Result<Vec<Event>, Refusal> {
        let shown = authorization.and_then(bearer).ok_or(Refusal::Token)?;
        let same: bool = shown.ct_eq(self.0.expose().as_bytes()).into();
        if !same {
            return Err(Refusal::Token);
        }
        if body.len() > BODY_CAP {
            return Err(Refusal::TooLarge);
        }
        json::whole(body).map_err(|malformed| Refusal::Malformed(malformed.to_string()))
    }
}

/// The token of `Bearer <token>`; the scheme's case does not matter (RFC 9110, section 11.1).
fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = value.split_at_checked(7)?;
    scheme
        .eq_ignore_ascii_case(b"bearer ")
        .then(|| token.trim_ascii())
}

/// The refusal of a call that is not from the service, or can't be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// No token or another one: answer 401.
    Token,
    /// More than [`BODY_CAP`] bytes: answer 413.
    TooLarge,
    /// Not a list of objects: answer 400. Says where, and quotes nothing.
    Malformed(String),
}

impl Refusal {
    /// The status to answer with.
    pub fn status(&self) -> u16 {
        match self {
            Self::Token => 401,
            Self::TooLarge => 413,
            Self::Malformed(_) => 400,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token => f.write_str("expected the webhook's own bearer token"),
            Self::TooLarge => write!(f, "body has more than {BODY_CAP} bytes"),
            Self::Malformed(what) => write!(f, "expected a JSON list of objects: {what}"),
        }
    }
}

impl std::error::Error for Refusal {}
