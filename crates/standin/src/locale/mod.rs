//! Danish and English: sentences, dates, amounts and countries.

pub(crate) mod countries;
pub(crate) mod dates;
mod language;
mod texts;

pub use language::Language;
pub(crate) use texts::Texts;

/// Said on every page, in `--help` and at the start.
pub const NOTICE: &str =
    "Stand-in for development; not the real service and not affiliated with Iteras.";
