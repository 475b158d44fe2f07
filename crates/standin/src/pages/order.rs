//! The ordering frame: product and address, pretend payment, receipt.

use axum::extract::{Path, State as Extract};
use axum::response::Response;
use maud::{Markup, html};

use super::context::{Context, LOG_IN_SECONDS, Visit};
use super::form::{alert, button, quiet_button};
use super::frame;
use super::layout::{Page, missing, respond};
use super::order_form::{self, Errors, Filled};
use super::purchase;
use crate::clock::now;
use crate::config::{Account, Order, OrderKind, Product};
use crate::http::reply;
use crate::readers::{PendingOrder, Purpose, StoreError};
use crate::state::Shared;

/// `/{profile}/order/{id}/`
pub(crate) async fn page(
    Extract(state): Extract<Shared>,
    Path((profile, id)): Path<(String, String)>,
    visit: Visit,
) -> Response {
    let context = match frame::open(&state, &profile, visit) {
        Ok(context) => context,
        Err(answer) => return *answer,
    };
    let Some(order) = context.publisher.profile.order(OrderKind::Order, &id) else {
        return missing(&state, &context.visit, &format!("order {id}"));
    };
    let page = match context.field("action") {
        Some("details") => details(&context, order),
        Some("pay") => pay(&context, order),
        Some("decline") => decline(&context),
        _ => Ok(form(&context, order, &Errors::new())),
    };
    match page {
        Ok(page) => respond(&context, page),
        Err(error) => reply::failure(&error),
    }
}

fn form(context: &Context<'_>, order: &Order, errors: &Errors) -> Page {
    order_form::page(
        context,
        order,
        errors,
        button("details", context.texts.to_payment),
    )
}

fn details(context: &Context<'_>, order: &Order) -> Result<Page, StoreError> {
    let Filled { product, buyer } =
        match order_form::read(context, order, context.customer(Purpose::Order)) {
            Ok(filled) => filled,
            Err(errors) => return Ok(form(context, order, &errors)),
        };
    if product.price == 0 {
        return finish(context, product, buyer);
    }
    let held = PendingOrder {
        order: order.id.clone(),
        product: product.id.clone(),
        buyer,
    };
    let number = context.state.pending.hold(held).to_string();
    let token = context.state.tokens.issue(
        Purpose::Pending,
        context.profile(),
        &number,
        now() + LOG_IN_SECONDS,
    );
    Ok(payment(context, product, &token, None))
}

fn payment(context: &Context<'_>, product: &Product, token: &str, problem: Option<&str>) -> Page {
    let texts = context.texts;
    let body = html! {
        h1 { (texts.payment) }
        form method="post" action=(context.visit.path) {
            @if let Some(problem) = problem { (alert(problem)) }
            (context.carried())
            input type="hidden" name="pending" value=(token);
            (summary(context, product))
            p.hint { (texts.pretend) }
            div.actions { (button("pay", texts.pay)) (quiet_button("decline", texts.decline)) }
        }
    };
    Page::new(texts.payment, body)
}

fn summary(context: &Context<'_>, product: &Product) -> Markup {
    html! {
        dl.summary {
            dt { bdi { (product.name.get(context.language)) } }
            dd { bdi { (product.text.get(context.language)) } }
            dt { (context.texts.to_pay) }
            dd { strong { (context.language.money(product.price)) } }
        }
    }
}

fn pay(context: &Context<'_>, order: &Order) -> Result<Page, StoreError> {
    let held = pending_number(context).and_then(|number| context.state.pending.take(number));
    let profile = &context.publisher.profile;
    let Some(held) = held.filter(|held| held.order == order.id) else {
        return Ok(gone(context));
    };
    match profile.product(&held.product) {
        Some(product) => finish(context, product, held.buyer),
        None => Ok(gone(context)),
    }
}

fn decline(context: &Context<'_>) -> Result<Page, StoreError> {
    let held = pending_number(context).and_then(|number| context.state.pending.held(number));
    let product = held.and_then(|held| context.publisher.profile.product(&held.product));
    Ok(match (product, context.field("pending")) {
        (Some(product), Some(token)) => {
            payment(context, product, token, Some(context.texts.declined))
        }
        _ => gone(context),
    })
}

fn finish(context: &Context<'_>, product: &Product, buyer: Account) -> Result<Page, StoreError> {
    let account = purchase::complete(context, OrderKind::Order, product, buyer)?;
    Ok(purchase::receipt(
        context,
        context.texts.receipt,
        product,
        &account,
    ))
}

fn gone(context: &Context<'_>) -> Page {
    let texts = context.texts;
    let body = html! {
        h1 { (texts.payment) }
        form method="post" action=(context.visit.path) {
            (alert(texts.order_gone))
            (context.carried())
            div.actions { (button("start", texts.start_again)) }
        }
    };
    Page::new(texts.payment, body)
}

fn pending_number(context: &Context<'_>) -> Option<u64> {
    let token = context.field("pending")?;
    context
        .state
        .tokens
        .read(token, Purpose::Pending, context.profile(), now())?
        .parse()
        .ok()
}
