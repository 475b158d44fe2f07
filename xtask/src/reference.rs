//! `docs/reference/`, made from what it describes by `xtask/reference.mjs`: types, sources, and what programs say of
//! themselves.

use std::process::Command;

use crate::{Result, root, servers, sh, tools};

/// Fails where a page is not what its source says.
pub(crate) fn check() -> Result {
    sh::run(&mut command(&[])?)
}

/// The same of pages that are made from sources alone, for which nothing has to be compiled.
pub(crate) fn check_sources() -> Result {
    let mut node = Command::new("node");
    node.current_dir(root()).arg("xtask/reference.mjs");
    sh::run(&mut node)
}

/// Makes all pages anew.
pub(crate) fn write() -> Result {
    sh::run(&mut command(&["--write"])?)
}

/// The generator with the programs whose help is a page.
fn command(arguments: &[&str]) -> Result<Command> {
    let packages = ["iteras-cli", "iteras-gate", "iteras-standin"];
    let packages = packages.iter().flat_map(|name| ["--package", name]);
    sh::run(
        tools::cargo()
            .args(["build", "--locked", "--bins"])
            .args(packages),
    )?;
    let program = |name: &str| servers::program("debug", name);
    let mut node = Command::new("node");
    node.current_dir(root())
        .env("ITERAS_CLI", program("iteras"))
        .env("ITERAS_GATE", program("iteras-gate"))
        .env("ITERAS_STANDIN", program("iteras-standin"))
        .arg("xtask/reference.mjs")
        .args(arguments);
    Ok(node)
}
