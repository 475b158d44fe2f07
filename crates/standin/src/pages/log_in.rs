//! The log-in form of the paywall and self-service frames.

use maud::{Markup, html};

use super::context::Context;
use super::form::{Input, Kind, alert, button};
use crate::config::Account;
use crate::readers::Purpose;

/// The errors of a log-in that failed; none on the first showing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Problem {
    pub(crate) who: Option<&'static str>,
    pub(crate) password: Option<&'static str>,
    pub(crate) form: Option<&'static str>,
}

/// The form; after an error it repeats the customer that was typed, never the password.
pub(crate) fn form(context: &Context<'_>, lead: &str, problem: Problem) -> Markup {
    let texts = context.texts;
    let typed = context.start_value("who");
    let who = if typed.is_empty() {
        context.start_value("email")
    } else {
        typed
    };
    html! {
        h1 { (texts.log_in) }
        p.lead { (lead) }
        form method="post" action=(context.visit.path) novalidate {
            @if let Some(text) = problem.form { (alert(text)) }
            (context.carried())
            (Input {
                name: "who", label: texts.who, value: who, error: problem.who,
                kind: Kind::Login, autocomplete: "username",
            }.render())
            (Input {
                name: "password", label: texts.password, value: "", error: problem.password,
                kind: Kind::Password, autocomplete: "current-password",
            }.render())
            div.actions { (button("login", texts.log_in)) }
        }
    }
}

/// The customer that the visit's token names; a token that does not count any more is told.
pub(crate) fn known(context: &Context<'_>, purpose: Purpose) -> Result<Account, Problem> {
    context.customer(purpose).ok_or_else(|| Problem {
        form: context
            .claims_customer()
            .then_some(if context.visit.posted {
                context.texts.again
            } else {
                context.texts.link_expired
            }),
        ..Problem::default()
    })
}

/// Tries the log-in that was posted. An unknown customer and a wrong password look alike.
pub(crate) fn attempt(context: &Context<'_>) -> Result<Account, Problem> {
    let texts = context.texts;
    let who = context.visit.fields.trimmed("who");
    let password = context.visit.fields.get("password").unwrap_or_default();
    let missing = Problem {
        who: who.is_empty().then_some(texts.fill_in_who),
        password: password.is_empty().then_some(texts.fill_in_password),
        form: None,
    };
    if missing.who.is_some() || missing.password.is_some() {
        return Err(missing);
    }
    let tried = context.state.store.log_in(context.profile(), who, password);
    tried.map_err(|_| Problem {
        form: Some(texts.log_in_failed),
        ..Problem::default()
    })
}
