//! A call of the server API: its key and language, its answer as JSON, its error as plain text.

use std::borrow::Cow;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::config::Profile;
use crate::http::{Fields, reply};
use crate::locale::Language;
use crate::readers::Publisher;
use crate::state::State;

/// A mistake of the calling program: plain text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ApiError(StatusCode, Cow<'static, str>);

impl ApiError {
    pub(super) fn new(status: StatusCode, text: impl Into<Cow<'static, str>>) -> Self {
        Self(status, text.into())
    }

    /// 400.
    pub(super) fn bad(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, text)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.0, [(header::CACHE_CONTROL, "no-store")], self.1).into_response()
    }
}

/// A call with the key of an account.
pub(super) struct ApiCall<'s> {
    /// The publisher whose key it is.
    pub(super) publisher: &'s Publisher,
    /// The query's parameters.
    pub(super) query: Fields,
    /// The language of texts that are meant for people.
    pub(super) language: Language,
}

impl<'s> ApiCall<'s> {
    /// Checks the key, which comes in a header or in the query, not in both.
    pub(super) fn read(
        state: &'s State,
        headers: &HeaderMap,
        query: Option<&str>,
    ) -> Result<Self, ApiError> {
        let query = Fields::parse(query.unwrap_or_default());
        let accepted = headers.get(header::ACCEPT_LANGUAGE);
        let accepted = accepted.and_then(|value| value.to_str().ok());
        Ok(Self {
            publisher: authorized(state, headers, &query)?,
            language: Language::choose(query.get("language"), accepted),
            query,
        })
    }

    /// The profile of that publisher.
    pub(super) fn profile(&self) -> &'s Profile {
        &self.publisher.profile
    }
}

fn authorized<'s>(
    state: &'s State,
    headers: &HeaderMap,
    query: &Fields,
) -> Result<&'s Publisher, ApiError> {
    let in_header = headers.get("x-iteras-key").map(|value| value.as_bytes());
    let in_query = query.get("iteras-key").map(str::as_bytes);
    let key = match (in_header, in_query) {
        (Some(_), Some(_)) => {
            return Err(ApiError::bad(
                "the key came twice: in X-Iteras-Key and in iteras-key",
            ));
        }
        (None, None) => {
            let text = "no key: send it in the header X-Iteras-Key";
            return Err(ApiError::new(StatusCode::FORBIDDEN, text));
        }
        (header, query) => header.or(query),
    };
    (state.publishers.iter())
        .find(|publisher| Some(publisher.profile.api_key.as_bytes()) == key)
        .ok_or(ApiError::new(
            StatusCode::FORBIDDEN,
            "the key is not that of any account",
        ))
}

/// The answer, never stored: it may hold tokens and says much about people.
pub(super) fn no_store(answer: Result<Value, ApiError>) -> Response {
    match answer {
        Ok(value) => ([(header::CACHE_CONTROL, "no-store")], reply::json(&value)).into_response(),
        Err(mistake) => mistake.into_response(),
    }
}
