//! Programs that are found, or that apt installs where that is ours to do.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::{Result, sh};

/// Installs packages; `what` they are, for a sentence about them, and what to do where we may not.
pub(crate) fn install(packages: &[&str], what: &str, otherwise: &str) -> Result {
    let command = format!(
        "apt-get install -y --no-install-recommends {}",
        packages.join(" ")
    );
    if !may_install() {
        return Err(format!("{what} was not found; run: sudo {command}\n{otherwise}").into());
    }
    println!("tools: {}, from apt", packages.join(" and "));
    apt(&["update", "-qq"])?;
    apt(&[
        &["install", "-y", "-qq", "--no-install-recommends"][..],
        packages,
    ]
    .concat())
}

/// The program in the variable, or the first of the names in `PATH`.
pub(crate) fn named(variable: &str, names: &[&str]) -> Result<Option<PathBuf>> {
    match env::var_os(variable).filter(|value| !value.is_empty()) {
        Some(file) if PathBuf::from(&file).is_file() => Ok(Some(file.into())),
        Some(file) => Err(format!("{variable} is {}, which is not a file", file.display()).into()),
        None => {
            let suffix = env::consts::EXE_SUFFIX;
            Ok(names
                .iter()
                .find_map(|name| sh::which(&format!("{name}{suffix}"))))
        }
    }
}

/// Whether this is a container or a build machine: apt is there, and we are root.
pub(crate) fn may_install() -> bool {
    let user = Command::new("id").arg("-u").output();
    sh::which("apt-get").is_some() && user.is_ok_and(|user| user.stdout == b"0\n")
}

fn apt(arguments: &[&str]) -> Result {
    let mut command = Command::new("apt-get");
    command
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive");
    let output = command
        .output()
        .map_err(|error| sh::not_started(&command, &error))?;
    if output.status.success() {
        return Ok(());
    }
    // Quiet as long as all is well: apt names every package that it unpacks.
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!(
        "this command failed: {}\n{}",
        sh::line(&command),
        said.trim_end()
    )
    .into())
}
