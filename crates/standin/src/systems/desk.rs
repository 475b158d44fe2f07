//! What the systems' endpoints share: faults first, then who is asking, then the answer.

use axum::extract::{Request, State as Extract};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::config::Config;
use super::credentials::Refused;
use super::ledger::Given;
use super::settings::{Fate, Shape, System};
use crate::reply;
use crate::state::{Shared, State};

/// Answers a token request: `give` checks the credentials and gives the token, `usual` is the shape of the
/// system's own answer, `more` what stands in it besides.
pub(super) async fn token_request(
    state: &State,
    system: System,
    usual: Shape,
    more: &[(&str, &str)],
    give: impl FnOnce(&Config) -> Result<Given, Refused>,
) -> Response {
    let answer = async || match configured(state).and_then(give) {
        Ok(given) => no_store(given_answer(&given, usual, more)),
        Err(refused) => refused.into_response(),
    };
    undergo(state.systems.token_call(system), answer).await
}

fn given_answer(given: &Given, usual: Shape, more: &[(&str, &str)]) -> Response {
    match given.body(usual) {
        Err(token) => token.into_response(),
        Ok(mut body) => {
            let more = more
                .iter()
                .map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
            body.extend(more);
            reply::json(&body)
        }
    }
}

/// Answers any other call: `answer` checks the credentials and says what they open.
pub(super) async fn call(
    state: &State,
    system: System,
    answer: impl FnOnce(&Config) -> Result<Value, Refused>,
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

/// The same faults for the server API of the service itself.
pub(crate) async fn api_trouble(
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
    let fate = state.systems.call(system);
    let answer = async || {
        let status = state.systems.refuses(system);
        match status.and_then(|status| StatusCode::from_u16(status).ok()) {
            None => answer().await,
            Some(status) => {
                state.systems.count_refusal(system);
                Refused(status, "a refusal that was switched on in the stand-in").into_response()
            }
        }
    };
    undergo(fate, answer).await
}

async fn undergo(fate: Fate, answer: impl AsyncFnOnce() -> Response) -> Response {
    tokio::time::sleep(fate.delay).await;
    match fate.broken {
        None => answer().await,
        Some(broken) => {
            if fate.after {
                drop(answer().await);
            }
            broken.answer()
        }
    }
}

fn configured(state: &State) -> Result<&Config, Refused> {
    let missing = Refused(StatusCode::NOT_FOUND, "no systems are configured");
    state.config.systems.as_ref().ok_or(missing)
}

/// Reads a body that has to be JSON.
pub(super) fn json<T: DeserializeOwned>(headers: &HeaderMap, body: &str) -> Result<T, Refused> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .map(|value| value.as_bytes());
    if !kind.is_some_and(|kind| kind.starts_with(b"application/json")) {
        return Err(Refused::bad(
            "the body is sent as Content-Type: application/json",
        ));
    }
    serde_json::from_str(body)
        .map_err(|_| Refused::bad("the body is not the JSON that is expected"))
}

fn no_store(mut response: Response) -> Response {
    let value = header::HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, value);
    response
}
