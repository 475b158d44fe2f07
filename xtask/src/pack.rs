//! Makes the npm packages: the folders `dist/npm/` and `dist/npm-standin/`, and of them the files that npm publishes.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::artifact::{self, Place};
use crate::{Result, VERSION, dist, root, sh, size, tools};

/// Builds everything and packs it into `dist/iteras-<version>.tgz`.
pub(crate) fn run() -> Result {
    let place = Place::usual();
    artifact::make_in(&place)?;
    pack(&place)?;
    size::check()
}

/// Packs what is built in that place; gives the file.
pub(crate) fn pack(place: &Place) -> Result<PathBuf> {
    sh::run(&mut artifact::script(
        "npm-package.mjs",
        place,
        &tools::provide()?,
    ))?;
    npm_pack(&place.dist.join("npm"), &place.dist)?;
    let file = place.dist.join(format!("iteras-{VERSION}.tgz"));
    println!("  {}", file.display());
    Ok(file)
}

/// Builds the stand-in, for any Linux of this machine's kind, and everything that it serves; packs
/// `dist/iteras-standin-<version>.tgz`.
pub(crate) fn run_standin() -> Result {
    let place = Place::usual();
    artifact::make_in(&place)?;
    let program = dist::compile(&["iteras-standin"])?.join("iteras-standin");
    standin(&place, &[(platform().as_str(), &program)]).map(drop)
}

/// Packs the package `iteras-standin` with these programs and the scripts that are built in that place; gives the file.
/// A program goes with its platform as Node names it, such as `linux-x64`.
pub(crate) fn standin(place: &Place, programs: &[(&str, &Path)]) -> Result<PathBuf> {
    let folder = place.dist.join("npm-standin");
    let mut node = Command::new("node");
    node.current_dir(root()).arg("xtask/standin-package.mjs");
    node.arg(&folder).arg(&place.dist).arg(VERSION);
    for (platform, program) in programs {
        node.arg(format!("{platform}={}", program.display()));
    }
    sh::run(&mut node)?;
    npm_pack(&folder, &place.dist)?;
    let file = place.dist.join(format!("iteras-standin-{VERSION}.tgz"));
    println!("  {}", file.display());
    Ok(file)
}

/// This machine's platform, as Node names it.
fn platform() -> String {
    let processor = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{}-{processor}", std::env::consts::OS)
}

/// Makes the file that npm publishes of a package's folder.
///
/// Files get one and the same date and order from npm, so that equal content makes an equal file.
fn npm_pack(folder: &Path, to: &Path) -> Result {
    let mut npm = tools::npm_program()?;
    npm.args(["pack", "--ignore-scripts", "--loglevel=error"])
        .arg("--pack-destination")
        .arg(to)
        .arg(folder)
        .current_dir(root());
    sh::output(&mut npm).map(drop)
}
