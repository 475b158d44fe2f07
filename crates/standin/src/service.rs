//! The stand-in of the service itself: script, frames, renewal, server API.

use axum::Router;
use axum::extract::{Request, State as Extract};
use axum::http::HeaderValue;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};

use crate::pages::{self, Visit, missing, order, paywall, selfservice, signup};
use crate::state::Shared;
use crate::{api, canned, renewal, request_log, scripts, systems};

/// The router of the service.
pub fn app(state: Shared) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/standin/frame.css", get(pages::asset_css))
        .route("/standin/frame.js", get(pages::asset_js))
        .route("/static/api/{name}", get(scripts::script))
        .route("/media/api/{name}", get(scripts::script))
        .route(
            "/{profile}/selfservice/",
            get(selfservice::page).post(selfservice::page),
        )
        .route("/{profile}/order/{id}/", get(order::page).post(order::page))
        .route(
            "/{profile}/signup/{id}/",
            get(signup::page).post(signup::page),
        )
        .route(
            "/{profile}/paywall/{ids}/",
            get(paywall::page).post(paywall::page),
        )
        .route(renewal::PATH, post(renewal::renew))
        .route(renewal::MOVED_PATH, post(renewal::renew_moved))
        .merge(api::routes().layer(from_fn_with_state(state.clone(), systems::api_trouble)))
        .merge(systems::routes())
        .fallback(no_such_page)
        .layer(from_fn_with_state(state.clone(), canned::instead))
        .layer(from_fn(marked))
        .layer(from_fn_with_state(state.clone(), request_log::record))
        .with_state(state)
}

async fn index(Extract(state): Extract<Shared>) -> Response {
    pages::index(&state)
}

async fn no_such_page(Extract(state): Extract<Shared>, visit: Visit) -> Response {
    missing(&state, &visit, "")
}

/// Every answer says what it comes from.
async fn marked(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let mark = HeaderValue::from_static("development stand-in, not the real service");
    response.headers_mut().insert("x-iteras-standin", mark);
    response
}
