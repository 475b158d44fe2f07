//! Three systems beside the service, as far as a client meets them when it logs in: Iterop, Integrify and DTZ.
//!
//! Each gives tokens for credentials and has one call, `me`, that tells who is asking. What nobody has
//! published about them, the bodies of Iterop's and Integrify's token requests, is the stand-in's own.
//! Tokens are JWTs; what goes wrong is switched on by the control server.

mod config;
mod credentials;
mod desk;
mod dtz;
mod integrify;
mod iterop;
mod jwt;
mod ledger;
mod settings;

use axum::Router;
use axum::routing::{get, post};

use crate::state::Shared;

pub use config::{Config, Dtz, Integrify, Iterop, User};
pub(crate) use desk::api_trouble;
pub use jwt::Form;
pub use ledger::{Report, Systems, TokenReport};
pub use settings::{Refuse, Settings, Shape, System, Trouble};

/// The systems' endpoints.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/iterop/api/auth/jwtcode", post(iterop::token))
        .route("/iterop/api/me", get(iterop::me))
        .route("/integrify/oidc/token", post(integrify::token))
        .route("/integrify/me", get(integrify::me))
        .route("/dtz/api/2021-02-21/token/auth", post(dtz::token))
        .route("/dtz/api/2021-02-21/me", get(dtz::me))
}
