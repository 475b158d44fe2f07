//! The log-in frame of one or several paywalls: sends the pass to the page.
//!
//! The page may tell it more about the reader than it was loaded with (protocol, `welcome`): parts marked
//! `data-when` are for one state each, and the frame's script shows the one that the page names.

use axum::extract::{Path, State as Extract};
use axum::response::Response;
use maud::{Markup, html};

use super::context::{Context, OFFER, Visit};
use super::form::quiet_button;
use super::frame;
use super::layout::{Outgoing, Page, When, missing, respond};
use super::log_in::{self, Problem};
use super::requirement::{Requirement, Standing};
use super::wire::Wire;
use crate::clock::now;
use crate::config::{Account, Level, Paywall};
use crate::locale::Texts;
use crate::readers::Purpose;
use crate::state::Shared;

/// `/{profile}/paywall/{id[,id…]}/`
pub(crate) async fn page(
    Extract(state): Extract<Shared>,
    Path((profile, ids)): Path<(String, String)>,
    visit: Visit,
) -> Response {
    let context = match frame::open(&state, &profile, visit) {
        Ok(context) => context,
        Err(answer) => return *answer,
    };
    let walls: Vec<&Paywall> = ids
        .split(',')
        .filter_map(|id| context.publisher.profile.paywall(id))
        .collect();
    if walls.is_empty() {
        return missing(&state, &context.visit, &format!("paywall {ids}"));
    }
    let requirement = Requirement::of(&context, &walls);
    let page = match visitor(&context) {
        Ok(account) => logged_in(&context, &walls, &requirement, &account),
        Err(problem) => logged_out(&context, &requirement, problem),
    };
    respond(&context, page)
}

fn visitor(context: &Context<'_>) -> Result<Account, Problem> {
    match context.field("action") {
        Some("login") => log_in::attempt(context),
        Some("other") => Err(Problem::default()),
        _ => log_in::known(context, Purpose::Paywall),
    }
}

/// The form. On the first showing it comes with the parts for readers whom the page knows; the answer to a
/// post is about the post alone, and the double has no `welcome`.
fn logged_out(context: &Context<'_>, requirement: &Requirement<'_>, problem: Problem) -> Page {
    let texts = context.texts;
    let form = log_in::form(context, texts.log_in_lead, problem);
    let body = if context.visit.posted || context.visit.wire == Wire::Double {
        form
    } else {
        html! {
            div data-when="out" { (form) }
            section data-when="in" role="status" hidden { (known(context)) }
            section data-when="lacking" role="status" hidden {
                (known_lacking(context, requirement))
            }
        }
    };
    Page::new(texts.log_in, body)
}

fn known(context: &Context<'_>) -> Markup {
    let texts = context.texts;
    html! {
        h1 { (texts.logged_in) }
        p.lead { (texts.read_on) }
        div.actions {
            @match context.destination() {
                Some(target) => button type="button" data-navigate=(target) { (texts.go_on) },
                None => button type="button" data-navigate="/" { (texts.front_page) },
            }
            button.quiet type="button" data-show-form { (texts.other_customer) }
        }
    }
}

fn known_lacking(context: &Context<'_>, requirement: &Requirement<'_>) -> Markup {
    let texts = context.texts;
    html! {
        h1 { (texts.no_access) }
        (lacking(context, requirement, known_lead(texts, requirement)))
        (offers(context, requirement, None))
        div.actions {
            button.quiet type="button" data-show-form { (texts.other_customer) }
        }
    }
}

fn logged_in(
    context: &Context<'_>,
    walls: &[&Paywall],
    requirement: &Requirement<'_>,
    account: &Account,
) -> Page {
    let texts = context.texts;
    let standing = requirement.standing(account);
    let pass = pass(context, walls, standing, account);
    let waits = pass
        .as_ref()
        .is_some_and(|pass| pass.when == When::OnContinue);
    let (title, state) = match standing {
        Standing::Open => (texts.logged_in, "in"),
        Standing::TooLow | Standing::Closed => (texts.no_access, "lacking"),
    };
    let body = html! {
        div data-when=(state) {
            h1 { (title) }
            @match standing {
                Standing::Open => p.lead { (texts.read_on) },
                Standing::TooLow => (lacking(context, requirement, texts.only_user)),
                Standing::Closed => (lacking(context, requirement, texts.no_access_lead)),
            }
            @if standing != Standing::Open { (offers(context, requirement, Some(account))) }
        }
        // For a page that finds its target closed to the new pass.
        @if standing == Standing::Open {
            section data-when="lacking" role="status" hidden {
                h1 { (texts.no_access) }
                (lacking(context, requirement, known_lead(texts, requirement)))
                (offers(context, requirement, Some(account)))
            }
        }
        p { (texts.logged_in_as) " " strong { bdi { (account.name) } } " (" bdi { (account.email) } ", " (texts.customer_number.to_lowercase()) " " (account.id) ")" }
        form method="post" action=(context.visit.path) {
            (context.carried())
            (context.token(Purpose::Paywall, account))
            div.actions {
                @if waits && context.frame_id().is_some() {
                    button type="button" data-send-pass { (texts.go_on) }
                }
                (quiet_button("other", texts.other_customer))
            }
        }
    };
    Page {
        title: title.into(),
        body,
        pass,
    }
}

/// The pass for the page, to which it is of use only when it names one of the frame's paywalls.
fn pass(
    context: &Context<'_>,
    walls: &[&Paywall],
    standing: Standing,
    account: &Account,
) -> Option<Outgoing> {
    let is_of_use = walls
        .iter()
        .any(|wall| account.level(&wall.id) > Level::None);
    if !is_of_use {
        return None;
    }
    let when = if standing != Standing::Open && context.has_destination() {
        When::OnContinue
    } else {
        When::Now
    };
    let expires = context.state.pass_expiry(now());
    let pass = context
        .publisher
        .pass_for(account, expires, &context.visit.ip);
    pass.map(|pass| Outgoing { pass, when })
}

fn lacking(context: &Context<'_>, requirement: &Requirement<'_>, sentence: &str) -> Markup {
    let texts = context.texts;
    html! {
        @if !requirement.walls.is_empty() {
            p.lead { (sentence) }
            ul {
                @for wall in &requirement.walls {
                    li {
                        bdi { (wall.name.get(context.language)) }
                        @if requirement.level == Level::Sub { " (" (texts.for_subscribers) ")" }
                    }
                }
            }
        }
        p { (texts.no_access_hint) }
    }
}

fn known_lead(texts: &Texts, requirement: &Requirement<'_>) -> &'static str {
    match requirement.walls[..] {
        [] | [_] => texts.lacking_lead,
        _ => texts.lacking_one_lead,
    }
}

/// A button for each ordering page that sells what is missing; it opens in this frame.
fn offers(
    context: &Context<'_>,
    requirement: &Requirement<'_>,
    account: Option<&Account>,
) -> Markup {
    let profile = &context.publisher.profile;
    let wire = context.visit.wire;
    html! {
        div.offers {
            @for (order, product) in requirement.offers(profile) {
                @let address = wire.order_address(&profile.id, order.kind, &order.id);
                form method="post" action=(address) {
                    (context.carried())
                    @if let Some(account) = account { (context.buyer(account)) }
                    input type="hidden" name="prefill.products" value=(product.id);
                    div.actions {
                        button type="submit" name="action" value=(OFFER) { bdi { (order.name.get(context.language)) } }
                    }
                }
            }
        }
    }
}
