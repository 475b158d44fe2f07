//! The server API (documented surface, section 6): what publishers' servers ask.
//!
//! What a customer typed wrong is HTTP 200 with the error in the JSON; what a programmer did wrong is
//! plain text with 400, 403 or 404.

mod asked;
mod authenticate;
mod campaigns;
mod customer;
mod customers;
mod operations;
mod setup;
mod update;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};

use crate::state::Shared;
use asked::Mistake;

/// The endpoints; with a wrong method or below another path, the documented kind of mistake.
pub(crate) fn routes() -> Router<Shared> {
    let endpoints: [(&str, MethodRouter<Shared>); 5] = [
        ("authenticatecustomer", post(authenticate::authenticate)),
        ("customers", get(customers::customers)),
        ("customers/update", post(update::update)),
        ("campaigns", get(campaigns::campaigns)),
        ("setup", get(setup::setup)),
    ];
    let mut router = Router::new().route("/api/{*rest}", get(unknown).post(unknown));
    for (name, endpoint) in endpoints {
        router = router.route(&format!("/api/{name}/"), endpoint.fallback(wrong_method));
    }
    router
}

async fn unknown() -> Response {
    Mistake::new(StatusCode::NOT_FOUND, "the stand-in has no such endpoint").into_response()
}

async fn wrong_method() -> Response {
    Mistake::bad("this endpoint does not take this method").into_response()
}
