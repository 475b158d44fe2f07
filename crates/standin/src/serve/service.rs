//! The routes of the service: script, frames, renewal, server API, other systems.

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;

use super::middleware::{canned_answer, log_request, marked};
use super::scripts;
use crate::state::Shared;
use crate::{pages, systems};

/// The router of the service.
pub(super) fn app(state: Shared) -> Router {
    Router::new()
        .route("/static/api/{name}", get(scripts::script))
        .route("/media/api/{name}", get(scripts::script))
        .merge(pages::routes())
        .merge(systems::routes(&state))
        .layer(from_fn_with_state(state.clone(), canned_answer))
        .layer(from_fn(marked))
        .layer(from_fn_with_state(state.clone(), log_request))
        .with_state(state)
}
