//! The requirement of a rule, kept for as long as a server runs, and what one request has to satisfy.

use alloc::format;
use alloc::vec::Vec;

use iteras::{Access, IdList};

use crate::config_error::{ConfigError, shown};

/// A pass for any one of some paywalls, with a level. Owned: routes keep it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Requirement {
    paywalls: IdList,
    access: Access,
    is_metered: bool,
}

impl Requirement {
    /// A subscriber's pass (level `sub`) for any one of these paywall ids.
    pub fn subscriber<'a>(ids: impl IntoIterator<Item = &'a str>) -> Result<Self, ConfigError> {
        Self::new(ids, Access::Sub)
    }

    /// A pass of the given level for any one of these paywall ids.
    ///
    /// No id is refused, since on a server "any paywall" would let the passes of other walls in; so is one that no
    /// pass could name, see [`is_paywall_id`].
    pub fn new<'a>(
        ids: impl IntoIterator<Item = &'a str>,
        access: Access,
    ) -> Result<Self, ConfigError> {
        let ids: Vec<&str> = ids.into_iter().collect();
        if ids.is_empty() {
            return Err(ConfigError::new("paywalls", "no paywall id"));
        }
        if let Some(odd) = ids.iter().find(|id| !is_paywall_id(id)) {
            return Err(ConfigError::new(
                "paywalls",
                format!("{} is not a paywall id", shown(odd)),
            ));
        }
        let paywalls = IdList::new(ids);
        Ok(Self {
            paywalls,
            access,
            is_metered: false,
        })
    }

    /// The same where readers without such a pass may read some pages, as many as the gate's meter has free.
    #[must_use]
    pub fn with_meter(self) -> Self {
        Self {
            is_metered: true,
            ..self
        }
    }

    /// The same without a meter.
    #[must_use]
    pub fn without_meter(self) -> Self {
        Self {
            is_metered: false,
            ..self
        }
    }

    /// True where a meter may open the page.
    pub fn is_metered(&self) -> bool {
        self.is_metered
    }

    /// The paywall ids, in the order given.
    pub fn paywalls(&self) -> impl Iterator<Item = &str> {
        self.paywalls.as_ids().iter()
    }

    /// The level.
    pub fn access(&self) -> Access {
        self.access
    }

    /// The requirement of the core, which knows the leeway, too.
    pub fn of_core(&self, leeway: u32) -> iteras::Requirement<'_> {
        iteras::Requirement {
            paywalls: Some(self.paywalls.as_ids()),
            access: self.access,
            leeway,
        }
    }
}

/// Tells whether a pass could name this paywall: not an empty text, nor one with a blank, `,`, `|`, `;`, `"`, `\\` or
/// anything that is not printable ASCII.
pub fn is_paywall_id(id: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_graphic() && !b",|;\"\\".contains(&byte);
    !id.is_empty() && id.bytes().all(fits)
}

/// All that one request has to satisfy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Demand<'a> {
    /// Nothing: not a protected page.
    Open,
    /// Each of these, if need be by different passes. An empty list is satisfied by no pass.
    All(Vec<&'a Requirement>),
    /// Each of these; and since it is not clear which page is meant, only a pass or an editor opens it, never a gift
    /// link.
    Unclear(Doubt, Vec<&'a Requirement>),
}

/// The part of a request that is not clear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Its host is none of the configured ones, or it names none or two.
    Host,
    /// Servers read its path differently.
    Path,
}

impl Doubt {
    /// A word or two for logs and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Host => "unlisted host",
            Self::Path => "unclear path",
        }
    }
}

impl Demand<'_> {
    /// True where a meter may open the page: each of the requirements allows it, and there is no doubt which page it is.
    pub fn is_metered(&self) -> bool {
        match self {
            Self::Open | Self::Unclear(..) => false,
            Self::All(all) => !all.is_empty() && all.iter().all(|one| one.is_metered()),
        }
    }
}

impl<'a> From<&'a Requirement> for Demand<'a> {
    fn from(requirement: &'a Requirement) -> Self {
        Self::All(Vec::from([requirement]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn a_requirement_names_paywalls() {
        let refused = |ids: &[&str]| {
            Requirement::subscriber(ids.iter().copied())
                .unwrap_err()
                .to_string()
        };
        assert_eq!(refused(&[]), "paywalls: no paywall id");
        assert_eq!(refused(&["A", ""]), "paywalls: \"\" is not a paywall id");
        assert_eq!(
            refused(&["A\nB"]),
            "paywalls: \"A\\nB\" is not a paywall id"
        );
        assert_eq!(refused(&["A,B"]), "paywalls: \"A,B\" is not a paywall id");
        assert_eq!(
            refused(&["gift0123456789ab,"]),
            "paywalls: a text of 17 bytes is not a paywall id"
        );
    }
}
