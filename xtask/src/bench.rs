//! Measures what is promised, and fails where a promise is not kept.

use std::process::Command;

use crate::browsers::{self, Browsers, Engine};
use crate::servers::{self, program};
use crate::{Result, artifact, consumers, root, sh, target, tools};

/// Names of what can be measured, as the word after `bench`.
pub(crate) fn run(words: &[&str]) -> Result {
    match words {
        ["gate"] => gate(),
        ["gate", "--soak"] => soak("10"),
        ["gate", "--soak", "--minutes", minutes] => soak(minutes),
        ["page", options @ ..] => page(options),
        ["growth", options @ ..] => growth(options),
        _ => Err(
            "say what to measure: there are `gate [--soak [--minutes N]]`, `page [--check]` and `growth [--check] [--write]`"
                .into(),
        ),
    }
}

/// Checks of passes natively and behind nginx; in Node and workerd where `xtask/bench` has their scripts.
fn gate() -> Result {
    let (nginx, wrk) = (servers::nginx()?, servers::wrk()?);
    let release = ["build", "--locked", "--release", "--package", "iteras-gate"];
    sh::run(
        tools::cargo()
            .args(release)
            .args(["--bins", "--example", "measure"]),
    )?;
    artifact::make()?;
    sh::run(
        consumers::command()?
            .env("NGINX", nginx)
            .env("WRK", wrk)
            .env("CADDY", servers::caddy()?)
            .env("ITERAS_GATE", program("release", "iteras-gate"))
            .env("ITERAS_MEASURE", program("release", "examples/measure"))
            .arg("xtask/bench/gate.mjs"),
    )
}

/// The gate under fire for so many minutes: memory, wrong answers, metrics, reloads, a restart.
fn soak(minutes: &str) -> Result {
    if !minutes.parse().is_ok_and(|minutes: f64| minutes > 0.0) {
        return Err(format!("`{minutes}` is no number of minutes").into());
    }
    let release = ["build", "--locked", "--release", "--package", "iteras-gate"];
    sh::run(tools::cargo().args(release).arg("--bins"))?;
    sh::run(
        Command::new("node")
            .current_dir(root())
            .env("ITERAS_GATE", program("release", "iteras-gate"))
            .env("LIBFAKETIME", servers::faketime()?)
            .env("ITERAS_SOAK_MINUTES", minutes)
            .arg("xtask/bench/soak.mjs"),
    )
}

/// Growth of costs with ids, cookies, rules, sites, keys, frames and customers.
fn growth(options: &[&str]) -> Result {
    let tools = tools::provide()?;
    let Browsers { chrome, .. } = browsers::provide()?;
    let release = ["build", "--locked", "--release"];
    let example = ["--package", "iteras-gate", "--example", "growth"];
    sh::run(tools::cargo().args(release).args(example))?;
    sh::run(
        tools::cargo()
            .args(release)
            .args(["--package", "iteras-cli"]),
    )?;
    artifact::make()?;
    sh::run(
        Command::new("node")
            .current_dir(root())
            .env("CHROME", chrome)
            .env("ITERAS_DIST", root().join("dist"))
            .env("ITERAS_TOOLS", &tools.npm)
            .env("ITERAS_GROWTH", program("release", "examples/growth"))
            .env("ITERAS_CLI", program("release", "iteras"))
            .arg("xtask/bench/growth.mjs")
            .args(options),
    )
}

/// The time from the script's start to the verdict in each engine, beside a script by hand; scripts of others in Chromium.
fn page(options: &[&str]) -> Result {
    artifact::make()?;
    for engine in Engine::ALL {
        verdict(engine, options)?;
    }
    let peers = target().join("bench");
    tools::install(&root().join("xtask/bench/npm"), &peers, "scripts of others")?;
    let Browsers { chrome, .. } = browsers::provide()?;
    let mut node = in_pages("xtask/bench/peers.mjs")?;
    sh::run(node.env("CHROME", chrome).env("ITERAS_PEERS", peers))
}

/// A glance at the time to the verdict in Chromium, for each run of the tests: it is printed and never fails.
pub(crate) fn short() -> Result {
    verdict(Engine::Chromium, &["--short"])
}

fn verdict(engine: Engine, options: &[&str]) -> Result {
    let mut node = in_pages("xtask/bench/page.mjs")?;
    engine.provide(&mut node)?;
    sh::run(node.env("ENGINE", engine.name()).args(options))
}

/// A script that measures what is built.
fn in_pages(script: &str) -> Result<Command> {
    let mut node = Command::new("node");
    node.current_dir(root())
        .env("ITERAS_DIST", root().join("dist"))
        .env("ITERAS_TOOLS", tools::provide()?.npm)
        .arg(script);
    Ok(node)
}
