//! The error of a configuration.

use std::fmt;

/// A configuration that makes no sense; the text is a sentence that names the setting.
#[derive(Clone, Debug)]
pub struct ConfigError(pub(super) String);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.trim_end())
    }
}

impl std::error::Error for ConfigError {}
