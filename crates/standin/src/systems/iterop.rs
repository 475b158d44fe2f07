//! Iterop: an access key and a secret key, by Basic header on every call, or once for a JWT.

use axum::extract::State as Extract;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::credentials::{Credential, CredentialError, Places, only_one};
use super::endpoint;
use crate::config::Iterop;
use crate::faults::{Shape, System};
use crate::state::Shared;

const LIFE: i64 = 3600;
const WRONG: CredentialError = CredentialError::unknown("access key or secret key is wrong");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Identifiers {
    access_key: String,
    secret_key: String,
}

/// `POST api/auth/jwtcode`: the keys as a Basic header or as JSON, not both; answer `{"token":…}`.
pub(super) async fn token(
    Extract(state): Extract<Shared>,
    headers: HeaderMap,
    body: String,
) -> Response {
    endpoint::token_request(&state, System::Iterop, Shape::Token, &[], |config| {
        let by_header = headers.contains_key(axum::http::header::AUTHORIZATION);
        let (access, secret) = match (by_header, body.is_empty()) {
            (true, false) => return Err(CredentialError::bad("two credentials at once")),
            (_, true) => match only_one(&headers, None, Places::default())? {
                Credential::Basic(access, secret) => (access, secret),
                _ => return Err(CredentialError::unknown("a token can't ask for a token")),
            },
            (false, false) => {
                let sent: Identifiers = endpoint::json(&headers, &body)?;
                (sent.access_key, sent.secret_key)
            }
        };
        let user = config.iterop.user_of(&access, &secret)?;
        Ok(state.systems.issue(System::Iterop, user, None, LIFE))
    })
    .await
}

/// `GET api/me`: Bearer or Basic; answer `{"user":…}`.
pub(super) async fn me(Extract(state): Extract<Shared>, headers: HeaderMap) -> Response {
    endpoint::call(&state, System::Iterop, |config| {
        let user = match only_one(&headers, None, Places::default())? {
            Credential::Basic(access, secret) => {
                config.iterop.user_of(&access, &secret)?.to_owned()
            }
            Credential::Token(token) => {
                let claims = state.systems.claims_of(System::Iterop, &token);
                claims
                    .ok_or(CredentialError::unknown(
                        "the token has run out or is not one of ours",
                    ))?
                    .sub
            }
            Credential::Key(_) => return Err(WRONG),
        };
        Ok(json!({ "user": user }))
    })
    .await
}

impl Iterop {
    fn user_of(&self, access: &str, secret: &str) -> Result<&str, CredentialError> {
        let right = access == self.access_key && secret == self.secret_key;
        right.then_some(self.user.as_str()).ok_or(WRONG)
    }
}
