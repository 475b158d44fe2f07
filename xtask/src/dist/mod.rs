//! The programs as they are installed: `dist/release/` with archives, Debian packages, an image and their checksums.
//!
//! The same commit gives the same bytes: nothing of the machine, of its clock or of the order of its files is in them.

mod archive;
mod debian;
mod image;
mod licences;
mod programs;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

pub(crate) use programs::{compile, compile_released_in};

use crate::{Result, apt, create_folder, root, servers, sh, target, write};

/// One program, as it is installed.
struct Program {
    /// The command.
    name: &'static str,
    /// The crate, and its folder.
    package: &'static str,
    folder: &'static str,
    /// Files beside program, pages and licences: where they are, and where below the archive's folder they go.
    more: &'static [(&'static str, &'static str)],
}

const PROGRAMS: [Program; 2] = [CLI, GATE];

const CLI: Program = Program {
    name: "iteras",
    package: "iteras-cli",
    folder: "crates/cli",
    more: &[],
};

const GATE: Program = Program {
    name: "iteras-gate",
    package: "iteras-gate",
    folder: "crates/gate",
    more: &[
        (
            "crates/gate/packaging/iteras-gate.service",
            "lib/systemd/system/iteras-gate.service",
        ),
        (
            "crates/gate/packaging/gate.toml",
            "share/doc/iteras-gate/examples/gate.toml",
        ),
        (
            "examples/nginx/gate.toml",
            "share/doc/iteras-gate/examples/nginx/gate.toml",
        ),
        (
            "examples/nginx/site.conf",
            "share/doc/iteras-gate/examples/nginx/site.conf",
        ),
    ],
};

/// A release in the making.
struct Release {
    /// The folder that everything ends up in.
    folder: PathBuf,
    /// The time that files in it bear, in seconds since 1970.
    epoch: String,
}

impl Release {
    fn new(folder: PathBuf) -> Result<Self> {
        empty(&folder)?;
        let epoch = epoch()?;
        Ok(Self { folder, epoch })
    }
}

/// Builds the programs and packs them into `dist/release/`.
pub(crate) fn run() -> Result {
    programs::build()?;
    pack(root().join("dist/release")).map(drop)
}

/// The command that runs `tests/dist/*.test.mjs`: node, with a release, and the same packed once more.
pub(crate) fn command() -> Result<Command> {
    // Packages are installed where the machine has them, and deleted again.
    if !apt::may_install() {
        return Err(
            "these tests install and delete packages: expected root on a Debian of its own, \
                    such as a container"
                .into(),
        );
    }
    for (program, package) in [
        ("man", "man-db"),
        ("systemd-analyze", "systemd"),
        ("zsh", "zsh"),
        ("fish", "fish"),
        ("curl", "curl"),
    ] {
        if sh::which(program).is_none() {
            apt::install(&[package], program, "")?;
        }
    }
    programs::build()?;
    let release = pack(root().join("dist/release"))?;
    let again = pack(stage("again")?)?;
    let mut node = Command::new("node");
    node.current_dir(root())
        .env("NGINX", servers::nginx()?)
        .env("ITERAS_RELEASE", release.folder)
        .env("ITERAS_RELEASE_AGAIN", again.folder);
    if let Some(system) = debian()? {
        node.env("ITERAS_DEBIAN", system);
    }
    Ok(node)
}

/// A small Debian with systemd, for a container; none where containers can't be made.
fn debian() -> Result<Option<PathBuf>> {
    let mounts = Command::new("unshare").args(["--mount", "true"]).output();
    if !mounts.is_ok_and(|mounts| mounts.status.success()) {
        println!("This machine may not mount anything, so the unit is not run by systemd.");
        return Ok(None);
    }
    for (program, package) in [
        ("debootstrap", "debootstrap"),
        ("systemd-nspawn", "systemd-container"),
    ] {
        if sh::which(program).is_none() && !Path::new("/usr/sbin").join(program).is_file() {
            apt::install(&[package], program, "")?;
        }
    }
    let folder = target().join("tools/debian");
    // Written last, so that an interrupted installation is done again.
    let stamp = folder.join("installed");
    if !stamp.is_file() {
        println!("tools: a Debian with systemd, from Debian, which takes a minute");
        empty(&folder)?;
        let packages = "--include=curl,dbus,procps,systemd,systemd-sysv";
        let mut debootstrap = Command::new("debootstrap");
        debootstrap.args(["--variant=minbase", packages, "bookworm"]);
        sh::output(debootstrap.arg(&folder))?;
        write(&stamp, "")?;
    }
    Ok(Some(folder))
}

/// Packs what is built into a folder.
fn pack(folder: PathBuf) -> Result<Release> {
    let release = Release::new(folder)?;
    let mut files = Vec::new();
    for program in &PROGRAMS {
        files.push(archive::make(&release, program)?);
        files.push(debian::make(&release, program)?);
    }
    files.push(image::make(&release, &GATE)?);
    checksums(&release, &files)?;
    for file in &files {
        println!("  {}", file.display());
    }
    Ok(release)
}

/// `SHA256SUMS`, as `sha256sum --check` reads it.
fn checksums(release: &Release, files: &[PathBuf]) -> Result {
    let mut names: Vec<_> = files.iter().filter_map(|file| file.file_name()).collect();
    names.sort_unstable();
    let mut sums = Command::new("sha256sum");
    sums.current_dir(&release.folder).args(names);
    write(&release.folder.join("SHA256SUMS"), sh::output(&mut sums)?)
}

/// The time of the commit, or what the variable says that packagers set.
fn epoch() -> Result<String> {
    const VARIABLE: &str = "SOURCE_DATE_EPOCH";
    let text = match env::var(VARIABLE) {
        Ok(text) => text,
        Err(_) => {
            let mut git = Command::new("git");
            git.current_dir(root()).args(["log", "-1", "--format=%ct"]);
            sh::output(&mut git).map_err(|error| {
                format!("{error}\nwithout a commit, say in {VARIABLE} which time files are to bear")
            })?
        }
    };
    let text = text.trim();
    match text.parse::<u64>() {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err(format!("{VARIABLE}: expected seconds since 1970, got {text:?}").into()),
    }
}

/// A folder below `target/` for what is packed, empty.
fn stage(name: &str) -> Result<PathBuf> {
    let folder = target().join("stage").join(name);
    empty(&folder)?;
    Ok(folder)
}

/// Makes a folder, and deletes what was in it before.
fn empty(folder: &Path) -> Result {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .map_err(|error| format!("could not delete {}: {error}", folder.display()))?;
    }
    create_folder(folder)
}

/// Copies a file to a place whose folders are made.
fn copy(from: &Path, to: &Path) -> Result {
    if let Some(folder) = to.parent() {
        create_folder(folder)?;
    }
    fs::copy(from, to).map(drop).map_err(|error| {
        format!(
            "could not copy {} to {}: {error}",
            from.display(),
            to.display()
        )
        .into()
    })
}
