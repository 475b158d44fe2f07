//! Measures what is promised, and fails where a promise is not kept.

use std::process::Command;

use crate::browsers::{self, Browsers};
use crate::servers::{self, program};
use crate::{Result, artifact, consumers, root, sh, tools};

/// Names of what can be measured, as the word after `bench`.
pub(crate) fn run(words: &[&str]) -> Result {
    match words {
        ["gate"] => gate(),
        ["gate", "--soak"] => soak("10"),
        ["gate", "--soak", "--minutes", minutes] => soak(minutes),
        ["page", options @ ..] => page(options),
        _ => Err(
            "say what to measure: there are `gate [--soak [--minutes N]]` and `page [--check]`"
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
        consumers::command_once()?
            .env("NGINX", nginx)
            .env("WRK", wrk)
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

/// The time from the script's start to the verdict in Chromium, beside a script by hand.
fn page(options: &[&str]) -> Result {
    let tools = tools::provide()?;
    let Browsers { chrome, .. } = browsers::provide()?;
    artifact::make()?;
    sh::run(
        Command::new("node")
            .current_dir(root())
            .env("CHROME", chrome)
            .env("ITERAS_DIST", root().join("dist"))
            .env("ITERAS_TOOLS", &tools.npm)
            .arg("xtask/bench/page.mjs")
            .args(options),
    )
}
