//! `iteras pass`: show, verify and sign.

mod given;
mod show;
mod sign;
mod verify;

use std::process::ExitCode;

use clap::Subcommand;

/// The variable with a pass's signing key, for when no file is named.
const KEY_VARIABLE: &str = "ITERAS_PASS_KEY";
/// The sentence behind the reason `nopass`.
const NO_COOKIE: &str = "there is no cookie iteraspass";

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Tells what a pass says, without checking that it is true.
    Show(show::Show),
    /// Decides about a pass as a server would: exit code 0 allowed, 1 denied.
    Verify(verify::Verify),
    /// Makes a pass from its fields, for tests and migrations.
    Sign(sign::Sign),
}

impl Command {
    pub(crate) fn run(&self) -> Result<ExitCode, String> {
        match self {
            Self::Show(command) => command.run(),
            Self::Verify(command) => command.run(),
            Self::Sign(command) => command.run(),
        }
    }
}
