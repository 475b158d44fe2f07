//! `iteras`: what publishers do by hand.
//!
//! One file a command; here they are named. The exit code is 0 for done or allowed, 1 for a pass that is
//! denied, 2 for what was asked wrong.
#![forbid(unsafe_code)]

mod gift_link;
mod keys;
mod output;
mod pass;
mod times;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Tools for publishers on the Iteras subscription service.
#[derive(Parser)]
#[command(name = "iteras", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

// A new command is a file with its arguments and `run`, a variant here and an arm below.
#[derive(Subcommand)]
enum Command {
    /// Makes a link that opens one page without a pass until it expires.
    GiftLink(gift_link::GiftLink),
    /// Shows, checks and makes passes.
    #[command(subcommand)]
    Pass(pass::Command),
}

impl Command {
    fn run(&self) -> Result<ExitCode, String> {
        match self {
            Self::GiftLink(command) => command.run(),
            Self::Pass(command) => command.run(),
        }
    }
}

fn main() -> ExitCode {
    match Cli::parse().command.run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("iteras: {error}");
            // The same as clap's for arguments that it refuses.
            ExitCode::from(2)
        }
    }
}
