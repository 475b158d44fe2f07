//! A complete order: the customer, the subscription, the bill, the receipt.

use maud::{Markup, html};

use super::context::Context;
use super::layout::{Outgoing, Page, When};
use crate::clock::now;
use crate::config::{Account, OrderKind, Product};
use crate::locale::dates::day;
use crate::readers::{Bill, StoreError};

/// Enters the purchase; a buyer without an id becomes a customer.
pub(crate) fn complete(
    context: &Context<'_>,
    kind: OrderKind,
    product: &Product,
    buyer: Account,
) -> Result<Account, StoreError> {
    let (store, profile) = (&context.state.store, context.profile());
    let now = now();
    let (begin, end) = (day(now), day(now + i64::from(product.days) * 86_400));
    let bill = (product.price > 0).then(|| Bill {
        number: store.next_invoice(profile),
        // Nothing was asked for in the sign-up frame: the bill comes by mail.
        paid: kind == OrderKind::Order,
    });
    if buyer.id.is_empty() {
        let mut account = buyer;
        account.buy(product, &begin, &end, bill);
        return store.add(profile, account);
    }
    let (name, address) = (buyer.name.clone(), buyer.address.clone());
    let changed = store.change(profile, &buyer.id, |held| {
        held.name = name;
        held.address = address;
        held.buy(product, &begin, &end, bill);
    })?;
    Ok(changed.unwrap_or(buyer))
}

/// The receipt. It sends the pass, and gives the reader time to read it when the page would leave.
pub(crate) fn receipt(
    context: &Context<'_>,
    heading: &str,
    product: &Product,
    account: &Account,
) -> Page {
    let texts = context.texts;
    let expires = context.state.pass_expiry(now());
    let pass = context
        .publisher
        .pass_for(account, expires, &context.visit.ip);
    let when = if context.has_destination() {
        When::Soon
    } else {
        When::Now
    };
    let invoice = account.invoices.last().filter(|_| product.price > 0);
    let body = html! {
        h1 { (heading) }
        dl {
            dt { (texts.customer_number) } dd { (account.id) }
            dt { (texts.email) } dd { bdi { (account.email) } }
            dt { bdi { (product.name.get(context.language)) } } dd { (context.language.price(product.price)) }
            @if let Some(invoice) = invoice { dt { (texts.invoice) } dd { (invoice.number) } }
        }
        @if context.frame_id().is_some() { (go_on(context, pass.is_some().then_some(when))) }
    };
    Page {
        title: heading.into(),
        body,
        pass: pass.map(|pass| Outgoing { pass, when }),
    }
}

fn go_on(context: &Context<'_>, pass: Option<When>) -> Markup {
    let texts = context.texts;
    html! {
        @match (pass, context.field("next")) {
            (Some(When::Now), _) => { p { (texts.read_on) } }
            (Some(_), _) => {
                p { (texts.going_on) }
                div.actions { button type="button" data-send-pass { (texts.go_on) } }
            }
            (None, Some(next)) => {
                div.actions { button type="button" data-navigate=(next) { (texts.go_on) } }
            }
            (None, None) => {}
        }
    }
}
