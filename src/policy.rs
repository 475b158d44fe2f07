//! Whether a pass opens a page: the same decision in the browser, on servers and at the edge.
//!
//! ```
//! use iteras::pass::Pass;
//! use iteras::policy::{Access, Reason, Requirement, decide};
//! use iteras::timestamp::Timestamp;
//!
//! let pass = Pass::parse("user|AAAA1111|2026-02-01T00:00:00Z|31168|/sha256:00").unwrap();
//! let wall = Requirement { paywalls: None, access: Access::Sub, leeway: 0 };
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

use crate::pass::{Pass, PassError};
use crate::text::parts;
use crate::timestamp::Timestamp;

/// What a page asks of a pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement<'a> {
    /// A pass for any one of these ids, one a line, is enough; `None` = any paywall. An empty line fits
    /// no pass.
    pub paywalls: Option<&'a str>,
    /// The entitlement level asked for.
    pub access: Access,
    /// Seconds after the expiry for which a pass still counts: 0 in browsers, 60 on servers.
    pub leeway: u32,
}

impl Requirement<'_> {
    /// Any paywall, any level, no leeway.
    pub const ANY: Self = Self {
        paywalls: None,
        access: Access::Any,
        leeway: 0,
    };

    fn wants(&self, id: &str) -> bool {
        self.paywalls
            .is_none_or(|ids| parts(ids, b'\n').any(|wanted| wanted == id))
    }
}

/// The entitlement level that a page asks for (`access`, documented surface, section 2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Any level, also one unknown to us.
    #[default]
    Any,
    /// A registered reader; `sub` includes it.
    User,
    /// A subscriber.
    Sub,
}

impl Access {
    /// `"user"` and `"sub"` as they stand in options and URLs; nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "user" => Some(Self::User),
            "sub" => Some(Self::Sub),
            _ => None,
        }
    }

    /// The level's name, `None` for any.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Any => None,
            Self::User => Some("user"),
            Self::Sub => Some("sub"),
        }
    }

    fn satisfied_by(self, level: &str) -> bool {
        match self {
            Self::Any => true,
            Self::User => level == "user" || level == "sub",
            Self::Sub => level == "sub",
        }
    }
}

/// Why a visitor is not authorized: the stable strings of the verdict (surface, section 2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// No cookie of ours.
    NoPass,
    /// The value is not a pass.
    Malformed,
    /// Servers: the signature's algorithm is not allowed.
    Algorithm,
    /// Servers: the signature was made with none of the keys.
    Signature,
    /// None of the wanted paywalls is in the pass.
    WrongPaywall,
    /// The level for the wanted paywall is too low.
    AccessLevel,
    /// The pass lacks nothing but time.
    Expired,
    /// The service refused to renew the pass.
    Refused,
}

impl Reason {
    /// The stable string.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoPass => "nopass",
            Self::Malformed => "malformed",
            Self::Algorithm => "algorithm",
            Self::Signature => "signature",
            Self::WrongPaywall => "wrongpaywall",
            Self::AccessLevel => "accesslevel",
            Self::Expired => "expired",
            Self::Refused => "refused",
        }
    }

    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::NoPass,
        Self::Malformed,
        Self::Algorithm,
        Self::Signature,
        Self::WrongPaywall,
        Self::AccessLevel,
        Self::Expired,
        Self::Refused,
    ];

    /// The reason as visitors and other servers may see it: `nopass`, `expired`, `wrongpaywall`,
    /// `accesslevel` or `invalid`.
    pub const fn public_code(self) -> &'static str {
        match self {
            Self::NoPass | Self::Expired | Self::WrongPaywall | Self::AccessLevel => self.code(),
            _ => "invalid",
        }
    }

    /// The HTTP status of a denial: 403 for the right kind of pass with the wrong rights, else 401.
    pub const fn status(self) -> u16 {
        match self {
            Self::WrongPaywall | Self::AccessLevel => 403,
            _ => 401,
        }
    }
}

/// What came of holding one pass against a requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision<'a> {
    /// `None` = authorized.
    pub reason: Option<Reason>,
    /// Level and paywall id of the first position that satisfies, else of the first with a wanted id.
    pub entitlement: Option<(&'a str, &'a str)>,
}

/// Decides about one pass (steps 5 to 7).
pub fn decide<'a>(pass: &Pass<'a>, wanted: &Requirement<'_>, now: Timestamp) -> Decision<'a> {
    let mut named = pass.entitlements().filter(|(_, id)| wanted.wants(id));
    let Some(first) = named.next() else {
        return Decision {
            reason: Some(Reason::WrongPaywall),
            entitlement: None,
        };
    };
    let satisfies = |(level, _): &(&str, &str)| wanted.access.satisfied_by(level);
    let satisfying = Some(first)
        .filter(satisfies)
        .or_else(|| named.find(satisfies));
    let Some(entitlement) = satisfying else {
        return Decision {
            reason: Some(Reason::AccessLevel),
            entitlement: Some(first),
        };
    };
    let valid = now.unix()
        <= pass
            .expires()
            .unix()
            .saturating_add(i64::from(wanted.leeway));
    Decision {
        reason: (!valid).then_some(Reason::Expired),
        entitlement: Some(entitlement),
    }
}

/// What came of one cookie value: the decision, and how far through the steps it got.
#[derive(Clone, Debug)]
pub struct Finding<'a> {
    /// The value itself, decoded; empty when there was none.
    pub value: Cow<'a, str>,
    /// `None` = authorized.
    pub reason: Option<Reason>,
    step: u8,
    #[cfg(feature = "verify")]
    signed: Option<Signed<'a>>,
}

/// What is known of a value whose signature matched.
#[cfg(feature = "verify")]
#[derive(Clone, Copy, Debug)]
struct Signed<'a> {
    key: usize,
    // Kept so that it need not be read again; `None` where the value had to be decoded.
    pass: Option<Pass<'a>>,
}

impl<'a> Finding<'a> {
    /// No value of ours among the cookies.
    pub const NOTHING: Self = Self {
        value: Cow::Borrowed(""),
        reason: Some(Reason::NoPass),
        step: 0,
        #[cfg(feature = "verify")]
        signed: None,
    };

    /// A value that was refused before there was a pass to decide about.
    pub(crate) fn refused(value: Cow<'a, str>, reason: Reason, step: u8) -> Self {
        Self {
            value,
            reason: Some(reason),
            step,
            #[cfg(feature = "verify")]
            signed: None,
        }
    }

    /// A value that is not a pass.
    pub(crate) fn malformed(value: Cow<'a, str>, error: PassError) -> Self {
        Self::refused(value, Reason::Malformed, error.step())
    }

    /// A value that is a pass, and what was decided about it.
    pub(crate) fn decided(value: Cow<'a, str>, reason: Option<Reason>) -> Self {
        let step = match reason {
            Some(Reason::WrongPaywall) => 5,
            Some(Reason::AccessLevel) => 6,
            Some(_) => 7,
            None => 8,
        };
        Self {
            value,
            reason,
            step,
            #[cfg(feature = "verify")]
            signed: None,
        }
    }

    /// The same, and which key the signature was made with; the pass, if it need not be read again.
    #[cfg(feature = "verify")]
    pub(crate) fn signed_with(self, key: usize, pass: Option<Pass<'a>>) -> Self {
        let signed = Some(Signed { key, pass });
        Self { signed, ..self }
    }

    /// The position of the key that the signature was made with, among those that were tried; `None`
    /// when no signature matched, or none was looked at.
    #[cfg(feature = "verify")]
    pub fn key(&self) -> Option<usize> {
        self.signed.map(|signed| signed.key)
    }

    /// The pass that this is about; `None` when the value does not parse.
    pub fn pass(&self) -> Option<Pass<'_>> {
        #[cfg(feature = "verify")]
        if let Some(pass) = self.signed.and_then(|signed| signed.pass) {
            return Some(pass);
        }
        (self.step > 4)
            .then(|| Pass::parse(&self.value).ok())
            .flatten()
    }
}

/// Of several cookie values, the first that satisfies; else the one that got furthest, ties: the first.
pub fn best<'a>(
    values: impl Iterator<Item = Cow<'a, str>>,
    examine: impl Fn(Cow<'a, str>) -> Finding<'a>,
) -> Finding<'a> {
    let mut best = Finding::NOTHING;
    for value in values {
        let finding = examine(value);
        if finding.step > best.step {
            best = finding;
        }
        if best.reason.is_none() {
            break;
        }
    }
    best
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
) -> Finding<'a> {
    let decided = Pass::parse(&value).map(|pass| decide(&pass, wanted, now).reason);
    match decided {
        Err(error) => Finding::malformed(value, error),
        Ok(Some(Reason::Expired)) if value == confirmed => Finding::decided(value, None),
        Ok(reason) => Finding::decided(value, reason),
    }
}

/// Seconds of a pass that are left when it is time to renew it whatever `renewAfter` says.
const LAST_DAYS: i64 = 3 * 86_400;
/// Seconds that then lie at least between two checks.
const LAST_DAYS_PAUSE: i64 = 3600;

/// Whether an unexpired pass is due for renewal: the last check is unknown or older than
/// `renew_after` seconds, or under 3 days are left and the last check is over an hour ago.
pub fn renewal_due(
    expires: Timestamp,
    checked: Option<Timestamp>,
    renew_after: u32,
    now: Timestamp,
) -> bool {
    let Some(checked) = checked.filter(|checked| *checked <= now) else {
        // Never, or by a clock that has since been set back.
        return true;
    };
    let age = now.unix() - checked.unix();
    age > i64::from(renew_after) || (in_last_days(expires, now) && age > LAST_DAYS_PAUSE)
}

/// Whether less than 3 days of a pass are left.
pub fn in_last_days(expires: Timestamp, now: Timestamp) -> bool {
    expires.unix() - now.unix() < LAST_DAYS
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_768_478_400);

    fn at(seconds_ago: i64) -> Option<Timestamp> {
        Some(Timestamp::from_unix(NOW.unix() - seconds_ago))
    }

    #[test]
    fn renewal_is_due_by_age_and_in_the_last_three_days() {
        let in_days = |days: i64| Timestamp::from_unix(NOW.unix() + days * 86_400);
        assert!(renewal_due(in_days(20), None, 86_400, NOW));
        assert!(!renewal_due(in_days(20), at(86_400), 86_400, NOW));
        assert!(renewal_due(in_days(20), at(86_401), 86_400, NOW));
        assert!(!renewal_due(in_days(2), at(3600), 86_400, NOW));
        assert!(renewal_due(in_days(2), at(3601), 86_400, NOW));
        assert!(
            renewal_due(in_days(20), at(-60), 86_400, NOW),
            "a check in the future is unknown"
        );
    }

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
        assert_eq!(best.reason, Some(Reason::AccessLevel));
        assert_eq!(
            best.pass().map(|pass| pass.expires().unix()),
            Some(4_070_908_800)
        );
    }
}
