//! The pass: the value of the cookie `iteraspass`, taken apart (documented surface, section 5).
//!
//! ```
//! use iteras::pass::Pass;
//!
//! let pass = Pass::parse("sub,user|AAAA1111,BBBB2222|2026-02-01T00:00:00Z|31168|192.0.2.7/sha256:00").unwrap();
//! assert_eq!(pass.subscriber(), "31168");
//! assert_eq!(pass.entitlements().next(), Some(("sub", "AAAA1111")));
//! ```
//!
//! `<level[,level…]>|<paywallid[,…]>|<UTC expiry>|<subscriber>|<IP>[|future…]/<algorithm>:<hex>`
//!
//! 1. At most 4096 bytes; split at the **last** `/`.
//! 2. Right of it `<algorithm>:<hex>`, split at the first `:`; `[a-z0-9]+` and `[0-9a-f]+`.
//! 3. (Servers check the signature here: `signature`.)
//! 4. Left of it at least five fields; cookie bytes only; as many levels as ids, none empty; a real
//!    expiry. More fields are kept and ignored, since the documentation promises them.
//!
//! What comes out of [`Pass::parse`] is **unverified**: enough for a page, never for a server.

use core::{fmt, iter};

use crate::text::{Parts, cut, cut_last, parts, position};
use crate::timestamp::Timestamp;

/// The longest pass, and the longest cookie value of ours, that is looked at, in bytes.
pub const MAX_BYTES: usize = 4096;

/// A pass cut at its signature (steps 1 and 2); nothing of the signed text has been read yet.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    signed: &'a str,
    algorithm: &'a str,
    tag: &'a str,
}

impl<'a> Envelope<'a> {
    /// Cuts a pass; the grammar of the right side is checked, its algorithm and length are not.
    pub fn cut(value: &'a str) -> Result<Self, PassError> {
        if value.len() > MAX_BYTES {
            return Err(ErrorKind::TooLong { bytes: value.len() }.into());
        }
        let (signed, right) = cut_last(value, b'/').ok_or(ErrorKind::NoSignature)?;
        let (algorithm, tag) = cut(right, b':').ok_or(ErrorKind::Signature)?;
        if !is_made_of(algorithm, b'z') || !is_made_of(tag, b'f') {
            return Err(ErrorKind::Signature.into());
        }
        Ok(Self {
            signed,
            algorithm,
            tag,
        })
    }

    /// The text that the signature is made over: everything left of the last `/`.
    pub fn signed(&self) -> &'a str {
        self.signed
    }

    /// The name of the signature's algorithm, such as `sha256`.
    pub fn algorithm(&self) -> &'a str {
        self.algorithm
    }

    /// The signature in lower-case hex digits, of any length.
    pub fn tag(&self) -> &'a str {
        self.tag
    }

    /// Reads the fields of the signed text (step 4).
    pub fn open(self) -> Result<Pass<'a>, PassError> {
        if let Some(at) = position(self.signed, is_foreign) {
            return Err(ErrorKind::Byte { at }.into());
        }
        let [levels, paywalls, written, subscriber, ip] = fields(self.signed)?;
        if !are_parallel(parts(levels, b','), parts(paywalls, b',')) {
            return Err(ErrorKind::Lists.into());
        }
        let expires = Timestamp::parse(written).ok_or(ErrorKind::Expiry)?;
        Ok(Pass {
            levels,
            paywalls,
            expires,
            subscriber,
            ip,
        })
    }
}

/// The first five fields of the signed text.
fn fields(signed: &str) -> Result<[&str; 5], PassError> {
    let mut rest = parts(signed, b'|');
    let mut fields = [""; 5];
    for (found, field) in fields.iter_mut().enumerate() {
        *field = rest.next().ok_or(ErrorKind::Fields { found })?;
    }
    Ok(fields)
}

/// The facts that a pass states. Nothing here says that they are true: see the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pass<'a> {
    levels: &'a str,
    paywalls: &'a str,
    expires: Timestamp,
    subscriber: &'a str,
    ip: &'a str,
}

impl<'a> Pass<'a> {
    /// Reads a pass without checking its signature (steps 1, 2 and 4).
    pub fn parse(value: &'a str) -> Result<Self, PassError> {
        Envelope::cut(value)?.open()
    }

    /// The pass that was read from this very value before, with the expiry that it had: nothing is checked again.
    pub(crate) fn again(value: &'a str, expires: Timestamp) -> Option<Self> {
        let (signed, _) = cut_last(value, b'/')?;
        let [levels, paywalls, _, subscriber, ip] = fields(signed).ok()?;
        Some(Self {
            levels,
            paywalls,
            expires,
            subscriber,
            ip,
        })
    }

    /// Pairs of entitlement level and paywall id, in the order of the pass; at least one.
    pub fn entitlements(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let (mut levels, mut paywalls) = (parts(self.levels, b','), parts(self.paywalls, b','));
        iter::from_fn(move || Some((levels.next()?, paywalls.next()?)))
    }

    /// The levels and the paywall ids as they stand in the pass, between commas.
    pub(crate) fn lists(&self) -> (&'a str, &'a str) {
        (self.levels, self.paywalls)
    }

    /// The last second at which the pass is valid.
    pub fn expires(&self) -> Timestamp {
        self.expires
    }

    /// The subscriber's (customer's) id; may be empty.
    pub fn subscriber(&self) -> &'a str {
        self.subscriber
    }

    /// The reader's IP address when the pass was made, as text; may be empty. Reported, never enforced.
    pub fn ip(&self) -> &'a str {
        self.ip
    }

    /// Tells a pass that names this paywall, at whatever level.
    pub fn names(&self, paywall: &str) -> bool {
        self.entitlements().any(|(_, id)| id == paywall)
    }

    /// Tells passes that have a paywall id in common.
    pub fn shares_paywall(&self, other: &Pass<'_>) -> bool {
        self.entitlements().any(|(_, id)| other.names(id))
    }
}

/// The step at which a cookie value was refused; of two, the later one got further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Progress {
    /// There was no value.
    Absent,
    /// Step 1: too long, or without a `/`.
    Size,
    /// Step 2: right of the `/` stands no signature that counts here.
    SignatureForm,
    /// Step 3, servers: signed with none of the keys.
    Signature,
    /// Step 4: the fields can't be read.
    Fields,
    /// Step 5: another paywall.
    Paywall,
    /// Step 6: too low a level.
    Level,
    /// Step 7: expired.
    Time,
    /// No step refused it.
    Authorized,
}

/// Why a value is not a pass. Its stable code is always `malformed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassError {
    kind: ErrorKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ErrorKind {
    TooLong { bytes: usize },
    NoSignature,
    Signature,
    Byte { at: usize },
    Fields { found: usize },
    Lists,
    Expiry,
}

impl PassError {
    /// The step that refused the value.
    pub fn progress(&self) -> Progress {
        match self.kind {
            ErrorKind::TooLong { .. } | ErrorKind::NoSignature => Progress::Size,
            ErrorKind::Signature => Progress::SignatureForm,
            _ => Progress::Fields,
        }
    }
}

impl From<ErrorKind> for PassError {
    fn from(kind: ErrorKind) -> Self {
        Self { kind }
    }
}

impl fmt::Display for PassError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            ErrorKind::TooLong { bytes } => {
                write!(f, "pass of {bytes} bytes is longer than {MAX_BYTES}")
            }
            ErrorKind::NoSignature => f.write_str("pass has no `/` before a signature"),
            ErrorKind::Signature => {
                f.write_str("right of the last `/`, expected `<algorithm>:<lower-case hex>`")
            }
            ErrorKind::Byte { at } => write!(f, "byte {at} of the pass may not stand in a cookie"),
            ErrorKind::Fields { found } => {
                write!(
                    f,
                    "pass has {found} fields, expected at least 5 between `|`"
                )
            }
            ErrorKind::Lists => {
                f.write_str("levels and paywall ids differ in number, or one of them is empty")
            }
            ErrorKind::Expiry => {
                f.write_str("third field is not a time stamp such as 2026-02-01T00:00:00Z")
            }
        }
    }
}

impl core::error::Error for PassError {}

/// Tells a text of digits and of lower-case letters up to `last`, which is not empty.
#[cfg_attr(not(feature = "fast"), inline(never))]
fn is_made_of(text: &str, last: u8) -> bool {
    let is_odd = |byte: u8| !byte.is_ascii_digit() && !(b'a'..=last).contains(&byte);
    !text.is_empty() && position(text, is_odd).is_none()
}

// Not one of RFC 6265's cookie-octets, nor the comma.
fn is_foreign(byte: u8) -> bool {
    !matches!(byte, 0x21..=0x7e) || matches!(byte, b'"' | b';' | b'\\')
}

fn are_parallel(mut levels: Parts<'_>, mut paywalls: Parts<'_>) -> bool {
    loop {
        match (levels.next(), paywalls.next()) {
            (None, None) => return true,
            (Some(level), Some(paywall)) if !level.is_empty() && !paywall.is_empty() => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;
    use std::vec::Vec;

    #[track_caller]
    fn refused(value: &str, message: &str) {
        assert_eq!(Pass::parse(value).unwrap_err().to_string(), message);
    }

    #[test]
    fn the_documented_example_parses() {
        let pass = Pass::parse(
            "sub|n8fsoupukhv3|2016-01-23T12:35:29Z|31168|123.123.123.123/sha256:\
              596c625c185499e6a4394dbcec8713347ba7d0e67acb1fe3fe876f424f35bfc7",
        )
        .unwrap();
        assert_eq!(
            pass.entitlements().collect::<Vec<_>>(),
            [("sub", "n8fsoupukhv3")]
        );
        assert_eq!(pass.expires().to_string(), "2016-01-23T12:35:29Z");
        assert_eq!((pass.subscriber(), pass.ip()), ("31168", "123.123.123.123"));
    }

    #[test]
    fn refusals_say_what_was_found_and_where() {
        refused("x", "pass has no `/` before a signature");
        refused(
            "a|b/sha256:",
            "right of the last `/`, expected `<algorithm>:<lower-case hex>`",
        );
        refused(
            "a|b/sha256:0",
            "pass has 2 fields, expected at least 5 between `|`",
        );
        refused(
            "a b|c/sha256:0",
            "byte 1 of the pass may not stand in a cookie",
        );
        refused(
            "sub|A,B|2026-02-01T00:00:00Z|1|/sha256:0",
            "levels and paywall ids differ in number, or one of them is empty",
        );
        refused(
            "sub|A|2026-02-30T00:00:00Z|1|/sha256:0",
            "third field is not a time stamp such as 2026-02-01T00:00:00Z",
        );
        refused(&"a".repeat(4097), "pass of 4097 bytes is longer than 4096");
    }

    #[test]
    fn refusals_say_how_far_the_reading_came() {
        for (value, progress) in [
            (&*"a".repeat(4097), Progress::Size),
            ("x", Progress::Size),
            ("a|b/sha256:", Progress::SignatureForm),
            ("a|b/sha256:0", Progress::Fields),
            ("sub|A|2026-02-30T00:00:00Z|1|/sha256:0", Progress::Fields),
        ] {
            assert_eq!(
                Pass::parse(value).unwrap_err().progress(),
                progress,
                "{value}"
            );
        }
    }

    #[test]
    fn lists_stand_as_in_the_pass() {
        let pass = Pass::parse("sub,user|A,B|2026-02-01T00:00:00Z|1|/sha256:0").unwrap();
        assert_eq!(pass.lists(), ("sub,user", "A,B"));
    }

    #[test]
    fn a_pass_may_be_as_long_as_is_promised() {
        let around = "sub|A|2026-02-01T00:00:00Z||/sha256:0";
        let subscriber = "7".repeat(MAX_BYTES - around.len());
        let longest = ["sub|A|2026-02-01T00:00:00Z|", &subscriber, "|/sha256:0"].concat();
        assert_eq!(longest.len(), 4096);
        assert_eq!(Pass::parse(&longest).unwrap().subscriber(), subscriber);
    }

    #[test]
    fn c2_more_fields_and_slashes_are_ignored_and_subscriber_and_ip_may_be_empty() {
        let pass = Pass::parse("sub|A|2026-02-01T00:00:00Z|||extra/field|x/sha999:0").unwrap();
        assert_eq!((pass.subscriber(), pass.ip()), ("", ""));
    }
}
