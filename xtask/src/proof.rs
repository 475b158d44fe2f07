//! Proves that the browser build can neither make nor check a signature: it holds no hash function.

use std::path::Path;

use crate::{Result, artifact, read, sh, tools, wasm};

const SECRET_CRATES: [&str; 5] = ["digest", "hmac", "sha1", "sha2", "zeroize"];

/// Fails when a crate that handles keys is compiled into the browser artifact.
pub(crate) fn dependencies() -> Result {
    let mut cargo = tools::cargo();
    cargo.args(["tree", "--locked", "--edges", "normal", "--prefix", "none"]);
    let tree = sh::output(cargo.args(artifact::TARGET).args(artifact::PACKAGE))?;
    let found = secret_crates(&tree);
    if found.is_empty() {
        return Ok(());
    }
    Err(format!(
        "the browser build would hold {}: look at `default` and `bare` in Cargo.toml",
        found.join(", ")
    )
    .into())
}

/// Fails when the finished module holds a SHA-256.
pub(crate) fn module(file: &Path) -> Result {
    let traces = wasm::hash_traces(&read(file)?);
    if traces.is_empty() {
        println!("  no hash function and no crate for keys in the browser build");
        return Ok(());
    }
    Err(format!(
        "the browser build holds {}: something in src/ hashes without a crate",
        traces.join(" and ")
    )
    .into())
}

/// The crates of `SECRET_CRATES` in the lines `name vVERSION …` that cargo tree prints.
fn secret_crates(tree: &str) -> Vec<&str> {
    let names = tree.lines().filter_map(|line| line.split(' ').next());
    let mut found: Vec<&str> = names.filter(|name| SECRET_CRATES.contains(name)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_for_keys_are_found() {
        let tree = "iteras v0.1.0 (/home/ada/iteras)\nhmac v0.13.0\ndigest v0.11.0\nsha2-asm v1.0.0\ndigest v0.11.0 (*)\n";
        assert_eq!(secret_crates(tree), ["digest", "hmac"]);
        assert!(secret_crates("iteras v0.1.0\ntalc v5.1.1\nwasm-bindgen v0.2.130\n").is_empty());
    }
}
