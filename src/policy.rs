//! Whether a pass opens a page: the same decision in the browser, on servers and at the edge.
//!
//! ```
//! use iteras::policy::decide;
//! use iteras::{Access, Pass, Reason, Requirement, Timestamp};
//!
//! let pass = Pass::parse("user|AAAA1111|2026-02-01T00:00:00Z|31168|/sha256:00").unwrap();
//! let wall = Requirement { access: Access::Sub, ..Requirement::ANY };
//! let now = Timestamp::from_unix(1_768_478_400);
//! assert_eq!(decide(&pass, &wall, now).reason, Some(Reason::AccessLevel));
//! ```
//!
//! The steps follow those of [`pass`](crate::pass); the first that fails names the reason:
//!
//! 5. **Paywall**: one of the wanted ids is in the pass, else `wrongpaywall`.
//! 6. **Level** of that id, by position: `sub` includes `user`; else `accesslevel`.
//! 7. **Time**: valid while `now <= expiry + leeway`, else `expired`. So only a pass that lacks
//!    nothing but time is `expired`.

use alloc::borrow::Cow;

use crate::cookies::pass_values;
use crate::pass::{Pass, PassError, Progress};
use crate::requirement::Requirement;
use crate::timestamp::Timestamp;

/// Declares [`Reason`] from one line for each: variant, stable string, public string, HTTP status of a denial.
macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $public:literal, $status:literal;)+) => {
        /// Why a visitor is not authorized: the stable strings of the verdict (documented surface, section 2.2).
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Reason { $($(#[$doc])* $variant,)+ }

        impl Reason {
            /// Every reason, in the order of the steps.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The stable string.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The reason as visitors and other servers may see it: `nopass`, `expired`, `wrongpaywall`,
            /// `accesslevel` or `invalid` (rules, "Parsing, verifying, deciding").
            pub const fn public_code(self) -> &'static str {
                match self { $(Self::$variant => $public,)+ }
            }

            /// The HTTP status of a denial: 403 for the right kind of pass with the wrong rights, else 401.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }
        }
    };
}

reasons! {
    /// No cookie of ours.
    NoPass = "nopass", "nopass", 401;
    /// The value is not a pass.
    Malformed = "malformed", "invalid", 401;
    /// Servers: the signature's algorithm is not allowed.
    Algorithm = "algorithm", "invalid", 401;
    /// Servers: the signature was made with none of the keys.
    Signature = "signature", "invalid", 401;
    /// None of the wanted paywalls is in the pass.
    WrongPaywall = "wrongpaywall", "wrongpaywall", 403;
    /// The level for the wanted paywall is too low.
    AccessLevel = "accesslevel", "accesslevel", 403;
    /// The pass lacks nothing but time.
    Expired = "expired", "expired", 401;
    /// The service refused to renew the pass.
    Refused = "refused", "invalid", 401;
}

/// The decision about one pass and one requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision<'a> {
    /// `None` = authorized.
    pub reason: Option<Reason>,
    /// Level and paywall id of the first position that satisfies, else of the first with a wanted id.
    pub entitlement: Option<(&'a str, &'a str)>,
}

/// Decides about one pass (steps 5 to 7).
pub fn decide<'a>(pass: &Pass<'a>, wanted: &Requirement<'_>, now: Timestamp) -> Decision<'a> {
    let (reason, position) = judge(pass, wanted, now);
    Decision {
        reason,
        entitlement: position.and_then(|at| pass.entitlements().nth(at)),
    }
}

/// The reason, and the position in the pass that it is about.
fn judge(
    pass: &Pass<'_>,
    wanted: &Requirement<'_>,
    now: Timestamp,
) -> (Option<Reason>, Option<usize>) {
    let mut position = None;
    let mut satisfies = false;
    for (at, (level, id)) in pass.entitlements().enumerate() {
        if !wanted.wants(id) {
            continue;
        }
        satisfies = wanted.access.satisfied_by(level);
        if satisfies || position.is_none() {
            position = Some(at);
        }
        if satisfies {
            break;
        }
    }
    let end = pass.expires().unix();
    let reason = match position {
        None => Some(Reason::WrongPaywall),
        Some(_) if !satisfies => Some(Reason::AccessLevel),
        Some(_) if now.unix() > end.saturating_add(i64::from(wanted.leeway)) => {
            Some(Reason::Expired)
        }
        Some(_) => None,
    };
    (reason, position)
}

/// Why a value never became a pass to decide about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// What the verdict says.
    pub reason: Reason,
    /// The step that refused the value.
    pub progress: Progress,
}

impl From<PassError> for Rejection {
    fn from(error: PassError) -> Self {
        Self {
            reason: Reason::Malformed,
            progress: error.progress(),
        }
    }
}

/// One cookie value with the decision about it and the pass that was read: nobody has to parse or decide again.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    value: Cow<'a, str>,
    reason: Option<Reason>,
    progress: Progress,
    expires: Option<Timestamp>,
    position: Option<usize>,
}

impl<'a> Candidate<'a> {
    /// No value of ours among the cookies.
    pub const NONE: Self = Self {
        value: Cow::Borrowed(""),
        reason: Some(Reason::NoPass),
        progress: Progress::Absent,
        expires: None,
        position: None,
    };

    /// Holds a value against a requirement; `open` reads the pass, after whatever check its caller owes.
    pub fn examine(
        value: Cow<'a, str>,
        wanted: &Requirement<'_>,
        now: Timestamp,
        open: impl FnOnce(&str) -> Result<Pass<'_>, Rejection>,
    ) -> Self {
        let opened = open(&value).map(|pass| (pass.expires(), judge(&pass, wanted, now)));
        match opened {
            Err(Rejection { reason, progress }) => Self {
                value,
                reason: Some(reason),
                progress,
                expires: None,
                position: None,
            },
            Ok((expires, (reason, position))) => Self {
                value,
                reason,
                progress: match reason {
                    Some(Reason::WrongPaywall) => Progress::Paywall,
                    Some(Reason::AccessLevel) => Progress::Level,
                    Some(_) => Progress::Time,
                    None => Progress::Authorized,
                },
                expires: Some(expires),
                position,
            },
        }
    }

    /// The value, decoded; empty when there was none.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The value in owned form.
    pub fn into_value(self) -> alloc::string::String {
        self.value.into_owned()
    }

    /// Why the visitor is not authorized; `None` = authorized.
    pub fn reason(&self) -> Option<Reason> {
        self.reason
    }

    /// The step that refused the value.
    pub fn progress(&self) -> Progress {
        self.progress
    }

    /// The pass that the decision is about; `None` when the value is none.
    pub fn pass(&self) -> Option<Pass<'_>> {
        // Servers save the time, browsers the bytes.
        if cfg!(feature = "fast") {
            Pass::again(&self.value, self.expires?)
        } else {
            Pass::parse(&self.value).ok()
        }
    }

    /// Level and paywall id of the first position that satisfies, else of the first with a wanted id.
    pub fn entitlement(&self) -> Option<(&str, &str)> {
        self.pass()?.entitlements().nth(self.position?)
    }
}

/// Of several cookie values, the first that satisfies; else the one that got furthest, ties: the first.
///
/// Servers keep more of a value than its [`Candidate`], so that is a part of what is chosen.
pub fn best<'a, C>(
    values: impl Iterator<Item = Cow<'a, str>>,
    examine: impl Fn(Cow<'a, str>) -> C,
) -> C
where
    C: From<Candidate<'a>> + AsRef<Candidate<'a>>,
{
    let mut best = C::from(Candidate::NONE);
    for value in values {
        let candidate = examine(value);
        if candidate.as_ref().progress > best.as_ref().progress {
            best = candidate;
        }
        if best.as_ref().reason.is_none() {
            break;
        }
    }
    best
}

impl<'a> AsRef<Candidate<'a>> for Candidate<'a> {
    fn as_ref(&self) -> &Self {
        self
    }
}

/// Decides about a page's cookies, as browsers do: see [`examine_unverified`].
pub fn decide_unverified<'a>(
    cookie: &'a str,
    wanted: &Requirement<'_>,
    now: Timestamp,
    confirmed: &str,
) -> Candidate<'a> {
    best(pass_values(cookie), |value| {
        examine_unverified(value, wanted, now, confirmed)
    })
}

/// Holds an unverified value against a requirement, as browsers do: the signature is not judged.
///
/// The value `confirmed` was vouched for by the service a moment ago: then the reader's clock has no
/// say (wire protocol, "Regeneration").
pub fn examine_unverified<'a>(
    value: Cow<'a, str>,
    wanted: &Requirement<'_>,
    now: Timestamp,
    confirmed: &str,
) -> Candidate<'a> {
    let mut candidate = Candidate::examine(value, wanted, now, |value| Ok(Pass::parse(value)?));
    if candidate.reason == Some(Reason::Expired) && candidate.value == confirmed {
        candidate.reason = None;
        candidate.progress = Progress::Authorized;
    }
    candidate
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requirement::Access;
    use std::format;

    const NOW: Timestamp = Timestamp::from_unix(1_768_478_400);

    #[test]
    fn the_value_that_got_furthest_gives_the_reason() {
        let wanted = Requirement {
            access: Access::Sub,
            ..Requirement::ANY
        };
        let (junk, cut) = ("junk", "a|b/sha256:0");
        let low = "user|A|2099-01-01T00:00:00Z|1|/sha256:0";
        let values = [junk, low, cut].map(Cow::Borrowed).into_iter();
        let best = best(values, |value| examine_unverified(value, &wanted, NOW, ""));
        assert_eq!(best.reason(), Some(Reason::AccessLevel));
        assert_eq!(
            best.pass().map(|pass| pass.expires().unix()),
            Some(4_070_908_800)
        );
    }

    #[test]
    fn of_values_that_got_as_far_the_first_gives_the_reason() {
        let ended = |subscriber| format!("sub|A|2020-01-01T00:00:00Z|{subscriber}|/sha256:0");
        let values = ["1", "2"].map(|subscriber| Cow::Owned(ended(subscriber)));
        let best = best(values.into_iter(), |value| {
            examine_unverified(value, &Requirement::ANY, NOW, "")
        });
        assert_eq!(best.reason(), Some(Reason::Expired));
        assert_eq!(best.pass().map(|pass| pass.subscriber()), Some("1"));
    }

    #[test]
    fn every_reason_is_specified_and_typed() {
        let surface = include_str!("../docs/spec/surface.md");
        let page = include_str!("../pkg-template/types/index.d.ts");
        let server = include_str!("../pkg-template/types/server.d.ts");
        for reason in Reason::ALL {
            let code = reason.code();
            assert!(surface.contains(&alloc::format!("`{code}`")), "{code}");
            let typed = alloc::format!("\"{code}\"");
            assert!(page.contains(&typed) || server.contains(&typed), "{code}");
        }
    }
}
