//! Passes whose signature matched, borrowed and kept; only [`PassKeys`](crate::signature::PassKeys) makes them.

use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;

use iteras::pass::Pass;
use iteras::timestamp::Timestamp;

/// A pass whose signature was checked: only this opens content on a server.
#[derive(Clone, Copy)]
pub struct VerifiedPass<'a, 'k> {
    pub(crate) value: &'a str,
    pub(crate) pass: Pass<'a>,
    pub(crate) entitlement: Option<(&'a str, &'a str)>,
    pub(crate) key_id: &'k Arc<str>,
    pub(crate) position: usize,
}

impl<'a, 'k> VerifiedPass<'a, 'k> {
    /// The facts, now vouched for.
    pub fn pass(&self) -> &Pass<'a> {
        &self.pass
    }

    /// Level and paywall id of the first position that satisfies the requirement that the pass was held against, else
    /// of the first with a wanted id; `None` where there is no such id, or no requirement.
    pub fn entitlement(&self) -> Option<(&'a str, &'a str)> {
        self.entitlement
    }

    /// The id of the key that matched.
    pub fn key_id(&self) -> &'k str {
        self.key_id
    }

    /// The position of that key among the keys: 0 is the newest.
    pub fn key_position(&self) -> usize {
        self.position
    }

    /// The cookie's value, decoded: a bearer token.
    pub(crate) fn value(&self) -> &'a str {
        self.value
    }

    /// The pass in owned form, for those who keep it.
    pub fn owned(&self) -> OwnedPass {
        let (level, paywallid) = self.entitlement.unwrap_or_default();
        let subscriber = self.pass.subscriber();
        OwnedPass {
            text: [level, paywallid, subscriber].concat(),
            // Sizes fit, since a pass has no more than 4096 bytes.
            level: level.len() as u16,
            paywallid: paywallid.len() as u16,
            expires: self.pass.expires(),
            key_id: Arc::clone(self.key_id),
            position: self.position,
        }
    }
}

/// Without the pass itself, which is a bearer token, and without who it is.
impl fmt::Debug for VerifiedPass<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedPass")
            .field("entitlement", &self.entitlement)
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

/// The facts of a verified pass, in owned form; only a [`VerifiedPass`] makes one.
#[derive(Clone, PartialEq, Eq)]
pub struct OwnedPass {
    /// Level, paywall id and subscriber, one behind the other.
    text: String,
    level: u16,
    paywallid: u16,
    expires: Timestamp,
    key_id: Arc<str>,
    position: usize,
}

impl OwnedPass {
    /// Level of the position of the pass that satisfies, else of the first with a wanted id; `None` without one.
    pub fn level(&self) -> Option<&str> {
        let level = self.text.get(..usize::from(self.level));
        level.filter(|level| !level.is_empty())
    }

    /// The paywall id at that position.
    pub fn paywallid(&self) -> Option<&str> {
        let (start, length) = (usize::from(self.level), usize::from(self.paywallid));
        let id = self.text.get(start..start + length);
        id.filter(|id| !id.is_empty())
    }

    /// The subscriber's id; may be empty.
    pub fn subscriber(&self) -> &str {
        let start = usize::from(self.level) + usize::from(self.paywallid);
        self.text.get(start..).unwrap_or("")
    }

    /// The last second at which the pass is valid, leeway not counted.
    pub fn expires(&self) -> Timestamp {
        self.expires
    }

    /// The id of the key that matched.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// True where that was another key than the first, newest one.
    pub fn is_by_old_key(&self) -> bool {
        self.position > 0
    }
}

/// Leaves out who it is: logs are read by many.
impl fmt::Debug for OwnedPass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedPass")
            .field("level", &self.level())
            .field("paywallid", &self.paywallid())
            .field("expires", &self.expires)
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}
