//! The reasons for which no teaser can be made of a page.

use core::fmt;

/// The reason for which no teaser can be made of a page: the visitor gets the denial, and the log a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The page is longer than what is read.
    TooLarge,
    /// Elements are nested more than 512 deep.
    TooDeep,
    /// The page makes more nodes and attributes than its length allows, or moves too many of them.
    TooManyNodes,
    /// Tags of the page make a parser look at more open elements than befits its length.
    TooMuchWork,
    /// The page says that it is neither in UTF-8 nor in Latin-1.
    Charset,
    /// No element that could be shown fits a selector of those to gate.
    NothingGated,
    /// A browser would read what is written as another page than the one that was meant.
    TreeDiffers,
}

impl Refusal {
    /// A stable name for logs and scripts.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::TooDeep => "too_deep",
            Self::TooManyNodes => "too_many_nodes",
            Self::TooMuchWork => "too_much_work",
            Self::Charset => "charset",
            Self::NothingGated => "nothing_gated",
            Self::TreeDiffers => "tree_differs",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "page is longer than what is read for a teaser",
            Self::TooDeep => "elements of the page are nested more than 512 deep",
            Self::TooManyNodes => {
                "page makes or moves more elements and attributes than a teaser may cost"
            }
            Self::TooMuchWork => "page takes more work to parse than a teaser may cost",
            Self::Charset => "page is neither in UTF-8 nor in Latin-1",
            Self::NothingGated => "page has no element that fits a selector of `gated`",
            Self::TreeDiffers => "browsers would read the teaser as another page than was meant",
        })
    }
}

impl std::error::Error for Refusal {}
