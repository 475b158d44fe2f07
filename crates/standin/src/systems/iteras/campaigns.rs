//! `GET campaigns/`: the products on offer, one campaign for each ordering and sign-up page.

use axum::extract::{RawQuery, State as Extract};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};

use super::call::{ApiCall, ApiError, no_store};
use crate::config::{Order, Profile};
use crate::locale::Language;
use crate::state::{Shared, State};

/// `campaign_id` chooses one, `include_archived` adds those that are over, `customer` asks for the prices
/// that this customer pays: the same for all in the stand-in.
pub(super) async fn campaigns(
    Extract(state): Extract<Shared>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let call = ApiCall::read(&state, &headers, query.as_deref());
    no_store(call.and_then(|call| listed(&state, &call)))
}

fn listed(state: &State, call: &ApiCall<'_>) -> Result<Value, ApiError> {
    let profile = call.profile();
    let archived = match call.query.some("include_archived") {
        None | Some("0" | "false") => false,
        Some("1" | "true") => true,
        Some(_) => return Err(ApiError::bad("include_archived: expected 1 or 0")),
    };
    if let Some(id) = call.query.some("customer")
        && state.customer(profile, id).is_none()
    {
        return Err(ApiError::bad("customer: there is no such customer"));
    }
    let wanted = call.query.some("campaign_id");
    let campaigns = (profile.orders.iter())
        .filter(|order| archived || !order.archived)
        .filter(|order| wanted.is_none_or(|id| order.id == id))
        .map(|order| shown(profile, order, call.language));
    Ok(json!({ "campaigns": campaigns.collect::<Vec<_>>() }))
}

fn shown(profile: &Profile, order: &Order, language: Language) -> Value {
    let products = order.products.iter().filter_map(|id| profile.product(id));
    let first = products.clone().next();
    let products = products
        .map(|product| json!({ "name": product.name.get(language), "external_id": product.id }));
    json!({
        "campaign_id": order.id,
        "name": order.name.da,
        "customer_facing_name": order.name.get(language),
        "active": !order.archived,
        "price": first.map(|product| f64::from(product.price) / 100.0),
        "currency": "DKK",
        "products": products.collect::<Vec<_>>(),
    })
}
