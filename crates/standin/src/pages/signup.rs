//! The sign-up frame, the older and simpler order: one page, no payment, then the receipt.

use axum::extract::{Path, State as Extract};
use axum::response::Response;

use super::context::{Context, Visit};
use super::form::button;
use super::frame;
use super::layout::{Page, missing, respond};
use super::order_form::{self, Errors, Filled};
use super::purchase;
use crate::config::{Order, OrderKind};
use crate::http::reply;
use crate::readers::Purpose;
use crate::state::Shared;

/// `/{profile}/signup/{id}/`
pub(crate) async fn page(
    Extract(state): Extract<Shared>,
    Path((profile, id)): Path<(String, String)>,
    visit: Visit,
) -> Response {
    let context = match frame::open(&state, &profile, visit) {
        Ok(context) => context,
        Err(answer) => return *answer,
    };
    let Some(order) = context.publisher.profile.order(OrderKind::Signup, &id) else {
        return missing(&state, &context.visit, &format!("sign-up {id}"));
    };
    if context.field("action") != Some("signup") {
        return respond(&context, form(&context, order, &Errors::new()));
    }
    let Filled { product, buyer } =
        match order_form::read(&context, order, context.customer(Purpose::Order)) {
            Ok(filled) => filled,
            Err(errors) => return respond(&context, form(&context, order, &errors)),
        };
    match purchase::complete(&context, OrderKind::Signup, product, buyer) {
        Ok(account) => {
            let page = purchase::receipt(&context, context.texts.signed_up, product, &account);
            respond(&context, page)
        }
        Err(error) => reply::failure(&error),
    }
}

fn form(context: &Context<'_>, order: &Order, errors: &Errors) -> Page {
    order_form::page(
        context,
        order,
        errors,
        button("signup", context.texts.sign_up),
    )
}
