//! `cargo xtask`: builds, measures, shows and tests the project with tools of its own below `target/`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

mod apt;
mod artifact;
mod bench;
mod browsers;
mod citations;
mod consumers;
mod count;
mod demo;
mod deps;
mod dist;
mod install;
mod library;
mod mutants;
mod pack;
mod proof;
mod reference;
mod release;
mod reproducible;
mod screenshots;
mod server;
mod servers;
mod sh;
mod site;
mod size;
mod test;
mod tools;
mod wasm;
mod workflows;

/// A sentence for whoever runs us: what failed, and what to do.
pub(crate) type Error = Box<dyn std::error::Error>;
pub(crate) type Result<T = (), E = Error> = std::result::Result<T, E>;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  demo [--port N] [--host ADDRESS]
                     build, and serve the demo site and the stand-in service; Ctrl-C ends them. With this machine's
                     address in the network, such as 192.168.1.20, telephones there see them, too
  test [PART…]       lint, native, wasm, servers, e2e, package: all of them when no part is named. Only when named:
                     e2e-chromium, e2e-firefox or e2e-webkit alone; wasm-firefox; wordpress, the gate in front of a real
                     one; monitoring, alerts by Prometheus' own tool; runners, iteras/testing in test runners of
                     others; reproducible, two clean builds held against each other; site, the documentation in a
                     browser without a network; install, the install lines of the README; dist, the programs installed
                     as docs/guides/install.md says; deps, licences, bans and sources of dependencies, by deny.toml;
                     mutants, each of which a test has to notice (.cargo/mutants.toml)
  build              make dist/, check its size and what it must not hold
  pack               the same, and the npm package from it
  pack standin       the npm package iteras-standin, with the stand-in for this machine
  dist               make dist/release/: archives, Debian packages and an image of `iteras` and `iteras-gate`
  site               make the documentation's site, dist/site; the demo serves it as /docs/
  reference          check docs/reference/ against the sources it is made from; with --write, make it anew
  release --dry-run  check versions, changelog, licences and interface, pack everything, write bills of materials, and say
                     what would be published; without the option, publish it
  screenshots        pictures of every page and frame, target/screenshots/index.html, held against those before; with
                     --write they are kept in place of those (tests/e2e/pictures.json)
  size               measure dist/ again
  citations          check citations of docs/spec/, and list the rows of cases.md that no test names;
                     with --write, make docs/faults.md from the names of tests
  bench gate         measure what checking passes costs: natively, behind nginx, in Node and workerd
             --soak [--minutes N]: the gate under fire for 10 minutes, or N
  bench growth       measure how costs grow with ids, cookies, rules, sites, keys, frames and customers; --check fails where
                     more than linear, --write makes charts for docs/performance.md
  bench page         measure the time to the verdict in three engines, beside a script by hand, and scripts of others in
                     Chromium; --check fails over a bar
  help               print this text";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        ["demo", ref options @ ..] => demo::run(options).map(|()| ExitCode::SUCCESS),
        ["test", ref parts @ ..] => test::run(parts),
        ["build"] => artifact::build().map(|()| ExitCode::SUCCESS),
        ["pack", "standin"] => pack::run_standin().map(|()| ExitCode::SUCCESS),
        ["pack"] => pack::run().map(|()| ExitCode::SUCCESS),
        ["site"] => site::make().map(drop).map(|()| ExitCode::SUCCESS),
        ["reference"] => reference::check().map(|()| ExitCode::SUCCESS),
        ["reference", "--write"] => reference::write().map(|()| ExitCode::SUCCESS),
        ["dist"] => dist::run().map(|()| ExitCode::SUCCESS),
        ["bench", ref words @ ..] => bench::run(words).map(|()| ExitCode::SUCCESS),
        ["citations"] => citations::report().map(|()| ExitCode::SUCCESS),
        ["citations", "--write"] => citations::write_faults().map(|()| ExitCode::SUCCESS),
        ["release", ref options @ ..] => release::run(options).map(|()| ExitCode::SUCCESS),
        ["screenshots", ref options @ ..] => screenshots::run(options).map(|()| ExitCode::SUCCESS),
        ["size"] => size::check().map(|()| ExitCode::SUCCESS),
        _ => {
            eprintln!("{}\n\n{USAGE}", complaint(&words));
            return ExitCode::from(2);
        }
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

fn complaint(words: &[&str]) -> String {
    match words {
        [] => "error: say what to do".to_owned(),
        words => format!("error: there is no command `{}`", words.join(" ")),
    }
}

/// The folder of the checkout.
pub(crate) fn root() -> &'static Path {
    // Known when xtask was compiled; cargo compiles it again where the checkout was moved.
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask/ lies in the checkout")
}

/// The folder for everything built or fetched, as cargo was told to use it.
pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) if Path::new(&folder).is_absolute() => folder.into(),
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// The version in the root Cargo.toml, which every crate and file of a release shares.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

pub(crate) fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).map_err(|error| format!("could not read {}: {error}", file.display()).into())
}

pub(crate) fn write(file: &Path, content: impl AsRef<[u8]>) -> Result {
    fs::write(file, content)
        .map_err(|error| format!("could not write {}: {error}", file.display()).into())
}

pub(crate) fn create_folder(folder: &Path) -> Result {
    fs::create_dir_all(folder)
        .map_err(|error| format!("could not create {}: {error}", folder.display()).into())
}
