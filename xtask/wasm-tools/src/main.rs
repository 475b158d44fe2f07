//! `wasm-tools bindgen …` and `wasm-tools test-runner …`: the wasm-bindgen programs of the locked version.
//!
//! Linking them from the workspace's own lock file keeps their version equal to that of the
//! `wasm-bindgen` crate, which the format between the two demands, without a second lock file.

use std::env;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = env::args_os();
    arguments.next();
    let Some(program) = arguments.next() else {
        eprintln!("usage: wasm-tools bindgen|test-runner ARGUMENTS…");
        return ExitCode::from(2);
    };
    // The programs expect their own name before the arguments, as on a command line.
    let line = std::iter::once(program.clone()).chain(arguments);
    let done = match program.to_str() {
        Some("bindgen") => wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(line),
        Some("test-runner") => wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(line),
        _ => {
            eprintln!("wasm-tools: unknown program {program:?}; there are bindgen and test-runner");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Without the stack trace that `{:?}` would add to every failed test.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
