//! Frames of the service: which kinds there are, their URLs and the attributes of their elements
//! (documented surface, section 4; wire protocol, "URLs").

use alloc::string::String;

use super::endpoints::Endpoint;
use super::parameters::push_carried;
use crate::pass::Pass;
use crate::requirement::{Access, Ids};
use crate::text::{or, push};
use crate::urls::{push_percent_encoded, with_query};

/// The four kinds of frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameKind {
    /// The customer's own data.
    SelfService,
    /// An order form.
    Ordering,
    /// The deprecated predecessor of the order form.
    SignUp,
    /// Log-in to one or several paywalls.
    Paywall,
}

impl FrameKind {
    /// The kind of this name, as `frame(kind, …)` and `configure({ endpoints })` spell it.
    pub fn named(name: &str) -> Option<Self> {
        let kinds = [
            Self::SelfService,
            Self::Ordering,
            Self::SignUp,
            Self::Paywall,
        ];
        kinds
            .into_iter()
            .find(|kind| kind.endpoint().name() == name)
    }

    /// The endpoint that frames of this kind come from.
    pub const fn endpoint(self) -> Endpoint {
        match self {
            Self::SelfService => Endpoint::SelfService,
            Self::Ordering => Endpoint::Ordering,
            Self::SignUp => Endpoint::SignUp,
            Self::Paywall => Endpoint::Paywall,
        }
    }

    /// The option that names the ids, where the kind has one.
    pub const fn id_option(self) -> Option<&'static str> {
        match self {
            Self::SelfService => None,
            Self::Ordering => Some("orderingid"),
            Self::SignUp => Some("signupid"),
            Self::Paywall => Some("paywallid"),
        }
    }

    /// The frame's accessible name when the page gives none.
    pub const fn title(self) -> &'static str {
        match self {
            Self::SelfService => "Self-service",
            Self::Ordering => "Order",
            Self::SignUp => "Sign up",
            Self::Paywall => "Log in",
        }
    }

    /// Tells a pass that a frame of this kind with these ids may have stored: it parses, and one from a log-in
    /// to paywalls names one of them. Self-service stores none: its log-in is separate on purpose.
    pub fn may_store(self, pass: &str, ids: Ids<'_>) -> bool {
        let Ok(pass) = Pass::parse(pass) else {
            return false;
        };
        match self {
            Self::SelfService => false,
            Self::Paywall => ids.iter().any(|id| pass.names(id)),
            Self::Ordering | Self::SignUp => true,
        }
    }
}

/// The options of a frame call; empty texts are absent.
#[derive(Clone, Debug, Default)]
pub struct FrameRequest<'a> {
    /// The service's base URL; absent: the usual one.
    pub base: &'a str,
    /// The endpoint's URL template; absent: the built-in one.
    pub template: &'a str,
    /// The publisher's profile.
    pub profile: &'a str,
    /// Paywalls, or the one order or sign-up form.
    pub ids: Ids<'a>,
    /// A class for the `<body>` inside.
    pub cssclass: &'a str,
    /// A token that logs the customer in: a credential.
    pub preauth: &'a str,
    /// The page to go to when done.
    pub next: &'a str,
    /// Entitlement level asked for.
    pub access: Access,
    /// The element's accessible name.
    pub title: &'a str,
    /// The query of the embedding page, without `?`.
    pub page_query: &'a str,
    /// 32 random hex digits that tie messages to the element.
    pub id: &'a str,
}

impl FrameRequest<'_> {
    /// The frame's URL. `prefill` = names and values of the form's fields, in turn.
    ///
    /// # Errors
    /// The name of the option that makes no sense.
    pub fn url<'p>(
        &self,
        kind: FrameKind,
        mut prefill: impl Iterator<Item = &'p str>,
    ) -> Result<String, &'static str> {
        if !is_path_value(self.profile) {
            return Err("profile");
        }
        if let Some(option) = kind.id_option()
            && (self.ids.is_empty() || !self.ids.iter().all(is_path_value))
        {
            return Err(option);
        }
        let mut extra = String::new();
        push_field(&mut extra, "cssclass", self.cssclass);
        push_field(&mut extra, "preauth", self.preauth);
        push_field(&mut extra, "next", self.next);
        push_field(&mut extra, "access", self.access.name().unwrap_or(""));
        while let (Some(field), Some(value)) = (prefill.next(), prefill.next()) {
            push(&mut extra, "&prefill.");
            push_percent_encoded(&mut extra, field);
            push(&mut extra, "=");
            push_percent_encoded(&mut extra, value);
        }
        push_carried(&mut extra, self.page_query, "");
        push_field(&mut extra, "frame", self.id);
        let url = kind
            .endpoint()
            .url(self.template, self.base, self.profile, self.ids);
        Ok(with_query(&url, &extra))
    }

    /// Names and values of the element's attributes, exactly these; one with an empty value is left out.
    pub fn attributes<'s>(&'s self, kind: FrameKind, url: &'s str) -> [(&'s str, &'s str); 8] {
        // A log-in token that the page handed over stands in the page's own address as well.
        let referrer = match self.preauth {
            "" => "strict-origin-when-cross-origin",
            _ => "no-referrer",
        };
        let allow = if kind == FrameKind::Ordering {
            "payment"
        } else {
            ""
        };
        [
            ("src", url),
            ("title", or(self.title, kind.title())),
            ("width", "100%"),
            ("height", "200"),
            ("frameborder", "0"),
            ("data-iteras-frame", self.id),
            ("referrerpolicy", referrer),
            ("allow", allow),
        ]
    }
}

fn push_field(query: &mut String, name: &str, value: &str) {
    if !value.is_empty() {
        push(query, "&");
        push(query, name);
        push(query, "=");
        push_percent_encoded(query, value);
    }
}

/// Tells a profile or id that may stand in a frame's path: not empty, `.` or `..`, at most 256 bytes, no
/// controls.
pub fn is_path_value(value: &str) -> bool {
    !matches!(value, "" | "." | "..")
        && value.len() <= 256
        && !value.bytes().any(|byte| byte < 0x20 || byte == 0x7f)
}
