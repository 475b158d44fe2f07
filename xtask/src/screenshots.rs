//! Pictures of every page and frame, to look at and to compare.

use std::process::Command;

use crate::browsers::Engine;
use crate::{Result, artifact, demo, root, sh, target, tools};

/// Takes them into `target/screenshots/`, and compares with what is kept of those before; with `options` `--write` keeps
/// the new ones.
pub(crate) fn run(options: &[&str]) -> Result {
    if let Some(unknown) = options.iter().find(|&&option| option != "--write") {
        return Err(
            format!("`cargo xtask screenshots` has no option {unknown}, only --write").into(),
        );
    }
    artifact::make()?;
    let mut node = Command::new("node");
    Engine::Chromium.provide(&mut node)?;
    node.current_dir(root())
        .env("ITERAS_STANDIN", demo::standin()?)
        .env("ITERAS_DIST", root().join("dist"))
        .env("ITERAS_TOOLS", tools::npm()?)
        .arg(root().join("xtask/screenshots.mjs"))
        .arg(target().join("screenshots"))
        .args(options);
    sh::run(&mut node)
}
