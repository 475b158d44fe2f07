//! Makes of the root crate what `wasm-pack build` makes of it, with the same wasm-bindgen: a package for bundlers
//! and one for pages without a bundler.

use std::path::PathBuf;
use std::process::Command;

use crate::artifact::{self, Place};
use crate::{Result, sh, tools};

/// The crate as its dependents get it, with its default features.
const PACKAGE: [&str; 2] = ["--package", "iteras"];
/// The targets of wasm-bindgen, and the folders.
const TARGETS: [&str; 2] = ["bundler", "web"];

/// The folder that has a folder for each target.
pub(crate) fn make() -> Result<PathBuf> {
    let (place, tools) = (Place::usual(), tools::provide()?);
    artifact::rustc(&place, "release", &PACKAGE, &[])?;
    let folder = place.module().join("library");
    for target in TARGETS {
        let mut bindgen = Command::new(&tools.wasm);
        bindgen.args([
            "bindgen",
            "--target",
            target,
            "--out-name",
            "iteras",
            "--out-dir",
        ]);
        bindgen.arg(folder.join(target));
        sh::run(bindgen.arg(artifact::compiled(&place, "release", "iteras")))?;
    }
    Ok(folder)
}
