//! The buyer's form of the ordering and the sign-up frame, and its errors.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::context::Context;
use super::form::{Input, Kind, alert};
use super::layout::Page;
use crate::config::{Account, Address, Order, OrderKind, Product};
use crate::readers::Purpose;
use crate::readers::validation::{LONGEST, is_email, text_error};

const SHORTEST_PASSWORD: usize = 5;

/// Error sentences by the name of the field.
pub(crate) type Errors = BTreeMap<&'static str, &'static str>;

/// A form that is in order.
pub(crate) struct Filled<'c> {
    pub(crate) product: &'c Product,
    /// The customer who was logged in or gave the password, else one without an id.
    pub(crate) buyer: Account,
}

/// Reads the posted form. `customer` is the one who is logged in, if any.
pub(crate) fn read<'c>(
    context: &'c Context<'_>,
    order: &Order,
    customer: Option<Account>,
) -> Result<Filled<'c>, Errors> {
    let texts = context.texts;
    let typed = |name: &str| context.visit.fields.trimmed(name);
    let password = context.visit.fields.get("password").unwrap_or_default();
    let mut errors = Errors::new();
    let product = chosen(context, order, typed("products"));
    if product.is_none() {
        errors.insert("products", texts.choose_product);
    }
    for name in needed(order.kind) {
        if let Some(error) = text_error(texts, typed(name)) {
            errors.insert(name, error);
        }
    }
    let buyer = match customer {
        Some(customer) => Some(customer),
        None => {
            if !is_email(typed("email")) {
                errors.insert("email", texts.bad_email);
            }
            if password.chars().count() < SHORTEST_PASSWORD {
                errors.insert("password", texts.short_password);
            }
            known(context, typed("email"), password).unwrap_or_else(|error| {
                errors.entry("password").or_insert(error);
                None
            })
        }
    };
    let (Some(product), true) = (product, errors.is_empty()) else {
        return Err(errors);
    };
    let mut buyer = buyer.unwrap_or_else(|| Account {
        email: typed("email").into(),
        password: password.into(),
        ..Account::default()
    });
    buyer.name = typed("name").into();
    if order.kind == OrderKind::Order {
        buyer.address = Address {
            street: typed("street").into(),
            postcode: typed("postcode").into(),
            city: typed("city").into(),
            country: typed("country").chars().take(LONGEST).collect(),
        };
    }
    Ok(Filled { product, buyer })
}

/// The form of an order under its name, with the button that sends it.
pub(crate) fn page(context: &Context<'_>, order: &Order, errors: &Errors, send: Markup) -> Page {
    let customer = context.customer(Purpose::Order);
    let heading = order.name.get(context.language);
    let body = html! {
        h1 dir="auto" { (heading) }
        form method="post" action=(context.visit.path) novalidate {
            (context.carried())
            @if let Some(customer) = &customer { (context.token(Purpose::Order, customer)) }
            (fields(context, order, customer.as_ref(), errors))
            div.actions { (send) }
        }
    };
    Page::new(heading, body)
}

/// The form's fields: products, name, e-mail and password, and for orders the address.
fn fields(
    context: &Context<'_>,
    order: &Order,
    customer: Option<&Account>,
    errors: &Errors,
) -> Markup {
    let texts = context.texts;
    let field = |name, label, held: Option<&str>, kind, autocomplete| {
        let typed = context.start_value(name);
        let value = if typed.is_empty() && context.is_first_showing() {
            held.unwrap_or_default()
        } else {
            typed
        };
        Input {
            name,
            label,
            value,
            error: errors.get(name).copied(),
            kind,
            autocomplete,
        }
        .render()
    };
    let address = customer.map(|customer| &customer.address);
    let held = |part: fn(&Address) -> &String| address.map(|address| part(address).as_str());
    html! {
        @if !errors.is_empty() { (alert(texts.errors)) }
        (products(context, order, errors.get("products").copied()))
        fieldset {
            legend { (texts.about_you) }
            @if let Some(customer) = customer {
                p { (texts.logged_in_as) " " strong { bdi { (customer.email) } } }
            }
            (field("name", texts.name, customer.map(|c| c.name.as_str()), Kind::Text, "name"))
            @if order.kind == OrderKind::Order {
                (field("street", texts.street, held(|a| &a.street), Kind::Text, "street-address"))
                div.pair {
                    (field("postcode", texts.postcode, held(|a| &a.postcode), Kind::Text, "postal-code"))
                    (field("city", texts.city, held(|a| &a.city), Kind::Text, "address-level2"))
                }
                (country(context, held(|a| &a.country).unwrap_or_default()))
            }
            @if customer.is_none() {
                (field("email", texts.email, None, Kind::Email, "email"))
                (Input {
                    name: "password", label: texts.choose_password, value: "",
                    error: errors.get("password").copied(),
                    kind: Kind::Password, autocomplete: "new-password",
                }.render())
            }
        }
    }
}

/// The country field; Denmark unless something else is known.
pub(crate) fn country(context: &Context<'_>, held: &str) -> Markup {
    let typed = context.start_value("country");
    let known = if typed.is_empty() { held } else { typed };
    let value = if known.is_empty() {
        context.texts.denmark
    } else {
        known
    };
    let label = context.texts.country;
    Input {
        name: "country",
        label,
        value,
        error: None,
        kind: Kind::Text,
        autocomplete: "country-name",
    }
    .render()
}

fn products(context: &Context<'_>, order: &Order, error: Option<&str>) -> Markup {
    let profile = &context.publisher.profile;
    let offered: Vec<&Product> = order
        .products
        .iter()
        .filter_map(|id| profile.product(id))
        .collect();
    let selected = preselected(context, order);
    let language = context.language;
    html! {
        fieldset.products aria-describedby=[error.map(|_| "products-error")] {
            legend { (context.texts.product) }
            @for product in offered {
                label.choice {
                    input type="radio" name="products" value=(product.id)
                        checked[selected == Some(product.id.as_str())];
                    span.name dir="auto" { (product.name.get(language)) }
                    span.price { (language.price(product.price)) }
                    span.text dir="auto" { (product.text.get(language)) }
                }
            }
            @if let Some(error) = error { p.error #products-error { (error) } }
        }
    }
}

/// The product chosen before, else the first prefilled product on offer, else the only one, else one that
/// costs nothing.
fn preselected<'c>(context: &'c Context<'_>, order: &'c Order) -> Option<&'c str> {
    let fields = &context.visit.fields;
    let named = fields.all("products").chain(fields.all("prefill.products"));
    let named = named.flat_map(|value| value.split(',')).map(str::trim);
    let on_offer = |id: &&str| order.products.iter().any(|offered| offered == id);
    let profile = &context.publisher.profile;
    let price = |id: &str| profile.product(id).map(|product| product.price);
    let harmless = |id: &&String| order.products.len() == 1 || price(id) == Some(0);
    let otherwise = order.products.iter().find(harmless);
    named
        .into_iter()
        .find(on_offer)
        .or(otherwise.map(String::as_str))
}

fn chosen<'c>(context: &'c Context<'_>, order: &Order, id: &str) -> Option<&'c Product> {
    let offered = order.products.iter().any(|offered| offered == id);
    if offered {
        context.publisher.profile.product(id)
    } else {
        None
    }
}

/// The customer with this e-mail, if there is one and the password is right.
fn known(
    context: &Context<'_>,
    email: &str,
    password: &str,
) -> Result<Option<Account>, &'static str> {
    match context.state.store.by_email(context.profile(), email) {
        Some(account) if account.has_password(password) => Ok(Some(account)),
        Some(_) => Err(context.texts.known_email),
        None => Ok(None),
    }
}

fn needed(kind: OrderKind) -> impl Iterator<Item = &'static str> {
    let address = ["street", "postcode", "city"]
        .into_iter()
        .filter(move |_| kind == OrderKind::Order);
    ["name"].into_iter().chain(address)
}
