//! `iteras`: what publishers do by hand.
//!
//! One file a command; here they are named. The exit code is 0 for done or allowed, 1 for a pass or a
//! password that is no good and for findings, 2 for everything else.
#![forbid(unsafe_code)]

mod account;
mod authenticate;
mod check_site;
mod customers;
mod editor_cookie;
mod gift_link;
mod input;
mod keys;
mod meter_cookie;
mod output;
#[cfg(feature = "pages")]
mod pages;
mod pass;
mod password;
mod stop;
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
    /// Makes a cookie that lets an editor in on one host until it expires.
    EditorCookie(editor_cookie::EditorCookie),
    /// Shows what a reader's cookie of free pages holds.
    #[command(subcommand)]
    MeterCookie(meter_cookie::Command),
    /// Shows, checks and makes passes.
    #[command(subcommand)]
    Pass(pass::Command),
    /// Exports customers of the account, some or all of them, while they arrive.
    Customers(customers::Customers),
    /// Checks a customer's password: exit code 0 right, 1 wrong.
    Authenticate(authenticate::Authenticate),
    /// Reads pages and scripts of a site, and tells what companion and replacement would do with them: exit code 0
    /// nothing found, 1 findings.
    CheckSite(check_site::CheckSite),
}

impl Command {
    fn run(&self) -> Result<ExitCode, String> {
        match self {
            Self::GiftLink(command) => command.run(),
            Self::EditorCookie(command) => command.run(),
            Self::MeterCookie(command) => command.run(),
            Self::Pass(command) => command.run(),
            Self::Customers(command) => command.run(),
            Self::Authenticate(command) => command.run(),
            Self::CheckSite(command) => command.run(),
        }
    }
}

fn main() -> ExitCode {
    #[cfg(feature = "pages")]
    if let Some(folder) = std::env::var_os(pages::FOLDER) {
        return done(pages::write::<Cli>(folder.as_ref()).map(|()| ExitCode::SUCCESS));
    }
    done(Cli::parse().command.run())
}

fn done(result: Result<ExitCode, String>) -> ExitCode {
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("iteras: {error}");
            // The same as clap's for arguments that it refuses.
            ExitCode::from(2)
        }
    }
}
