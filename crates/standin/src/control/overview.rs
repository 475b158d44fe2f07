//! The state of the whole stand-in: shown, and set back to that of the start.

use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::customers::account_json;
use crate::faults::Fault;
use crate::http::reply;
use crate::locale::NOTICE;
use crate::readers::SyntheticCustomers;
use crate::state::Shared;

/// Faults, accounts and addresses.
pub(super) async fn show(Extract(state): Extract<Shared>) -> Response {
    let profiles: Vec<Value> = (state.publishers.iter())
        .map(|publisher| {
            let accounts = state.store.accounts(&publisher.profile.id);
            let paywalls = publisher.profile.paywalls.iter();
            json!({
                "id": publisher.profile.id,
                "sites": publisher.sites,
                "paywalls": paywalls.map(|p| &p.id).collect::<Vec<_>>(),
                "accounts": accounts.iter().map(account_json).collect::<Vec<_>>(),
            })
        })
        .collect();
    reply::json(&json!({
        "notice": NOTICE,
        "origins": state.origins,
        "fault": state.fault(),
        "customers": state.synthetic_customers(),
        "requests": state.requests.entries().len(),
        "profiles": profiles,
    }))
}

/// Faults off, accounts and logs as at the start.
pub(super) async fn reset(Extract(state): Extract<Shared>) -> Response {
    state.set_fault(Fault::default());
    state.set_synthetic_customers(SyntheticCustomers::default());
    state.systems.reset();
    state.clear_canned();
    state.requests.clear();
    match state.store.reset(&state.config) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => reply::failure(&error),
    }
}
