//! Free articles: so many different pages in so many days that open without a pass (reach, "Meter").
//!
//! ```
//! use iteras::meter::{Limits, count};
//!
//! let limits = Limits::parse("3/30").unwrap();
//! let monday = 1_768_478_400;
//! let first = count(None, "/harbour", limits, monday);
//! assert!(first.opens && first.used == 1);
//! let again = count(Some(first.seen), "/harbour", limits, monday);
//! assert!(again.opens && again.used == 1 && !again.is_new);
//! ```
//!
//! One decision for the page, which keeps its pages in `localStorage`, and for servers, which keep them in a signed
//! cookie: what names a page is theirs to choose. Times are seconds since 1970 in 32 bits, which do until 2106 and which
//! engines without WebAssembly count in, too.

use alloc::string::String;
use alloc::vec::Vec;

use crate::document::document;
use crate::renewal::fingerprint;
use crate::text::{cut, parts, push_small, small_number};

/// Seconds by which a clock may have been ahead when the first page was counted. A record from further ahead was
/// written by a clock that was wrong, and would keep a reader shut out for as long.
const AHEAD: u32 = 86_400;

/// The version of the page's record.
const VERSION: u32 = 1;

/// The limits of a meter: so many pages in so many days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    free: u32,
    days: u32,
}

impl Limits {
    /// The most free pages.
    pub const MOST_FREE: u32 = 50;
    /// The most days.
    pub const MOST_DAYS: u32 = 366;

    /// Limits of 1 to [`Self::MOST_FREE`] pages in 1 to [`Self::MOST_DAYS`] days; `None` for others.
    pub fn new(free: u32, days: u32) -> Option<Self> {
        let fits = (1..=Self::MOST_FREE).contains(&free) && (1..=Self::MOST_DAYS).contains(&days);
        fits.then_some(Self { free, days })
    }

    /// Reads `3/30`: pages, and days.
    pub fn parse(text: &str) -> Option<Self> {
        let (free, days) = cut(text, b'/')?;
        Self::new(small_number(free)?, small_number(days)?)
    }

    /// The free pages.
    pub fn free(self) -> u32 {
        self.free
    }

    /// The days from the first counted page to the last moment at which counted pages stay open.
    pub fn days(self) -> u32 {
        self.days
    }
}

/// The different pages that were counted, and the time of the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen<Page> {
    /// The time of the first page.
    pub start: u32,
    /// The pages, in the order in which they were counted.
    pub pages: Vec<Page>,
}

/// The decision about one page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted<Page> {
    /// The page opens: it is among the free ones.
    pub opens: bool,
    /// The page was counted just now.
    pub is_new: bool,
    /// The pages counted so far, at most as many as are free.
    pub used: u32,
    /// The time at which counting begins anew.
    pub until: u32,
    /// The state to keep.
    pub seen: Seen<Page>,
}

/// Decides about a page that a pass does not open, and counts it where it is a new one and there are some left.
///
/// A page that was counted stays open until the days are over. A state from the future, and one whose days are over,
/// is none.
pub fn count<Page: PartialEq>(
    seen: Option<Seen<Page>>,
    page: Page,
    limits: Limits,
    now: u32,
) -> Counted<Page> {
    let mut seen = seen
        .filter(|seen| seen.counts_at(limits, now))
        .unwrap_or(Seen {
            start: now,
            pages: Vec::new(),
        });
    let was_counted = seen.pages.contains(&page);
    let is_new = !was_counted && (seen.pages.len() as u32) < limits.free;
    if is_new {
        seen.pages.push(page);
    }
    Counted {
        opens: was_counted || is_new,
        is_new,
        used: limits.free.min(seen.pages.len() as u32),
        until: seen.until(limits),
        seen,
    }
}

impl<Page> Seen<Page> {
    /// The time at which counting begins anew.
    pub fn until(&self, limits: Limits) -> u32 {
        self.start.saturating_add(limits.days * 86_400)
    }

    /// True for a state that is not from the future, and whose days are not over.
    pub fn counts_at(&self, limits: Limits, now: u32) -> bool {
        self.start <= now.saturating_add(AHEAD) && now < self.until(limits)
    }
}

/// The most bytes of a key.
const LONGEST_KEY: usize = 256;

/// The name of a page in the page's record: of its address, or of the key of 1 to 256 bytes that the publisher gave it;
/// `None` for a longer key.
pub fn page_name(address: &str, key: &str) -> Option<u32> {
    match key.len() {
        0 => Some(fingerprint(&document(address))),
        1..=LONGEST_KEY => Some(fingerprint(key)),
        _ => None,
    }
}

impl Seen<u32> {
    /// Reads the page's record: version, seconds since 1970 of the first page, and a number for each page, with blanks
    /// between them. `None` for anything else.
    pub fn read(record: &str) -> Option<Self> {
        let mut fields = parts(record, b' ');
        if small_number(fields.next()?)? != VERSION {
            return None;
        }
        let start = small_number(fields.next()?)?;
        let mut pages = Vec::new();
        for field in fields {
            if pages.len() as u32 == Limits::MOST_FREE {
                return None;
            }
            pages.push(small_number(field)?);
        }
        Some(Self { start, pages })
    }

    /// The record to store.
    pub fn write(&self) -> String {
        let mut record = String::new();
        push_small(&mut record, VERSION);
        for number in [self.start].iter().chain(&self.pages) {
            record.push(' ');
            push_small(&mut record, *number);
        }
        record
    }
}
