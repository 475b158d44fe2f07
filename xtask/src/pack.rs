//! Makes the npm package: the folder `dist/npm/`, and of that the file that npm publishes.

use std::path::PathBuf;

use crate::artifact::{self, Place};
use crate::{Result, VERSION, root, sh, size, tools};

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
    let file = place.dist.join(format!("iteras-{VERSION}.tgz"));
    // Files get one and the same date and order from npm, so that equal content makes an equal file.
    let mut npm = tools::npm_program()?;
    npm.args(["pack", "--ignore-scripts", "--loglevel=error"])
        .arg("--pack-destination")
        .arg(&place.dist)
        .arg(place.dist.join("npm"))
        .current_dir(root());
    sh::output(&mut npm)?;
    println!("  {}", file.display());
    Ok(file)
}
