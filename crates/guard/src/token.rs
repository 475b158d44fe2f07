//! `<expiry, unix seconds>.<64 hex>`: the signed form that gift links and editors' cookies share.
//!
//! The signed texts of the two differ in their first word, so that one can never stand for the other.

use alloc::string::{String, ToString};

use crate::signature::PassKey;
use iteras::timestamp::Timestamp;

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
    let mut token = seconds.to_string();
    let signed = text(&token)?;
    token.push('.');
    key.push_tag(&mut token, signed.as_bytes());
    Some(token)
}

/// True for a token that the key made and that has not expired at `now`; the very second counts, no leeway.
pub(crate) fn holds(
    key: &PassKey,
    token: &str,
    now: Timestamp,
    text: impl Fn(&str) -> Option<String>,
) -> bool {
    let held = || {
        let (expiry, tag) = token.split_once('.')?;
        let seconds = seconds(expiry)?;
        let in_time = now.unix() <= i64::try_from(seconds).ok()?;
        Some(in_time && key.made_tag(text(expiry)?.as_bytes(), tag))
    };
    held().unwrap_or(false)
}

/// The seconds of an expiry that [`make`] may have written: digits only, up to the year 9999.
fn seconds(expiry: &str) -> Option<u64> {
    let digits = expiry.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = digits.then(|| expiry.parse().ok())?;
    seconds.filter(|seconds| *seconds <= MAX_EXPIRY)
}
