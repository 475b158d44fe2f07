//! Parts that the forms are made of; every field has a label, and its error beside it.

use maud::{Markup, html};

/// The kind of text that a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    /// An e-mail address or a number: `type=email` would let browsers rewrite it.
    Login,
    Email,
    Password,
}

impl Kind {
    fn input_type(self) -> &'static str {
        match self {
            Self::Text | Self::Login => "text",
            Self::Email => "email",
            Self::Password => "password",
        }
    }

    /// Readers write in any script; what they type decides on which side it begins.
    fn direction(self) -> Option<&'static str> {
        (self != Self::Password).then_some("auto")
    }
}

/// A text field.
pub(crate) struct Input<'a> {
    pub(crate) name: &'static str,
    pub(crate) label: &'a str,
    pub(crate) value: &'a str,
    pub(crate) error: Option<&'a str>,
    pub(crate) kind: Kind,
    pub(crate) autocomplete: &'static str,
}

impl Input<'_> {
    pub(crate) fn render(&self) -> Markup {
        let error_id = self.error.map(|_| format!("{}-error", self.name));
        html! {
            div.field {
                label for=(self.name) { (self.label) }
                input id=(self.name) name=(self.name) type=(self.kind.input_type()) value=(self.value)
                    dir=[self.kind.direction()]
                    autocomplete=(self.autocomplete)
                    inputmode=[(self.kind == Kind::Login).then_some("email")]
                    autocapitalize=[(self.kind != Kind::Text).then_some("none")]
                    aria-invalid=[self.error.map(|_| "true")]
                    aria-describedby=[error_id.as_deref()];
                @if let Some(error) = self.error {
                    p.error id=[error_id.as_deref()] { (error) }
                }
            }
        }
    }
}

/// A message about the whole form; the frame's script gives it the focus after a post.
pub(crate) fn alert(text: &str) -> Markup {
    html! { p.alert role="alert" tabindex="-1" { (text) } }
}

/// A message that something went well.
pub(crate) fn notice(text: &str) -> Markup {
    html! { p.notice role="status" { (text) } }
}

/// A button that posts `action`.
pub(crate) fn button(action: &str, label: &str) -> Markup {
    html! { button type="submit" name="action" value=(action) { (label) } }
}

/// A less important button that posts `action`.
pub(crate) fn quiet_button(action: &str, label: &str) -> Markup {
    html! { button.quiet type="submit" name="action" value=(action) formnovalidate { (label) } }
}
