//! `iteras-standin`: runs the stand-in until Ctrl-C.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use iteras_standin::arguments::{self, Command, HELP};
use iteras_standin::{NOTICE, Options, Standin};

#[tokio::main]
async fn main() -> ExitCode {
    let done = match arguments::parse(std::env::args().skip(1)) {
        Ok(Command::Help) => {
            print!("{HELP}");
            Ok(())
        }
        Ok(Command::Run {
            options,
            ready_json,
        }) => run(*options, ready_json).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("iteras-standin: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options, ready_json: bool) -> Result<(), String> {
    // Before the addresses are printed: who reads them may send the signal at once.
    let stop = stop_signal().map_err(|e| format!("signals can't be received: {e}"))?;
    let site = options.site.is_some();
    let everywhere = options.host.is_some_and(|host| !host.is_loopback());
    let standin = Standin::start(options).await.map_err(|e| e.to_string())?;
    if ready_json {
        println!(
            "{}",
            serde_json::to_string(standin.origins()).map_err(|e| e.to_string())?
        );
    }
    greet(&standin, site, everywhere);
    stop.await;
    println!("Stopped.");
    Ok(())
}

fn greet(standin: &Standin, site: bool, everywhere: bool) {
    let origins = standin.origins();
    println!("{NOTICE}\n");
    if site {
        println!("  site     {}   open this in a browser", origins.site);
    }
    println!("  service  {}", origins.service);
    println!("  control  {}\n", origins.control);
    let state = standin.state();
    for publisher in &state.publishers {
        let profile = &publisher.profile;
        println!(
            "Frames of {} (profile {}) may stand in pages of: {}",
            profile.name,
            profile.id,
            publisher.sites.join(", ")
        );
        println!("Accounts of {} (e-mail or id, password):", profile.name);
        for account in state.store.accounts(&profile.id) {
            let rights: Vec<String> = account
                .rights()
                .map(|(level, id)| format!("{} {id}", level.name()))
                .collect();
            let rights = if rights.is_empty() {
                "no access".into()
            } else {
                rights.join(", ")
            };
            println!(
                "  {:<20} {:<7} {:<8} {rights}",
                account.email, account.id, account.password
            );
        }
        let (signing, api) = (&profile.signing_keys[0], &profile.api_key);
        println!("Keys of {} (as public as all of this):", profile.name);
        println!("  passes     {signing}");
        println!("  server API {api}");
        if let Some(account) = state.store.accounts(&profile.id).first() {
            println!("What the server API says of {}:", account.email);
            println!("  {}", command_line(api, &account.id, &origins.service));
        }
    }
    if everywhere {
        println!("\nOther machines can reach site and service. Everything in them is public.");
    }
    println!("\nStop with Ctrl-C.");
}

/// The command that asks the service for a customer, to be pasted in the checkout. Its address is the one below which
/// the calls are; only this machine may be asked without TLS and without saying so.
fn command_line(api_key: &str, id: &str, service: &str) -> String {
    let allowed = if service.starts_with("http://127.0.0.1:") {
        ""
    } else {
        " --insecure-http"
    };
    format!(
        "ITERAS_API_KEY={api_key} cargo run --quiet --package iteras-cli -- customers --ids {id} \
         --service {service}/api/{allowed}"
    )
}

/// Completes at Ctrl-C or SIGTERM; listens from the moment of the call.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Completes at Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a handler the system ends the process, as it should.
        let _ = tokio::signal::ctrl_c().await;
    })
}
