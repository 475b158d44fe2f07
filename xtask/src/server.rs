//! Makes the modules of `iteras/server`, `iteras/teaser` and `iteras/testing`, of the page that checks pages and of the
//! playground: Rust to wasm, their glue by wasm-bindgen; the first two made fast, the others small.

use crate::artifact::{self, Place};
use crate::tools::Tools;
use crate::{Result, create_folder, read, root, sh, write};

/// The target whose glue is handed a compiled module, which each runtime gets in its own way.
const HANDED: &str = "web";
/// The target whose glue is a classic script, which browsers run off a disk, too.
const CLASSIC: &str = "no-modules";

/// The crate that the modules of the npm package's servers and tests are compiled from.
pub(crate) const PACKAGE: [&str; 2] = ["--package", "iteras-edge"];
/// The crate that the page's module is compiled from.
pub(crate) const CHECK: [&str; 2] = ["--package", "iteras-check"];

/// The crate that the playground's module is compiled from.
pub(crate) const PLAYGROUND: [&str; 2] = ["--package", "iteras-playground"];

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

/// A module: its name, the profile, package and feature that it is compiled with, and what it is optimised for. Cargo names
/// modules after their crate, so that two with one profile take the same place: each is read before the next is made.
struct Module {
    name: &'static str,
    profile: &'static str,
    package: [&'static str; 2],
    library: &'static str,
    feature: Option<&'static str>,
    level: &'static str,
    glue: &'static str,
}

const MODULES: [Module; 5] = [
    Module {
        name: "server",
        profile: "server",
        package: PACKAGE,
        library: "iteras_edge",
        feature: Some("gate"),
        level: "-O3",
        glue: HANDED,
    },
    Module {
        name: "testing",
        profile: "server",
        package: PACKAGE,
        library: "iteras_edge",
        feature: Some("testing"),
        level: "-Oz",
        glue: HANDED,
    },
    Module {
        name: "teaser",
        profile: "teaser",
        package: PACKAGE,
        library: "iteras_edge",
        feature: Some("teaser"),
        level: "-O3",
        glue: HANDED,
    },
    Module {
        name: "check",
        profile: "check-page",
        package: CHECK,
        library: "iteras_check",
        feature: None,
        level: "-Oz",
        glue: HANDED,
    },
    Module {
        name: "playground",
        profile: "playground-page",
        package: PLAYGROUND,
        library: "iteras_playground",
        feature: None,
        level: "-Oz",
        glue: CLASSIC,
    },
];
/// The files of the checker's module, which are no part of the npm package.
const OF_PAGE: [&str; 2] = ["check.js", "check.wasm"];
/// The page's helper, which reads an address in a frame without an origin.
const READER: &str = "crates/check/page/reader.html";

/// Puts the modules, such as `server.wasm`, and their glue, such as `server.js`, into the modules' folder, and those of
/// pages into `dist/check/` and `dist/playground/`, too.
pub(crate) fn make(place: &Place, tools: &Tools) -> Result {
    for module in MODULES {
        module.make(place, tools)?;
    }
    let folder = place.dist.join("check");
    create_folder(&folder)?;
    for file in OF_PAGE {
        write(&folder.join(file), read(&place.module().join(file))?)?;
    }
    write(&folder.join("reader.html"), read(&root().join(READER))?)?;
    create_folder(&place.dist.join("playground"))?;
    sh::run(&mut artifact::script("playground.mjs", place, tools))
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
        bindgen.args([
            "bindgen",
            "--target",
            self.glue,
            "--omit-default-module-path",
        ]);
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
