//! Tests the npm package as those find it who install it: types, packaging, and whole projects.

use std::process::Command;

use crate::artifact::Place;
use crate::browsers::{self, Browsers};
use crate::tools::Tools;
use crate::{Result, demo, library, pack, root, target, tools};

/// The command that runs `tests/consumers/*.test.mjs` on the package, packed from what is built.
pub(crate) fn command() -> Result<Command> {
    let mut node = page()?;
    node.env("ITERAS_LIBRARY", library::make()?);
    Ok(node)
}

/// The command for those of them that are about pages alone.
pub(crate) fn page() -> Result<Command> {
    tried(
        "consumers",
        "bundlers, frameworks and compilers that the package is tried with",
    )
}

/// The command that runs `tests/runners/*.test.mjs` on one package, packed from what is built.
pub(crate) fn runners() -> Result<Command> {
    tried(
        "runners",
        "Vitest, Jest, MSW and Playwright, which iteras/testing is tried with",
    )
}

/// Node, for tests of the package with what is pinned in the folder of that name below `tests`.
fn tried(name: &str, what: &str) -> Result<Command> {
    let file = pack::pack(&Place::usual())?;
    let folder = target().join(name);
    tools::install(&root().join("tests").join(name), &folder, what)?;
    let Tools { npm, .. } = tools::provide()?;
    let Browsers { chrome, .. } = browsers::provide()?;
    let mut node = Command::new("node");
    node.current_dir(root())
        .env("CHROME", chrome)
        .env("ITERAS_STANDIN", demo::standin()?)
        .env("ITERAS_TOOLS", npm)
        .env("ITERAS_DIST", Place::usual().dist)
        .env("ITERAS_TARBALL", file)
        .env("ITERAS_CONSUMERS", folder);
    // Nobody is told that we build something.
    node.env("NEXT_TELEMETRY_DISABLED", "1");
    Ok(node)
}
