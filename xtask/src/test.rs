//! Runs everything that can fail, goes on after a failure, and counts.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use std::{iter, thread};

use crate::browsers::{self, Engine};
use crate::count::{Count, Failures, Reporter};
use crate::{
    Result, artifact, bench, citations, consumers, demo, deps, dist, install, mutants, reference,
    reproducible, root, server, servers, sh, site, size, tools, workflows,
};

/// Names of the parts, as the words after `test`.
const PARTS: [&str; 6] = ["lint", "native", "wasm", "servers", "e2e", "package"];
/// Parts that run only when they are named: a piece of another part, minutes or hours to compile, or half a gigabyte of
/// other people's programs.
const NAMED_PARTS: &[&str] = &[
    "e2e-chromium",
    "e2e-firefox",
    "e2e-webkit",
    "wasm-firefox",
    "wordpress",
    "monitoring",
    "site",
    "install",
    "runners",
    "reproducible",
    "deps",
    "dist",
    "mutants",
];
/// Its two hundred crates would be compiled a third time for a program of thirty lines.
const NATIVE_PACKAGES: [&str; 3] = ["--workspace", "--exclude", "wasm-tools"];
const NATIVE_FEATURES: [&str; 2] = [
    "--features",
    "iteras-login/redis,iteras-guard/testing,iteras-gate/opentelemetry",
];
/// The core as a page has it: without what servers turn on, which one call for the workspace would unify.
const CORE: [&str; 2] = ["--package", "iteras"];
/// Engines that run beside each other: as many as the smallest machine that runs the tests has processors.
const AT_ONCE: usize = 2;
/// Of a whole file, in the slowest of three engines at once; against hanging only.
const LONGEST_FILE_MS: u32 = 900_000;

/// Runs the parts in `filters`, all of [`PARTS`] when there is none; ends with `N passed, N failed`.
pub(crate) fn run(filters: &[&str]) -> Result<ExitCode> {
    let parts = [&PARTS[..], NAMED_PARTS].concat();
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
    let alone = |engine: &Engine| filters.contains(&format!("e2e-{}", engine.name()).as_str());
    engines.retain(|engine| wanted("e2e") || alone(engine));
    let packed = wanted("package") || filters.contains(&"runners");
    let built = (!engines.is_empty() || packed) && tests.build();
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
    if built && !engines.is_empty() {
        tests.end_to_end(&engines);
        tests.step("time to the verdict", bench::short);
    }
    if wanted("package") {
        if built {
            tests.note("package tests", package);
        } else {
            println!("\nNo package tests: there is nothing to pack without dist/.");
        }
    }
    let others = Engine::ALL
        .into_iter()
        .filter(|engine| *engine != Engine::Chromium);
    for engine in others.filter(|engine| wanted("package") || alone(engine)) {
        if built {
            let part = format!("elements in {}", engine.name());
            tests.note(&part, || elements(engine));
        }
    }
    if filters.contains(&"runners") && built {
        tests.note("tests in test tools", runners);
    }
    if filters.contains(&"wordpress") {
        tests.note("tests with WordPress", wordpress);
    }
    if filters.contains(&"site") {
        tests.note("tests of the documentation's site", documentation);
    }
    if filters.contains(&"install") {
        tests.step("install lines of the README", install::check);
    }
    if filters.contains(&"monitoring") {
        tests.note("tests of monitoring", monitoring);
    }
    if filters.contains(&"reproducible") {
        tests.step("two clean builds", reproducible::check);
        tests.step(
            "released programs, compiled twice",
            reproducible::check_programs,
        );
    }
    if filters.contains(&"deps") {
        tests.step("licences, bans and sources", deps::check);
    }
    if filters.contains(&"dist") {
        tests.note("tests of what is installed", dist_release);
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
    /// What failed tests said, said again at the end of a log of thousands of lines.
    said: Vec<String>,
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
        self.step("workflows", workflows::check);
        self.step("snippets of documents", snippets);
        self.step("reference", reference::check_sources);
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

    /// The end-to-end tests in these engines, [`AT_ONCE`] beside each other, since they wait more than they work.
    fn end_to_end(&mut self, engines: &[Engine]) {
        let part = |engine: Engine| format!("end-to-end tests in {}", engine.name());
        let mut ready = Vec::new();
        for &engine in engines {
            match end_to_end(engine) {
                Ok(run) => ready.push((engine, run)),
                Err(error) => self.note(&part(engine), || Err(error)),
            }
        }
        let timed = |(engine, mut run): (Engine, Command)| {
            let start = Instant::now();
            let name = format!("{}: ", engine.name());
            let done = counted_as(&name, &mut run, Reporter::Node);
            // The text of an error can go to another thread, the error itself can not.
            (
                engine,
                done.map_err(|error| error.to_string()),
                start.elapsed(),
            )
        };
        let waiting = Mutex::new(ready.into_iter());
        let next = || {
            waiting
                .lock()
                .expect("a run of tests does not panic")
                .next()
        };
        let done: Vec<_> = thread::scope(|scope| {
            let places: Vec<_> = (0..AT_ONCE)
                .map(|_| scope.spawn(|| iter::from_fn(next).map(timed).collect::<Vec<_>>()))
                .collect();
            let ended = |place: thread::ScopedJoinHandle<'_, _>| {
                place.join().expect("a run of tests does not panic")
            };
            places.into_iter().flat_map(ended).collect()
        });
        for (engine, outcome, took) in done {
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
                said: Vec::new(),
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
            Ok(outcome) => {
                let failure = outcome.failure();
                self.said.extend(outcome.said);
                (outcome.count, failure)
            }
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
            for line in &self.said {
                println!("{line}");
            }
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
    /// What it says of the failed tests, each line with the name of the run before it.
    said: Vec<String>,
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
    sh::run(prettier.arg(
        "{crates,examples,pkg-standin,pkg-template,tests,www,xtask}/**/*.{js,mjs,cjs,ts,tsx,jsx}",
    ))
}

/// Links of our documents that lead nowhere; `xtask/links.mjs` says which are looked at.
fn links() -> Result {
    let mut node = Command::new("node");
    node.current_dir(root()).arg("xtask/links.mjs");
    sh::run(node.arg(tools::npm()?))
}

/// Snippets of our documents that don't parse, or name what does not exist; see `xtask/snippets.mjs`.
fn snippets() -> Result {
    let mut node = Command::new("node");
    node.current_dir(root()).arg("xtask/snippets.mjs");
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
    node_tests(&mut servers::command()?, "tests/servers")
}

/// The gate's preset in front of a real WordPress.
fn wordpress() -> Result<Outcome> {
    node_tests(&mut servers::wordpress()?, "tests/servers/wordpress")
}

/// Alerts and metrics as Prometheus' own tool sees them.
fn monitoring() -> Result<Outcome> {
    node_tests(&mut servers::monitoring()?, "tests/servers/monitoring")
}

/// The documentation's site in a browser, `tests/site/*.test.mjs`.
fn documentation() -> Result<Outcome> {
    let mut node = Command::new("node");
    Engine::Chromium.provide(&mut node)?;
    node.current_dir(root())
        .env("ITERAS_SITE", site::make()?)
        .env("ITERAS_TOOLS", tools::npm()?);
    node_tests(&mut node, "tests/site")
}

/// The programs, installed in each way that `docs/guides/install.md` names.
fn dist_release() -> Result<Outcome> {
    node_tests(&mut dist::command()?, "tests/dist")
}

/// What becomes of the npm package in other people's projects, `tests/consumers/*.test.mjs`.
fn package() -> Result<Outcome> {
    node_tests(&mut consumers::command()?, "tests/consumers")
}

/// The package's elements in another engine than the package's other tests run in.
fn elements(engine: Engine) -> Result<Outcome> {
    let mut node = consumers::page()?;
    engine.provide(&mut node)?;
    node.env("ENGINE", engine.name());
    let folder = root().join("tests/consumers");
    these_tests(&mut node, &folder, &["elements.test.mjs".to_owned()]);
    counted(&mut node, Reporter::Node)
}

/// What publishers test with, `tests/runners/*.test.mjs`.
fn runners() -> Result<Outcome> {
    node_tests(&mut consumers::runners()?, "tests/runners")
}

/// Runs the `*.test.mjs` of a folder of the checkout.
fn node_tests(node: &mut Command, folder: &str) -> Result<Outcome> {
    let folder = root().join(folder);
    let files = names(&folder, |name| {
        name.ends_with(".test.mjs").then(|| name.to_owned())
    });
    these_tests(node, &folder, &files);
    counted(node, Reporter::Node)
}

fn these_tests(node: &mut Command, folder: &Path, files: &[String]) {
    // One file at a time: each engine has a run of its own beside the others.
    node.args(["--test", "--test-concurrency=1", "--test-reporter=spec"]);
    node.arg(format!("--test-timeout={LONGEST_FILE_MS}"));
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
    let (mut count, mut failures) = (Count::default(), Failures::new(reporter));
    let output = child.stdout.take().expect("standard output is piped");
    for line in BufReader::new(output).split(b'\n') {
        let line =
            line.map_err(|error| format!("could not read the output of a test run: {error}"))?;
        let line = String::from_utf8_lossy(&line);
        println!("{name}{line}");
        count += reporter.count(&line);
        failures.line(&line);
    }
    let status = child
        .wait()
        .map_err(|error| format!("could not wait for a test run: {error}"))?;
    let error = || format!("this command failed ({status}): {}", sh::line(command));
    Ok(Outcome {
        count,
        error: (!status.success()).then(error),
        is_counted: true,
        said: failures
            .into_lines()
            .iter()
            .map(|line| format!("{name}{line}"))
            .collect(),
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
            said: Vec::new(),
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
