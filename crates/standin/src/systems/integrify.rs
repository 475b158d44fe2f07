//! Integrify: users by Basic header, and an API key that asks for tokens, its own or another user's.

use axum::extract::State as Extract;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::credentials::{Credential, CredentialError, Places, only_one};
use super::endpoint;
use crate::faults::{Shape, System};
use crate::state::Shared;

const LIFE: i64 = 3600;

#[derive(Deserialize)]
struct TokenRequest {
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
    endpoint::token_request(
        &state,
        System::Integrify,
        Shape::AccessToken,
        &[],
        |config| {
            let wanted: TokenRequest = endpoint::json(&headers, &body)?;
            let integrify = &config.integrify;
            if wanted.key != integrify.api_key {
                return Err(CredentialError::unknown("the API key is wrong"));
            }
            let owner = integrify.key_user.as_str();
            let (user, act) = match &wanted.impersonate {
                None => (owner, None),
                Some(name) if integrify.user(name).is_some() => (name.as_str(), Some(owner)),
                Some(_) => {
                    let text = "there is no such user to impersonate";
                    return Err(CredentialError(StatusCode::FORBIDDEN, text));
                }
            };
            Ok(state.systems.issue(System::Integrify, user, act, LIFE))
        },
    )
    .await
}

/// `GET me`: Bearer or Basic; answer `{"user":…,"impersonated_by":…}`, the latter `null` for oneself.
pub(super) async fn me(Extract(state): Extract<Shared>, headers: HeaderMap) -> Response {
    endpoint::call(&state, System::Integrify, |config| {
        match only_one(&headers, None, Places::default())? {
            Credential::Basic(name, password) => {
                let user = config.integrify.user(&name);
                let right = user.is_some_and(|user| user.password == password);
                if !right {
                    return Err(CredentialError::unknown("user or password is wrong"));
                }
                Ok(json!({ "user": name, "impersonated_by": null }))
            }
            Credential::Token(token) => {
                let claims = state.systems.claims_of(System::Integrify, &token);
                let text = "the token has run out or is not one of ours";
                let claims = claims.ok_or(CredentialError::unknown(text))?;
                Ok(json!({ "user": claims.sub, "impersonated_by": claims.act }))
            }
            Credential::Key(_) => Err(CredentialError::unknown("a key is for asking for a token")),
        }
    })
    .await
}
