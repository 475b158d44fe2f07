//! What a route asks of a pass.

use iteras::{Access, IdList};

use crate::ConfigError;

/// A pass for any one of some paywalls, with a level. Owned: routes keep it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    paywalls: IdList,
    access: Access,
}

impl Requirement {
    /// A subscriber's pass (level `sub`) for any one of these paywall ids.
    pub fn subscriber<'a>(ids: impl IntoIterator<Item = &'a str>) -> Result<Self, ConfigError> {
        Self::new(ids, Access::Sub)
    }

    /// A pass of the given level for any one of these paywall ids.
    ///
    /// No id, an empty one and one with spaces or other than printable ASCII are refused: on a server "any
    /// paywall" would let the passes of other walls in.
    pub fn new<'a>(
        ids: impl IntoIterator<Item = &'a str>,
        access: Access,
    ) -> Result<Self, ConfigError> {
        let ids: Vec<&str> = ids.into_iter().collect();
        if ids.is_empty() {
            return Err(ConfigError::new("paywalls", "no paywall id"));
        }
        let fits = |byte: u8| byte.is_ascii_graphic();
        if let Some(odd) = ids.iter().find(|id| id.is_empty() || !id.bytes().all(fits)) {
            return Err(ConfigError::new(
                "paywalls",
                format!("{odd:?} is not a paywall id"),
            ));
        }
        let paywalls = IdList::new(ids);
        Ok(Self { paywalls, access })
    }

    /// The paywall ids, in the order given.
    pub fn paywalls(&self) -> impl Iterator<Item = &str> {
        self.paywalls.as_ids().iter()
    }

    /// The level.
    pub fn access(&self) -> Access {
        self.access
    }

    pub(crate) fn of_core(&self, leeway: u32) -> iteras::Requirement<'_> {
        iteras::Requirement {
            paywalls: Some(self.paywalls.as_ids()),
            access: self.access,
            leeway,
        }
    }
}

/// What one request has to satisfy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand<'a> {
    /// Nothing: not a protected page.
    Open,
    /// Each of these, if need be by different passes. An empty list is satisfied by no pass.
    All(&'a [Requirement]),
}

impl<'a> From<&'a Requirement> for Demand<'a> {
    fn from(requirement: &'a Requirement) -> Self {
        Self::All(std::slice::from_ref(requirement))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    }
}
