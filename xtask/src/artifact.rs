//! Makes `dist/`: Rust to wasm, wasm to its two engines, both into classic scripts; for the script, the companion
//! and the meter, each by a cargo call of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::tools::{self, Tools};
use crate::{
    Result, VERSION, create_folder, proof, read, root, server, sh, size, target, wasm, write,
};

/// The package and features of the browser artifact.
pub(crate) const PACKAGE: [&str; 5] = [
    "--package",
    "iteras",
    "--no-default-features",
    "--features",
    "bare",
];
/// The same of the companion's artifact.
pub(crate) const COMPANION: [&str; 5] = [
    "--package",
    "iteras",
    "--no-default-features",
    "--features",
    "companion",
];
/// The same of the meter's artifact.
pub(crate) const METER: [&str; 5] = [
    "--package",
    "iteras",
    "--no-default-features",
    "--features",
    "meter",
];
pub(crate) const TARGET: [&str; 2] = ["--target", "wasm32-unknown-unknown"];

/// A stack of 4 KiB, of which a question takes 1.1: the constants behind it have shorter addresses. One that
/// overflows runs into address 0 and traps.
const FLAGS: [&str; 1] = ["-Clink-arg=-zstack-size=4096"];

/// The engine features that wasm-opt may use. Never `--all-features`: it writes imports that no browser reads.
const ENGINE_FEATURES: [&str; 5] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
];
/// Control flow written anew before the optimiser's own order of passes saves 1 % after brotli, a second time 60
/// bytes, and what that leaves to do is done in another round.
const REWRITE: [&str; 6] = [
    "--flatten",
    "--rereloop",
    "-Oz",
    "--flatten",
    "--rereloop",
    "-Oz",
];
const SHRINK: [&str; 6] = [
    "-Oz",
    // Until nothing changes any more: 40 bytes after brotli.
    "--converge",
    // Its first KiB is the far end of the stack.
    "--low-memory-unused",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];
/// Rewrites what wasm2js has no JavaScript for.
const LOWER: [&str; 3] = [
    "--llvm-memory-copy-fill-lowering",
    "--llvm-nontrapping-fptoint-lowering",
    "--signext-lowering",
];
/// wasm2js knows neither.
const UNWANTED_FEATURES: [&str; 2] = ["multivalue", "reference-types"];

/// A module for readers: its name among the modules, the profile and the package that it is compiled with. Each has a
/// profile, and so a folder, of its own.
struct Module {
    name: &'static str,
    profile: &'static str,
    package: &'static [&'static str],
}

const MODULES: [Module; 3] = [
    Module {
        name: "iteras",
        profile: "browser",
        package: &PACKAGE,
    },
    Module {
        name: "companion",
        profile: "companion",
        package: &COMPANION,
    },
    Module {
        name: "meter",
        profile: "meter",
        package: &METER,
    },
];

/// The folders of a build.
pub(crate) struct Place {
    /// Cargo's output.
    pub(crate) target: PathBuf,
    /// The finished files.
    pub(crate) dist: PathBuf,
}

impl Place {
    /// The folders in which everyone looks.
    pub(crate) fn usual() -> Place {
        Place {
            target: target(),
            dist: root().join("dist"),
        }
    }

    /// An empty place, for a build that owes nothing to an earlier one.
    pub(crate) fn clean() -> Result<Place> {
        let target = target().join("clean");
        if target.exists() {
            fs::remove_dir_all(&target)
                .map_err(|error| format!("could not empty {}: {error}", target.display()))?;
        }
        let dist = target.join("dist");
        Ok(Place { target, dist })
    }

    /// The folder of the compiled module, between cargo's output and the finished files.
    pub(crate) fn module(&self) -> PathBuf {
        self.target.join("artifact")
    }
}

/// Everything from the tools to the size check.
pub(crate) fn build() -> Result {
    make()?;
    size::check()
}

/// Everything up to a `dist/` of whatever size.
pub(crate) fn make() -> Result {
    make_in(&Place::usual())
}

/// The same with finished files elsewhere.
pub(crate) fn make_in(place: &Place) -> Result {
    let tools = tools::provide()?;
    proof::dependencies()?;
    create_folder(&place.module())?;
    unpacker(place, &tools)?;
    for module in MODULES {
        rustc(place, module.profile, module.package, &FLAGS)?;
        module.prepare(place)?;
        module.optimise(place, &tools)?;
        proof::module(&module.file(place, "wasm"))?;
        module.javascript(place, &tools)?;
    }
    bundle(place, &tools)?;
    server::make(place, &tools)
}

/// Compiles a library to one wasm module, the same bytes wherever the checkout lies.
///
/// Each module has a cargo call of its own: one call for several would unify their features and exports.
pub(crate) fn rustc(place: &Place, profile: &str, package: &[&str], flags: &[&str]) -> Result {
    let mut flags: Vec<String> = flags.iter().map(|&flag| flag.to_owned()).collect();
    flags.extend(without_paths());
    let mut cargo = tools::cargo();
    // `cargo build` would make the rlib in the same go, and for that skip link-time optimisation.
    cargo.args(["rustc", "--lib", "--crate-type", "cdylib"]);
    cargo.args(["--locked", "--profile", profile]);
    cargo
        .args(TARGET)
        .args(package)
        .env("CARGO_TARGET_DIR", &place.target)
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
    sh::run(&mut cargo)
}

/// Flags of rustc for a file that is the same on every machine: none of this one's paths stands in it.
pub(crate) fn without_paths() -> Vec<String> {
    let mut paths = vec![root().to_owned()];
    paths.extend(Some(target()).filter(|target| !target.starts_with(root())));
    paths.extend(tools::registries());
    let flag = |path: &PathBuf| format!("--remap-path-prefix={}=", path.display());
    paths.iter().map(flag).collect()
}

/// The file that cargo compiled of that library with that profile.
pub(crate) fn compiled(place: &Place, profile: &str, library: &str) -> PathBuf {
    let folder = place.target.join("wasm32-unknown-unknown").join(profile);
    folder.join(format!("{library}.wasm"))
}

/// The module that unpacks the others in a reader's browser (`xtask/split.mjs`).
fn unpacker(place: &Place, tools: &Tools) -> Result {
    let mut wasm_opt = tools.node_program("binaryen", "wasm-opt");
    wasm_opt.args(ENGINE_FEATURES).args(SHRINK);
    wasm_opt.arg(root().join("xtask/unpack.wat"));
    sh::run(wasm_opt.arg("-o").arg(place.module().join("unpack.wasm")))
}

impl Module {
    /// A file of the module's, between cargo's output and the finished files.
    fn file(&self, place: &Place, ending: &str) -> PathBuf {
        place.module().join(format!("{}.{ending}", self.name))
    }

    /// Keeps wasm-opt from reading off the module that it may use more than the engines we name can.
    fn prepare(&self, place: &Place) -> Result {
        let compiled = read(&compiled(place, self.profile, "iteras"))?;
        write(
            &self.file(place, "plain.wasm"),
            wasm::without_features(&compiled, &UNWANTED_FEATURES)?,
        )
    }

    fn optimise(&self, place: &Place, tools: &Tools) -> Result {
        let (from, to) = (self.file(place, "plain.wasm"), self.file(place, "wasm"));
        let mut wasm_opt = tools.node_program("binaryen", "wasm-opt");
        wasm_opt.args(ENGINE_FEATURES).args(REWRITE).args(SHRINK);
        sh::run(wasm_opt.arg(&from).arg("-o").arg(&to))?;
        println!(
            "  {} bytes of wasm, of which {} are left",
            length(&from)?,
            length(&to)?
        );
        Ok(())
    }

    /// The same module as JavaScript, for pages and engines that refuse wasm.
    fn javascript(&self, place: &Place, tools: &Tools) -> Result {
        let from = self.file(place, "plain.wasm");
        let lowered = self.file(place, "lowered.wasm");
        let mut wasm_opt = tools.node_program("binaryen", "wasm-opt");
        sh::run(
            wasm_opt
                .args(ENGINE_FEATURES)
                .args(LOWER)
                .args(SHRINK)
                .arg(&from)
                .arg("-o")
                .arg(&lowered),
        )?;
        let to = self.file(place, "wasm.js");
        let mut wasm2js = tools.node_program("binaryen", "wasm2js");
        sh::run(
            wasm2js
                .args(ENGINE_FEATURES)
                .arg("-Oz")
                .arg(&lowered)
                .arg("-o")
                .arg(&to),
        )?;
        println!("  {} bytes of JavaScript", length(&to)?);
        Ok(())
    }
}

fn bundle(place: &Place, tools: &Tools) -> Result {
    for entry in [
        "pkg-template/src/classic.js",
        "pkg-template/src/fallback.js",
    ] {
        if !root().join(entry).is_file() {
            return Err(format!(
                "{entry} is not there, so there is nothing to put the module into"
            )
            .into());
        }
    }
    sh::run(&mut script("bundle.mjs", place, tools))
}

/// A script of xtask's that makes files in `dist/` from the compiled module.
pub(crate) fn script(name: &str, place: &Place, tools: &Tools) -> Command {
    let mut node = Command::new("node");
    node.arg(root().join("xtask").join(name))
        .arg(&tools.npm)
        .arg(place.module())
        .arg(&place.dist)
        .arg(VERSION)
        .current_dir(root());
    node
}

fn length(file: &Path) -> Result<usize> {
    Ok(read(file)?.len())
}
