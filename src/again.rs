//! Again: the memory by which a page loads itself again, or redirects because of a marker, at most once each in ten
//! minutes (wire protocol, "Again").
//!
//! ```
//! use iteras::again::{Act, again};
//!
//! let (page, now) = ("/article", 1_768_478_400_000);
//! let pass = "sub|AAAA1111|2026-02-01T00:00:00Z|31168|/sha256:00";
//! let record = again("", Act::LoadAgain, page, pass, now).unwrap();
//! assert_eq!(again(&record, Act::LoadAgain, page, pass, now + 599_000), None);
//! assert!(again(&record, Act::Redirect, page, pass, now).is_some());
//! ```
//!
//! Counted for each document, subscriber, levels and ids: not for expiry or signature, since every log-in makes a new
//! pass. The record lies in `sessionStorage`; where it can't be written and read back, neither is done.

use alloc::string::String;

use crate::document::document;
use crate::text::{cut_last, halves, join, number, parts, push_number};

/// Milliseconds for which an act counts.
const COUNTS: u64 = 600_000;

/// The act that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// The page loads itself again.
    LoadAgain,
    /// The page redirects because of a marker.
    Redirect,
}

/// The record to store before the act; `None` where the act is not allowed. `record` = what is stored, as it stands;
/// `page` = the page's address, `pass` = the pass that the verdict is about, `now` in milliseconds since 1970 by the
/// reader's clock.
pub fn again(record: &str, act: Act, page: &str, pass: &str, now: u64) -> Option<String> {
    let (levels, rest) = halves(pass, b'|');
    let (ids, rest) = halves(rest, b'|');
    let (_expiry, rest) = halves(rest, b'|');
    let (subscriber, _) = halves(rest, b'|');
    let act = if act == Act::Redirect { "r" } else { "l" };
    let what = join(&[act, &document(page), "|", levels, "|", ids, "|", subscriber]);
    for entry in parts(record, b'\n') {
        let (before, at) = cut_last(entry, b' ').unwrap_or_default();
        // A clock that has since been set back leaves times in the future.
        if before == what && number(at).is_some_and(|at| at.abs_diff(now) < COUNTS) {
            return None;
        }
    }
    let mut record = join(&[record, "\n", &what, " "]);
    push_number(&mut record, now);
    Some(record)
}
