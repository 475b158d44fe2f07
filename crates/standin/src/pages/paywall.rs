//! The log-in frame of one or several paywalls: sends the pass to the page.

use axum::extract::{Path, State as Extract};
use axum::response::Response;
use iteras::policy::Access;
use maud::{Markup, html};

use super::context::{Context, Visit};
use super::form::quiet_button;
use super::layout::{Outgoing, Page, When, missing, respond};
use super::log_in::{self, Problem};
use crate::clock::now;
use crate::config::{Account, Level, Paywall};
use crate::readers::Purpose;
use crate::state::Shared;

/// The access of a customer to the frame's paywalls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// One of them is open at the wanted level.
    Open,
    /// One of them is open, but at a lower level than wanted.
    TooLow,
    /// None of them is open.
    Closed,
}

/// `/{profile}/paywall/{id[,id…]}/`
pub(crate) async fn page(
    Extract(state): Extract<Shared>,
    Path((profile, ids)): Path<(String, String)>,
    visit: Visit,
) -> Response {
    let Some(publisher) = state.publisher(&profile) else {
        return missing(&state, &visit, &format!("profile {profile}"));
    };
    let walls: Vec<&Paywall> = ids
        .split(',')
        .filter_map(|id| publisher.profile.paywall(id))
        .collect();
    if walls.is_empty() {
        return missing(&state, &visit, &format!("paywall {ids}"));
    }
    let context = Context::new(&state, publisher, visit);
    let page = match visitor(&context) {
        Ok(account) => logged_in(&context, &walls, &account),
        Err(problem) => {
            let form = log_in::form(&context, context.texts.log_in_lead, problem);
            Page::new(context.texts.log_in, form)
        }
    };
    respond(&context, page)
}

fn visitor(context: &Context<'_>) -> Result<Account, Problem> {
    match context.field("action") {
        Some("login") => log_in::attempt(context),
        Some("other") => Err(Problem::default()),
        _ => context.customer(Purpose::Paywall).ok_or_else(|| Problem {
            form: context
                .claims_customer()
                .then_some(if context.visit.posted {
                    context.texts.again
                } else {
                    context.texts.link_expired
                }),
            ..Problem::default()
        }),
    }
}

fn logged_in(context: &Context<'_>, walls: &[&Paywall], account: &Account) -> Page {
    let texts = context.texts;
    let standing = standing(walls, account, context.wanted_access());
    // A pass is of use to the page only when it names one of the frame's ids.
    let pass = (standing != Standing::Closed)
        .then(|| {
            let expires = context.state.pass_expiry(now());
            context
                .publisher
                .pass_for(account, expires, &context.visit.ip)
        })
        .flatten();
    let when = if standing == Standing::TooLow && context.has_destination() {
        When::OnContinue
    } else {
        When::Now
    };
    let body = html! {
        @match standing {
            Standing::Open => {
                h1 { (texts.logged_in) }
                p.lead { (texts.read_on) }
            }
            Standing::TooLow => {
                h1 { (texts.no_access) }
                (lacking(context, walls, texts.only_user))
            }
            Standing::Closed => {
                h1 { (texts.no_access) }
                (lacking(context, walls, texts.no_access_lead))
            }
        }
        p { (texts.logged_in_as) " " strong { (account.name) } " (" (account.email) ")" }
        form method="post" action=(context.visit.path) {
            (context.carried())
            (context.token(Purpose::Paywall, account))
            div.actions {
                @if pass.is_some() && when == When::OnContinue && context.frame_id().is_some() {
                    button type="button" data-send-pass { (texts.go_on) }
                }
                (quiet_button("other", texts.other_customer))
            }
        }
    };
    let title = if standing == Standing::Open {
        texts.logged_in
    } else {
        texts.no_access
    };
    Page {
        title: title.into(),
        body,
        pass: pass.map(|pass| Outgoing { pass, when }),
    }
}

fn lacking(context: &Context<'_>, walls: &[&Paywall], sentence: &str) -> Markup {
    html! {
        p.lead { (sentence) }
        ul { @for wall in walls { li { (wall.name.get(context.language)) } } }
        p { (context.texts.no_access_hint) }
    }
}

fn standing(walls: &[&Paywall], account: &Account, wanted: Access) -> Standing {
    let needed = match wanted {
        Access::Any | Access::User => Level::User,
        Access::Sub => Level::Sub,
    };
    match walls.iter().map(|wall| account.level(&wall.id)).max() {
        Some(level) if level >= needed => Standing::Open,
        Some(Level::User) => Standing::TooLow,
        _ => Standing::Closed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn the_best_of_the_frames_paywalls_counts() {
        let profile = &Config::embedded().profiles[0];
        let [anna, bo, cleo] = &profile.accounts[..] else {
            panic!("three accounts")
        };
        let [lumen, archive] = &profile.paywalls[..] else {
            panic!("two paywalls")
        };
        for (walls, account, wanted, expected) in [
            (&[lumen][..], anna, Access::Sub, Standing::Open),
            (&[archive, lumen], anna, Access::Sub, Standing::Open),
            (&[archive], anna, Access::Any, Standing::Closed),
            (&[lumen], bo, Access::Any, Standing::Open),
            (&[lumen], bo, Access::User, Standing::Open),
            (&[lumen], bo, Access::Sub, Standing::TooLow),
            (&[lumen], cleo, Access::Any, Standing::Closed),
        ] {
            assert_eq!(
                standing(walls, account, wanted),
                expected,
                "{} {wanted:?}",
                account.name
            );
        }
    }
}
