//! Keys from files and variables. Errors are told without a path or name: one of them may be a key in the
//! wrong place.

use std::borrow::Cow;
use std::path::Path;

use crate::ConfigError;
use crate::settings::checks::{self, Kept};
use crate::settings::config::Source;

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
    match checks::kept(source, setting)? {
        Kept::File(file) => text(&format!("{setting}.file"), &place(file)),
        Kept::Variable(name) => std::env::var(name).map_err(|_| {
            ConfigError::new(
                format!("{setting}.env"),
                "the variable of this name is not set, or is no text",
            )
        }),
    }
}

/// The place of a key's file: a relative path begins where systemd keeps the service's credentials, where it does so.
pub(super) fn place(file: &Path) -> Cow<'_, Path> {
    match std::env::var_os("CREDENTIALS_DIRECTORY") {
        Some(folder) if file.is_relative() => Path::new(&folder).join(file).into(),
        _ => file.into(),
    }
}

/// The text of a file that a setting names.
pub(super) fn text(setting: &str, file: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(file)
        .map_err(|error| ConfigError::new(setting, format!("can't be read: {}", error.kind())))
}
