//! The gate's plan: what is done about one request, as data that every gate carries out alike.
//!
//! ```
//! use std::borrow::Cow;
//! use iteras::{Access, IdList, Requirement, Timestamp};
//! use iteras_guard::plan::{Kind, Opening, Settings, Visit, Wanted};
//! use iteras_guard::signature::{Algorithms, PassKey, PassKeys};
//!
//! struct Asked(String);
//!
//! impl Visit for Asked {
//!     fn method(&self) -> Cow<'_, str> { "GET".into() }
//!     fn host(&self) -> Option<Cow<'_, str>> { Some("pub.example".into()) }
//!     fn path(&self) -> Cow<'_, str> { "/article".into() }
//!     fn query(&self) -> Cow<'_, str> { "".into() }
//!     fn destination(&self) -> Option<Cow<'_, str>> { None }
//!     fn purpose(&self) -> Cow<'_, str> { "".into() }
//!     fn accept(&self) -> Cow<'_, str> { "text/html".into() }
//!     fn is_https(&self) -> bool { true }
//!     fn cookies(&self, _: &'static str) -> Cow<'_, str> { self.0.as_str().into() }
//! }
//!
//! let key = PassKey::new("j8kau2v3lzp0n12ilw1d0hurr6059gyo").unwrap();
//! let asked = Asked(format!("iteraspass={}", key.sign("sub|A|2026-02-01T00:00:00Z|31168|")));
//! let keys = PassKeys::new(vec![("2026".into(), key)], Algorithms::Sha256).unwrap();
//! let (ids, now) = (IdList::new(["A"]), Timestamp::from_unix(1_768_478_400));
//! let wanted = Requirement { paywalls: Some(ids.as_ids()), access: Access::Sub, leeway: 60 };
//! let plan = Settings::new(keys).plan(&asked, Wanted::All([wanted]), now, |pass| pass.owned());
//! assert!(matches!(&plan.verdict, Ok(Opening::Pass(pass)) if pass.subscriber() == "31168"));
//! assert_eq!(plan.kind, Kind::Pass);
//! ```
//!
//! A [`Kind`] of plan has [`Steps`], the same for every request: the question to the origin, and the changes to its
//! answer. A door carries them out without an `if` about passes. The gate program asks no origin when it answers
//! another server; it tells that one what the origin would have been told.

mod decide;
mod steps;

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use iteras::timestamp::Timestamp;
use iteras::{Access, Reason};

use crate::meter::Metered;
use crate::page;
use crate::requirement::Doubt;
use crate::signature::OwnedPass;

pub use decide::{Settings, Wanted, wanted};
pub use steps::{Answer, Ask, Body, Kind, Steps, Value};

/// A request as a plan is made of it: the visitor's own, also where another server asks on its behalf.
///
/// Only what is needed is asked for: of a request that a pass opens, its cookies.
pub trait Visit {
    /// The method, in capitals.
    fn method(&self) -> Cow<'_, str>;
    /// The host with its port as the visitor sent it; `None` when there is none, or two that differ.
    fn host(&self) -> Option<Cow<'_, str>>;
    /// The path as received.
    fn path(&self) -> Cow<'_, str>;
    /// The query without its `?`; empty when there is none.
    fn query(&self) -> Cow<'_, str>;
    /// The value of `Sec-Fetch-Dest`; for one that is no text, a text that names no destination.
    fn destination(&self) -> Option<Cow<'_, str>>;
    /// The values of [`PURPOSES`](crate::headers::PURPOSES), joined by commas; empty where there is none.
    fn purpose(&self) -> Cow<'_, str>;
    /// The values of `Accept`, joined by commas; empty where there is none.
    fn accept(&self) -> Cow<'_, str>;
    /// True where the visitor is known to have come by https.
    fn is_https(&self) -> bool;
    /// The cookies of this name, as [`own_text`](crate::cookies::own_text) makes them of all `Cookie` lines.
    fn cookies(&self, name: &'static str) -> Cow<'_, str>;
    /// True where the publisher's own check knows the visitor as an editor.
    fn is_editor(&self) -> bool {
        false
    }
}

/// A plan for one request. `P` is what its maker keeps of a verified pass.
#[derive(Clone, Debug)]
pub struct Plan<P = OwnedPass> {
    /// The way through the steps.
    pub kind: Kind,
    /// The opening or the denial.
    pub verdict: Verdict<P>,
    /// The denial that the passes alone would have got, where something else opened the page.
    pub lacking: Option<Denial<P>>,
    /// Values of `Set-Cookie` that the answer gets besides its own, where its status [allows](Self::cookies_with) it:
    /// the pass, sent back, or the pages that a meter has counted.
    pub cookies: Vec<String>,
    /// True for an answer without a body, since it is a denial or teaser for `HEAD`.
    pub is_bodiless: bool,
    /// True where a page was asked for, by `GET` or `HEAD`: then a teaser can stand for the denial.
    pub is_page: bool,
}

impl<P> Plan<P> {
    /// The question to the origin and the changes to its answer.
    pub fn steps(&self) -> &'static Steps {
        self.kind.steps()
    }

    /// The [`cookies`](Self::cookies) for an answer of this status.
    pub fn cookies_with(&self, status: u16) -> &[String] {
        match self.kind.sends_cookies(status) {
            true => &self.cookies,
            false => &[],
        }
    }

    /// The open mark, where there is one in the page.
    pub fn mark(&self) -> Cow<'static, str> {
        match &self.verdict {
            Ok(Opening::Meter(metered)) => page::metered_mark(*metered).into(),
            _ => page::MARK.into(),
        }
    }

    /// Tells whether a verified search engine would be let in: a page that nothing else opens, a meter apart, asked for
    /// by `GET` or `HEAD`, and about which there is no doubt.
    pub fn is_for_crawlers(&self) -> bool {
        match &self.verdict {
            Err(denial) => self.is_page && denial.doubt.is_none(),
            Ok(Opening::Meter(_)) => true,
            Ok(_) => false,
        }
    }

    /// The plan where a search engine was verified; as it is where it lets none in.
    #[must_use]
    pub fn for_crawler(self) -> Self {
        if !self.is_for_crawlers() {
            return self;
        }
        let denial = self.verdict.err().or(self.lacking);
        Self::opened(Kind::Crawler, Opening::Crawler, denial)
    }

    /// The plan for a gate that can make teasers: those who are denied a page get one, where it can be made. Not a page
    /// that is fetched ahead: the teaser would stay in the place of one that the meter opens.
    #[must_use]
    pub fn with_teaser(self) -> Self {
        let is_ahead = self.verdict.as_ref().is_err_and(Denial::is_ahead);
        let kind = match self.kind {
            Kind::Denial if self.is_page && !is_ahead => Kind::Teaser,
            kind => kind,
        };
        Self { kind, ..self }
    }
}

impl Plan {
    /// Seconds for which a server that asked may take this answer again for the same method, address and cookies:
    /// `most`, or fewer where the pass expires before. Anything but a pass is asked about anew, and so is what sets a
    /// cookie.
    pub fn kept_for(&self, most: u32, now: Timestamp) -> u32 {
        match &self.verdict {
            Ok(Opening::Pass(pass)) if self.cookies.is_empty() => {
                let left = pass.expires().unix().saturating_sub(now.unix());
                u32::try_from(left.clamp(0, most.into())).unwrap_or(0)
            }
            _ => 0,
        }
    }
}

/// The opening of a page, or its denial.
pub type Verdict<P = OwnedPass> = Result<Opening<P>, Denial<P>>;

/// The means by which a page is open.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Opening<P = OwnedPass> {
    /// The page asks for nothing.
    NoRequirement,
    /// A pass.
    Pass(P),
    /// A gift link; nothing is known about the visitor.
    Gift,
    /// An editor's cookie, or the publisher's own check for editors.
    Editor,
    /// A search engine that was verified: see [`crawlers`](crate::crawlers).
    Crawler,
    /// The page is one of the free ones: see [`meter`](crate::meter).
    Meter(Metered),
}

impl<P> Opening<P> {
    /// The stable string that the origin is told: `pass`, `gift`, `editor`, `crawler`, `meter`; `None` for a page that asks
    /// for nothing.
    pub fn name(&self) -> Option<&'static str> {
        match self {
            Self::NoRequirement => None,
            Self::Pass(_) => Some("pass"),
            Self::Gift => Some("gift"),
            Self::Editor => Some("editor"),
            Self::Crawler => Some("crawler"),
            Self::Meter(_) => Some("meter"),
        }
    }
}

/// The denial of a page that nothing opened: its reason, and the verified pass that did not satisfy, if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial<P = OwnedPass> {
    reason: Reason,
    access: Access,
    doubt: Option<Doubt>,
    pass: Option<P>,
    meter: Option<Metered>,
    is_ahead: bool,
}

impl<P> Denial<P> {
    /// A denial of this reason where this level was asked for, without a verified pass.
    pub fn new(reason: Reason, access: Access) -> Self {
        Self {
            reason,
            access,
            doubt: None,
            pass: None,
            meter: None,
            is_ahead: false,
        }
    }

    /// The exact reason: for logs, metrics and a rejection of the publisher's own, not for visitors.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// The reason as visitors and other servers may see it: `nopass`, `expired`, `wrongpaywall`,
    /// `accesslevel` or `invalid`.
    pub fn code(&self) -> &'static str {
        self.reason.public_code()
    }

    /// The level that was asked for.
    pub fn access(&self) -> Access {
        self.access
    }

    /// The doubt about which page was asked for; `None` where that is clear.
    pub fn doubt(&self) -> Option<Doubt> {
        self.doubt
    }

    /// The free pages of a meter, where they are used up.
    pub fn meter(&self) -> Option<Metered> {
        self.meter
    }

    /// True for a page that is fetched or rendered before the reader opens it, when a meter may: the browser has to drop
    /// what it gets, so that it is neither a page nor a redirect.
    pub fn is_ahead(&self) -> bool {
        self.is_ahead
    }

    /// The pass, where one is verified that did not satisfy.
    pub fn pass(&self) -> Option<&P> {
        self.pass.as_ref()
    }
}

impl<P> fmt::Display for Denial<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason.code())
    }
}

impl<P: fmt::Debug> core::error::Error for Denial<P> {}

/// What [`METER`](crate::headers::METER) tells: `2/3`, or `ahead` for a page that is [fetched ahead](Denial::is_ahead).
pub fn metered<P>(verdict: &Verdict<P>) -> Option<Cow<'static, str>> {
    match verdict {
        Ok(Opening::Meter(metered)) => Some(metered.to_string().into()),
        Ok(_) => None,
        Err(denial) if denial.is_ahead => Some("ahead".into()),
        Err(denial) => Some(denial.meter?.to_string().into()),
    }
}

/// The text of a header in steps, from a verdict; `None` where that has none.
pub fn text(value: Value, verdict: &Verdict) -> Option<Cow<'_, str>> {
    let pass = match verdict {
        Ok(Opening::Pass(pass)) => Some(pass),
        _ => None,
    };
    match value {
        Value::Text(text) => Some(text.into()),
        Value::Level => Some(pass?.level().unwrap_or("").into()),
        Value::Paywall => Some(pass?.paywallid().unwrap_or("").into()),
        Value::Subscriber => Some(pass?.subscriber().into()),
        Value::Expires => Some(pass?.expires().to_string().into()),
        Value::Reason => Some(verdict.as_ref().err()?.code().into()),
        Value::Meter => metered(verdict),
    }
}
