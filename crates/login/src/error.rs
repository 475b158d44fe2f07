//! Mistakes in the configuration.

use std::fmt;

/// A setting that can't be meant; its text begins with the setting's name and holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    setting: &'static str,
    problem: String,
}

impl ConfigError {
    pub(crate) fn new(setting: &'static str, problem: impl Into<String>) -> Self {
        let problem = problem.into();
        Self { setting, problem }
    }

    pub(crate) fn expected(setting: &'static str, expected: &str, got: &str) -> Self {
        Self::new(setting, format!("expected {expected}, got {got:?}"))
    }

    /// The setting's name.
    pub fn setting(&self) -> &str {
        self.setting
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.setting, self.problem)
    }
}

impl std::error::Error for ConfigError {}
