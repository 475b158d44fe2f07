//! Audits `.github/workflows/`: pinned actions, least rights, nothing that a stranger's text could run.

use std::process::Command;

use crate::{Result, root, sh, tools};

/// Out of the Python package that holds the program.
const PACKAGE: &str = "zizmor==1.32.0";

pub(crate) fn check() -> Result {
    // Audits that ask the network are left out; findings end it with an error.
    let mut audit = Command::new(tools::of_python("zizmor", PACKAGE)?);
    audit
        .current_dir(root())
        .args(["--offline", "--no-progress", "--quiet", ".github"]);
    sh::quietly(&mut audit)
}
