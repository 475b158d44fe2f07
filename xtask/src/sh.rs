//! Running other programs: each is printed before it runs, and each failure is a sentence.

use std::env;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Result;

/// Prints the command and runs it; its output goes where ours goes.
pub(crate) fn run(command: &mut Command) -> Result {
    println!("$ {}", line(command));
    quietly(command)
}

/// Runs the command without printing it.
pub(crate) fn quietly(command: &mut Command) -> Result {
    let status = command
        .status()
        .map_err(|error| not_started(command, &error))?;
    if status.success() {
        return Ok(());
    }
    Err(format!("this command failed ({status}): {}", line(command)).into())
}

/// Runs the command and gives what it wrote to its standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| not_started(command, &error))?;
    if !output.status.success() {
        return Err(format!("this command failed ({}): {}", output.status, line(command)).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The error for a command that could not even be started.
pub(crate) fn not_started(command: &Command, error: &std::io::Error) -> crate::Error {
    let program = command.get_program().to_string_lossy();
    match error.kind() {
        ErrorKind::NotFound => {
            format!("the program `{program}` was not found: {}", line(command)).into()
        }
        _ => format!("the program `{program}` could not be started: {error}").into(),
    }
}

/// The command as one would type it in the root folder.
pub(crate) fn line(command: &Command) -> String {
    let mut line = String::new();
    for (name, value) in command.get_envs() {
        // The folder for build output is the same for every command and only noise here;
        // the encoded flags hold control characters.
        if let Some(value) = value
            && name != "CARGO_TARGET_DIR"
            && name != "CARGO_ENCODED_RUSTFLAGS"
        {
            let _ = write!(line, "{}={} ", name.to_string_lossy(), word(value));
        }
    }
    line.push_str(&word(command.get_program()));
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&word(argument));
    }
    line
}

/// The file that `name` means in `PATH`.
pub(crate) fn which(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

fn word(word: &OsStr) -> String {
    let text = word.to_string_lossy();
    let root = format!("{}/", crate::root().display());
    let short = Path::new(word)
        .strip_prefix(crate::root())
        .map_or(&*text, |_| &text[root.len().min(text.len())..]);
    if !short.is_empty()
        && !short.contains(|c: char| c.is_whitespace() || "'\"*$&|;<>()".contains(c))
    {
        return short.to_owned();
    }
    format!("'{}'", short.replace('\'', r"'\''"))
}
