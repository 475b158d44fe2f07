//! Integrify: users by Basic header, and an API key that asks for tokens, its own or another user's.

use axum::extract::State as Extract;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::credentials::{Credential, Places, Refused, only_one};
use super::desk;
use super::settings::{Shape, System};
use crate::state::Shared;

const LIFE: i64 = 3600;

#[derive(Deserialize)]
struct Wanted {
    key: String,
    impersonate: Option<String>,
}

/// `POST oidc/token`: JSON `{"key":…,"impersonate":USER}`, the user perhaps; answer
/// `{"access_token":…,"expires_in":3600}`.
pub(super) async fn token(
    Extract(state): Extract<Shared>,
    headers: HeaderMap,
    body: String,
) -> Response {
    desk::token_request(
        &state,
        System::Integrify,
        Shape::AccessToken,
        &[],
        |config| {
            let wanted: Wanted = desk::json(&headers, &body)?;
            let integrify = &config.integrify;
            if wanted.key != integrify.api_key {
                return Err(Refused::unknown("the API key is wrong"));
            }
            let owner = integrify.key_user.as_str();
            let (user, act) = match &wanted.impersonate {
                None => (owner, None),
                Some(name) if integrify.user(name).is_some() => (name.as_str(), Some(owner)),
                Some(_) => {
                    let text = "there is no such user to impersonate";
                    return Err(Refused(StatusCode::FORBIDDEN, text));
                }
            };
            Ok(state.systems.give(System::Integrify, user, act, LIFE))
        },
    )
    .await
}

/// `GET me`: Bearer or Basic; answer `{"user":…,"impersonated_by":…}`, the latter `null` for oneself.
pub(super) async fn me(Extract(state): Extract<Shared>, headers: HeaderMap) -> Response {
    desk::call(&state, System::Integrify, |config| {
        match only_one(&headers, None, Places::default())? {
            Credential::Basic(name, password) => {
                let user = config.integrify.user(&name);
                let right = user.is_some_and(|user| user.password == password);
                if !right {
                    return Err(Refused::unknown("user or password is wrong"));
                }
                Ok(json!({ "user": name, "impersonated_by": null }))
            }
            Credential::Token(token) => {
                let claims = state.systems.take(System::Integrify, &token);
                let text = "the token has run out or is not one of ours";
                let claims = claims.ok_or(Refused::unknown(text))?;
                Ok(json!({ "user": claims.sub, "impersonated_by": claims.act }))
            }
            Credential::Key(_) => Err(Refused::unknown("a key is for asking for a token")),
        }
    })
    .await
}
