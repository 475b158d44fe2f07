//! Mistakes in the configuration, which stop a server at its start.

use std::fmt;

/// A setting that can't be meant. Never holds a key or another secret.
///
/// Its text is a sentence that begins with the setting's name. What is wrong with a *request* is a
/// [`Denial`](crate::Denial) instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    setting: String,
    problem: String,
}

impl ConfigError {
    pub(crate) fn new(setting: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            setting: setting.into(),
            problem: problem.into(),
        }
    }

    /// The setting's name, such as `keys.2026`.
    pub fn setting(&self) -> &str {
        &self.setting
    }

    /// The same problem of a setting that stands inside another one.
    #[cfg(feature = "server")]
    pub(crate) fn within(mut self, outer: &str) -> Self {
        self.setting = format!("{outer}.{}", self.setting);
        self
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.setting, self.problem)
    }
}

impl std::error::Error for ConfigError {}
