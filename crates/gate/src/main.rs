//! `iteras-gate`: runs the gate that a configuration file describes, until Ctrl-C or SIGTERM.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use iteras_gate::server::{Config, Metrics, Server, State, start_logging};

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
    /// With --check: says which rule decides about this page and what it asks for; may be given several times.
    #[arg(long, value_name = "URL", requires = "check")]
    explain: Vec<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.check {
        true => check(&cli.config, &cli.explain),
        false => run(&cli.config).await,
    };
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

fn check(file: &Path, explained: &[String]) -> Result<(), String> {
    let config = read(file)?;
    let state = State::new(&config, Metrics::default())
        .map_err(|error| format!("{}: {error}", file.display()))?;
    for warning in config.warnings() {
        eprintln!("{}: warning: {warning}", file.display());
    }
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
    start_logging(&config);
    for warning in config.warnings() {
        tracing::warn!("{warning}");
    }
    let server = Server::start(&config)
        .await
        .map_err(|error| format!("{}: {error}", file.display()))?;
    let (address, admin) = server.addresses().map_err(|error| error.to_string())?;
    let stop = signals(file.to_owned(), server.reloader()).map_err(|error| error.to_string())?;
    tracing::info!(%address, admin = admin.map(|admin| admin.to_string()), "listening");
    server.run(stop).await.map_err(|error| error.to_string())
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
                _ = interrupt.recv() => return,
                _ = terminate.recv() => return,
                _ = hang_up.recv() => {
                    match reload(read(&file)) {
                        Ok(()) => tracing::info!("reloaded"),
                        Err(error) => tracing::error!(error, "not reloaded; the old configuration holds"),
                    }
                }
            }
        }
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
