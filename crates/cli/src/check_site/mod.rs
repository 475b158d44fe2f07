//! `iteras check-site`: what companion and replacement would do with a site's pages, and what to mend there.
//!
//! [`iteras_check`] judges pages without IO; files and addresses are read in [`sources`].

mod crawl;
mod http;
mod robots;
mod sources;

use std::process::ExitCode;

use iteras_check::Report;

use crate::output::print;
use sources::Read;

/// The arguments.
#[derive(clap::Args)]
pub(crate) struct CheckSite {
    /// Pages and scripts: files, or http(s) addresses.
    #[arg(required = true, value_name = "FILE|URL")]
    places: Vec<String>,
    /// Follows links and scripts from the addresses to pages of the same origin: one request at a time, as
    /// robots.txt allows.
    #[arg(long)]
    fetch: bool,
    /// The most pages and scripts that are read with --fetch.
    #[arg(long, value_name = "COUNT", default_value_t = 50, requires = "fetch")]
    pages: usize,
    /// Milliseconds between two requests of --fetch; robots.txt may ask for more.
    #[arg(long, value_name = "MS", default_value_t = 500, requires = "fetch")]
    pause: u64,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

impl CheckSite {
    pub(crate) fn run(&self) -> Result<ExitCode, String> {
        let bounds = self.fetch.then_some(crawl::Bounds {
            pages: self.pages,
            pause_ms: self.pause,
        });
        let Read { sources, unread } = sources::read(&self.places, bounds)?;
        for what in &unread {
            eprintln!("iteras: not read: {what}");
        }
        // Frames that the page cuts show only where it is rendered: in the browser, by the page in `www`.
        let report = Report::of(&sources, &[]);
        let text = match self.json {
            true => report.json(&unread).to_string(),
            false => report.text(),
        };
        print(&text)?;
        Ok(ExitCode::from(u8::from(report.findings() > 0)))
    }
}
