//! Renewal as the double asks for it: `GET /official/check?pass=…`, answered in text (companion, "The double").
//!
//! `pass <new pass>` or `over <errorcode>`; the rules and faults are those of [`renewal`](super::renewal).

use axum::extract::{Extension, RawQuery, State as Extract};
use axum::response::{IntoResponse, Response};

use super::renewal::{other_paywall, other_subscriber, readable, renewed};
use crate::faults::Action;
use crate::http::{Fields, Peer};
use crate::state::Shared;

/// The endpoint.
pub(super) const PATH: &str = "/official/check";

/// The handler of [`PATH`]. It has no address to be redirected to: the fault `redirect` renews.
pub(super) async fn check(
    Extract(state): Extract<Shared>,
    Extension(peer): Extension<Peer>,
    RawQuery(query): RawQuery,
) -> Response {
    let plan = state.fault().plan();
    tokio::time::sleep(plan.delay).await;
    let fields = Fields::parse(query.as_deref().unwrap_or_default());
    let pass = fields.get("pass").unwrap_or_default();
    let outcome = match plan.action {
        Action::Broken(broken) => return readable(broken.answer()),
        Action::Refuse { errorcode } => return in_text(Err(&errorcode)),
        Action::Renew | Action::Redirect => renewed(&state, pass, &peer),
        Action::OtherSubscriber => other_subscriber(&state, pass, &peer),
        Action::OtherPaywall => other_paywall(&state, pass, &peer),
    };
    match outcome {
        Ok(pass) => in_text(Ok(&pass)),
        Err(refused) => in_text(Err(refused.code())),
    }
}

fn in_text(outcome: Result<&str, &str>) -> Response {
    let text = match outcome {
        Ok(pass) => format!("pass {pass}"),
        Err(code) => format!("over {code}"),
    };
    readable(text.into_response())
}
