//! Passes to order, signed with a publisher's key.

use axum::extract::State as Extract;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::body::{chosen, mistake, read};
use crate::clock::now;
use crate::config::{Account, Level};
use crate::state::Shared;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MakePass {
    account: String,
    paywalls: Option<Vec<String>>,
    level: Option<String>,
    expires_in: Option<i64>,
    profile: Option<String>,
}

/// A pass as a test wants it, signed with the publisher's key; nothing has to make sense.
pub(super) async fn make(Extract(state): Extract<Shared>, body: String) -> Response {
    let wanted: MakePass = match read(&body) {
        Ok(wanted) => wanted,
        Err(error) => return mistake(&error),
    };
    let Some(publisher) = chosen(&state, wanted.profile.as_deref()) else {
        return mistake("profile: there is no such profile");
    };
    let account = state.store.account(&publisher.profile.id, &wanted.account);
    let held = |id: &str| {
        account
            .as_ref()
            .map_or(Level::None, |account| account.level(id))
    };
    let open = || {
        account
            .iter()
            .flat_map(Account::rights)
            .map(|(_, id)| id.to_owned())
            .collect()
    };
    let paywalls: Vec<String> = wanted.paywalls.unwrap_or_else(open);
    if paywalls.is_empty() {
        return mistake("this account has no access: name paywalls and a level");
    }
    // Without a level, a wall that the account does not have gets `sub`: tests want a pass for it.
    let level = |id: &str| match (&wanted.level, held(id)) {
        (Some(level), _) => level.clone(),
        (None, Level::None) => Level::Sub.name().into(),
        (None, held) => held.name().into(),
    };
    let levels: Vec<String> = paywalls.iter().map(|id| level(id)).collect();
    let rights: Vec<(&str, &str)> = levels
        .iter()
        .zip(&paywalls)
        .map(|(level, id)| (level.as_str(), id.as_str()))
        .collect();
    let usual = i64::from(state.config.pass_days) * 86_400;
    let expires = now().saturating_add(wanted.expires_in.unwrap_or(usual));
    if !(0..=253_402_300_799).contains(&expires) {
        return mistake("expires_in: the pass would expire outside the years 1970 to 9999");
    }
    publisher
        .sign(&rights, expires, &wanted.account, "127.0.0.1")
        .into_response()
}
