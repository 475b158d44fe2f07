//! The start of every frame's page: the publisher of its address, and the site that embeds it.

use axum::response::Response;

use super::context::{Context, Visit};
use super::{layout, unregistered};
use crate::state::State;

/// The context of a frame, or the answer for an unknown profile or an unregistered site.
pub(super) fn open<'s>(
    state: &'s State,
    profile: &str,
    visit: Visit,
) -> Result<Context<'s>, Box<Response>> {
    let Some(publisher) = state.publisher(profile) else {
        let what = format!("profile {profile}");
        return Err(Box::new(layout::missing(state, &visit, &what)));
    };
    match visit.unregistered_site(&publisher.sites) {
        Some(site) => Err(Box::new(unregistered::page(
            state, publisher, &visit, &site,
        ))),
        None => Ok(Context::new(state, publisher, visit)),
    }
}
