//! Mutants of the modules that `.cargo/mutants.toml` names, each of which some test of core or guard has to notice.
//!
//! An hour on two busy cores: the tests are linked and run once for each. `ITERAS_MUTANTS_SHARD=0/8` takes the first
//! eighth.

use std::process::Command;

use crate::{Result, root, sh, target, tools};

const VERSION: &str = "27.1.0";
/// Inputs by the dice for each property, fewer than in the tests: most mutants need none of them.
const CASES: &str = "256";

/// Fails where a mutant survives that the configuration does not list with its reason.
pub(crate) fn check() -> Result {
    let mut mutants = Command::new(tools::installed("cargo-mutants", VERSION, &[])?);
    mutants.current_dir(root()).env("PROPTEST_CASES", CASES);
    mutants.args(["mutants", "--workspace", "--output"]);
    mutants.arg(target());
    if let Some(shard) = std::env::var_os("ITERAS_MUTANTS_SHARD") {
        mutants.arg("--shard").arg(shard);
    }
    sh::run(&mut mutants)
}
