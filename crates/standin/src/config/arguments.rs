//! The command line of `iteras-standin`.

use std::path::PathBuf;

use super::file::Config;
use super::options::Options;

/// The text of `--help`.
pub const HELP: &str = "\
iteras-standin: a local stand-in of the Iteras service, for development and tests.
It is not the real service and has nothing to do with the company Iteras.

Usage: iteras-standin [--site FOLDER] [--dist FOLDER] [options]

  --site FOLDER        serve this folder as the publisher's site (the demo is in www)
  --dist FOLDER        serve the built script from this folder (usually dist)
  --site-port PORT     port of the site, usually 4801
  --port PORT          port of the service, usually 4802
  --control-port PORT  port of the control server, usually 4803 (0 = any free port)
  --allow-site ORIGIN  register a site of your own, such as http://localhost:8000: its pages may
                       embed the frames (can be repeated)
  --profile ID         the publisher that it is registered for, usually the first of the configuration
  --config FILE        publishers, readers and keys, instead of the built-in magazine Lumen
  --data FILE          keep changes in this file instead of in memory
  --host ADDRESS       IP address for site and service, usually loopback only
  --print-ready-json   print one line of JSON with the three addresses first, for test harnesses
  --help               this text
";

/// The command that the arguments ask for.
#[derive(Debug)]
pub enum Command {
    /// Start the servers.
    Run {
        /// The servers' options.
        options: Box<Options>,
        /// True when the line of JSON is wanted.
        ready_json: bool,
    },
    /// Print [`HELP`].
    Help,
}

/// Reads the arguments after the program's name. The error is one sentence.
pub fn parse(args: impl IntoIterator<Item = String>) -> Result<Command, String> {
    let mut args = args.into_iter();
    let (mut options, mut ready_json) = (Options::new(), false);
    let (mut sites, mut profile) = (Vec::new(), None);
    while let Some(arg) = args.next() {
        let (flag, inline) = match arg.split_once('=') {
            Some((flag, value)) => (flag.to_owned(), Some(value.to_owned())),
            None => (arg, None),
        };
        match flag.as_str() {
            "--help" | "-h" => return Ok(Command::Help),
            "--print-ready-json" => {
                ready_json = true;
                continue;
            }
            _ => {}
        }
        let mut value = || {
            inline
                .clone()
                .or_else(|| args.next())
                .ok_or(format!("{flag} needs a value; see --help"))
        };
        match flag.as_str() {
            "--site" => options.site = Some(folder(&flag, value()?)?),
            "--dist" => options.dist = Some(value()?.into()),
            "--site-port" => options.site_port = port(&flag, &value()?)?,
            "--port" => options.port = port(&flag, &value()?)?,
            "--control-port" => options.control_port = port(&flag, &value()?)?,
            "--allow-site" => sites.push(value()?),
            "--profile" => profile = Some(value()?),
            "--config" => options.config = config(&value()?)?,
            "--data" => options.data = Some(value()?.into()),
            "--host" => {
                let text = value()?;
                let address = text
                    .parse()
                    .map_err(|_| format!("--host: {text} is not an IP address"))?;
                options.host = Some(address);
            }
            _ => return Err(format!("unknown option {flag}; see --help")),
        }
    }
    // Last, since `--config` may come after the sites.
    register(&mut options.config, &sites, profile.as_deref())?;
    Ok(Command::Run {
        options: Box::new(options),
        ready_json,
    })
}

fn register(config: &mut Config, sites: &[String], profile: Option<&str>) -> Result<(), String> {
    if profile.is_some() && sites.is_empty() {
        return Err("--profile goes with --allow-site ORIGIN; see --help".into());
    }
    if let Some(id) = profile {
        config
            .position_of(id)
            .map_err(|e| format!("--profile: {e}"))?;
    }
    for site in sites {
        let registered = config.register_site(site, profile);
        registered.map_err(|e| format!("--allow-site: {e}"))?;
    }
    Ok(())
}

fn port(flag: &str, text: &str) -> Result<u16, String> {
    text.parse()
        .map_err(|_| format!("{flag}: {text} is not a port number"))
}

fn folder(flag: &str, text: String) -> Result<PathBuf, String> {
    let path = PathBuf::from(&text);
    if path.is_dir() {
        Ok(path)
    } else {
        Err(format!("{flag}: there is no folder {text}"))
    }
}

fn config(path: &str) -> Result<Config, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("--config: {path}: {e}"))?;
    Config::parse(&text).map_err(|e| format!("--config: {path}: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(text: &str) -> Result<Command, String> {
        parse(text.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn options_come_with_a_space_or_an_equals_sign() {
        let Ok(Command::Run {
            options,
            ready_json,
        }) = args("--port=1 --site-port 2 --dist x --print-ready-json --host 127.0.0.1")
        else {
            panic!("these are sound");
        };
        assert_eq!(
            (options.port, options.site_port, options.control_port),
            (1, 2, 4803)
        );
        assert_eq!(options.dist, Some("x".into()));
        assert!(ready_json && options.host.is_some());
        assert!(matches!(args("--port 1 --help"), Ok(Command::Help)));
    }

    #[test]
    fn sites_are_registered_for_the_profile_or_the_first_one() {
        let sites = |text: &str| match args(text) {
            Ok(Command::Run { options, .. }) => options.config.profiles[0].sites.clone(),
            _ => panic!("these are sound"),
        };
        let two = "--allow-site http://localhost:8000 --allow-site=https://a.example";
        let expected = ["{site}", "http://localhost:8000", "https://a.example"];
        assert_eq!(sites(two), expected);
        assert_eq!(sites(&format!("--profile lumen {two}")), expected);
        assert_eq!(sites(&format!("{two} {two}")), expected);
    }

    #[test]
    fn mistakes_are_sentences() {
        for (text, message) in [
            ("--prot 1", "unknown option --prot; see --help"),
            ("--port", "--port needs a value; see --help"),
            ("--port 70000", "--port: 70000 is not a port number"),
            ("--site nowhere", "--site: there is no folder nowhere"),
            ("--host here", "--host: here is not an IP address"),
            (
                "--allow-site https://a.example/blog/",
                "--allow-site: https://a.example/blog/ is not an origin such as https://a.example",
            ),
            (
                "--allow-site a.example",
                "--allow-site: a.example is not an origin such as https://magazine.example",
            ),
            (
                "--allow-site https://a.example --profile moon",
                "--profile: there is no profile moon in the configuration, only lumen",
            ),
            (
                "--profile lumen",
                "--profile goes with --allow-site ORIGIN; see --help",
            ),
        ] {
            assert_eq!(args(text).unwrap_err(), message);
        }
    }
}
