//! Licences of what is compiled in, which have to go with a program: one text with each crate's, as its authors
//! wrote it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::{Program, programs};
use crate::{Result, read, sh, tools};

/// The text for one program.
pub(super) fn text(program: &Program) -> Result<String> {
    let registries = tools::registries();
    let mut tree = tools::cargo();
    let triple = programs::triple()?;
    tree.args(["tree", "--locked", "--edges", "normal", "--prefix", "none"]);
    tree.args(["--package", program.package, "--target", &triple]);
    let tree = sh::output(tree.args(["--format", "{p}|{l}"]))?;
    let crates: BTreeSet<(&str, &str, &str)> = tree.lines().filter_map(foreign).collect();
    let mut text = format!(
        "{} holds code of these crates; the source of each is on https://crates.io, under its name.\n\n",
        program.name
    );
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, version, licence) in crates {
        text.push_str(&format!("{name} {version}: {licence}\n"));
        let folder = format!("{name}-{version}");
        let mut folders = registries.iter().map(|registry| registry.join(&folder));
        let folder = folders.find(|folder| folder.is_dir());
        let folder =
            folder.ok_or_else(|| format!("the source of {name} {version} is not there"))?;
        for file in files(&folder)? {
            let content = String::from_utf8_lossy(&read(&file)?).into_owned();
            texts.entry(content).or_default().push(name.to_owned());
        }
    }
    for (content, mut names) in texts {
        // A crate may hold the same text twice.
        names.dedup();
        let line = "-".repeat(80);
        text.push_str(&format!(
            "\n{line}\n{}:\n\n{}\n",
            names.join(", "),
            content.trim_end()
        ));
    }
    Ok(text)
}

/// Name, version and licence of a line of the tree; none for our own crates.
fn foreign(line: &str) -> Option<(&str, &str, &str)> {
    let (package, licence) = line.split_once('|')?;
    let mut words = package.split(' ');
    let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
    // Those of the checkout have its path behind them.
    let is_ours = words.any(|word| word.starts_with("(/"));
    (!is_ours).then(|| (name, version, licence.trim_end_matches(" (*)")))
}

/// The licences in a crate's folder, and in those within it, such as that of a C library: of MIT and Apache-2.0, between
/// which most leave the choice, the shorter.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    const BEGINNINGS: [&str; 5] = ["copying", "copyright", "licence", "license", "notice"];
    const SOURCES: [&str; 4] = [".c", ".h", ".py", ".rs"];
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = name.to_lowercase();
        if path.is_dir() {
            folders.push(path);
        } else if BEGINNINGS.iter().any(|own| name.starts_with(own))
            && !SOURCES.iter().any(|own| name.ends_with(own))
        {
            files.push((name, path));
        }
    }
    let has_mit = files.iter().any(|(name, _)| name.contains("mit"));
    files.retain(|(name, _)| !has_mit || !name.contains("apache"));
    files.sort_unstable();
    folders.sort_unstable();
    let mut paths: Vec<PathBuf> = files.into_iter().map(|(_, path)| path).collect();
    for folder in folders {
        paths.extend(self::files(&folder)?);
    }
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_names_crates_of_others() {
        for (line, expected) in [
            ("bytes v1.12.1|MIT", Some(("bytes", "1.12.1", "MIT"))),
            (
                "serde_derive v1.0.1 (proc-macro)|MIT OR Apache-2.0 (*)",
                Some(("serde_derive", "1.0.1", "MIT OR Apache-2.0")),
            ),
            ("iteras v0.1.0 (/home/me/iteras)|MIT", None),
        ] {
            assert_eq!(foreign(line), expected);
        }
    }
}
