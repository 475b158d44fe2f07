//! The server API (documented surface, section 6), which publishers' servers call.
//!
//! A customer's wrong input is HTTP 200 with the error in the JSON; a programmer's mistake is plain text with
//! 400, 403 or 404.

mod authenticate;
mod call;
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

use self::call::ApiError;
use crate::state::Shared;

/// The endpoints; with a wrong method or below another path, the documented kind of mistake.
pub(super) fn routes() -> Router<Shared> {
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
    ApiError::new(StatusCode::NOT_FOUND, "the stand-in has no such endpoint").into_response()
}

async fn wrong_method() -> Response {
    ApiError::bad("this endpoint does not take this method").into_response()
}
