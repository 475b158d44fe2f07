//! Levels of accounts, and synthetic customers by the thousand.

use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::{chosen, mistake, read};
use crate::config::{Account, Level};
use crate::http::reply;
use crate::readers::{FIRST_ID, SyntheticCustomers};
use crate::state::Shared;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetAccount {
    id: String,
    level: Level,
    paywall: Option<String>,
    profile: Option<String>,
}

/// Sets a level for one paywall, or for all that the account has or had.
pub(super) async fn set_level(Extract(state): Extract<Shared>, body: String) -> Response {
    let wanted: SetAccount = match read(&body) {
        Ok(wanted) => wanted,
        Err(error) => return mistake(&error),
    };
    let Some(publisher) = chosen(&state, wanted.profile.as_deref()) else {
        return mistake("profile: there is no such profile");
    };
    let paywall = wanted.paywall.as_deref();
    if paywall.is_some_and(|id| publisher.profile.paywall(id).is_none()) {
        return mistake("paywall: there is no such paywall");
    }
    let change = |account: &mut Account| account.set_level(paywall, wanted.level);
    match state
        .store
        .change(&publisher.profile.id, &wanted.id, change)
    {
        Ok(Some(account)) => reply::json(&account_json(&account)),
        Ok(None) => (StatusCode::NOT_FOUND, "there is no such account").into_response(),
        Err(error) => reply::failure(&error),
    }
}

/// Sets the number and size of synthetic customers; the answer names the first id.
pub(super) async fn set_synthetic(Extract(state): Extract<Shared>, body: String) -> Response {
    match read(&body).and_then(SyntheticCustomers::check) {
        Ok(synthetic) => {
            state.set_synthetic_customers(synthetic);
            reply::json(&json!({ "first_id": FIRST_ID.to_string(), "count": synthetic.count }))
        }
        Err(error) => mistake(&error),
    }
}

/// An account as the control server's answers have it.
pub(super) fn account_json(account: &Account) -> Value {
    json!({
        "id": account.id,
        "name": account.name,
        "email": account.email,
        "password": account.password,
        "access": account.access,
    })
}
