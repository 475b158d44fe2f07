//! `POST authenticatecustomer/`: check of a customer's password, and a token that logs in.

use axum::extract::{RawQuery, State as Extract};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};

use super::call::{ApiCall, ApiError, no_store};
use crate::clock::now;
use crate::http::Fields;
use crate::readers::{LogInError, Purpose};
use crate::state::{Shared, State};

const LONGEST_PREAUTH: i64 = 86_400;

/// `password` and `id` or `email`, perhaps `preauthseconds`.
pub(super) async fn authenticate(
    Extract(state): Extract<Shared>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: String,
) -> Response {
    let call = ApiCall::read(&state, &headers, query.as_deref());
    no_store(call.and_then(|call| authenticated(&state, &call, &Fields::parse(&body))))
}

fn authenticated(state: &State, call: &ApiCall<'_>, form: &Fields) -> Result<Value, ApiError> {
    let password = form
        .get("password")
        .ok_or(ApiError::bad("password is missing"))?;
    let (id, email) = (form.some("id"), form.some("email"));
    let lifetime = match form.some("preauthseconds").map(str::parse) {
        None => None,
        Some(Ok(seconds @ 1..=LONGEST_PREAUTH)) => Some(seconds),
        Some(_) => {
            return Err(ApiError::bad(
                "preauthseconds is not a number from 1 to 86400",
            ));
        }
    };
    let profile = &call.profile().id;
    let account = match (id, email) {
        (Some(id), None) => state.store.account(profile, id),
        (None, Some(email)) => state.store.by_email(profile, email),
        (Some(_), Some(_)) => return Err(ApiError::bad("id or email, not both")),
        (None, None) => return Err(ApiError::bad("id or email is missing")),
    };
    let right = account
        .ok_or(LogInError::UnknownCustomer)
        .and_then(|account| {
            let right = account.has_password(password);
            right.then_some(account).ok_or(LogInError::InvalidPassword)
        });
    Ok(match right {
        Ok(account) => {
            let mut answer = json!({ "authenticated": true, "id": account.id });
            if let Some(seconds) = lifetime {
                let expires = now() + seconds;
                let token = state
                    .tokens
                    .issue(Purpose::Preauth, profile, &account.id, expires);
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
