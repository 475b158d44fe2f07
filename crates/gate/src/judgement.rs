//! What came of a request.

use std::fmt;

use http::StatusCode;
use iteras::{Access, Reason, Timestamp};
use iteras_guard::signature::{self, Checked};

/// The decision about one request. Layers put it into the request's extensions.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Judgement {
    /// The page asks for nothing.
    Open,
    /// Let through by a pass.
    Pass(VerifiedPass),
    /// Let through by a gift link; nothing is known about the visitor.
    Gift,
    /// Let through by an editor's cookie, or the publisher's own check for editors.
    Editor,
    /// Not let through.
    Denied(Denial),
}

impl Judgement {
    /// `pass`, `gift`, `editor`; `None` when open or denied. Stable.
    pub fn verdict(&self) -> Option<&'static str> {
        match self {
            Self::Pass(_) => Some("pass"),
            Self::Gift => Some("gift"),
            Self::Editor => Some("editor"),
            Self::Open | Self::Denied(_) => None,
        }
    }
}

/// What a pass whose signature matched says about its holder.
#[derive(Clone, PartialEq, Eq)]
pub struct Facts {
    /// Level of the position of the pass that satisfies, else of the first with a wanted id.
    pub level: Option<String>,
    /// The paywall id at that position.
    pub paywallid: Option<String>,
    /// The subscriber's id; may be empty.
    pub subscriber: String,
    /// The last second at which the pass is valid, leeway not counted.
    pub expires: Timestamp,
}

impl Facts {
    pub(crate) fn of(
        checked: &Checked<'_, '_>,
        verified: &signature::VerifiedPass<'_, '_>,
    ) -> Self {
        let entitlement = checked.entitlement();
        Self {
            level: entitlement.map(|(level, _)| level.to_owned()),
            paywallid: entitlement.map(|(_, id)| id.to_owned()),
            subscriber: verified.pass().subscriber().to_owned(),
            expires: verified.pass().expires(),
        }
    }
}

/// Leaves out who it is: logs are read by many.
impl fmt::Debug for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Facts")
            .field("level", &self.level)
            .field("paywallid", &self.paywallid)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// A pass that was checked and satisfies, in owned form; handlers get it by the extractor.
#[derive(Clone)]
pub struct VerifiedPass {
    pub(crate) facts: Facts,
    pub(crate) key_id: String,
    pub(crate) old_key: bool,
    pub(crate) value: String,
}

impl VerifiedPass {
    /// Level, paywall, subscriber and expiry.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The subscriber's id; may be empty.
    pub fn subscriber(&self) -> &str {
        &self.facts.subscriber
    }

    /// The id of the key that matched.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Whether that was another key than the first, newest one.
    pub fn is_by_old_key(&self) -> bool {
        self.old_key
    }
}

/// Without the pass itself, which is a bearer token.
impl fmt::Debug for VerifiedPass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedPass")
            .field("facts", &self.facts)
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

/// Why a request was not let through.
#[derive(Clone, Debug)]
pub struct Denial {
    pub(crate) reason: Reason,
    pub(crate) access: Access,
    pub(crate) facts: Option<Facts>,
}

impl Denial {
    /// The exact reason: for logs, metrics and a rejection closure, not for visitors.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// The reason as visitors and other servers may see it: `nopass`, `expired`, `wrongpaywall`,
    /// `accesslevel` or `invalid`.
    pub fn code(&self) -> &'static str {
        self.reason.public_code()
    }

    /// 403 for the right kind of pass with the wrong rights, else 401.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.reason.status()).expect("401 and 403 are statuses")
    }

    /// The level that was asked for.
    pub fn access(&self) -> Access {
        self.access
    }

    /// What the pass says, when its signature matched and it could be read.
    pub fn facts(&self) -> Option<&Facts> {
        self.facts.as_ref()
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason.code())
    }
}

impl std::error::Error for Denial {}
