//! Starts the stand-in service with the demo site.

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::Command;

use crate::{Result, artifact, root, sh, target, tools};

const FIRST_PORT: u16 = 4801;
/// For the site, the service, and the control of the service's faults; in this order.
const PORT_OPTIONS: [&str; 3] = ["--site-port", "--port", "--control-port"];

/// Builds everything and serves it until Ctrl-C; `options` are the words after `demo`.
pub(crate) fn run(options: &[&str]) -> Result {
    let first = first_port(options)?;
    let ports = free_ports(first)?;
    artifact::build()?;
    let mut standin = Command::new(standin()?);
    standin
        .current_dir(root())
        .args(["--site", "www", "--dist", "dist"]);
    for (option, port) in PORT_OPTIONS.iter().zip(ports) {
        standin.arg(option).arg(port.to_string());
    }
    println!("$ {}", sh::line(&standin));
    println!(
        "Beside the official script's double: http://localhost:{}/beside/",
        ports[0]
    );
    replace_us_with(standin)
}

/// The stand-in, compiled.
pub(crate) fn standin() -> Result<PathBuf> {
    sh::run(tools::cargo().args(["build", "--locked", "--package", "iteras-standin"]))?;
    Ok(target()
        .join("debug")
        .join(format!("iteras-standin{}", std::env::consts::EXE_SUFFIX)))
}

/// Becomes the stand-in: Ctrl-C reaches it and nobody else, and its end is ours.
#[cfg(unix)]
fn replace_us_with(mut standin: Command) -> Result {
    use std::os::unix::process::CommandExt;
    let error = standin.exec();
    Err(sh::not_started(&standin, &error))
}

#[cfg(not(unix))]
fn replace_us_with(mut standin: Command) -> Result {
    sh::quietly(&mut standin)
}

fn first_port(options: &[&str]) -> Result<u16> {
    let text = match options {
        [] => return Ok(FIRST_PORT),
        ["--port", port] => *port,
        [option] => option.strip_prefix("--port=").unwrap_or_default(),
        _ => "",
    };
    // Three ports have to fit, and those below 1024 are not ours.
    match text.parse() {
        Ok(port @ 1024..=65533) => Ok(port),
        _ => Err(
            "`cargo xtask demo` takes one option: --port N, the first of three ports \
                  in a row, between 1024 and 65533"
                .into(),
        ),
    }
}

/// Three ports in a row from `first`; an error that names the one that is taken.
fn free_ports(first: u16) -> Result<[u16; 3]> {
    let ports = [first, first + 1, first + 2];
    for port in ports {
        if let Err(error) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            let other = if first < 60_000 {
                first + 100
            } else {
                FIRST_PORT
            };
            return Err(format!(
                "port {port} can't be used ({error}); choose another three in a row with: \
                 cargo xtask demo --port {other}"
            )
            .into());
        }
    }
    Ok(ports)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_port_is_an_option() {
        assert_eq!(first_port(&[]).unwrap(), 4801);
        assert_eq!(first_port(&["--port", "5000"]).unwrap(), 5000);
        assert_eq!(first_port(&["--port=5000"]).unwrap(), 5000);
        for wrong in [
            &["--port"][..],
            &["--port", "80"],
            &["--port", "65534"],
            &["5000"],
            &["--port", "1", "2"],
        ] {
            assert!(first_port(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_taken_port_is_named() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = free_ports(port.saturating_sub(1)).unwrap_err().to_string();
        assert!(error.contains("cargo xtask demo --port"), "{error}");
        assert!(
            error.contains(&format!("port {port} "))
                || error.contains(&format!("port {} ", port - 1)),
            "{error}"
        );
    }
}
