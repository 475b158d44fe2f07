//! Debian packages, as `[package.metadata.deb]` of each crate describes them.

use std::path::PathBuf;
use std::process::Command;

use super::{Program, Release, programs};
use crate::{Result, root, sh, target, tools};

const CARGO_DEB: &str = "3.8.0";

/// Makes the package of a program that is built.
pub(super) fn make(release: &Release, program: &Program) -> Result<PathBuf> {
    let mut deb = Command::new(tools::installed("cargo-deb", CARGO_DEB, &[])?);
    deb.current_dir(root())
        .env("CARGO_TARGET_DIR", target())
        .env("SOURCE_DATE_EPOCH", &release.epoch);
    deb.args([
        "--package",
        program.package,
        "--locked",
        "--no-build",
        "--no-strip",
    ]);
    deb.args([
        "--profile",
        programs::PROFILE,
        "--target",
        &programs::triple()?,
    ]);
    deb.arg("--output").arg(&release.folder);
    // Its last line is the file's name.
    let said = sh::output(&mut deb)?;
    let file = said
        .lines()
        .last()
        .ok_or("cargo-deb did not say which file it made")?;
    Ok(PathBuf::from(file))
}
