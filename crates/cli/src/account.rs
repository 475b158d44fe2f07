//! The account at the service that a command works for: where the service is, the key, and what to do when
//! a call fails.

use std::path::PathBuf;

use iteras_client::iteras::Iteras;
use iteras_client::{ApiKey, Client, ConfigError, Error, Kind, systems};
use tokio::runtime::{Builder, Runtime};

use crate::keys::{Source, read};

const KEY_VARIABLE: &str = "ITERAS_API_KEY";

/// The arguments of every command that calls the service.
#[derive(clap::Args)]
pub(crate) struct Account {
    /// File with the account's API key; else the variable ITERAS_API_KEY.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Address below which the calls of the server API are.
    #[arg(long, value_name = "URL", default_value = systems::iteras::BASE)]
    service: String,
    /// Lets --service be http on other hosts than this machine, where everyone on the way reads the key.
    #[arg(long)]
    insecure_http: bool,
}

impl Account {
    /// Reads the key and checks the address. Sends nothing yet.
    pub(crate) fn open(&self) -> Result<Iteras, String> {
        let source = Source::of(self.key_file.as_deref(), KEY_VARIABLE);
        let key = read(source, ApiKey::from_file, ApiKey::new)?;
        let mut system = systems::iteras::header(key)
            .map_err(|error| error.to_string())?
            .with_base(&self.service);
        if self.insecure_http {
            system = system.with_insecure_http();
        }
        let client = Client::new(system).map_err(|error| self.named(&error))?;
        Ok(Iteras::with_client(client))
    }

    /// The setting as it is called here.
    fn named(&self, error: &ConfigError) -> String {
        let text = error.to_string();
        match text.strip_prefix("base: ") {
            Some(problem) if self.insecure_http => format!("--service: {problem}"),
            Some(problem) => format!("--service: {problem} (or --insecure-http)"),
            None => text,
        }
    }

    /// The text of a call's error, and advice on it.
    pub(crate) fn told(&self, error: &Error) -> String {
        let text = error.to_string();
        // The program's own name stands before it.
        let text = text.strip_prefix("iteras: ").unwrap_or(&text);
        match self.advice(error) {
            Some(advice) => format!("{text}\n  {advice}"),
            None => text.to_owned(),
        }
    }

    fn advice(&self, error: &Error) -> Option<String> {
        let service = &self.service;
        Some(match (error.kind(), error.retry_after()) {
            (Kind::Auth, _) => {
                "check that the key is the account's API key, not its signing key".into()
            }
            (Kind::Outage, Some(wait)) => {
                format!(
                    "{service} asks to be left alone for {} seconds",
                    wait.as_secs()
                )
            }
            (Kind::Outage, None) => format!("check --service {service}, or try again later"),
            (Kind::Programming, _) => format!("check the arguments and --service {service}"),
            (Kind::UnknownOutcome, _) => {
                "nothing was sent a second time: run it again if you want that".into()
            }
            _ => return None,
        })
    }
}

/// The runtime of the calls: one thread is enough for one call after the other.
pub(crate) fn runtime() -> Result<Runtime, String> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| format!("no runtime: {error}"))
}
