//! Makes the documentation's site, `dist/site`, of the pages that `docs/SUMMARY.md` lists; mdBook renders it.
//!
//! Everything that it needs lies in the folder, its search and the playground too, so that it works from a disk and
//! without a network.

use std::path::PathBuf;
use std::process::Command;

use crate::{Result, artifact, root, sh, target, tools};

const VERSION: &str = "0.5.4";
/// Without its server and what watches files.
const FEATURES: [&str; 3] = ["--no-default-features", "--features", "search"];

/// A built part of the site.
const PLAYGROUND: &str = "dist/playground/module.js";

/// Makes the site; gives its folder.
pub(crate) fn make() -> Result<PathBuf> {
    if !root().join(PLAYGROUND).is_file() {
        artifact::make()?;
    }
    let sources = target().join("site");
    let site = root().join("dist/site");
    let mut node = Command::new("node");
    node.current_dir(root()).arg("xtask/site.mjs").arg(&sources);
    sh::run(&mut node)?;
    let mut mdbook = Command::new(tools::installed("mdbook", VERSION, &FEATURES)?);
    mdbook.current_dir(root()).arg("build").arg("--dest-dir");
    sh::run(mdbook.arg(&site).arg(&sources))?;
    println!("  {}", site.join("index.html").display());
    Ok(site)
}
