//! The part of the server API that log-in and set-up need (documented surface, section 6):
//! `authenticatecustomer/` and `setup/`.
//!
//! What a customer typed wrong is HTTP 200 with the error in the JSON; what a programmer did wrong is
//! plain text with 400, 403 or 404.

use axum::extract::{RawQuery, State as Extract};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::fields::Fields;
use crate::publisher::Publisher;
use crate::reply;
use crate::state::{Shared, State, now};
use crate::store::LogInError;
use crate::tokens::Use;

const LONGEST_PREAUTH: i64 = 86_400;

/// A mistake of the calling program.
#[derive(Debug, PartialEq, Eq)]
struct Mistake(StatusCode, &'static str);

impl IntoResponse for Mistake {
    fn into_response(self) -> Response {
        (self.0, [(header::CACHE_CONTROL, "no-store")], self.1).into_response()
    }
}

/// `POST authenticatecustomer/`: `password` and `id` or `email`, perhaps `preauthseconds`.
pub(crate) async fn authenticate(
    Extract(state): Extract<Shared>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: String,
) -> Response {
    let answer = authorized(&state, &headers, query.as_deref())
        .and_then(|publisher| authenticated(&state, publisher, &Fields::parse(&body)));
    no_store(answer)
}

/// `GET setup/`: the paywalls of the account.
pub(crate) async fn setup(
    Extract(state): Extract<Shared>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let language = crate::texts::Language::choose(
        query
            .as_deref()
            .and_then(|q| Fields::parse(q).get("language").map(str::to_owned))
            .as_deref(),
        headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok()),
    );
    no_store(authorized(&state, &headers, query.as_deref()).map(|publisher| {
        let paywalls = publisher.profile.paywalls.iter();
        let shown = |p: &crate::config::Paywall| json!({"paywall_id": p.id, "name": p.name.get(language)});
        json!({ "paywalls": paywalls.map(shown).collect::<Vec<_>>() })
    }))
}

/// Everything else below `/api/`.
pub(crate) async fn unknown() -> Response {
    Mistake(StatusCode::NOT_FOUND, "the stand-in has no such endpoint").into_response()
}

/// A documented endpoint with the wrong method.
pub(crate) async fn wrong_method() -> Response {
    Mistake(
        StatusCode::BAD_REQUEST,
        "this endpoint does not take this method",
    )
    .into_response()
}

fn authorized<'s>(
    state: &'s State,
    headers: &HeaderMap,
    query: Option<&str>,
) -> Result<&'s Publisher, Mistake> {
    let query = Fields::parse(query.unwrap_or_default());
    let in_header = headers.get("x-iteras-key").map(|value| value.as_bytes());
    let in_query = query.get("iteras-key").map(str::as_bytes);
    let key = match (in_header, in_query) {
        (Some(_), Some(_)) => {
            let text = "the key came twice: in X-Iteras-Key and in iteras-key";
            return Err(Mistake(StatusCode::BAD_REQUEST, text));
        }
        (None, None) => {
            let text = "no key: send it in the header X-Iteras-Key";
            return Err(Mistake(StatusCode::FORBIDDEN, text));
        }
        (header, query) => header.or(query),
    };
    (state.publishers.iter())
        .find(|publisher| Some(publisher.profile.api_key.as_bytes()) == key)
        .ok_or(Mistake(
            StatusCode::FORBIDDEN,
            "the key is not that of any account",
        ))
}

fn authenticated(state: &State, publisher: &Publisher, form: &Fields) -> Result<Value, Mistake> {
    let bad = |text| Mistake(StatusCode::BAD_REQUEST, text);
    let password = form.get("password").ok_or(bad("password is missing"))?;
    let (id, email) = (form.some("id"), form.some("email"));
    let lifetime = match form.some("preauthseconds").map(str::parse) {
        None => None,
        Some(Ok(seconds @ 1..=LONGEST_PREAUTH)) => Some(seconds),
        Some(_) => return Err(bad("preauthseconds is not a number from 1 to 86400")),
    };
    let profile = &publisher.profile.id;
    let account = match (id, email) {
        (Some(id), None) => state.store.account(profile, id),
        (None, Some(email)) => state.store.by_email(profile, email),
        (Some(_), Some(_)) => return Err(bad("id or email, not both")),
        (None, None) => return Err(bad("id or email is missing")),
    };
    let right = account.ok_or(LogInError::UnknownCustomer).and_then(|a| {
        if a.password == password {
            Ok(a)
        } else {
            Err(LogInError::InvalidPassword)
        }
    });
    Ok(match right {
        Ok(account) => {
            let mut answer = json!({ "authenticated": true, "id": account.id });
            if let Some(seconds) = lifetime {
                let expires = now() + seconds;
                let token = state
                    .tokens
                    .issue(Use::Preauth, profile, &account.id, expires);
                answer["preauth"] = token.into();
            }
            answer
        }
        Err(LogInError::UnknownCustomer) => {
            json!({ "authenticated": false, "errorcode": "unknowncustomer" })
        }
        Err(LogInError::InvalidPassword) => {
            json!({ "authenticated": false, "errorcode": "invalidpassword" })
        }
    })
}

// Answers may hold tokens.
fn no_store(answer: Result<Value, Mistake>) -> Response {
    match answer {
        Ok(value) => ([(header::CACHE_CONTROL, "no-store")], reply::json(&value)).into_response(),
        Err(mistake) => mistake.into_response(),
    }
}
