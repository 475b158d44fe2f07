//! Dependencies held against `deny.toml`: their licences, what is banned, and where they come from.
//!
//! Nothing comes from the network but cargo-deny itself, once. Advisories need a database that only the network has,
//! so they are asked for by hand: `cargo deny check advisories`.

use std::process::Command;

use crate::{Result, root, sh, tools};

const VERSION: &str = "0.20.2";

/// Fails where a dependency is not as `deny.toml` says.
pub(crate) fn check() -> Result {
    // The crates that `--offline` looks at have to be there first, for every platform.
    sh::run(tools::cargo().args(["fetch", "--locked", "--quiet"]))?;
    let mut deny = Command::new(tools::installed("cargo-deny", VERSION, &[])?);
    deny.current_dir(root())
        .args(["--workspace", "--locked", "--offline"]);
    sh::run(deny.args(["check", "licenses", "bans", "sources"]))
}
