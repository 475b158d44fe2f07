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
use alloc::vec::Vec;
use core::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::Sha256;

use iteras::cookies::pass_values;
use iteras::pass::{Envelope, Pass, PassError, Progress};
use iteras::policy::{Candidate, Reason, Rejection, best};
use iteras::{Requirement, Timestamp};

/// The shortest key that is accepted, in bytes.
pub const MIN_KEY_BYTES: usize = 16;

/// The signing key of the account settings, ready for use. Shows nothing of itself.
///
/// It is not an API key: that one reads every customer of the publisher,
/// and checking passes needs none.
#[derive(Clone)]
pub struct PassKey {
    // Keyed once: the two hash states are cloned for every check.
    sha256: Hmac<Sha256>,
    sha1: Hmac<Sha1>,
}

impl PassKey {
    /// Takes the key as text: raw ASCII bytes, 32 of `[a-z0-9]` in the account settings.
    ///
    /// Refuses an empty key, one under 16 bytes, and white space or control characters at its ends.
    pub fn new(key: &str) -> Result<Self, KeyError> {
        let outer = |c: Option<char>| c.is_some_and(|c| c.is_whitespace() || c.is_control());
        if key.is_empty() {
            return Err(KeyError::Empty);
        }
        if outer(key.chars().next()) || outer(key.chars().next_back()) {
            return Err(KeyError::OuterSpace);
        }
        if key.len() < MIN_KEY_BYTES {
            return Err(KeyError::Short { bytes: key.len() });
        }
        Ok(Self::keyed(key.as_bytes()))
    }

    pub(crate) fn keyed(key: &[u8]) -> Self {
        let keyed = "HMAC takes a key of any length";
        Self {
            sha256: Hmac::new_from_slice(key).expect(keyed),
            sha1: Hmac::new_from_slice(key).expect(keyed),
        }
    }

    /// Takes the content of a key file: as [`new`](Self::new), less one final LF or CRLF.
    pub fn from_file(content: &str) -> Result<Self, KeyError> {
        let line = content
            .strip_suffix('\n')
            .map_or(content, |c| c.strip_suffix('\r').unwrap_or(c));
        Self::new(line)
    }

    /// Signs the text left of the `/` with HMAC-SHA256 and gives the whole pass.
    pub fn sign(&self, signed: &str) -> String {
        let mut pass = String::with_capacity(signed.len() + 72);
        pass.push_str(signed);
        pass.push_str("/sha256:");
        self.push_tag(&mut pass, signed.as_bytes());
        pass
    }

    /// Appends the HMAC-SHA256 of `signed` as 64 lower-case hex digits.
    pub(crate) fn push_tag(&self, out: &mut String, signed: &[u8]) {
        let tag = self.sha256.clone().chain_update(signed).finalize();
        for byte in tag.into_bytes() {
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }

    /// Whether `hex` is the HMAC-SHA256 of `signed` in 64 lower-case hex digits; in constant time.
    pub(crate) fn made_tag(&self, signed: &[u8], hex: &str) -> bool {
        let digits = hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        digits && from_hex(hex.as_bytes()).is_ok_and(|tag| self.made(signed, &Tag::Sha256(tag)))
    }

    fn made(&self, signed: &[u8], tag: &Tag) -> bool {
        match tag {
            Tag::Sha256(tag) => self
                .sha256
                .clone()
                .chain_update(signed)
                .verify_slice(tag)
                .is_ok(),
            Tag::Sha1(tag) => self
                .sha1
                .clone()
                .chain_update(signed)
                .verify_slice(tag)
                .is_ok(),
        }
    }
}

const HEX: &[u8; 16] = b"0123456789abcdef";

impl fmt::Debug for PassKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PassKey([redacted])")
    }
}

/// Why a text can't be a signing key: a mistake in the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// Nothing at all.
    Empty,
    /// White space or a control character at one of its ends.
    OuterSpace,
    /// Fewer than [`MIN_KEY_BYTES`].
    Short {
        /// How many there are.
        bytes: usize,
    },
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("signing key is empty"),
            Self::OuterSpace => f.write_str("signing key begins or ends with white space"),
            Self::Short { bytes } => {
                write!(
                    f,
                    "signing key has {bytes} bytes, expected at least {MIN_KEY_BYTES}"
                )
            }
        }
    }
}

impl core::error::Error for KeyError {}

/// Which signatures count.
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
    id: String,
    key: PassKey,
    until: Option<Timestamp>,
}

impl PassKeys {
    /// Keys with their ids, newest first; refused when there is none, since nothing could be checked.
    pub fn new(keys: Vec<(String, PassKey)>, algorithms: Algorithms) -> Result<Self, KeyError> {
        if keys.is_empty() {
            return Err(KeyError::Empty);
        }
        let held = |(id, key)| Held {
            id,
            key,
            until: None,
        };
        let keys = keys.into_iter().map(held).collect();
        Ok(Self { keys, algorithms })
    }

    /// Lets the keys of this id count up to and including `end` only: an old key in a rotation.
    #[must_use]
    pub fn until(mut self, id: &str, end: Timestamp) -> Self {
        for held in self.keys.iter_mut().filter(|held| held.id == id) {
            held.until = Some(end);
        }
        self
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
            pass,
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
        let tag = Tag::read(
            envelope.algorithm(),
            envelope.tag().as_bytes(),
            self.algorithms,
        )?;
        let signed = envelope.signed().as_bytes();
        let made = |held: &Held| counts(held) && held.key.made(signed, &tag);
        let at = self.keys.iter().position(made);
        let at = at.ok_or(VerifyError::Signature)?;
        Ok((envelope.open()?, at))
    }

    /// Checks one cookie value and holds it against a requirement (steps 1 to 7).
    pub fn examine<'a>(
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
        let key = key.map(|at| (at, self.keys[at].id.as_str()));
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

/// The decision about a cookie value on a server. Its pass comes out only where a signature matched.
#[derive(Clone, Debug)]
pub struct Checked<'a, 'k> {
    candidate: Candidate<'a>,
    /// Position and id of the key whose signature matched.
    key: Option<(usize, &'k str)>,
}

impl<'k> Checked<'_, 'k> {
    /// Why the visitor is not authorized; `None` = authorized. An answer without a verified pass is never `None`.
    pub fn reason(&self) -> Option<Reason> {
        let unsigned = self.key.is_none().then_some(Reason::Signature);
        self.candidate.reason().or(unsigned)
    }

    /// The pass whose signature matched, whatever was decided about it.
    pub fn verified(&self) -> Option<VerifiedPass<'_, 'k>> {
        let (position, key_id) = self.key?;
        Some(VerifiedPass {
            pass: self.candidate.pass()?,
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

impl Held {
    fn counts_at(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|end| now <= end)
    }
}

/// A pass whose signature was checked: only this opens content on a server.
#[derive(Clone, Copy, Debug)]
pub struct VerifiedPass<'a, 'k> {
    pass: Pass<'a>,
    key_id: &'k str,
    position: usize,
}

impl<'a, 'k> VerifiedPass<'a, 'k> {
    /// The facts, now vouched for.
    pub fn pass(&self) -> &Pass<'a> {
        &self.pass
    }

    /// The id of the key that matched.
    pub fn key_id(&self) -> &'k str {
        self.key_id
    }

    /// The position of that key among the keys: 0 is the newest.
    pub fn key_position(&self) -> usize {
        self.position
    }
}

/// Why a pass does not verify.
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

enum Tag {
    Sha256([u8; 32]),
    Sha1([u8; 20]),
}

impl Tag {
    fn read(algorithm: &str, hex: &[u8], allowed: Algorithms) -> Result<Self, VerifyError> {
        match algorithm {
            "sha256" => Ok(Self::Sha256(from_hex(hex)?)),
            "sha1" if allowed == Algorithms::Sha256AndSha1 => Ok(Self::Sha1(from_hex(hex)?)),
            _ => Err(VerifyError::Algorithm),
        }
    }
}

// Eight digits at once, each in a byte of a word: `0` is 0x30 and `a` is 0x61.
fn from_eight(digits: [u8; 8]) -> [u8; 4] {
    let word = u64::from_le_bytes(digits);
    let values = (word & 0x0f0f_0f0f_0f0f_0f0f) + ((word >> 6) & 0x0101_0101_0101_0101) * 9;
    let [first, _, second, _, third, _, fourth, _] = (values << 4 | values >> 8).to_le_bytes();
    [first, second, third, fourth]
}

// The grammar has already been checked: lower-case hex digits only.
fn from_hex<const N: usize>(hex: &[u8]) -> Result<[u8; N], VerifyError> {
    if hex.len() != 2 * N {
        return Err(VerifyError::TagLength);
    }
    let mut bytes = [0; N];
    let (digits, _) = hex.as_chunks::<8>();
    let (four, _) = bytes.as_chunks_mut::<4>();
    for (four, digits) in four.iter_mut().zip(digits) {
        *four = from_eight(*digits);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;
    use std::string::ToString;

    #[test]
    fn a_key_shows_nothing_of_itself() {
        let key = PassKey::new("j8kau2v3lzp0n12ilw1d0hurr6059gyo").unwrap();
        assert_eq!(format!("{key:?}"), "PassKey([redacted])");
        let keys = PassKeys::new([("a".to_string(), key)].into(), Algorithms::Sha256).unwrap();
        assert!(!format!("{keys:?}").contains("j8kau"));
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
        let checked = keys.examine(Cow::Borrowed(&pass), &Requirement::ANY, at(1001));
        assert_eq!(checked.reason(), Some(Reason::Signature));
        assert!(checked.verified().is_none());
    }

    #[test]
    fn c19_keys_that_cannot_be_meant_are_refused() {
        let refused = |key: &str| PassKey::new(key).unwrap_err().to_string();
        assert_eq!(refused(""), "signing key is empty");
        assert_eq!(
            refused("short"),
            "signing key has 5 bytes, expected at least 16"
        );
        assert_eq!(
            refused("j8kau2v3lzp0n12ilw1d0hurr6059gyo\n"),
            "signing key begins or ends with white space"
        );
        assert_eq!(
            PassKeys::new(Vec::new(), Algorithms::Sha256).unwrap_err(),
            KeyError::Empty
        );
        assert!(PassKey::from_file("j8kau2v3lzp0n12ilw1d0hurr6059gyo\r\n").is_ok());
        assert!(PassKey::from_file("j8kau2v3lzp0n12ilw1d0hurr6059gyo\n\n").is_err());
    }
}
