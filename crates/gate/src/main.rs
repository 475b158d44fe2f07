//! `iteras-gate`: runs the gate that a configuration file describes, until Ctrl-C or SIGTERM.
#![forbid(unsafe_code)]

#[cfg(feature = "pages")]
mod pages;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use iteras_gate::server::{Config, Metrics, Server, State, start_logging};

#[cfg(unix)]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Checks Iteras passes in front of a site: forward-auth or reverse proxy.
#[derive(Parser)]
#[command(name = "iteras-gate", version)]
struct Cli {
    /// The configuration, a TOML file.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Only checks the configuration, keys included.
    #[arg(long)]
    check: bool,
    /// Only prints the settings as they are understood, defaults included, as TOML; of a key its file or variable.
    #[arg(long, conflicts_with = "check")]
    print_config: bool,
    /// With --check: says which rule decides about this page and what it asks for; may be given several times.
    #[arg(long, value_name = "URL", requires = "check")]
    explain: Vec<String>,
}

// Requests have threads of their own; this one drives what is sent to a collector of traces while `main` waits for it.
#[tokio::main(worker_threads = 1)]
async fn main() -> ExitCode {
    #[cfg(feature = "pages")]
    if let Some(folder) = std::env::var_os(pages::FOLDER) {
        return exit_code(pages::write::<Cli>(folder.as_ref()));
    }
    let cli = Cli::parse();
    exit_code(match (cli.check, cli.print_config) {
        (true, _) => check(&cli.config, &cli.explain),
        (_, true) => print_config(&cli.config),
        _ => run(&cli.config).await,
    })
}

fn exit_code(done: Result<(), String>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("iteras-gate: {error}");
            ExitCode::FAILURE
        }
    }
}

fn read(file: &Path) -> Result<Config, String> {
    let text =
        std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Config::parse(&text).map_err(|error| format!("{}: {error}", file.display()))
}

/// Reads keys and pages, too, and tells of what may not be meant.
fn checked(file: &Path) -> Result<(Config, State), String> {
    let config = read(file)?;
    let state = State::new(&config, Metrics::default())
        .map_err(|error| format!("{}: {error}", file.display()))?;
    for warning in config.warnings() {
        eprintln!("{}: warning: {warning}", file.display());
    }
    Ok((config, state))
}

fn print_config(file: &Path) -> Result<(), String> {
    let (config, _) = checked(file)?;
    print!("{}", config.text().map_err(|error| error.to_string())?);
    Ok(())
}

fn check(file: &Path, explained: &[String]) -> Result<(), String> {
    let (config, state) = checked(file)?;
    println!("{}: sound", file.display());
    for gift in config.gives() {
        println!("{}: {gift}", file.display());
    }
    for url in explained {
        println!(
            "{}",
            state
                .explain(url)
                .map_err(|error| format!("--explain: {error}"))?
        );
    }
    Ok(())
}

async fn run(file: &Path) -> Result<(), String> {
    let config = read(file)?;
    let _traces = start_logging(&config)?;
    for warning in config.warnings() {
        tracing::warn!("{warning}");
    }
    let server = Server::start(&config)
        .await
        .map_err(|error| format!("{}: {error}", file.display()))?;
    let (address, admin) = server.addresses().map_err(|error| error.to_string())?;
    let stop = signals(file.to_owned(), server.reloader()).map_err(|error| error.to_string())?;
    tracing::info!(%address, admin = admin.map(|admin| admin.to_string()), "listening");
    manager::ready("listening");
    server.run(stop).await.map_err(|error| error.to_string())
}

/// The service manager that started the program, where it waits for word (`Type=notify` of systemd); else nobody hears.
#[cfg(unix)]
mod manager {
    use sd_notify::NotifyState::{self, MonotonicUsec, Ready, Reloading, Status, Stopping};

    /// Ready, with a word for people who ask for the status.
    pub(super) fn ready(status: &str) {
        tell(&[Ready, Status(status)]);
    }

    pub(super) fn reloading() {
        // The time by which it tells this reload from an earlier one.
        let since = NotifyState::monotonic_usec_now().unwrap_or(MonotonicUsec(0));
        tell(&[Reloading, since]);
    }

    pub(super) fn stopping() {
        tell(&[Stopping]);
    }

    fn tell(states: &[NotifyState<'_>]) {
        if let Err(error) = sd_notify::notify(states) {
            tracing::warn!(kind = %error.kind(), "the service manager can't be told");
        }
    }
}

/// Elsewhere none waits for word.
#[cfg(not(unix))]
mod manager {
    pub(super) fn ready(_: &str) {}
}

/// Reloads on SIGHUP; completes at Ctrl-C or SIGTERM.
#[cfg(unix)]
fn signals(
    file: PathBuf,
    reload: impl Fn(Result<Config, String>) -> Result<(), String> + Send + Sync + 'static,
) -> std::io::Result<impl Future<Output = ()> + Send> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut hang_up = signal(SignalKind::hangup())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        loop {
            tokio::select! {
                _ = interrupt.recv() => break,
                _ = terminate.recv() => break,
                _ = hang_up.recv() => {
                    manager::reloading();
                    manager::ready(match reload(read(&file)) {
                        Ok(()) => {
                            tracing::info!("reloaded");
                            "reloaded"
                        }
                        Err(error) => {
                            tracing::error!(error, "not reloaded; the old configuration holds");
                            "not reloaded, the log says why; the old configuration holds"
                        }
                    });
                }
            }
        }
        manager::stopping();
    })
}

/// Completes at Ctrl-C.
#[cfg(not(unix))]
fn signals(
    _: PathBuf,
    _: impl Fn(Result<Config, String>) -> Result<(), String> + Send + Sync + 'static,
) -> std::io::Result<impl Future<Output = ()> + Send> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
