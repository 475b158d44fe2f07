//! Runs everything that can fail, goes on after a failure, and counts.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::browsers::{self, Engine};
use crate::count::{Count, Reporter};
use crate::{
    Result, artifact, citations, consumers, demo, deps, mutants, root, server, servers, sh, size,
    tools,
};

/// Names of the parts, as the words after `test`.
const PARTS: [&str; 6] = ["lint", "native", "wasm", "servers", "e2e", "package"];
/// Parts that run only when they are named: they take as long as all others together, minutes to compile, or half a
/// gigabyte of other people's programs.
const NAMED_PARTS: [&str; 6] = [
    "e2e-firefox",
    "e2e-webkit",
    "wasm-firefox",
    "wordpress",
    "deps",
    "mutants",
];
/// Its two hundred crates would be compiled a third time for a program of thirty lines.
const NATIVE_PACKAGES: [&str; 3] = ["--workspace", "--exclude", "wasm-tools"];
const NATIVE_FEATURES: [&str; 2] = ["--features", "iteras-login/redis"];
/// The core as a page has it: without what servers turn on, which one call for the workspace would unify.
const CORE: [&str; 2] = ["--package", "iteras"];
const LONGEST_BROWSER_TEST_MS: u32 = 180_000;

/// Runs the parts in `filters`, all of [`PARTS`] when there is none; ends with `N passed, N failed`.
pub(crate) fn run(filters: &[&str]) -> Result<ExitCode> {
    let parts = [&PARTS[..], &NAMED_PARTS].concat();
    if let Some(unknown) = filters.iter().find(|filter| !parts.contains(filter)) {
        return Err(format!(
            "there is no part `{unknown}` of the tests; there are {}",
            parts.join(", ")
        )
        .into());
    }
    let wanted = |part: &str| filters.is_empty() || filters.contains(&part);
    let mut tests = Tests::default();
    if wanted("lint") {
        tests.lint();
    }
    if wanted("native") {
        tests.native();
    }
    let mut engines: Vec<Engine> = Vec::from(Engine::ALL);
    engines.retain(|engine| match engine {
        Engine::Chromium => wanted("e2e"),
        _ => filters.contains(&format!("e2e-{}", engine.name()).as_str()),
    });
    let built = (!engines.is_empty() || wanted("package")) && tests.build();
    if wanted("wasm") {
        tests.note("wasm tests", || wasm(Engine::Chromium));
        tests.note("client tests in Node", client_in_node);
    }
    if filters.contains(&"wasm-firefox") {
        tests.note("wasm tests in firefox", || wasm(Engine::Firefox));
    }
    if wanted("servers") {
        tests.note("server tests", servers);
    }
    if !engines.is_empty() && !built {
        println!("\nNo end-to-end tests: there is nothing to test without dist/.");
    }
    if built {
        tests.end_to_end(&engines);
    }
    if wanted("package") {
        if built {
            tests.note("package tests", package);
        } else {
            println!("\nNo package tests: there is nothing to pack without dist/.");
        }
    }
    if filters.contains(&"wordpress") {
        tests.note("tests with WordPress", wordpress);
    }
    if filters.contains(&"deps") {
        tests.step("licences, bans and sources", deps::check);
    }
    if filters.contains(&"mutants") {
        tests.step("mutants", mutants::check);
    }
    Ok(tests.summary())
}

#[derive(Default)]
struct Tests {
    count: Count,
    failures: Vec<String>,
    /// The time of each part, in the order in which they ran.
    took: Vec<(String, Duration)>,
}

impl Tests {
    fn lint(&mut self) {
        self.step("rustfmt and clippy", tools::lints);
        self.step("the Rust target of WebAssembly", tools::wasm_target);
        self.step("formatting", || {
            sh::run(tools::cargo().args(["fmt", "--all", "--check"]))
        });
        self.step("formatting of JavaScript", javascript_formatting);
        self.step("citations", citations::check);
        self.step("links of documents", links);
        // What publishing would pack; compiling it once more adds nothing to the checks below.
        let mut packing = tools::cargo();
        packing.args(["package", "--locked", "--workspace", "--no-verify"]);
        packing.args(["--allow-dirty", "--quiet"]);
        self.step("packing", || sh::run(&mut packing));
        let bare = [&artifact::TARGET[..], &artifact::PACKAGE].concat();
        let companion = [&artifact::TARGET[..], &artifact::COMPANION].concat();
        let meter = [&artifact::TARGET[..], &artifact::METER].concat();
        let client = ["--package", "iteras-client", "--all-targets"];
        let lints: [(&[&str], &[&str]); 9] = [
            (&["--workspace", "--all-targets"], &NATIVE_FEATURES),
            (&CORE, &["--all-targets"]),
            (&bare, &[]),
            (&companion, &[]),
            (&meter, &[]),
            (&CORE, &artifact::TARGET),
            (&server::PACKAGE, &artifact::TARGET),
            (&server::CHECK, &artifact::TARGET),
            (&client, &artifact::TARGET),
        ];
        for (packages, features) in lints {
            let mut cargo = tools::cargo();
            cargo
                .args(["clippy", "--locked"])
                .args(packages)
                .args(features);
            self.step("clippy", || {
                sh::run(cargo.args(["--", "--deny", "warnings"]))
            });
        }
        let documents: [(&[&str], &[&str]); 2] = [
            (&["--workspace"], &NATIVE_FEATURES),
            (&CORE, &artifact::TARGET),
        ];
        for (packages, features) in documents {
            let mut cargo = tools::cargo();
            cargo.env("RUSTDOCFLAGS", "--deny warnings");
            cargo
                .args(["doc", "--locked", "--no-deps"])
                .args(packages)
                .args(features);
            self.step("rustdoc", || sh::run(&mut cargo));
        }
    }

    fn native(&mut self) {
        // The tests start it themselves.
        self.step("redis-server", || servers::redis().map(drop));
        let mut cargo = tools::cargo();
        cargo
            .args(["test", "--locked", "--no-fail-fast"])
            .args(NATIVE_PACKAGES)
            .args(NATIVE_FEATURES);
        self.note("native tests", || counted(&mut cargo, Reporter::Rust));
        let mut cargo = tools::cargo();
        cargo
            .args(["test", "--locked", "--no-fail-fast"])
            .args(CORE);
        self.note("tests of the core as a page has it", || {
            counted(&mut cargo, Reporter::Rust)
        });
    }

    /// Whether there is a `dist/` to test, even if too big a one.
    fn build(&mut self) -> bool {
        let mut built = false;
        self.step("build", || {
            artifact::make()?;
            built = true;
            Ok(())
        });
        if built {
            self.step("size", size::check);
        }
        built
    }

    /// The end-to-end tests in these engines: in Chromium by itself, in the others beside each other, since they wait more
    /// than they work.
    fn end_to_end(&mut self, engines: &[Engine]) {
        let part = |engine: Engine| format!("end-to-end tests in {}", engine.name());
        let mut others = Vec::new();
        for &engine in engines {
            match (engine, end_to_end(engine)) {
                (Engine::Chromium, run) => {
                    self.note(&part(engine), || counted(&mut run?, Reporter::Node));
                }
                (_, Ok(run)) => others.push((engine, run)),
                (_, Err(error)) => self.note(&part(engine), || Err(error)),
            }
        }
        let timed = |engine: Engine, mut run: Command| {
            let start = Instant::now();
            let name = format!("{}: ", engine.name());
            let done = counted_as(&name, &mut run, Reporter::Node);
            (done.map_err(|error| error.to_string()), start.elapsed())
        };
        let done: Vec<_> = thread::scope(|scope| {
            let start = |(engine, run)| (engine, scope.spawn(move || timed(engine, run)));
            let started: Vec<_> = others.into_iter().map(start).collect();
            let ended = |(engine, run): (_, thread::ScopedJoinHandle<'_, _>)| {
                (engine, run.join().expect("a run of tests does not panic"))
            };
            started.into_iter().map(ended).collect()
        });
        for (engine, (outcome, took)) in done {
            self.outcome(&part(engine), took, outcome.map_err(Into::into));
        }
    }

    /// Notes a part that has no tests to count.
    fn step(&mut self, part: &str, run: impl FnOnce() -> Result) {
        self.note(part, || {
            run().map(|()| Outcome {
                count: Count::default(),
                error: None,
                is_counted: false,
            })
        });
    }

    /// Runs and notes a part.
    fn note(&mut self, part: &str, run: impl FnOnce() -> Result<Outcome>) {
        let start = Instant::now();
        let outcome = run();
        self.outcome(part, start.elapsed(), outcome);
    }

    fn outcome(&mut self, part: &str, took: Duration, outcome: Result<Outcome>) {
        self.took.push((part.to_owned(), took));
        let (count, failure) = match outcome {
            Ok(outcome) => (outcome.count, outcome.failure()),
            Err(error) => (Count::default(), Some(error.to_string())),
        };
        self.count += count;
        if let Some(failure) = failure {
            // A failure outside any test, such as a file that does not compile, is one, too.
            self.count.failed += usize::from(count.failed == 0);
            self.failure(part, &failure);
        }
    }

    fn failure(&mut self, part: &str, message: &str) {
        println!("FAILED: {part}: {message}");
        self.failures.push(part.to_owned());
    }

    fn summary(&self) -> ExitCode {
        println!("\nseconds  part");
        for (part, took) in &self.took {
            println!("{:7}  {part}", took.as_secs());
        }
        println!();
        if !self.failures.is_empty() {
            println!("FAILED: {} (see above)", self.failures.join(", "));
        }
        println!("{} passed, {} failed", self.count.passed, self.count.failed);
        if self.failures.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

/// What a program that runs tests came to.
struct Outcome {
    count: Count,
    /// Why the program itself counts as failed.
    error: Option<String>,
    /// Parts without tests to count, such as formatting, say `false`.
    is_counted: bool,
}

impl Outcome {
    fn failure(&self) -> Option<String> {
        match (&self.error, self.count) {
            (Some(error), _) => Some(error.clone()),
            (None, Count { failed: 1.., .. }) => Some("there are failed tests".to_owned()),
            (None, Count { passed: 0, .. }) if self.is_counted => {
                Some("not one test ran".to_owned())
            }
            (None, _) => None,
        }
    }
}

/// Prettier over every script of ours; `.prettierrc.json` and `.prettierignore` say how and what not.
fn javascript_formatting() -> Result {
    let mut prettier = tools::prettier()?;
    prettier.args(["--check", "--log-level", "warn"]);
    sh::run(
        prettier.arg("{crates,examples,pkg-template,tests,www,xtask}/**/*.{js,mjs,cjs,ts,tsx,jsx}"),
    )
}

/// Links of our documents that lead nowhere; `xtask/links.mjs` says which are looked at.
fn links() -> Result {
    let mut node = Command::new("node");
    node.current_dir(root()).arg("xtask/links.mjs");
    sh::run(node.arg(tools::npm()?))
}

/// The wasm-bindgen tests, `tests/wasm_*.rs` of the packages that have some, in the engine's browser without a window.
fn wasm(engine: Engine) -> Result<Outcome> {
    let (tools, driven) = (tools::provide()?, browsers::driven(engine)?);
    let mut cargo = tools::cargo();
    // The runner takes the first driver that the environment names; it shall be ours.
    for driver in [
        "GECKODRIVER",
        "SAFARIDRIVER",
        "CHROMEDRIVER",
        "MSEDGEDRIVER",
    ] {
        cargo
            .env_remove(driver)
            .env_remove(format!("{driver}_REMOTE"));
    }
    cargo.env(driven.variable, driven.driver);
    cargo.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", driven.capabilities);
    cargo.env("WASM_BINDGEN_TEST_TIMEOUT", "180");
    // Never --quiet: cargo hands it to the runner, which does not know it.
    // `wasm_exports` is for `wasm-pack test`: the runner's server now and then leaves one of a page's many modules
    // unanswered, and the run never ends. `tests/consumers/wasm-pack.test.mjs` has the same calls in a page. Without
    // the feature `browser` the vectors have no such modules.
    cargo.args([
        "test",
        "--locked",
        "--no-fail-fast",
        "--no-default-features",
        "--test",
        "wasm_vectors",
    ]);
    cargo
        .args(CORE)
        .args(["--package", "iteras-guard"])
        .args(artifact::TARGET);
    cargo.arg("--config").arg(runner(&tools.wasm));
    counted(&mut cargo, Reporter::Rust)
}

/// The client's tests on wasm32, in Node: it is for Workers and Node, never for a browser.
fn client_in_node() -> Result<Outcome> {
    let tools = tools::provide()?;
    let mut cargo = tools::cargo();
    cargo.args(["test", "--locked", "--no-fail-fast", "--package"]);
    cargo.args(["iteras-client", "--lib", "--test", "core", "--test", "node"]);
    cargo.args(artifact::TARGET);
    cargo.arg("--config").arg(runner(&tools.wasm));
    counted(&mut cargo, Reporter::Rust)
}

/// Cargo's setting for the program that runs wasm tests.
///
/// In the variable of the same meaning a space would end the program's path.
fn runner(wasm_tools: &Path) -> String {
    // A quoted string of Rust is one of TOML too.
    let program = wasm_tools.display().to_string();
    format!("target.wasm32-unknown-unknown.runner=[{program:?}, \"test-runner\"]")
}

/// The run of a reader's journeys, `tests/e2e/*.test.mjs`, in an engine: of those that its table does not leave out.
fn end_to_end(engine: Engine) -> Result<Command> {
    let folder = root().join("tests/e2e");
    let tools = tools::provide()?;
    let with = |command: &mut Command| -> Result {
        engine.provide(command)?;
        command.current_dir(root()).env("ENGINE", engine.name());
        command.env("ITERAS_STANDIN", demo::standin()?);
        command.env("ITERAS_DIST", root().join("dist"));
        command.env("ITERAS_TOOLS", &tools.npm);
        // For the ways round the wall, which are tried in one engine.
        if let Engine::Chromium = engine {
            command.env("ITERAS_GATE", servers::gate()?);
            command.env("NGINX", servers::nginx()?);
        }
        Ok(())
    };
    let mut list = Command::new("node");
    with(&mut list)?;
    // Files that are left out, with the reasons, are told on standard error.
    list.arg(folder.join("driver/files.mjs"));
    let files: Vec<String> = sh::output(&mut list)?.lines().map(str::to_owned).collect();
    if files.is_empty() {
        return Err("there are no tests/e2e/*.test.mjs to run".into());
    }
    let mut node = Command::new("node");
    with(&mut node)?;
    these_tests(&mut node, &folder, &files);
    Ok(node)
}

/// Passes checked by real servers in front of content, `tests/servers/*.test.mjs`.
fn servers() -> Result<Outcome> {
    let folder = root().join("tests/servers");
    let files = names(&folder, |name| {
        name.ends_with(".test.mjs").then(|| name.to_owned())
    });
    node_tests(&mut servers::command()?, &folder, &files)
}

/// The gate's preset in front of a real WordPress.
fn wordpress() -> Result<Outcome> {
    let folder = root().join("tests/servers/wordpress");
    let files = names(&folder, |name| {
        name.ends_with(".test.mjs").then(|| name.to_owned())
    });
    node_tests(&mut servers::wordpress()?, &folder, &files)
}

/// What becomes of the npm package in other people's projects, `tests/consumers/*.test.mjs`.
fn package() -> Result<Outcome> {
    let folder = root().join("tests/consumers");
    let files = names(&folder, |name| {
        name.ends_with(".test.mjs").then(|| name.to_owned())
    });
    node_tests(&mut consumers::command()?, &folder, &files)
}

fn node_tests(node: &mut Command, folder: &Path, files: &[String]) -> Result<Outcome> {
    these_tests(node, folder, files);
    counted(node, Reporter::Node)
}

fn these_tests(node: &mut Command, folder: &Path, files: &[String]) {
    // One browser at a time: on two cores a second one makes the first miss its deadlines.
    node.args(["--test", "--test-concurrency=1", "--test-reporter=spec"]);
    node.arg(format!("--test-timeout={LONGEST_BROWSER_TEST_MS}"));
    node.args(files.iter().map(|file| folder.join(file)));
}

/// Runs the command, shows its output as it comes, and counts the tests in it.
fn counted(command: &mut Command, reporter: Reporter) -> Result<Outcome> {
    counted_as("", command, reporter)
}

/// [`counted`], with `name` before each line.
fn counted_as(name: &str, command: &mut Command, reporter: Reporter) -> Result<Outcome> {
    println!("{name}$ {}", sh::line(command));
    let started = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let mut child = started.map_err(|error| sh::not_started(command, &error))?;
    let mut count = Count::default();
    let output = child.stdout.take().expect("standard output is piped");
    for line in BufReader::new(output).split(b'\n') {
        let line =
            line.map_err(|error| format!("could not read the output of a test run: {error}"))?;
        let line = String::from_utf8_lossy(&line);
        println!("{name}{line}");
        count += reporter.count(&line);
    }
    let status = child
        .wait()
        .map_err(|error| format!("could not wait for a test run: {error}"))?;
    let error = || format!("this command failed ({status}): {}", sh::line(command));
    Ok(Outcome {
        count,
        error: (!status.success()).then(error),
        is_counted: true,
    })
}

/// What `pick` makes of the file names in the folder, in order.
fn names(folder: &Path, pick: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let paths: Vec<PathBuf> = files.map(|file| file.path()).collect();
    let mut names: Vec<String> = paths
        .iter()
        .filter_map(|path| pick(path.file_name()?.to_str()?))
        .collect();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(passed: usize, failed: usize, error: Option<&str>) -> Outcome {
        Outcome {
            count: Count { passed, failed },
            error: error.map(str::to_owned),
            is_counted: true,
        }
    }

    #[test]
    fn a_part_without_tests_has_failed() {
        assert_eq!(outcome(0, 0, None).failure().unwrap(), "not one test ran");
        assert_eq!(outcome(3, 0, None).failure(), None);
        assert_eq!(
            outcome(3, 1, None).failure().unwrap(),
            "there are failed tests"
        );
        assert_eq!(
            outcome(3, 0, Some("it broke")).failure().unwrap(),
            "it broke"
        );
    }

    #[test]
    fn what_fails_outside_a_test_counts_as_one() {
        let mut tests = Tests::default();
        tests.note("a", || Ok(outcome(3, 0, Some("it broke"))));
        tests.note("b", || Ok(outcome(2, 2, Some("tests failed"))));
        tests.note("c", || Err("not even started".into()));
        tests.step("d", || Ok(()));
        assert_eq!(
            tests.count,
            Count {
                passed: 5,
                failed: 4
            }
        );
        assert_eq!(tests.failures.len(), 3);
    }
}
