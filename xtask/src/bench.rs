//! Measures what is promised, and fails where a promise is not kept.

use crate::servers::{self, program};
use crate::{Result, artifact, consumers, sh, tools};

/// Names of what can be measured, as the word after `bench`.
pub(crate) fn run(words: &[&str]) -> Result {
    match words {
        ["gate"] => gate(),
        _ => Err("say what to measure: there is `gate`".into()),
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
