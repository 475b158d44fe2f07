//! `<expiry, unix seconds>.<64 hex>`: the signed form that gift links and editors' cookies share.
//!
//! What the signature is made over differs in its first word, so that one can never stand for the other.

use alloc::string::String;

use crate::signature::PassKey;
use crate::text::{cut, number, push_number};
use crate::timestamp::Timestamp;

/// The end of the year 9999, in seconds since 1970.
const MAX_EXPIRY: u64 = 253_402_300_799;

/// A token until `expiry`; `text` makes what is signed of the written expiry. `None` where it can't, and
/// for an expiry before 1970 or after the year 9999.
pub(crate) fn make(
    key: &PassKey,
    expiry: Timestamp,
    text: impl Fn(&str) -> Option<String>,
) -> Option<String> {
    let seconds = u64::try_from(expiry.unix()).ok();
    let seconds = seconds.filter(|seconds| *seconds <= MAX_EXPIRY)?;
    let mut token = String::new();
    push_number(&mut token, seconds);
    let signed = text(&token)?;
    token.push('.');
    key.push_tag(&mut token, signed.as_bytes());
    Some(token)
}

/// Whether the key made this token and it has not expired at `now`; the very second counts, no leeway.
pub(crate) fn holds(
    key: &PassKey,
    token: &str,
    now: Timestamp,
    text: impl Fn(&str) -> Option<String>,
) -> bool {
    let held = || {
        let (expiry, tag) = cut(token, b'.')?;
        let seconds = number(expiry).filter(|seconds| *seconds <= MAX_EXPIRY)?;
        let in_time = now.unix() <= i64::try_from(seconds).ok()?;
        Some(in_time && key.made_tag(text(expiry)?.as_bytes(), tag))
    };
    held().unwrap_or(false)
}
