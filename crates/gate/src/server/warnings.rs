//! Warnings of a sound configuration: those of its text, and key files that are open to everybody.

use std::path::Path;

use super::secrets;
use crate::keys;
use crate::settings::config::{Config, Source};
use crate::settings::warnings::warnings;

impl Config {
    /// Effects of the configuration that may not be meant, though it is sound; each a sentence that names its setting.
    pub fn warnings(&self) -> Vec<String> {
        let mut all = open_key_files(self);
        all.extend(warnings(self));
        all
    }
}

/// Key files that every user of the machine can read.
fn open_key_files(config: &Config) -> Vec<String> {
    let passes = config.keys.iter().enumerate();
    let passes = passes.map(|(at, key)| (keys::setting(&key.id, at), key.file.as_deref()));
    let file_of = |source: &Option<Source>| source.as_ref().and_then(|source| source.file.clone());
    let others = [
        ("gifts", file_of(&config.gifts)),
        ("editors", file_of(&config.editors)),
        (
            "meter",
            config.meter.as_ref().and_then(|meter| meter.file.clone()),
        ),
    ];
    let others = others
        .iter()
        .map(|(setting, file)| ((*setting).to_owned(), file.as_deref()));
    let open = passes
        .chain(others)
        .filter(|(_, file)| file.is_some_and(others_can_read));
    open.map(|(setting, _)| {
        format!(
            "{setting}.file: everybody on this machine can read the key; expected mode 0600 or 0640"
        )
    })
    .collect()
}

#[cfg(unix)]
fn others_can_read(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    const OTHERS_READ: u32 = 0o004;
    // A file that can't be looked at is refused where it is read.
    std::fs::metadata(secrets::place(file))
        .is_ok_and(|about| about.permissions().mode() & OTHERS_READ != 0)
}

#[cfg(not(unix))]
fn others_can_read(_: &Path) -> bool {
    false
}
