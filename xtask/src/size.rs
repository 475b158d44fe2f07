//! Measures what a reader downloads, and fails when it grows past its limit.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::{Result, root, sh};

/// The files that are measured, and how many bytes each may have after brotli at quality 11.
const LIMITS: [(&str, Option<usize>); 8] = [
    ("dist/iteras.js", Some(17_090)),
    ("dist/iteras.fallback.js", None),
    ("dist/iteras.companion.js", Some(13_740)),
    ("dist/iteras.companion.fallback.js", None),
    ("dist/iteras.meter.js", Some(5_000)),
    ("dist/iteras.datalayer.js", Some(700)),
    ("dist/check/check.wasm", Some(265_000)),
    ("dist/playground/module.js", Some(350_000)),
];

/// Prints a table of the sizes; fails when a file is over its limit.
pub(crate) fn check() -> Result {
    let files: Vec<PathBuf> = LIMITS.iter().map(|(file, _)| root().join(file)).collect();
    if let Some(missing) = files.iter().find(|file| !file.is_file()) {
        return Err(format!("{} is not there; run: cargo xtask build", missing.display()).into());
    }
    let measured = sh::output(
        Command::new("node")
            .arg(root().join("xtask/measure.mjs"))
            .args(&files),
    )?;
    println!(
        "{:<34} {:>8} {:>8} {:>8} {:>8}",
        "bytes", "raw", "gzip -9", "brotli", "limit"
    );
    let readme = fs::read_to_string(root().join("README.md"))?;
    let mut wrong = Vec::new();
    for ((file, limit), line) in LIMITS.iter().zip(measured.lines()) {
        let [raw, gzip, brotli] = numbers(line)?;
        let shown = limit.map_or_else(|| "-".to_owned(), |limit| limit.to_string());
        println!("{file:<34} {raw:>8} {gzip:>8} {brotli:>8} {shown:>8}");
        if let Some(limit) = *limit
            && brotli > limit
        {
            wrong.push(format!(
                "{file} has {brotli} bytes after brotli, {} more than the {limit} it may have",
                brotli - limit
            ));
        }
        wrong.extend(stale(&readme, file, brotli));
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("; ").into())
    }
}

/// The complaint that the README's table of sizes tells something else of this file. One in a hundred may
/// lie between, since another release of the compiler makes other bytes.
fn stale(readme: &str, file: &str, brotli: usize) -> Option<String> {
    let row = readme
        .lines()
        .find(|line| line.starts_with(&format!("| `{file}`")));
    let told: Option<usize> = row
        .and_then(|row| row.split('|').nth(2))
        .and_then(|figure| figure.trim().replace(',', "").parse().ok());
    match told {
        Some(told) if told.abs_diff(brotli) * 100 <= brotli => None,
        Some(told) => Some(format!(
            "README.md says that {file} has {told} bytes, measured are {brotli}"
        )),
        None => Some(format!("README.md has no row with the size of {file}")),
    }
}

fn numbers(line: &str) -> Result<[usize; 3]> {
    let numbers: Result<Vec<usize>, _> = line.split(' ').map(str::parse).collect();
    let numbers =
        numbers.map_err(|_| format!("measure.mjs printed a line of another form: {line}"))?;
    Ok(numbers
        .try_into()
        .map_err(|_| format!("measure.mjs printed a line of another form: {line}"))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_is_held_to_what_is_measured() {
        let readme = "| `dist/a.js`, everything | 15,720 | 16,000 |";
        assert_eq!(stale(readme, "dist/a.js", 15_700), None);
        assert_eq!(
            stale(readme, "dist/a.js", 14_000).unwrap(),
            "README.md says that dist/a.js has 15720 bytes, measured are 14000"
        );
        assert!(stale(readme, "dist/b.js", 1).is_some());
    }

    #[test]
    fn a_line_is_three_numbers() {
        assert_eq!(numbers("30 20 10").unwrap(), [30, 20, 10]);
        assert!(numbers("30 20").is_err());
        assert!(numbers("30 20 ten").is_err());
    }
}
