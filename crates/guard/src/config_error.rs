//! Mistakes in the configuration, which stop a server at its start.

use alloc::format;
use alloc::string::String;
use core::fmt;

/// A setting that can't be meant. Never holds a key or another secret.
///
/// Its text is a sentence that begins with the setting's name. Nothing that is wrong with a *request* is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    setting: String,
    problem: String,
}

impl ConfigError {
    /// `problem` goes on after the setting's name and a colon: lower-case, without full stop, and without the
    /// setting's value where that could be a key (see [`shown`]).
    pub fn new(setting: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            setting: setting.into(),
            problem: problem.into(),
        }
    }

    /// The setting's name, such as `keys.2026`.
    pub fn setting(&self) -> &str {
        &self.setting
    }

    /// The problem, as it goes on after the setting's name.
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// The same problem of a setting that stands inside another one.
    #[must_use]
    pub fn within(mut self, outer: &str) -> Self {
        self.setting = format!("{outer}.{}", self.setting);
        self
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.setting, self.problem)
    }
}

impl core::error::Error for ConfigError {}

/// A value as errors show it. Keys have 16 bytes or more, and one in the wrong place is still a key: of such texts
/// only the length is told.
pub fn shown(value: &str) -> String {
    match value.len() {
        0..16 => format!("{value:?}"),
        length => format!("a text of {length} bytes"),
    }
}
