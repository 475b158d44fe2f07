//! Again: the memory by which a page loads itself again, or redirects because of a marker, at most once each in ten
//! minutes (wire protocol, "Again").
//!
//! ```
//! use iteras::again::{Act, again};
//! use iteras::document::Document;
//!
//! let (page, now) = (Document::at("/article"), 1_768_478_400_000.0);
//! let pass = "sub|AAAA1111|2026-02-01T00:00:00Z|31168|/sha256:00";
//! let record = again("", Act::LoadAgain, page, pass, now).unwrap();
//! assert_eq!(again(&record, Act::LoadAgain, page, pass, now + 599_000.0), None);
//! assert!(again(&record, Act::Redirect, page, pass, now).is_some());
//! ```
//!
//! Counted for each document, subscriber, levels and ids: not for expiry or signature, since every log-in makes a new
//! pass. The record lies in `sessionStorage`; where it can't be written and read back, neither is done.

use alloc::string::String;

use crate::document::Document;
use crate::pass::Pass;
use crate::text::{number, parts, push, push_number};

/// Milliseconds for which an act counts.
const COUNTS: f64 = 600_000.0;
/// The most acts that are remembered. With so many in ten minutes there is no further one.
const MOST: usize = 64;

/// The act that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// The page loads itself again.
    LoadAgain,
    /// The page redirects because of a marker.
    Redirect,
}

/// The record to store before the act; `None` where the act is not allowed. `record` = what is stored, as it stands;
/// `pass` = the pass that the verdict is about, `now` in milliseconds since 1970 by the reader's clock.
pub fn again(record: &str, act: Act, page: Document<'_>, pass: &str, now: f64) -> Option<String> {
    let key = u64::from(key(act, page, pass));
    let (mut kept, mut count) = (String::new(), 0);
    let mut numbers = parts(record, b' ').map(number);
    while let (Some(Some(at)), Some(Some(what))) = (numbers.next(), numbers.next()) {
        // A clock that has since been set back leaves times in the future.
        let counts = (now - at as f64).abs() < COUNTS;
        if counts && what == key {
            return None;
        }
        if counts {
            push_entry(&mut kept, at, what);
            count += 1;
        }
    }
    if count >= MOST {
        return None;
    }
    push_entry(&mut kept, now as u64, key);
    Some(kept)
}

fn push_entry(record: &mut String, at: u64, key: u64) {
    for value in [at, key] {
        push_number(record, value);
        record.push(' ');
    }
}

/// Names act, document and rights in one number (32-bit FNV-1a): two that share one cost a reader a reload.
fn key(act: Act, page: Document<'_>, pass: &str) -> u32 {
    let mut text = String::from(match act {
        Act::LoadAgain => "l",
        Act::Redirect => "r",
    });
    let mut add = |part: &str| {
        text.push(' ');
        push(&mut text, part);
    };
    add(page.path().strip_suffix('/').unwrap_or(page.path()));
    page.pieces().for_each(&mut add);
    // Nothing but the document where there is no pass, as after a gift.
    if let Ok(pass) = Pass::parse(pass) {
        add(pass.subscriber());
        for (level, id) in pass.entitlements() {
            add(level);
            add(id);
        }
    }
    crate::renewal::fingerprint(&text)
}
