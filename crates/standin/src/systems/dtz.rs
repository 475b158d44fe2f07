//! DTZ: an API key by header, query or Basic header, or a token by Bearer header, Basic header or cookie.

use axum::extract::{RawQuery, State as Extract};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::credentials::{Credential, CredentialError, Places, only_one};
use super::endpoint;
use crate::config::Dtz;
use crate::faults::{Shape, System};
use crate::state::{Shared, State};

const LIFE: i64 = 86_400;
const PLACES: Places = Places {
    header: Some("x-api-key"),
    query: Some("apiKey"),
    cookie: Some("dtz-auth"),
};

#[derive(Deserialize)]
struct Identity {
    username: String,
    password: String,
}

/// `POST api/2021-02-21/token/auth`: JSON `{"username":…,"password":…}`; answer
/// `{"access_token":…,"scope":…,"token_type":"Bearer","expires_in":86400}`.
pub(super) async fn token(
    Extract(state): Extract<Shared>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let scope = state
        .config
        .systems
        .as_ref()
        .map(|systems| systems.dtz.scope.as_str());
    let more = [
        ("token_type", "Bearer"),
        ("scope", scope.unwrap_or_default()),
    ];
    endpoint::token_request(&state, System::Dtz, Shape::AccessToken, &more, |config| {
        let sent: Identity = endpoint::json(&headers, &body)?;
        let dtz = &config.dtz;
        if sent.username != dtz.username || sent.password != dtz.password {
            return Err(CredentialError::unknown("user name or password is wrong"));
        }
        Ok(state.systems.issue(System::Dtz, &dtz.username, None, LIFE))
    })
    .await
}

/// `GET api/2021-02-21/me`: any of the six ways in, one at a time; answer `{"roles":[…]}`.
pub(super) async fn me(
    Extract(state): Extract<Shared>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    endpoint::call(&state, System::Dtz, |config| {
        let credential = only_one(&headers, query.as_deref(), PLACES)?;
        config.dtz.admit(&state, credential)?;
        Ok(json!({ "roles": config.dtz.roles }))
    })
    .await
}

impl Dtz {
    fn admit(&self, state: &State, credential: Credential) -> Result<(), CredentialError> {
        match credential {
            Credential::Key(key) => self.key(&key),
            Credential::Token(token) => by_token(state, &token),
            // Pseudo-users, for clients that can send nothing but Basic headers.
            Credential::Basic(user, key) if user == "apikey" => self.key(&key),
            Credential::Basic(user, token) if user == "bearer" => by_token(state, &token),
            Credential::Basic(..) => Err(CredentialError::unknown(
                "the user of a Basic header is apikey or bearer",
            )),
        }
    }

    fn key(&self, key: &str) -> Result<(), CredentialError> {
        let right = key == self.api_key;
        right
            .then_some(())
            .ok_or(CredentialError::unknown("the API key is wrong"))
    }
}

fn by_token(state: &State, token: &str) -> Result<(), CredentialError> {
    let claims = state.systems.claims_of(System::Dtz, token);
    let text = "the token has run out or is not one of ours";
    claims.map(|_| ()).ok_or(CredentialError::unknown(text))
}
