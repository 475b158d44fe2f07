//! The command: takes customers one by one and writes each before the next.

use std::io::{IsTerminal, stderr, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use iteras_client::iteras::{CustomerStream, Which};

use super::chosen::Chosen;
use super::format::{Field, Format, Writer};
use super::progress::Progress;
use super::sink::{Reader, Sink};
use crate::account::{Account, runtime};
use crate::stop;

/// The arguments.
#[derive(clap::Args)]
pub(crate) struct Customers {
    #[command(flatten)]
    chosen: Chosen,
    /// Parts of a customer to export.
    #[arg(
        long,
        value_name = "FIELD,…",
        value_delimiter = ',',
        default_value = "data,active_subscriptions"
    )]
    fields: Vec<Field>,
    /// Unless given, a table at a terminal and JSON lines elsewhere.
    #[arg(long)]
    format: Option<Format>,
    /// Writes this file instead of the standard output: whole, or not at all.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Shows no progress and no remarks.
    #[arg(long, short)]
    quiet: bool,
    #[command(flatten)]
    account: Account,
}

impl Customers {
    pub(crate) fn run(&self) -> Result<ExitCode, String> {
        let which = self.chosen.which()?;
        let ids = match &which {
            Which::All => None,
            Which::Ids(ids) => Some(ids.len() as u64),
        };
        let iteras = self.account.open()?;
        let sink = Sink::open(self.output.as_deref())?;
        let fields = Field::all_of(&self.fields);
        let writer = Writer::new(self.format(), fields);
        let customers = iteras.customers(which, fields);
        let progress = self.progress(ids);
        let exported = runtime()?.block_on(async {
            let export = self.export(customers, &writer, sink, &progress);
            match self.output {
                // Nothing has to be put right at the standard output, where a full pipe may hold everything up.
                None => export.await,
                Some(_) => stop::unless(stop::any()?, export).await,
            }
        });
        let count = progress.count();
        drop(progress);
        if exported.map_err(|error| self.what_is_left(&error, count))? == Reader::Here {
            self.remark(count, ids);
        }
        Ok(ExitCode::SUCCESS)
    }

    async fn export(
        &self,
        mut customers: CustomerStream,
        writer: &Writer,
        mut sink: Sink,
        progress: &Progress,
    ) -> Result<Reader, String> {
        let mut line = writer.head();
        if sink.write(&line)? == Reader::Gone {
            return Ok(Reader::Gone);
        }
        while let Some(customer) = customers.next().await {
            let customer = customer.map_err(|error| self.account.told(&error))?;
            writer.line(&customer, &mut line);
            if sink.write(&line)? == Reader::Gone {
                return Ok(Reader::Gone);
            }
            progress.add(line.len());
        }
        sink.finish()
    }

    fn format(&self) -> Format {
        let at_terminal = self.output.is_none() && stdout().is_terminal();
        let usual = if at_terminal {
            Format::Table
        } else {
            Format::Jsonl
        };
        self.format.unwrap_or(usual)
    }

    fn progress(&self, ids: Option<u64>) -> Progress {
        // A bar would stand in the way where the rows themselves are seen.
        let rows_are_seen = self.output.is_none() && stdout().is_terminal();
        match !self.quiet && stderr().is_terminal() && !rows_are_seen {
            true => Progress::shown(ids),
            false => Progress::hidden(),
        }
    }

    fn what_is_left(&self, error: &str, count: u64) -> String {
        match &self.output {
            Some(file) => format!("{error}\n  {} was left as it was", file.display()),
            None if count == 0 => error.to_owned(),
            None => format!("{error}\n  this is not everything: it ended after {count} customers"),
        }
    }

    /// The service leaves out ids that it does not know.
    fn remark(&self, count: u64, ids: Option<u64>) {
        if let Some(ids) = ids.filter(|ids| count < *ids && !self.quiet) {
            eprintln!("iteras: {count} customers for {ids} ids: the service left out the others");
        }
    }
}
