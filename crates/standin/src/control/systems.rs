//! The systems beside the service: what goes wrong in them, and what they were asked.

use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{mistake, read};
use crate::reply;
use crate::state::Shared;
use crate::systems::{Settings, System};

/// What all of them were asked.
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
struct Named {
    system: System,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// Sets one system; what is not named is as usual.
pub(super) async fn set(Extract(state): Extract<Shared>, body: String) -> Response {
    let set = read(&body).and_then(|Named { system, rest }| {
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
        Ok(Named { system, rest }) if rest.is_empty() => {
            state.systems.expire(system);
            reply::json(&state.systems.report(system))
        }
        Ok(_) => mistake("expected {\"system\":…} alone"),
        Err(error) => mistake(&error),
    }
}

/// Forgets what they were asked.
pub(super) async fn forget(Extract(state): Extract<Shared>) -> StatusCode {
    state.systems.forget();
    StatusCode::NO_CONTENT
}
