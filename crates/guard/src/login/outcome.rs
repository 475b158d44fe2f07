//! The end of an attempt, and what a reader is told of it.

use alloc::string::String;
use core::fmt;

/// The end of an attempt to log in.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// Logged in.
    Welcome {
        /// The customer's id.
        id: String,
        /// The token for `selfserviceiframe({ preauth })`.
        preauth: String,
    },
    /// Wrong password or unknown customer: which of the two, nobody is told.
    Wrong,
    /// Too many attempts have failed.
    TooMany {
        /// Seconds after which there is room for one.
        retry_after: u64,
    },
    /// Not a post of the site's own form.
    Foreign,
    /// A field is missing, or the form can't be read.
    BadForm(&'static str),
    /// The form is longer than any log-in form is.
    TooLong,
    /// The password could not be checked, or the attempt not counted.
    Outage,
}

impl Outcome {
    /// A stable word: `welcome`, `wrong`, `toomany`, `foreign`, `badform`, `toolong`, `outage`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Welcome { .. } => "welcome",
            Self::Wrong => "wrong",
            Self::TooMany { .. } => "toomany",
            Self::Foreign => "foreign",
            Self::BadForm(_) => "badform",
            Self::TooLong => "toolong",
            Self::Outage => "outage",
        }
    }

    /// The HTTP status for scripts.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Welcome { .. } => 200,
            Self::Wrong => 401,
            Self::TooMany { .. } => 429,
            Self::Foreign => 403,
            Self::BadForm(_) => 400,
            Self::TooLong => 413,
            Self::Outage => 503,
        }
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Welcome { .. } => f.write_str("Welcome([redacted])"),
            Self::TooMany { retry_after } => write!(f, "TooMany({retry_after} s)"),
            Self::BadForm(problem) => write!(f, "BadForm({problem})"),
            other => f.write_str(other.code()),
        }
    }
}
