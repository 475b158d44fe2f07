//! Reads a configuration: the built-in one, or the text of a file.
//!
//! ```
//! let config = iteras_standin::Config::embedded();
//! assert_eq!(config.profiles[0].id, "lumen");
//! ```

use super::check;
use super::error::ConfigError;
use super::file::Config;

const EMBEDDED: &str = include_str!("../../standin.toml");

impl Config {
    /// The demo publisher that is built in.
    pub fn embedded() -> Self {
        Self::parse(EMBEDDED).expect("the embedded standin.toml is checked by the tests")
    }

    /// Reads the text of a configuration file and checks it, see [`ConfigError`].
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text).map_err(|e| ConfigError(e.to_string()))?;
        check::config(&config).map_err(ConfigError)?;
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_file_is_sound() {
        let config = Config::parse(EMBEDDED).unwrap();
        assert_eq!(config.pass_days, 30);
        assert_eq!(config.renew_expired_days, 90);
        assert_eq!(config.profiles[0].accounts.len(), 3);
    }

    #[test]
    fn unknown_settings_are_refused_with_their_name() {
        let error = Config::parse("token_kye = \"x\"").unwrap_err().to_string();
        assert!(error.contains("token_kye"), "{error}");
    }
}
