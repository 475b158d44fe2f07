//! Endpoints for programs: renewal and server API of Iteras, and the log-ins of Iterop, Integrify and DTZ.
//!
//! The latter three are here as far as a client meets them when it logs in. Each issues tokens for
//! credentials and has one call, `me`, that names the user. The parts that nobody has published, the bodies
//! of Iterop's and Integrify's token requests, are the stand-in's own. Tokens are JWTs; faults are switched on
//! by the control server.

mod credentials;
mod double;
mod dtz;
mod endpoint;
mod integrify;
mod iteras;
mod iterop;
mod renewal;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use crate::state::Shared;

pub(crate) use renewal::PATH as RENEWAL_PATH;
pub use renewal::{Refusal, judge};

pub use crate::faults::System;

/// The endpoints of all systems.
pub(crate) fn routes(state: &Shared) -> Router<Shared> {
    let faults = from_fn_with_state(state.clone(), endpoint::with_server_api_faults);
    Router::new()
        .route(renewal::PATH, post(renewal::renew))
        .route(renewal::MOVED_PATH, post(renewal::renew_moved))
        .route(double::PATH, get(double::check))
        .merge(iteras::routes().layer(faults))
        .route("/iterop/api/auth/jwtcode", post(iterop::token))
        .route("/iterop/api/me", get(iterop::me))
        .route("/integrify/oidc/token", post(integrify::token))
        .route("/integrify/me", get(integrify::me))
        .route("/dtz/api/2021-02-21/token/auth", post(dtz::token))
        .route("/dtz/api/2021-02-21/me", get(dtz::me))
}
