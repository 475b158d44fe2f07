//! The self-service frame: the customer's subscriptions and bills, and a change of address.
//!
//! Its log-in is its own: it never sends a pass, and a paywall log-in does not open it (documented
//! surface, section 4).

use axum::extract::{Path, State as Extract};
use axum::response::Response;
use maud::{Markup, html};

use super::context::{Context, Visit};
use super::form::{Input, Kind, alert, button, notice, quiet_button};
use super::frame;
use super::layout::{Page, respond};
use super::log_in::{self, Problem};
use super::order_form::country;
use crate::clock::now;
use crate::config::{Account, Address};
use crate::http::reply;
use crate::locale::dates::day;
use crate::readers::validation::LONGEST;
use crate::readers::{Purpose, StoreError};
use crate::state::Shared;

/// `/{profile}/selfservice/`
pub(crate) async fn page(
    Extract(state): Extract<Shared>,
    Path(profile): Path<String>,
    visit: Visit,
) -> Response {
    let context = match frame::open(&state, &profile, visit) {
        Ok(context) => context,
        Err(answer) => return *answer,
    };
    let texts = context.texts;
    let action = context.field("action");
    if action == Some("logout") {
        let form = log_in::form(&context, texts.log_in_selfservice, Problem::default());
        let body = html! { (notice(texts.logged_out)) (form) };
        return respond(&context, Page::new(texts.log_in, body));
    }
    let account = match visitor(&context, action) {
        Ok(account) => account,
        Err(problem) => {
            let form = log_in::form(&context, texts.log_in_selfservice, problem);
            return respond(&context, Page::new(texts.log_in, form));
        }
    };
    let body = match action {
        Some("edit") => edit(&context, &account, &account.address, None),
        Some("save") => match save(&context, &account) {
            Ok(Saved::Kept(account)) => overview(&context, &account, Some(texts.saved)),
            Ok(Saved::CredentialError(address)) => {
                edit(&context, &account, &address, Some(texts.errors))
            }
            Err(error) => return reply::failure(&error),
        },
        _ => overview(&context, &account, None),
    };
    respond(&context, Page::new(texts.your_data, body))
}

fn visitor(context: &Context<'_>, action: Option<&str>) -> Result<Account, Problem> {
    if action == Some("login") {
        return log_in::attempt(context);
    }
    log_in::known(context, Purpose::SelfService)
}

fn overview(context: &Context<'_>, account: &Account, message: Option<&str>) -> Markup {
    let texts = context.texts;
    html! {
        @if let Some(message) = message { (notice(message)) }
        h1 { (texts.your_data) }
        dl {
            dt { (texts.name) } dd { bdi { (account.name) } }
            dt { (texts.customer_number) } dd { (account.id) }
            dt { (texts.email) } dd { bdi { (account.email) } }
            dt { (texts.street) } dd { (postal(&account.address)) }
        }
        (actions(context, account, html! {
            (quiet_button("edit", texts.edit_address))
        }))
        h2 { (texts.subscriptions) }
        (subscriptions(context, account))
        h2 { (texts.invoices) }
        (invoices(context, account))
        (actions(context, account, html! {
            @if let (Some(next), Some(_)) = (context.field("next"), context.frame_id()) {
                button type="button" data-navigate=(next) { (texts.done) }
            }
            (quiet_button("logout", texts.log_out))
        }))
    }
}

fn actions(context: &Context<'_>, account: &Account, buttons: Markup) -> Markup {
    html! {
        form method="post" action=(context.visit.path) {
            (context.carried())
            (context.token(Purpose::SelfService, account))
            div.actions { (buttons) }
        }
    }
}

fn postal(address: &Address) -> Markup {
    html! {
        @if !address.street.is_empty() { bdi { (address.street) } br; }
        @if !address.city.is_empty() { bdi { (address.postcode) " " (address.city) } br; }
        bdi { (address.country) }
    }
}

fn subscriptions(context: &Context<'_>, account: &Account) -> Markup {
    let (texts, today) = (context.texts, day(now()));
    html! {
        @if account.subscriptions.is_empty() { p { (texts.no_subscriptions) } }
        ul.cards {
            @for held in account.subscriptions.iter().rev() {
                @let ended = held.has_ended(&today);
                li {
                    span.name dir="auto" { (product_name(context, &held.product)) }
                    span.badge.ended[ended] { (if ended { texts.ended } else { texts.active }) }
                    span.dates {
                        (texts.since) " " (context.language.date(&held.begin))
                        @if let Some(end) = &held.end { " " (texts.until) " " (context.language.date(end)) }
                    }
                }
            }
        }
    }
}

fn invoices(context: &Context<'_>, account: &Account) -> Markup {
    let texts = context.texts;
    html! {
        @if account.invoices.is_empty() { p { (texts.no_invoices) } } @else {
            table {
                thead { tr {
                    th scope="col" { (texts.invoice) }
                    th scope="col" { (texts.date) }
                    th.number scope="col" { (texts.amount) }
                    th scope="col" { span.hidden { (texts.paid) } }
                } }
                tbody { @for invoice in account.invoices.iter().rev() {
                    tr {
                        td { (invoice.number) }
                        td { (context.language.date(&invoice.date)) }
                        td.number { (context.language.money(invoice.amount)) }
                        td { (if invoice.paid { texts.paid } else { texts.unpaid }) }
                    }
                } }
            }
        }
    }
}

fn product_name<'c>(context: &'c Context<'_>, id: &'c str) -> &'c str {
    context
        .publisher
        .profile
        .product(id)
        .map_or(id, |product| product.name.get(context.language))
}

fn edit(
    context: &Context<'_>,
    account: &Account,
    address: &Address,
    problem: Option<&str>,
) -> Markup {
    let texts = context.texts;
    let field = |name, label, value, autocomplete| {
        let error = problem.and(address_error(context, value));
        Input {
            name,
            label,
            value,
            error,
            kind: Kind::Text,
            autocomplete,
        }
        .render()
    };
    html! {
        h1 { (texts.edit_address) }
        form method="post" action=(context.visit.path) novalidate {
            @if let Some(problem) = problem { (alert(problem)) }
            (context.carried())
            (context.token(Purpose::SelfService, account))
            (field("street", texts.street, &address.street, "street-address"))
            (field("postcode", texts.postcode, &address.postcode, "postal-code"))
            (field("city", texts.city, &address.city, "address-level2"))
            (country(context, &address.country))
            div.actions { (button("save", texts.save)) (quiet_button("overview", texts.cancel)) }
        }
    }
}

enum Saved {
    Kept(Account),
    CredentialError(Address),
}

fn save(context: &Context<'_>, account: &Account) -> Result<Saved, StoreError> {
    let typed = |name| context.visit.fields.trimmed(name).to_owned();
    let address = Address {
        street: typed("street"),
        postcode: typed("postcode"),
        city: typed("city"),
        country: typed("country"),
    };
    let parts = [&address.street, &address.postcode, &address.city];
    if parts
        .into_iter()
        .any(|part| address_error(context, part).is_some())
        || address.country.chars().count() > LONGEST
    {
        return Ok(Saved::CredentialError(address));
    }
    let store = &context.state.store;
    let change = |account: &mut Account| account.address = address;
    let changed = store.change(context.profile(), &account.id, change)?;
    Ok(Saved::Kept(changed.unwrap_or_else(|| account.clone())))
}

fn address_error(context: &Context<'_>, value: &str) -> Option<&'static str> {
    if value.is_empty() {
        return Some(context.texts.fill_in);
    }
    (value.chars().count() > LONGEST).then_some(context.texts.too_long)
}
