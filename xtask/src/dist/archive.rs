//! `NAME-VERSION-TARGET.tar.gz`: unpacked over `/usr/local`, or anywhere, it is installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Program, Release, copy, programs, stage};
use crate::{Result, VERSION, root, sh};

const LICENCES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

/// Makes the archive of a program.
pub(super) fn make(release: &Release, program: &Program) -> Result<PathBuf> {
    let folder = stage(&format!("archive-{}", program.name))?;
    let name = format!("{}-{VERSION}", program.name);
    fill(&folder.join(&name), program)?;
    let file = format!("{name}-{}.tar", programs::triple()?);
    let file = release.folder.join(file);
    tar(release, &folder, &file)?;
    // No name and no time of the file in it.
    sh::run(
        Command::new("gzip")
            .args(["-9", "--no-name", "--force"])
            .arg(&file),
    )?;
    Ok(file.with_extension("tar.gz"))
}

/// Packs the files of a folder, in order of their names, owned by root, at the time of the release. Folders are no
/// entries: unpacking would give those that are there another owner and mode.
pub(super) fn tar(release: &Release, folder: &Path, file: &Path) -> Result {
    let mut tar = Command::new("tar");
    tar.args(["--create", "--format=gnu", "--no-recursion"]);
    tar.args([
        "--owner=0",
        "--group=0",
        "--numeric-owner",
        "--mode=u=rwX,go=rX",
    ]);
    tar.arg(format!("--mtime=@{}", release.epoch));
    tar.arg("--file").arg(file).arg("--directory").arg(folder);
    let mut files = Vec::new();
    list(folder, &mut files)?;
    files.sort_unstable();
    let names = files
        .iter()
        .filter_map(|file| file.strip_prefix(folder).ok());
    sh::quietly(tar.args(names))
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => list(&path, files)?,
            false => files.push(path),
        }
    }
    Ok(())
}

fn fill(folder: &Path, program: &Program) -> Result {
    let name = program.name;
    copy(
        &programs::compiled()?.join(name),
        &folder.join("bin").join(name),
    )?;
    let pages = programs::pages(program)?;
    for page in fs::read_dir(&pages)?.flatten() {
        let to = place(name, &page.file_name().to_string_lossy());
        copy(&page.path(), &folder.join(to))?;
    }
    let documents = folder.join("share/doc").join(name);
    copy(
        &programs::licences(program)?,
        &documents.join("third-party.txt"),
    )?;
    for licence in LICENCES {
        copy(&root().join(licence), &documents.join(licence))?;
    }
    let readme = root().join(program.folder).join("README.md");
    copy(&readme, &documents.join("README.md"))?;
    for (from, to) in program.more {
        copy(&root().join(from), &folder.join(to))?;
    }
    Ok(())
}

/// The place at which `man` and the shells look for a page.
fn place(name: &str, page: &str) -> String {
    match page.rsplit_once('.') {
        Some((_, "1")) => format!("share/man/man1/{page}"),
        Some((_, "bash")) => format!("share/bash-completion/completions/{name}"),
        Some((_, "fish")) => format!("share/fish/vendor_completions.d/{page}"),
        _ => format!("share/zsh/site-functions/{page}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_go_where_they_are_looked_for() {
        for (page, expected) in [
            ("iteras-pass-show.1", "share/man/man1/iteras-pass-show.1"),
            ("iteras.bash", "share/bash-completion/completions/iteras"),
            ("iteras.fish", "share/fish/vendor_completions.d/iteras.fish"),
            ("_iteras", "share/zsh/site-functions/_iteras"),
        ] {
            assert_eq!(place("iteras", page), expected);
        }
    }
}
