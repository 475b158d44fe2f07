//! `POST authenticatecustomer/`: whether a customer's password is right, and a token that logs in.

use axum::extract::{RawQuery, State as Extract};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};

use super::asked::{Asked, Mistake, no_store};
use crate::fields::Fields;
use crate::state::{Shared, State, now};
use crate::store::LogInError;
use crate::tokens::Use;

const LONGEST_PREAUTH: i64 = 86_400;

/// `password` and `id` or `email`, perhaps `preauthseconds`.
pub(super) async fn authenticate(
    Extract(state): Extract<Shared>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: String,
) -> Response {
    let asked = Asked::read(&state, &headers, query.as_deref());
    no_store(asked.and_then(|asked| authenticated(&state, &asked, &Fields::parse(&body))))
}

fn authenticated(state: &State, asked: &Asked<'_>, form: &Fields) -> Result<Value, Mistake> {
    let password = form
        .get("password")
        .ok_or(Mistake::bad("password is missing"))?;
    let (id, email) = (form.some("id"), form.some("email"));
    let lifetime = match form.some("preauthseconds").map(str::parse) {
        None => None,
        Some(Ok(seconds @ 1..=LONGEST_PREAUTH)) => Some(seconds),
        Some(_) => {
            return Err(Mistake::bad(
                "preauthseconds is not a number from 1 to 86400",
            ));
        }
    };
    let profile = &asked.profile().id;
    let account = match (id, email) {
        (Some(id), None) => state.store.account(profile, id),
        (None, Some(email)) => state.store.by_email(profile, email),
        (Some(_), Some(_)) => return Err(Mistake::bad("id or email, not both")),
        (None, None) => return Err(Mistake::bad("id or email is missing")),
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
