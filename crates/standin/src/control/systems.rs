//! Faults, calls and tokens of the server API and the other systems.

use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::body::{mistake, read};
use crate::faults::{Settings, System};
use crate::http::reply;
use crate::state::Shared;

/// Calls and tokens of all systems.
pub(super) async fn show(Extract(state): Extract<Shared>) -> Response {
    let report = |system: System| {
        (
            system.name().to_owned(),
            json!(state.systems.report(system)),
        )
    };
    reply::json(&Map::from_iter(System::ALL.map(report)))
}

#[derive(Deserialize)]
struct SystemBody {
    system: System,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// Sets the faults of one system.
pub(super) async fn set(Extract(state): Extract<Shared>, body: String) -> Response {
    let set = read(&body).and_then(|SystemBody { system, rest }| {
        let settings = Settings::read(system, rest.into())?;
        state.systems.set(system, settings);
        Ok(system)
    });
    match set {
        Ok(system) => reply::json(&state.systems.report(system)),
        Err(error) => mistake(&error),
    }
}

/// Refuses all tokens that one system gave so far.
pub(super) async fn expire(Extract(state): Extract<Shared>, body: String) -> Response {
    match read(&body) {
        Ok(SystemBody { system, rest }) if rest.is_empty() => {
            state.systems.expire(system);
            reply::json(&state.systems.report(system))
        }
        Ok(_) => mistake("expected {\"system\":…} alone"),
        Err(error) => mistake(&error),
    }
}

/// Clears the counts.
pub(super) async fn forget(Extract(state): Extract<Shared>) -> StatusCode {
    state.systems.forget();
    StatusCode::NO_CONTENT
}
