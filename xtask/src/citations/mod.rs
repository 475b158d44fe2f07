//! Citations of the specification in code, tests and documents: one that leads nowhere is an error.
//!
//! The grammar stands in `docs/spec/README.md`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Result, read, root, write};

mod faults;
mod scan;
mod spec;

use faults::Tests;
use spec::{FILES, Spec};

const FOLDERS: [&str; 8] = [
    "crates",
    "docs",
    "examples",
    "pkg-template",
    "src",
    "tests",
    "www",
    "xtask",
];
/// The checker's own folder holds citations that lead nowhere, to test it by.
const SKIPPED: [&str; 6] = [
    "citations",
    "dist",
    "node_modules",
    "payloads",
    "pkg",
    "target",
];
const ENDINGS: [&str; 11] = [
    "cjs", "conf", "html", "js", "jsonc", "jsx", "md", "mjs", "rs", "toml", "ts",
];
/// The rows.
const CASES: &str = "docs/spec/cases.md";
/// The folder of shared vectors, whose ids tests may name beside those of `cases.md`.
const VECTORS: &str = "tests/vectors";

/// Fails with file, line and sentence for each citation that leads nowhere, for rows that no test names, and where
/// `docs/faults.md` is not fresh.
pub(crate) fn check() -> Result {
    let spec = load()?;
    let files = files()?;
    let mut complaints = Vec::new();
    for (name, text) in &files {
        for complaint in scan::complaints(&spec, name, text) {
            complaints.push(format!("{name}:{}: {}", complaint.line, complaint.what));
        }
    }
    let (cases, tests) = (cases()?, tests(&files));
    complaints.extend(faults::complaints(&cases, &tests));
    let made = faults::document(&cases, &tests, faults::has_engines());
    let written = files.iter().find(|(name, _)| name == faults::FILE);
    if written.is_none_or(|(_, text)| *text != made) {
        complaints.push(format!(
            "{}: not what the tests say; run: cargo xtask citations --write",
            faults::FILE
        ));
    }
    if complaints.is_empty() {
        Ok(())
    } else {
        Err(complaints.join("\n").into())
    }
}

/// Writes `docs/faults.md`, then reports.
pub(crate) fn write_faults() -> Result {
    let made = faults::document(&cases()?, &tests(&files()?), faults::has_engines());
    write(&root().join(faults::FILE), made)?;
    report()
}

/// Prints the rows of `cases.md` that no test names, then checks as above.
pub(crate) fn report() -> Result {
    let spec = load()?;
    let named = tests(&files()?);
    let rows = spec.rows();
    let missing: Vec<&str> = rows
        .iter()
        .copied()
        .filter(|id| !named.contains_key(*id))
        .collect();
    println!(
        "{} of {} rows of docs/spec/cases.md are named by no test{}{}",
        missing.len(),
        rows.len(),
        if missing.is_empty() { "" } else { ": " },
        missing.join(" "),
    );
    check()
}

/// The files of tests by the row that they name.
fn tests(files: &[(String, String)]) -> Tests {
    let mut tests = Tests::new();
    for (name, text) in files.iter().filter(|(name, _)| faults::has_runtime(name)) {
        for id in scan::named_by_tests(name, text) {
            tests.entry(id).or_default().insert(name.clone());
        }
    }
    tests
}

fn cases() -> Result<String> {
    Ok(String::from_utf8(read(&root().join(CASES))?)?)
}

fn load() -> Result<Spec> {
    let text = |file: &Path| -> Result<String> { Ok(String::from_utf8(read(file)?)?) };
    let mut spec = Spec::default();
    for (name, file) in FILES {
        spec.add_document(name, &text(&root().join(file))?);
    }
    spec.add_rows(&cases()?);
    for file in fs::read_dir(root().join(VECTORS))? {
        let file = file?.path();
        if file.extension().is_some_and(|ending| ending == "json") {
            spec.add_vectors(&text(&file)?);
        }
    }
    Ok(spec)
}

/// Name and text of each file that may cite, in order. Names are relative to the checkout, with `/`.
fn files() -> Result<Vec<(String, String)>> {
    let mut paths = Vec::new();
    collect(root(), false, &mut paths)?;
    for folder in FOLDERS {
        collect(&root().join(folder), true, &mut paths)?;
    }
    paths.sort_unstable();
    let mut files = Vec::new();
    for path in paths {
        let inside = path.strip_prefix(root())?;
        let name = inside.to_string_lossy().replace('\\', "/");
        files.push((name, String::from_utf8(read(&path)?)?));
    }
    Ok(files)
}

fn collect(folder: &Path, deep: bool, paths: &mut Vec<PathBuf>) -> Result {
    let entries = fs::read_dir(folder);
    for entry in entries.map_err(|error| format!("could not read {}: {error}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            if deep && !name.starts_with('.') && !SKIPPED.contains(&name.as_str()) {
                collect(&entry.path(), deep, paths)?;
            }
        } else if name == "Caddyfile"
            || ENDINGS
                .iter()
                .any(|ending| name.ends_with(&format!(".{ending}")))
        {
            paths.push(entry.path());
        }
    }
    Ok(())
}
