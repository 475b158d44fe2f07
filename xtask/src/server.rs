//! Makes the module of `iteras/server`: Rust to wasm, its glue by wasm-bindgen, made fast.

use crate::artifact::{self, Place};
use crate::tools::Tools;
use crate::{Result, read, sh};

/// The crate that the module is compiled from.
pub(crate) const PACKAGE: [&str; 2] = ["--package", "iteras-edge"];

/// Node 20, workerd, Deno and Bun all have it, and sha2 hashes faster with it.
const FLAGS: [&str; 1] = ["-Ctarget-feature=+simd128"];

/// What we let wasm-opt use. Never `--all-features`: it writes imports that no engine reads.
const ENGINE_FEATURES: [&str; 8] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];
const SPEED: [&str; 4] = [
    "-O3",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// Puts `server.wasm` and its glue `server.js` into the module's folder.
pub(crate) fn make(place: &Place, tools: &Tools) -> Result {
    artifact::rustc(place, "server", &PACKAGE, &FLAGS)?;
    let folder = place.module();
    let mut bindgen = std::process::Command::new(&tools.wasm);
    // The target whose glue is handed a compiled module, which each runtime gets in its own way.
    bindgen.args(["bindgen", "--target", "web", "--omit-default-module-path"]);
    bindgen.args(["--no-typescript", "--out-name", "server", "--out-dir"]);
    sh::run(
        bindgen
            .arg(&folder)
            .arg(artifact::compiled(place, "server", "iteras_edge")),
    )?;
    let mut wasm_opt = tools.node_program("binaryen", "wasm-opt");
    wasm_opt.args(ENGINE_FEATURES).args(SPEED);
    let to = folder.join("server.wasm");
    sh::run(
        wasm_opt
            .arg(folder.join("server_bg.wasm"))
            .arg("-o")
            .arg(&to),
    )?;
    println!("  {} bytes of wasm for servers", read(&to)?.len());
    Ok(())
}
