//! What a page asks of a pass: one of some paywalls, at an entitlement level.
//!
//! ```
//! use iteras::{Access, IdList, Requirement};
//!
//! let ids = IdList::new(["n8fsoupukhv3", "AAAA1111"]);
//! let wanted = Requirement { paywalls: Some(ids.as_ids()), access: Access::Sub, leeway: 60 };
//! assert!(wanted.paywalls.unwrap().contains("AAAA1111"));
//! ```

use alloc::string::String;

use crate::text::{items, push, rejoin};

/// What a page asks of a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requirement<'a> {
    /// A pass for any one of these ids is enough; `None` = any paywall. An empty list fits no pass.
    pub paywalls: Option<Ids<'a>>,
    /// The entitlement level asked for.
    pub access: Access,
    /// Seconds after the expiry for which a pass still counts: 0 in browsers, 60 on servers.
    pub leeway: u32,
}

impl<'a> Requirement<'a> {
    /// The requirement of a call in a page: without ids any paywall will do.
    pub(crate) fn of_call(ids: Ids<'a>, access: Access) -> Self {
        Self {
            paywalls: Some(ids).filter(|ids| !ids.is_empty()),
            access,
            leeway: 0,
        }
    }
}

impl Requirement<'_> {
    /// Any paywall, any level, no leeway.
    pub const ANY: Self = Self {
        paywalls: None,
        access: Access::Any,
        leeway: 0,
    };

    pub(crate) fn wants(&self, id: &str) -> bool {
        self.paywalls.is_none_or(|ids| ids.contains(id))
    }
}

/// Between two ids of a list, as between the items of all lists that a page's script sends; no pass can hold it.
pub(crate) const SEPARATOR: u8 = 0x1e;
/// An id that no pass can hold, in the place of an empty one and of one with a separator in it.
const NOWHERE: &str = "\u{7f}";

/// Paywall ids, borrowed; see [`IdList`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ids<'a>(&'a str);

impl<'a> Ids<'a> {
    /// The list that a page's script has put into one text.
    pub(crate) fn packed(text: &'a str) -> Self {
        Self(text)
    }

    /// Tells a list without ids.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The ids with commas between them, as they stand in addresses.
    pub(crate) fn comma_separated(self) -> String {
        rejoin(self.0, SEPARATOR, b',')
    }

    /// The ids with line feeds between them.
    pub(crate) fn lines(self) -> String {
        rejoin(self.0, SEPARATOR, b'\n')
    }

    /// The ids in the order given.
    pub fn iter(self) -> impl Iterator<Item = &'a str> {
        items(self.0, SEPARATOR)
    }

    /// Tells a list with this very id in it; letter case counts.
    pub fn contains(self, id: &str) -> bool {
        self.iter().any(|own| own == id)
    }
}

/// Paywall ids, owned, in one piece of memory.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct IdList(String);

impl IdList {
    /// The ids in this order. An empty one and one with U+001E in it fit no pass.
    pub fn new<'a>(ids: impl IntoIterator<Item = &'a str>) -> Self {
        let mut list = String::new();
        for id in ids {
            if !list.is_empty() {
                list.push(char::from(SEPARATOR));
            }
            let splits = id.bytes().any(|byte| byte == SEPARATOR);
            let fits = !splits && !id.is_empty();
            push(&mut list, if fits { id } else { NOWHERE });
        }
        Self(list)
    }

    /// The same, borrowed.
    pub fn as_ids(&self) -> Ids<'_> {
        Ids(&self.0)
    }
}

/// The entitlement level that a page asks for (`access`, documented surface, section 2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Any level, also one unknown to us.
    #[default]
    Any,
    /// A registered reader; `sub` includes it.
    User,
    /// A subscriber.
    Sub,
}

impl Access {
    /// `"user"` and `"sub"` as they stand in options and URLs; nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "user" => Some(Self::User),
            "sub" => Some(Self::Sub),
            _ => None,
        }
    }

    /// The level's name, `None` for any.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Any => None,
            Self::User => Some("user"),
            Self::Sub => Some("sub"),
        }
    }

    pub(crate) fn satisfied_by(self, level: &str) -> bool {
        match self {
            Self::Any => true,
            Self::User => level == "user" || level == "sub",
            Self::Sub => level == "sub",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn a_list_holds_whole_ids_only() {
        let list = IdList::new(["A", "", "B\u{1e}C", "D"]);
        let ids: Vec<&str> = list.as_ids().iter().collect();
        assert_eq!(ids, ["A", NOWHERE, NOWHERE, "D"]);
        for id in ["B", "C", "B\u{1e}C", "A\u{1e}", "a", ""] {
            assert!(!list.as_ids().contains(id), "{id:?}");
        }
        assert!(list.as_ids().contains("A") && list.as_ids().contains("D"));
    }

    #[test]
    fn an_empty_list_fits_no_pass() {
        let list = IdList::new([]);
        assert_eq!(list.as_ids().iter().count(), 0);
        let wanted = Requirement {
            paywalls: Some(list.as_ids()),
            ..Requirement::ANY
        };
        assert!(!wanted.wants("A") && Requirement::ANY.wants("A"));
    }
}
