//! A man page and completions, made of the arguments as clap knows them; only in the build that makes packages.

use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;

/// The variable with the folder to write to; where it is set the program does nothing else.
pub(crate) const FOLDER: &str = "ITERAS_PAGES";

/// Writes the man page, and the completions of bash, zsh and fish, into a folder that is there.
pub(crate) fn write<C: CommandFactory>(folder: &Path) -> Result<(), String> {
    let written = || {
        clap_mangen::generate_to(C::command(), folder)?;
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let mut command = C::command();
            let name = command.get_name().to_owned();
            clap_complete::generate_to(shell, &mut command, name, folder)?;
        }
        Ok(())
    };
    written().map_err(|error: std::io::Error| format!("{FOLDER}: {error}"))
}
