//! Starts the stand-in service with the demo site.

use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::Command;

use crate::{Result, artifact, root, sh, target, tools};

const FIRST_PORT: u16 = 4801;
/// For the site, the service, and the control of the service's faults; in this order.
const PORT_OPTIONS: [&str; 3] = ["--site-port", "--port", "--control-port"];

/// Builds everything and serves it until Ctrl-C; `options` are the words after `demo`.
pub(crate) fn run(options: &[&str]) -> Result {
    let Options { port, host } = Options::read(options)?;
    let ports = free_ports(port, host)?;
    artifact::build()?;
    let mut standin = Command::new(standin()?);
    standin
        .current_dir(root())
        .args(["--site", "www", "--dist", "dist"]);
    for (option, port) in PORT_OPTIONS.iter().zip(ports) {
        standin.arg(option).arg(port.to_string());
    }
    if let Some(host) = host {
        standin.arg("--host").arg(host.to_string());
    }
    println!("$ {}", sh::line(&standin));
    let site = match host {
        Some(IpAddr::V6(host)) => format!("http://[{host}]:{}", ports[0]),
        Some(host) if host != Ipv4Addr::LOCALHOST => format!("http://{host}:{}", ports[0]),
        _ => format!("http://localhost:{}", ports[0]),
    };
    println!("Beside the official script's double: {site}/beside/");
    if root().join("dist/site/index.html").is_file() {
        println!("The documentation: {site}/docs/");
    }
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

/// The words after `demo`.
#[derive(Debug, PartialEq)]
struct Options {
    /// The first of three ports in a row.
    port: u16,
    /// This machine's address in the network, for telephones; otherwise this machine alone gets anything.
    host: Option<IpAddr>,
}

impl Options {
    fn read(words: &[&str]) -> Result<Options> {
        let mut options = Options {
            port: FIRST_PORT,
            host: None,
        };
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (word, words.next()),
            };
            let value = value.ok_or(format!("{name} needs a value"))?;
            match name {
                "--port" => options.port = port(value)?,
                "--host" => options.host = Some(address(value)?),
                _ => {
                    return Err(format!(
                        "`cargo xtask demo` has no option {name}, only --port N and --host ADDRESS"
                    )
                    .into());
                }
            }
        }
        Ok(options)
    }
}

fn port(text: &str) -> Result<u16> {
    // Three ports have to fit, and those below 1024 are not ours.
    match text.parse() {
        Ok(port @ 1024..=65533) => Ok(port),
        _ => Err(format!(
            "--port is the first of three ports in a row, between 1024 and 65533, not {text}"
        )
        .into()),
    }
}

fn address(text: &str) -> Result<IpAddr> {
    // Pages name the service by it, so that an address which stands for all of them would lead a telephone to itself.
    match text.parse::<IpAddr>() {
        Ok(address) if !address.is_unspecified() => Ok(address),
        _ => Err(format!(
            "--host is this machine's address in the network, such as 192.168.1.20, not {text}"
        )
        .into()),
    }
}

/// Three ports in a row from `first`; an error that names the one that is taken.
fn free_ports(first: u16, host: Option<IpAddr>) -> Result<[u16; 3]> {
    let ports = [first, first + 1, first + 2];
    let local = IpAddr::from(Ipv4Addr::LOCALHOST);
    let host = host.unwrap_or(local);
    if let Err(error) = TcpListener::bind((host, 0)) {
        return Err(format!("this machine has not the address {host} ({error})").into());
    }
    // The control server listens to this machine alone.
    for (port, host) in ports.into_iter().zip([host, host, local]) {
        if let Err(error) = TcpListener::bind((host, port)) {
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
    fn options_are_a_port_and_an_address() {
        let read = |words: &[&str]| Options::read(words).map(|Options { port, host }| (port, host));
        let phone = IpAddr::from([192, 168, 1, 20]);
        assert_eq!(read(&[]).unwrap(), (4801, None));
        assert_eq!(read(&["--port", "5000"]).unwrap(), (5000, None));
        assert_eq!(
            read(&["--port=5000", "--host", "192.168.1.20"]).unwrap(),
            (5000, Some(phone))
        );
        for wrong in [
            &["--port"][..],
            &["--port", "80"],
            &["--port", "65534"],
            &["5000"],
            &["--port", "1", "2"],
            &["--host", "0.0.0.0"],
            &["--host", "localhost"],
        ] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_taken_port_is_named() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = free_ports(port.saturating_sub(1), None)
            .unwrap_err()
            .to_string();
        assert!(error.contains("cargo xtask demo --port"), "{error}");
        assert!(
            error.contains(&format!("port {port} "))
                || error.contains(&format!("port {} ", port - 1)),
            "{error}"
        );
    }
}
