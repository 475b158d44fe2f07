//! Measures what a reader downloads, and fails when it grows past its limit.

use std::path::PathBuf;
use std::process::Command;

use crate::{Result, root, sh};

/// The files that are measured, and how many bytes each may have after brotli at quality 11.
const LIMITS: [(&str, Option<usize>); 2] = [
    ("dist/iteras.js", Some(16_000)),
    ("dist/iteras.fallback.js", None),
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
        "{:<26} {:>8} {:>8} {:>8} {:>8}",
        "bytes", "raw", "gzip -9", "brotli", "limit"
    );
    let mut too_big = Vec::new();
    for ((file, limit), line) in LIMITS.iter().zip(measured.lines()) {
        let [raw, gzip, brotli] = numbers(line)?;
        let shown = limit.map_or_else(|| "-".to_owned(), |limit| limit.to_string());
        println!("{file:<26} {raw:>8} {gzip:>8} {brotli:>8} {shown:>8}");
        if let Some(limit) = *limit
            && brotli > limit
        {
            too_big.push(format!(
                "{file} has {brotli} bytes after brotli, {} more than the {limit} it may have",
                brotli - limit
            ));
        }
    }
    if too_big.is_empty() {
        Ok(())
    } else {
        Err(too_big.join("; ").into())
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
    fn a_line_is_three_numbers() {
        assert_eq!(numbers("30 20 10").unwrap(), [30, 20, 10]);
        assert!(numbers("30 20").is_err());
        assert!(numbers("30 20 ten").is_err());
    }
}
