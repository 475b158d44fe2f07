//! The pages inside the frames: plain forms, a style sheet and a small script, in two languages.
//!
//! Who is logged in stands in a token in a hidden field of each form, never in a cookie: browsers drop
//! cookies of frames from other sites. A frame that is loaded anew therefore starts logged out.

mod context;
mod form;
mod layout;
mod login;
pub(crate) mod order;
mod order_form;
pub(crate) mod paywall;
mod purchase;
pub(crate) mod selfservice;
pub(crate) mod signup;

pub(crate) use context::Visit;
pub(crate) use layout::{asset_css, asset_js, index, missing};

/// Seconds for which a log-in inside a frame is good.
const LOG_IN_SECONDS: i64 = 8 * 3600;
