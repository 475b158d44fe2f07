//! Programs that run on any Linux of this machine's kind: musl is linked in, and no library is asked for.

use std::env::consts::{ARCH, OS};
use std::path::{Path, PathBuf};

use super::{PROGRAMS, Program, empty};
use crate::{Result, apt, artifact, create_folder, sh, target, tools, write};

/// The profile in the root Cargo.toml, and the folder that cargo names after it.
pub(super) const PROFILE: &str = "dist";

/// Has C's words for the time of compilation stand for nothing: mimalloc writes it down, and no two builds would be the
/// same. As flags, since C is compiled anew where those change.
const WITHOUT_TIMES: [&str; 3] = [
    "-Wno-builtin-macro-redefined",
    "-D__DATE__=\"\"",
    "-D__TIME__=\"\"",
];

/// The Rust target.
pub(super) fn triple() -> Result<String> {
    match (OS, ARCH) {
        ("linux", "x86_64" | "aarch64") => Ok(format!("{ARCH}-unknown-linux-musl")),
        _ => Err(format!("expected Linux on x86_64 or aarch64, this is {OS} on {ARCH}").into()),
    }
}

/// Compiles the programs of these packages; gives the folder that they are in.
pub(crate) fn compile(packages: &[&str]) -> Result<PathBuf> {
    compile_in(&target(), packages)
}

/// Compiles the programs that are released into this target folder; gives their files.
pub(crate) fn compile_released_in(target: &Path) -> Result<Vec<PathBuf>> {
    let folder = compile_in(target, &PROGRAMS.map(|program| program.package))?;
    Ok(PROGRAMS.map(|program| folder.join(program.name)).into())
}

fn compile_in(target: &Path, packages: &[&str]) -> Result<PathBuf> {
    let triple = triple()?;
    tools::rust_target(&triple)?;
    // ring and mimalloc have some C.
    if sh::which("musl-gcc").is_none() {
        let otherwise = "it comes with musl (https://musl.libc.org)";
        apt::install(&["musl-tools"], "musl-gcc", otherwise)?;
    }
    let packages = packages.iter().flat_map(|package| ["--package", package]);
    let mut cargo = tools::cargo();
    cargo.args([
        "build",
        "--locked",
        "--bins",
        "--profile",
        PROFILE,
        "--target",
        &triple,
    ]);
    let flags = artifact::without_paths().join("\x1f");
    cargo.args(packages).env("CARGO_ENCODED_RUSTFLAGS", flags);
    let c_flags = format!("CFLAGS_{}", triple.replace('-', "_"));
    cargo.env(c_flags, WITHOUT_TIMES.join(" "));
    sh::run(cargo.env("CARGO_TARGET_DIR", target))?;
    compiled_in(target)
}

/// Compiles the programs, and makes their man pages and completions.
pub(super) fn build() -> Result {
    compile(&PROGRAMS.map(|program| program.package))?;
    for program in &PROGRAMS {
        let file = licences(program)?;
        if let Some(folder) = file.parent() {
            create_folder(folder)?;
        }
        write(&file, super::licences::text(program)?)?;
        let pages = pages(program)?;
        empty(&pages)?;
        // Unoptimised and for this machine: what is packed has nothing of it in it.
        let mut cargo = tools::cargo();
        cargo.args(["run", "--locked", "--quiet", "--features", "pages"]);
        cargo.args(["--package", program.package]);
        sh::run(cargo.env("ITERAS_PAGES", &pages))?;
    }
    Ok(())
}

/// The folder of what was compiled.
pub(super) fn compiled() -> Result<PathBuf> {
    compiled_in(&target())
}

fn compiled_in(target: &Path) -> Result<PathBuf> {
    Ok(target.join(triple()?).join(PROFILE))
}

/// The folder of a program's man pages and completions. cargo-deb looks for it beside the programs.
pub(super) fn pages(program: &Program) -> Result<PathBuf> {
    Ok(compiled()?.join("pages").join(program.name))
}

/// The file with the licences of what is compiled into a program.
pub(super) fn licences(program: &Program) -> Result<PathBuf> {
    let file = format!("{}.txt", program.name);
    Ok(compiled()?.join("licences").join(file))
}
