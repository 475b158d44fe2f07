//! Order of every call: faults first, then credentials, then the answer.

use axum::extract::{Request, State as Extract};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::credentials::CredentialError;
use crate::config::SystemAccounts;
use crate::faults::{CallPlan, Shape, System};
use crate::http::reply;
use crate::ledger::IssuedToken;
use crate::state::{Shared, State};

/// Answers a token request: `issue` checks the credentials and issues the token, `usual` is the shape of the
/// system's own answer, `more` its further fields.
pub(super) async fn token_request(
    state: &State,
    system: System,
    usual: Shape,
    more: &[(&str, &str)],
    issue: impl FnOnce(&SystemAccounts) -> Result<IssuedToken, CredentialError>,
) -> Response {
    let answer = async || match configured(state).and_then(issue) {
        Ok(token) => no_store(token_answer(&token, usual, more)),
        Err(refused) => refused.into_response(),
    };
    with_fault(state.systems.token_call(system), answer).await
}

fn token_answer(token: &IssuedToken, usual: Shape, more: &[(&str, &str)]) -> Response {
    match token.body(usual) {
        Err(bare) => bare.into_response(),
        Ok(mut body) => {
            let more = more
                .iter()
                .map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
            body.extend(more);
            reply::json(&body)
        }
    }
}

/// Answers any other call: `answer` checks the credentials and gives the answer's body.
pub(super) async fn call(
    state: &State,
    system: System,
    answer: impl FnOnce(&SystemAccounts) -> Result<Value, CredentialError>,
) -> Response {
    let answer = async || match configured(state).and_then(answer) {
        Ok(value) => no_store(reply::json(&value)),
        Err(refused) => {
            if matches!(refused.0, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
                state.systems.count_refusal(system);
            }
            refused.into_response()
        }
    };
    checked(state, system, answer).await
}

/// Layer that gives the server API of Iteras itself the same faults.
pub(crate) async fn with_server_api_faults(
    Extract(state): Extract<Shared>,
    request: Request,
    next: Next,
) -> Response {
    checked(&state, System::Iteras, async || next.run(request).await).await
}

// Faults, then the refusals that were switched on, then the answer.
async fn checked(
    state: &State,
    system: System,
    answer: impl AsyncFnOnce() -> Response,
) -> Response {
    let plan = state.systems.call(system);
    let answer = async || {
        let status = state.systems.take_refusal(system);
        match status.and_then(|status| StatusCode::from_u16(status).ok()) {
            None => answer().await,
            Some(status) => {
                state.systems.count_refusal(system);
                CredentialError(status, "a refusal that was switched on in the stand-in")
                    .into_response()
            }
        }
    };
    with_fault(plan, answer).await
}

async fn with_fault(plan: CallPlan, answer: impl AsyncFnOnce() -> Response) -> Response {
    tokio::time::sleep(plan.delay).await;
    match plan.broken {
        None => answer().await,
        Some(broken) => {
            if plan.after {
                drop(answer().await);
            }
            broken.answer()
        }
    }
}

fn configured(state: &State) -> Result<&SystemAccounts, CredentialError> {
    let missing = CredentialError(StatusCode::NOT_FOUND, "no systems are configured");
    state.config.systems.as_ref().ok_or(missing)
}

/// Reads a body that has to be JSON.
pub(super) fn json<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: &str,
) -> Result<T, CredentialError> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .map(|value| value.as_bytes());
    if !kind.is_some_and(|kind| kind.starts_with(b"application/json")) {
        return Err(CredentialError::bad(
            "the body is sent as Content-Type: application/json",
        ));
    }
    serde_json::from_str(body)
        .map_err(|_| CredentialError::bad("the body is not the JSON that is expected"))
}

fn no_store(mut response: Response) -> Response {
    let value = header::HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, value);
    response
}
