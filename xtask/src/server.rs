//! Makes the modules of `iteras/server` and `iteras/teaser`, and of the page that checks pages: Rust to wasm, their glue
//! by wasm-bindgen; the former made fast, the latter small.

use crate::artifact::{self, Place};
use crate::tools::Tools;
use crate::{Result, create_folder, read, root, sh, write};

/// The crate that both modules of servers are compiled from.
pub(crate) const PACKAGE: [&str; 2] = ["--package", "iteras-edge"];
/// The crate that the page's module is compiled from.
pub(crate) const CHECK: [&str; 2] = ["--package", "iteras-check"];

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
const STRIP: [&str; 3] = [
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// A module: its name, the profile, package and feature that it is compiled with, and what it is optimised for. Each
/// has a profile, and so a folder, of its own: cargo names modules after their crate.
struct Module {
    name: &'static str,
    profile: &'static str,
    package: [&'static str; 2],
    library: &'static str,
    feature: Option<&'static str>,
    level: &'static str,
}

const MODULES: [Module; 3] = [
    Module {
        name: "server",
        profile: "server",
        package: PACKAGE,
        library: "iteras_edge",
        feature: Some("gate"),
        level: "-O3",
    },
    Module {
        name: "teaser",
        profile: "teaser",
        package: PACKAGE,
        library: "iteras_edge",
        feature: Some("teaser"),
        level: "-O3",
    },
    Module {
        name: "check",
        profile: "check-page",
        package: CHECK,
        library: "iteras_check",
        feature: None,
        level: "-Oz",
    },
];
/// The files of the page's module, which are no part of the npm package.
const OF_PAGE: [&str; 2] = ["check.js", "check.wasm"];
/// The page's helper, which reads an address in a frame without an origin.
const READER: &str = "crates/check/page/reader.html";

/// Puts the modules, such as `server.wasm`, and their glue, such as `server.js`, into the modules' folder, and those of
/// the page into `dist/check/`, too.
pub(crate) fn make(place: &Place, tools: &Tools) -> Result {
    for module in MODULES {
        module.make(place, tools)?;
    }
    let folder = place.dist.join("check");
    create_folder(&folder)?;
    for file in OF_PAGE {
        write(&folder.join(file), read(&place.module().join(file))?)?;
    }
    write(&folder.join("reader.html"), read(&root().join(READER))?)
}

impl Module {
    fn make(&self, place: &Place, tools: &Tools) -> Result {
        let feature = self
            .feature
            .map(|name| ["--no-default-features", "--features", name]);
        let feature = feature.as_ref().map_or(&[][..], |words| &words[..]);
        let package = [&self.package[..], feature].concat();
        artifact::rustc(place, self.profile, &package, &FLAGS)?;
        let folder = place.module();
        let mut bindgen = std::process::Command::new(&tools.wasm);
        // The target whose glue is handed a compiled module, which each runtime gets in its own way.
        bindgen.args(["bindgen", "--target", "web", "--omit-default-module-path"]);
        bindgen.args(["--no-typescript", "--out-name", self.name, "--out-dir"]);
        let compiled = artifact::compiled(place, self.profile, self.library);
        sh::run(bindgen.arg(&folder).arg(compiled))?;
        let mut wasm_opt = tools.node_program("binaryen", "wasm-opt");
        wasm_opt.args(ENGINE_FEATURES).arg(self.level).args(STRIP);
        let from = folder.join(format!("{}_bg.wasm", self.name));
        let to = folder.join(format!("{}.wasm", self.name));
        sh::run(wasm_opt.arg(from).arg("-o").arg(&to))?;
        let length = read(&to)?.len();
        println!("  {length} bytes of wasm in {}.wasm", self.name);
        Ok(())
    }
}
