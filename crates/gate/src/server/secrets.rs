//! Keys from files and variables. Errors are told without a path or name: one of them may be a key in the
//! wrong place.

use std::path::Path;

use super::config::Source;
use crate::ConfigError;

/// The keys read so far. A key that makes gift links or lets editors in must be able to do nothing else.
#[derive(Default)]
pub(super) struct Secrets(Vec<(String, String)>);

impl Secrets {
    pub(super) fn read(&mut self, source: &Source, setting: &str) -> Result<String, ConfigError> {
        let secret = read(source, setting)?;
        let known = |(_, other): &&(String, String)| other.trim_end() == secret.trim_end();
        // An empty key is refused as such.
        if let Some((other, _)) = self.0.iter().find(known)
            && !secret.trim_end().is_empty()
        {
            let problem = format!("the same key as {other}; every purpose has its own");
            return Err(ConfigError::new(setting, problem));
        }
        self.0.push((setting.to_owned(), secret.clone()));
        Ok(secret)
    }
}

fn read(source: &Source, setting: &str) -> Result<String, ConfigError> {
    match (&source.file, &source.env) {
        (Some(file), None) => text(&format!("{setting}.file"), file),
        (None, Some(name)) => std::env::var(name).map_err(|_| {
            ConfigError::new(
                format!("{setting}.env"),
                "the variable of this name is not set, or is no text",
            )
        }),
        _ => Err(ConfigError::new(setting, "expected either `file` or `env`")),
    }
}

/// The text of a file that a setting names.
pub(super) fn text(setting: &str, file: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(file)
        .map_err(|error| ConfigError::new(setting, format!("can't be read: {}", error.kind())))
}
