//! Dependencies held against `deny.toml`: their licences, what is banned, and where they come from.
//!
//! Nothing comes from the network but cargo-deny itself, once. Advisories need a database that only the network has,
//! so they are asked for by hand: `cargo deny check advisories`.

use std::path::PathBuf;
use std::process::Command;

use crate::{Result, root, sh, target, tools};

const VERSION: &str = "0.20.2";

/// Fails where a dependency is not as `deny.toml` says.
pub(crate) fn check() -> Result {
    // The crates that `--offline` looks at have to be there first, for every platform.
    sh::run(tools::cargo().args(["fetch", "--locked", "--quiet"]))?;
    let mut deny = Command::new(cargo_deny()?);
    deny.current_dir(root())
        .args(["--workspace", "--locked", "--offline"]);
    sh::run(deny.args(["check", "licenses", "bans", "sources"]))
}

/// cargo-deny of our version, compiled where it is missing.
fn cargo_deny() -> Result<PathBuf> {
    let folder = target().join("tools/cargo-deny").join(VERSION);
    let program = format!("cargo-deny{}", std::env::consts::EXE_SUFFIX);
    let program = folder.join("bin").join(program);
    if !program.is_file() {
        println!("tools: cargo-deny {VERSION}, compiled once, which takes some minutes");
        let mut cargo = tools::cargo();
        // Unoptimised it is compiled in half the time, and as quick on one lock file.
        cargo.args(["install", "--quiet", "--locked", "--debug", "cargo-deny"]);
        cargo.args(["--version", VERSION, "--root"]);
        // In our own folder for build output it would hold up whatever is built beside it.
        cargo.env_remove("CARGO_TARGET_DIR");
        sh::run(cargo.arg(&folder))?;
    }
    Ok(program)
}
