//! Tests the npm package as those find it who install it: types, packaging, and whole projects.

use std::process::Command;

use crate::artifact::{self, Place};
use crate::browsers::{self, Browsers};
use crate::tools::Tools;
use crate::{Result, demo, library, pack, root, target, tools};

/// The command that runs `tests/consumers/*.test.mjs` on a package that is packed twice, from two builds
/// that have nothing in common.
pub(crate) fn command() -> Result<Command> {
    let mut node = command_once()?;
    let clean = Place::clean()?;
    artifact::make_in(&clean)?;
    let again = pack::pack(&clean)?;
    node.env("ITERAS_DIST_AGAIN", clean.dist)
        .env("ITERAS_TARBALL_AGAIN", again);
    Ok(node)
}

/// The same on one package, packed from what is built.
pub(crate) fn command_once() -> Result<Command> {
    let file = pack::pack(&Place::usual())?;
    let folder = target().join("consumers");
    let what = "bundlers, frameworks and compilers that the package is tried with";
    tools::install(&root().join("tests/consumers"), &folder, what)?;
    let Tools { npm, .. } = tools::provide()?;
    let Browsers { chrome, .. } = browsers::provide()?;
    let mut node = Command::new("node");
    node.current_dir(root())
        .env("CHROME", chrome)
        .env("ITERAS_STANDIN", demo::standin()?)
        .env("ITERAS_TOOLS", npm)
        .env("ITERAS_DIST", Place::usual().dist)
        .env("ITERAS_TARBALL", file)
        .env("ITERAS_LIBRARY", library::make()?)
        .env("ITERAS_CONSUMERS", folder);
    // Nobody is told that we build something.
    node.env("NEXT_TELEMETRY_DISABLED", "1");
    Ok(node)
}
