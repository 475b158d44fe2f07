//! Keys come from files or from the environment, never from the command line, where every process of the
//! machine could read them.

use std::fmt::Display;
use std::path::Path;

/// The place of a key.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source<'a> {
    /// The file of `--key-file`.
    File(&'a Path),
    /// The variable of this name.
    Variable(&'static str),
}

impl<'a> Source<'a> {
    /// The file if there is one, else the variable.
    pub(crate) fn of(file: Option<&'a Path>, variable: &'static str) -> Self {
        file.map_or(Self::Variable(variable), Self::File)
    }
}

/// Reads a key with the constructors of its type; the error is a sentence that names file or variable and
/// never holds the key.
pub(crate) fn read<K, E: Display>(
    source: Source<'_>,
    from_file: impl FnOnce(&str) -> Result<K, E>,
    from_text: impl FnOnce(&str) -> Result<K, E>,
) -> Result<K, String> {
    match source {
        Source::File(file) => {
            let named = |error: &dyn Display| format!("--key-file {}: {error}", file.display());
            let content = std::fs::read_to_string(file).map_err(|error| named(&error))?;
            from_file(&content).map_err(|error| named(&error))
        }
        Source::Variable(name) => match std::env::var(name) {
            Ok(key) => from_text(&key).map_err(|error| format!("{name}: {error}")),
            Err(std::env::VarError::NotPresent) => {
                Err(format!("no key: give --key-file or set {name}"))
            }
            Err(std::env::VarError::NotUnicode(_)) => Err(format!("{name}: it is not text")),
        },
    }
}
