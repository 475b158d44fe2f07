//! The pages inside the frames: plain forms, a style sheet and a small script, in two languages.
//!
//! Who is logged in stands in a token in a hidden field of each form, never in a cookie: browsers drop
//! cookies of frames from other sites. A frame that is loaded anew therefore starts logged out.

mod assets;
mod context;
mod double;
mod form;
mod frame;
mod index;
mod layout;
mod log_in;
mod order;
mod order_form;
mod paywall;
mod purchase;
mod requirement;
mod selfservice;
mod signup;
mod unregistered;
mod wire;

use axum::Router;
use axum::routing::{MethodRouter, get};

use crate::state::Shared;

/// The front page, the frames with their assets, the double, and the page for addresses that stand for nothing.
pub(crate) fn routes() -> Router<Shared> {
    let frames: [(&str, MethodRouter<Shared>); 4] = [
        (
            "/{profile}/selfservice/",
            get(selfservice::page).post(selfservice::page),
        ),
        ("/{profile}/order/{id}/", get(order::page).post(order::page)),
        (
            "/{profile}/signup/{id}/",
            get(signup::page).post(signup::page),
        ),
        (
            "/{profile}/paywall/{ids}/",
            get(paywall::page).post(paywall::page),
        ),
    ];
    let router = Router::new()
        .route("/", get(index::page))
        .route("/standin/frame.css", get(assets::css))
        .route("/standin/frame.js", get(assets::js))
        .route("/official/static/api/iteras.js", get(double::script))
        .route("/official/embed.js", get(double::embed_script))
        .route(wire::DOUBLE_PATH, get(double::embed).post(double::embed))
        .fallback(layout::no_such_page);
    frames
        .into_iter()
        .fold(router, |router, (path, frame)| router.route(path, frame))
}
