//! Makes the modules of `iteras/server` and `iteras/teaser`: Rust to wasm, their glue by wasm-bindgen, made fast.

use crate::artifact::{self, Place};
use crate::tools::Tools;
use crate::{Result, read, sh};

/// The crate that both modules are compiled from.
pub(crate) const PACKAGE: [&str; 2] = ["--package", "iteras-edge"];

/// Node 20, workerd, Deno and Bun all have it, and sha2 hashes faster with it.
const FLAGS: [&str; 1] = ["-Ctarget-feature=+simd128"];

/// The features that wasm-opt may use. Never `--all-features`: it writes imports that no engine reads.
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

/// A module: its name in the package, and the profile and the feature that it is compiled with. Each has a
/// profile, and so a folder, of its own: cargo names both modules after their crate.
struct Module {
    name: &'static str,
    profile: &'static str,
    feature: &'static str,
}

const MODULES: [Module; 2] = [
    Module {
        name: "server",
        profile: "server",
        feature: "gate",
    },
    Module {
        name: "teaser",
        profile: "teaser",
        feature: "teaser",
    },
];

/// Puts the modules, such as `server.wasm`, and their glue, such as `server.js`, into the modules' folder.
pub(crate) fn make(place: &Place, tools: &Tools) -> Result {
    for module in MODULES {
        module.make(place, tools)?;
    }
    Ok(())
}

impl Module {
    fn make(&self, place: &Place, tools: &Tools) -> Result {
        let feature = ["--no-default-features", "--features", self.feature];
        let package = [&PACKAGE[..], &feature].concat();
        artifact::rustc(place, self.profile, &package, &FLAGS)?;
        let folder = place.module();
        let mut bindgen = std::process::Command::new(&tools.wasm);
        // The target whose glue is handed a compiled module, which each runtime gets in its own way.
        bindgen.args(["bindgen", "--target", "web", "--omit-default-module-path"]);
        bindgen.args(["--no-typescript", "--out-name", self.name, "--out-dir"]);
        let compiled = artifact::compiled(place, self.profile, "iteras_edge");
        sh::run(bindgen.arg(&folder).arg(compiled))?;
        let mut wasm_opt = tools.node_program("binaryen", "wasm-opt");
        wasm_opt.args(ENGINE_FEATURES).args(SPEED);
        let from = folder.join(format!("{}_bg.wasm", self.name));
        let to = folder.join(format!("{}.wasm", self.name));
        sh::run(wasm_opt.arg(from).arg("-o").arg(&to))?;
        let length = read(&to)?.len();
        println!("  {length} bytes of wasm in {}.wasm", self.name);
        Ok(())
    }
}
