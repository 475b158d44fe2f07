//! `GET setup/`: the paywalls of the account.

use axum::extract::{RawQuery, State as Extract};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::json;

use super::call::{ApiCall, no_store};
use crate::config::Paywall;
use crate::state::Shared;

/// Takes no parameters but `language`.
pub(super) async fn setup(
    Extract(state): Extract<Shared>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    no_store(
        ApiCall::read(&state, &headers, query.as_deref()).map(|call| {
            let name =
                |p: &Paywall| json!({ "paywall_id": p.id, "name": p.name.get(call.language) });
            let paywalls = call.profile().paywalls.iter();
            json!({ "paywalls": paywalls.map(name).collect::<Vec<_>>() })
        }),
    )
}
