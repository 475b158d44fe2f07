//! The install lines of the README, as they stand there, into a folder of their own.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use crate::{Result, root, sh, target, tools};

const BEGINNING: &str = "cargo install --locked --path ";

/// Fails where a line does not install a program that says what it is.
pub(crate) fn check() -> Result {
    let readme = fs::read_to_string(root().join("README.md"))?;
    let paths: Vec<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix(BEGINNING)?.split_whitespace().next())
        .collect();
    if paths.is_empty() {
        return Err(format!("README.md has no line `{BEGINNING}…`").into());
    }
    let folder = target().join("install");
    for path in paths {
        let mut cargo = tools::cargo();
        // Unoptimised: the tests have most of it compiled.
        cargo.args([
            "install", "--quiet", "--debug", "--force", "--locked", "--path", path,
        ]);
        sh::run(cargo.arg("--root").arg(&folder))?;
    }
    for program in fs::read_dir(folder.join("bin"))? {
        says_what_it_is(&program?.path())?;
    }
    Ok(())
}

fn says_what_it_is(program: &Path) -> Result {
    if program.extension().unwrap_or_default() != env::consts::EXE_EXTENSION {
        return Ok(());
    }
    let help = sh::output(Command::new(program).arg("--help"))?;
    let name = program.file_stem().unwrap_or_default().to_string_lossy();
    match help.contains(&*name) {
        true => Ok(()),
        false => Err(format!("{name} --help does not name it: {help}").into()),
    }
}
