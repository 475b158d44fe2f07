//! An OCI image: a program alone, on nothing, run as a user who owns nothing.

use std::path::PathBuf;
use std::process::Command;

use super::{Program, Release, archive, programs, stage};
use crate::{Result, VERSION, apt, sh, target};

/// Nobody's numbers, which an image without /etc/passwd has to name.
const USER: &str = "65534:65534";
/// The folder of configuration and keys, to be mounted; paths of the configuration begin there.
const FOLDER: &str = "/etc/iteras";

/// Makes `NAME-VERSION-ARCH.oci.tar`, of which `podman load` and `docker load` make the image.
pub(super) fn make(release: &Release, program: &Program) -> Result<PathBuf> {
    if sh::which("buildah").is_none() {
        let otherwise = "it comes with podman (https://podman.io)";
        apt::install(&["buildah"], "buildah", otherwise)?;
    }
    let architecture = std::env::consts::ARCH;
    let container = sh::output(buildah().args(["from", "scratch"]))?;
    let container = container.trim();
    let made = fill(release, program, container);
    // Also of one that failed: nothing else would find it again.
    sh::output(buildah().args(["rm", container]))?;
    let layout = made?;
    let file = format!("{}-{VERSION}-{architecture}.oci.tar", program.name);
    let file = release.folder.join(file);
    archive::tar(release, &layout, &file)?;
    Ok(file)
}

/// Fills a container and writes the image's layout into a folder.
fn fill(release: &Release, program: &Program, container: &str) -> Result<PathBuf> {
    let name = program.name;
    for (from, to, mode) in [
        (programs::compiled()?.join(name), name, "0755"),
        (programs::licences(program)?, "third-party.txt", "0644"),
    ] {
        let mut copy = buildah();
        copy.args(["copy", "--chmod", mode, "--chown", "0:0", container]);
        sh::output(copy.arg(from).arg(format!("/{to}")))?;
    }
    let mut config = buildah();
    config.args(["config", "--user", USER, "--workingdir", FOLDER]);
    config.args(["--entrypoint", &format!("[\"/{name}\"]")]);
    config.args(["--cmd", "--config gate.toml"]);
    config.args([
        "--label",
        &format!("org.opencontainers.image.version={VERSION}"),
    ]);
    config.args([
        "--label",
        "org.opencontainers.image.licenses=MIT OR Apache-2.0",
    ]);
    sh::output(config.arg(container))?;
    let layout = stage("image")?;
    let mut commit = buildah();
    commit.args([
        "commit",
        "--quiet",
        "--disable-compression=false",
        "--format",
        "oci",
        "--timestamp",
        &release.epoch,
    ]);
    commit.arg(container);
    let image = format!("oci:{}:{name}:{VERSION}", layout.display());
    sh::output(commit.arg(image))?;
    Ok(layout)
}

/// buildah with a store of its own, and without what a container may not do: mount and unshare.
fn buildah() -> Command {
    let store = target().join("stage/buildah");
    let mut buildah = Command::new("buildah");
    buildah.arg("--root").arg(store.join("root"));
    buildah.arg("--runroot").arg(store.join("run"));
    buildah.args(["--storage-driver", "vfs"]);
    buildah.env("BUILDAH_ISOLATION", "chroot");
    buildah
}
