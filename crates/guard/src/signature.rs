//! Signing and checking passes with HMAC, for servers and the edge.
//!
//! ```
//! use iteras_guard::signature::{Algorithms, PassKey, PassKeys};
//!
//! let key = PassKey::new("j8kau2v3lzp0n12ilw1d0hurr6059gyo").unwrap();
//! let pass = key.sign("sub|n8fsoupukhv3|2099-12-31T23:59:59Z|31168|192.0.2.7");
//! let keys = PassKeys::new(vec![("2026".into(), key)], Algorithms::Sha256).unwrap();
//! let verified = keys.verify(&pass).unwrap();
//! assert_eq!((verified.key_id(), verified.pass().subscriber()), ("2026", "31168"));
//! ```
//!
//! The order of the rules is kept: grammar, algorithm, length of the tag, HMAC in constant time, and
//! only then the fields. Nobody gets to see what an unsigned text says.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use iteras::cookies::pass_values;
use iteras::pass::{Envelope, MAX_BYTES, Pass, PassError, Progress};
use iteras::policy::{Candidate, Reason, Rejection, best};
use iteras::{Requirement, Timestamp};

use crate::tag::Tag;

pub use crate::keys::{KeyError, MIN_KEY_BYTES, PassKey};
pub use crate::verified::{OwnedPass, VerifiedPass};

/// The algorithms whose signatures count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Algorithms {
    /// HMAC-SHA256 alone.
    #[default]
    Sha256,
    /// HMAC-SHA1 of older passes, too.
    Sha256AndSha1,
}

/// The keys of one publisher, several while they are rotated.
#[derive(Clone, Debug)]
pub struct PassKeys {
    keys: Vec<Held>,
    algorithms: Algorithms,
}

#[derive(Clone, Debug)]
struct Held {
    id: Arc<str>,
    key: PassKey,
    until: Option<Timestamp>,
}

impl PassKeys {
    /// Keys with their ids, newest first; refused when there is none, since nothing could be checked.
    pub fn new(keys: Vec<(String, PassKey)>, algorithms: Algorithms) -> Result<Self, KeyError> {
        if keys.is_empty() {
            return Err(KeyError::Empty);
        }
        let held = |(id, key): (String, PassKey)| Held {
            id: id.into(),
            key,
            until: None,
        };
        let keys = keys.into_iter().map(held).collect();
        Ok(Self { keys, algorithms })
    }

    /// Lets the keys of this id count up to and including `end` only: an old key in a rotation.
    #[must_use]
    pub fn until(mut self, id: &str, end: Timestamp) -> Self {
        for held in self.keys.iter_mut().filter(|held| *held.id == *id) {
            held.until = Some(end);
        }
        self
    }

    /// The keys themselves, those that have ended too.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &PassKey> {
        self.keys.iter().map(|held| &held.key)
    }

    /// Checks a pass (steps 1 to 4) and only then lets its facts out. Keys that have an end don't
    /// count, since nobody says what time it is: see [`verify_at`](Self::verify_at).
    pub fn verify<'a>(&self, value: &'a str) -> Result<VerifiedPass<'a, '_>, VerifyError> {
        self.verified(value, |held| held.until.is_none())
    }

    /// As [`verify`](Self::verify), with the keys whose end has not come by `now`.
    pub fn verify_at<'a>(
        &self,
        value: &'a str,
        now: Timestamp,
    ) -> Result<VerifiedPass<'a, '_>, VerifyError> {
        self.verified(value, |held| held.counts_at(now))
    }

    fn verified<'a>(
        &self,
        value: &'a str,
        counts: impl Fn(&Held) -> bool,
    ) -> Result<VerifiedPass<'a, '_>, VerifyError> {
        let (pass, position) = self.verify_with(value, counts)?;
        Ok(VerifiedPass {
            value,
            pass,
            entitlement: None,
            key_id: &self.keys[position].id,
            position,
        })
    }

    fn verify_with<'a>(
        &self,
        value: &'a str,
        counts: impl Fn(&Held) -> bool,
    ) -> Result<(Pass<'a>, usize), VerifyError> {
        let envelope = Envelope::cut(value)?;
        let tag = match envelope.algorithm() {
            "sha256" => Tag::sha256(envelope.tag()),
            "sha1" if self.algorithms == Algorithms::Sha256AndSha1 => Tag::sha1(envelope.tag()),
            _ => return Err(VerifyError::Algorithm),
        };
        let tag = tag.ok_or(VerifyError::TagLength)?;
        let signed = envelope.signed().as_bytes();
        let made = |held: &Held| counts(held) && held.key.made(signed, &tag);
        let at = self.keys.iter().position(made);
        let at = at.ok_or(VerifyError::Signature)?;
        Ok((envelope.open()?, at))
    }

    /// Checks one cookie value and holds it against a requirement (steps 1 to 7). One with `%2C` beside raw `|` is
    /// read with commas where it has no valid signature as it stands and has one then (rules, "Extracting the pass
    /// from cookies").
    pub fn examine<'a>(
        &self,
        value: Cow<'a, str>,
        wanted: &Requirement<'_>,
        now: Timestamp,
    ) -> Checked<'a, '_> {
        let as_received = match &value {
            Cow::Borrowed(value) => Some(*value),
            // A value that was decoded once is not decoded again.
            Cow::Owned(_) => None,
        };
        let checked = self.as_it_stands(value, wanted, now);
        let unsigned = as_received.filter(|_| checked.key.is_none());
        let Some(value) = unsigned.and_then(with_commas) else {
            return checked;
        };
        let decoded = self.as_it_stands(Cow::Owned(value), wanted, now);
        if decoded.key.is_some() {
            decoded
        } else {
            checked
        }
    }

    fn as_it_stands<'a>(
        &self,
        value: Cow<'a, str>,
        wanted: &Requirement<'_>,
        now: Timestamp,
    ) -> Checked<'a, '_> {
        let mut key = None;
        let candidate = Candidate::examine(value, wanted, now, |text| {
            let (pass, at) = self.verify_with(text, |held| held.counts_at(now))?;
            key = Some(at);
            Ok(pass)
        });
        let key = key.map(|at| (at, &self.keys[at].id));
        Checked { candidate, key }
    }

    /// Checks the values of the pass cookie in a header's text and chooses among them as
    /// [`best`] does. `text` is what [`own_text`](crate::cookies::own_text) gave.
    pub fn check<'a>(
        &self,
        text: &'a str,
        wanted: &Requirement<'_>,
        now: Timestamp,
    ) -> Checked<'a, '_> {
        best(pass_values(text), |value| self.examine(value, wanted, now))
    }
}

/// A pass as js-cookie writes it, with its commas again; `None` for a value that has no `%2C` beside raw `|`.
fn with_commas(value: &str) -> Option<String> {
    let is_written_so = |value: &str| value.contains("%2C") || value.contains("%2c");
    let is_pass = value.len() <= MAX_BYTES && memchr::memchr(b'%', value.as_bytes()).is_some();
    let fits = is_pass && is_written_so(value) && value.contains('|');
    fits.then(|| value.replace("%2C", ",").replace("%2c", ","))
}

impl Held {
    fn counts_at(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|end| now <= end)
    }
}

/// The decision about a cookie value on a server. Its pass comes out only where a signature matched.
#[derive(Clone, Debug)]
pub struct Checked<'a, 'k> {
    candidate: Candidate<'a>,
    /// Position and id of the key whose signature matched.
    key: Option<(usize, &'k Arc<str>)>,
}

impl<'k> Checked<'_, 'k> {
    /// The reason why the visitor is not authorized; `None` = authorized. An answer without a verified pass is never
    /// `None`.
    pub fn reason(&self) -> Option<Reason> {
        let unsigned = self.key.is_none().then_some(Reason::Signature);
        self.candidate.reason().or(unsigned)
    }

    /// The pass whose signature matched, whatever was decided about it.
    pub fn verified(&self) -> Option<VerifiedPass<'_, 'k>> {
        let (position, key_id) = self.key?;
        Some(VerifiedPass {
            value: self.candidate.value(),
            pass: self.candidate.pass()?,
            entitlement: self.candidate.entitlement(),
            key_id,
            position,
        })
    }

    /// Level and paywall id of the first position of the verified pass that satisfies, else of the first with a
    /// wanted id.
    pub fn entitlement(&self) -> Option<(&str, &str)> {
        self.key.and_then(|_| self.candidate.entitlement())
    }

    /// The value that was looked at, decoded; a bearer token where a signature matched.
    pub fn value(&self) -> &str {
        self.candidate.value()
    }
}

impl<'a> From<Candidate<'a>> for Checked<'a, '_> {
    /// A value that nobody has signed.
    fn from(candidate: Candidate<'a>) -> Self {
        Self {
            candidate,
            key: None,
        }
    }
}

impl<'a> AsRef<Candidate<'a>> for Checked<'a, '_> {
    fn as_ref(&self) -> &Candidate<'a> {
        &self.candidate
    }
}

/// A pass that does not verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// Not a pass.
    Malformed(PassError),
    /// An algorithm that is not allowed here.
    Algorithm,
    /// An allowed algorithm with another number of digits than it has: nothing is truncated.
    TagLength,
    /// Signed with none of the keys.
    Signature,
}

/// The reason of the verdict, and the step that refused the pass.
impl From<VerifyError> for Rejection {
    fn from(error: VerifyError) -> Self {
        let (reason, progress) = match error {
            VerifyError::Malformed(error) => return error.into(),
            VerifyError::TagLength => (Reason::Malformed, Progress::SignatureForm),
            VerifyError::Algorithm => (Reason::Algorithm, Progress::SignatureForm),
            VerifyError::Signature => (Reason::Signature, Progress::Signature),
        };
        Rejection { reason, progress }
    }
}

impl From<PassError> for VerifyError {
    fn from(error: PassError) -> Self {
        Self::Malformed(error)
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(error) => error.fmt(f),
            Self::Algorithm => f.write_str("signature algorithm is not on the allow-list"),
            Self::TagLength => f.write_str("signature has the wrong number of hex digits"),
            Self::Signature => f.write_str("signature was made with none of the keys"),
        }
    }
}

impl core::error::Error for VerifyError {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;
    use std::string::ToString;

    fn own_key() -> PassKey {
        PassKey::new("j8kau2v3lzp0n12ilw1d0hurr6059gyo").unwrap()
    }

    /// Keys with this one alone, of id `a`.
    fn only(key: PassKey) -> PassKeys {
        PassKeys::new([("a".to_string(), key)].into(), Algorithms::Sha256).unwrap()
    }

    #[test]
    fn f28_an_old_key_counts_until_its_end() {
        let key = |text| PassKey::new(text).unwrap();
        let (new, old) = (
            key("the new key of the account"),
            key("the old key of the account"),
        );
        let pass = old.sign("sub|A|2099-01-01T00:00:00Z|1|");
        let at = Timestamp::from_unix;
        let keys = PassKeys::new(
            [("new".to_string(), new), ("old".to_string(), old)].into(),
            Algorithms::Sha256,
        );
        let keys = keys.unwrap().until("old", at(1000));
        assert_eq!(keys.verify_at(&pass, at(1000)).unwrap().key_id(), "old");
        let late = keys.verify_at(&pass, at(1001)).unwrap_err();
        assert_eq!(late, VerifyError::Signature);
        assert!(keys.verify(&pass).is_err(), "nobody said what time it is");
        let checked = keys.examine(Cow::Borrowed(&pass), &Requirement::ANY, at(1000));
        assert_eq!(checked.verified().map(|pass| pass.key_id()), Some("old"));
        assert!(checked.verified().unwrap().owned().is_by_old_key());
        let checked = keys.examine(Cow::Borrowed(&pass), &Requirement::ANY, at(1001));
        assert_eq!(checked.reason(), Some(Reason::Signature));
        assert!(checked.verified().is_none());
    }

    #[test]
    fn c77_commas_written_as_escapes_are_read_where_the_value_is_not_signed_as_it_stands() {
        let key = own_key();
        let text = "user,sub|A,B|2099-01-01T00:00:00Z|1|";
        let (pass, escaped) = (key.sign(text), key.sign(&text.replace(',', "%2C")));
        let keys = only(key);
        let ids = iteras::IdList::new(["B"]);
        let wanted = Requirement {
            paywalls: Some(ids.as_ids()),
            ..Requirement::ANY
        };
        let reason = |value: Cow<'_, str>| {
            let checked = keys.examine(value, &wanted, Timestamp::from_unix(0));
            checked.reason().map(Reason::code)
        };
        for comma in ["%2C", "%2c"] {
            assert_eq!(reason(pass.replace(',', comma).as_str().into()), None);
        }
        assert_eq!(reason(escaped.as_str().into()), Some("wrongpaywall"));
        // Without a raw `|`, with another escape, signed by nobody, or decoded before.
        let encoded = pass.replace(',', "%2C");
        for odd in [
            encoded.replace('|', "%7C"),
            encoded.replace(':', "%3A"),
            encoded.replace("|1|", "|2|"),
            encoded.replace("%2C", "%252C"),
        ] {
            assert!(reason(odd.as_str().into()).is_some(), "{odd}");
        }
        assert!(reason(Cow::Owned(encoded)).is_some());
    }

    #[test]
    fn a_value_that_is_too_long_is_not_made_shorter_by_reading_escapes_as_commas() {
        let key = own_key();
        let list = |item: &str| [item; 500].join(",");
        let pass = key.sign(&format!(
            "{}|{}|2099-01-01T00:00:00Z|1|",
            list("sub"),
            list("A")
        ));
        let keys = only(key);
        let check = |value: &str| {
            keys.examine(value.into(), &Requirement::ANY, Timestamp::from_unix(0))
                .reason()
        };
        assert_eq!(check(&pass), None);
        let escaped = pass.replace(',', "%2C");
        assert!(pass.len() <= MAX_BYTES && escaped.len() > MAX_BYTES);
        assert!(check(&escaped).is_some());
    }

    #[test]
    fn what_was_checked_says_its_value_and_what_opened() {
        let key = own_key();
        let pass = key.sign("user,sub|A,B|2099-01-01T00:00:00Z|1|");
        let keys = only(key);
        let ids = iteras::IdList::new(["B"]);
        let wanted = Requirement {
            paywalls: Some(ids.as_ids()),
            ..Requirement::ANY
        };
        let checked = keys.examine(pass.as_str().into(), &wanted, Timestamp::from_unix(0));
        assert_eq!(
            (checked.value(), checked.entitlement()),
            (pass.as_str(), Some(("sub", "B")))
        );
        let text = "user,sub|A,B|2099-01-01T00:00:00Z|1|/sha256:0";
        let unsigned = keys.examine(text.into(), &wanted, Timestamp::from_unix(0));
        assert_eq!(unsigned.value(), text);
        assert_eq!(
            unsigned.entitlement(),
            None,
            "of a pass that nobody signed nothing is said"
        );
    }

    #[test]
    fn keys_are_some_and_show_nothing_of_themselves() {
        let none = PassKeys::new(Vec::new(), Algorithms::Sha256);
        assert_eq!(none.unwrap_err(), KeyError::Empty);
        let key = own_key();
        let keys = only(key);
        assert!(!format!("{keys:?}").contains("j8kau"));
    }

    #[test]
    fn what_is_kept_of_a_verified_pass_says_the_same_and_shows_nobody() {
        let key = own_key();
        let value = key.sign("user,sub|A,B|2099-01-01T00:00:00Z|31168|");
        let keys = only(key);
        let ids = iteras::IdList::new(["B"]);
        let kept = |paywalls| {
            let wanted = Requirement {
                paywalls,
                ..Requirement::ANY
            };
            let checked = keys.examine(Cow::Borrowed(&value), &wanted, Timestamp::from_unix(0));
            checked.verified().unwrap().owned()
        };
        let pass = kept(Some(ids.as_ids()));
        assert_eq!((pass.level(), pass.paywallid()), (Some("sub"), Some("B")));
        assert_eq!((pass.subscriber(), pass.key_id()), ("31168", "a"));
        assert_eq!(pass.expires().to_string(), "2099-01-01T00:00:00Z");
        assert!(!pass.is_by_old_key() && !format!("{pass:?}").contains("31168"));
        let other = kept(Some(iteras::IdList::new(["C"]).as_ids()));
        assert_eq!((other.level(), other.subscriber()), (None, "31168"));
    }
}
