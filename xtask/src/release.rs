//! A release: what has to hold before anything is published, and what is published then.
//!
//! With `--dry-run` everything is checked and packed, bills of materials are written, and nothing leaves the machine.

use std::process::Command;

use serde_json::Value;

use crate::{Result, VERSION, artifact, create_folder, deps, pack, read, root, sh, tools, write};

const SBOM: &str = "0.10.0";
const SEMVER_CHECKS: &str = "0.51.0";
/// Programs whose bill of materials goes with them; the npm package has no dependency.
const PROGRAMS: [&str; 3] = ["iteras-cli", "iteras-gate", "iteras-standin"];
/// Packages of npm, by their folders in `dist/`.
const NPM: [(&str, &str); 2] = [("npm", "iteras"), ("npm-standin", "iteras-standin")];

pub(crate) fn run(options: &[&str]) -> Result {
    let is_dry = match options {
        ["--dry-run"] => true,
        [] => false,
        _ => return Err("the release knows `--dry-run` alone".into()),
    };
    let crates = crates()?;
    let mut problems = versions(&crates);
    problems.extend(changelog(is_dry)?);
    if !is_dry && !sh::output(git().args(["status", "--porcelain"]))?.is_empty() {
        problems.push("there are changes that are not committed".to_owned());
    }
    if !problems.is_empty() {
        return Err(problems.join("\nerror: ").into());
    }
    deps::check()?;
    semver()?;
    pack::run()?;
    pack::run_standin()?;
    bills()?;
    let mut package = tools::cargo();
    package.args(["package", "--locked", "--workspace", "--allow-dirty"]);
    sh::run(&mut package)?;
    if is_dry {
        npm("--dry-run")?;
        println!("\nWould be published as {VERSION}:");
        for one in &crates {
            println!("  crate {} ({})", one.name, one.description);
        }
        for (_, name) in NPM {
            println!("  npm   {name}, with provenance");
        }
        println!("  files what `cargo xtask dist` makes, and dist/sbom/");
        return Ok(());
    }
    let mut publish = tools::cargo();
    publish.args(["publish", "--locked", "--workspace"]);
    sh::run(&mut publish)?;
    // The provenance says which machine built it, and is signed there; anywhere else npm refuses.
    npm("--provenance")
}

/// Has npm publish the packages, in this manner.
fn npm(manner: &str) -> Result {
    for (folder, _) in NPM {
        let mut npm = tools::npm_program()?;
        npm.arg("publish")
            .arg(artifact::Place::usual().dist.join(folder));
        npm.args(["--access", "public", manner]);
        sh::run(npm.current_dir(root()))?;
    }
    Ok(())
}

/// A crate that is published.
struct Published {
    name: String,
    description: String,
    version: String,
    /// Fields that are missing in Cargo.toml.
    lacks: Vec<&'static str>,
    /// Other crates of ours with the version that is asked for.
    ours: Vec<(String, String)>,
}

fn crates() -> Result<Vec<Published>> {
    let mut metadata = tools::cargo();
    metadata.args(["metadata", "--no-deps", "--format-version", "1", "--locked"]);
    let metadata: Value = serde_json::from_str(&sh::output(&mut metadata)?)?;
    let packages = metadata["packages"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let is_published = |package: &&Value| package["publish"].is_null();
    let published = packages.iter().filter(is_published).map(|package| {
        let dependencies = package["dependencies"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        let is_ours = |other: &&Value| !other["path"].is_null() && other["kind"] != "dev";
        Published {
            name: text(&package["name"]),
            description: text(&package["description"]),
            version: text(&package["version"]),
            lacks: ["description", "license", "readme", "rust_version"]
                .into_iter()
                .filter(|field| package[*field].is_null())
                .collect(),
            ours: dependencies
                .iter()
                .filter(is_ours)
                .map(|other| (text(&other["name"]), text(&other["req"])))
                .collect(),
        }
    });
    Ok(published.collect())
}

/// Sentences for versions that do not agree, and for what a registry wants to know.
fn versions(crates: &[Published]) -> Vec<String> {
    let mut problems = Vec::new();
    for one in crates {
        let Published {
            name,
            version,
            lacks,
            ours,
            ..
        } = one;
        if version != VERSION {
            problems.push(format!("{name}: expected version {VERSION}, got {version}"));
        }
        problems.extend(
            lacks
                .iter()
                .map(|field| format!("{name}: Cargo.toml has no {field}")),
        );
        for (other, wanted) in ours {
            if wanted.trim_start_matches(['^', '=']) != VERSION {
                problems.push(format!("{name}: expected {other} {VERSION}, got {wanted}"));
            }
            if crates.iter().all(|published| &published.name != other) {
                problems.push(format!("{name}: needs {other}, which is not published"));
            }
        }
    }
    problems
}

/// The sentence for a CHANGELOG without a section for the version; before the day its section is `Unreleased`.
fn changelog(is_dry: bool) -> Result<Option<String>> {
    let text = String::from_utf8(read(&root().join("CHANGELOG.md"))?)?;
    let has = |beginning: &str| text.lines().any(|line| line.starts_with(beginning));
    let is_written = has(&format!("## {VERSION} - ")) || is_dry && has("## Unreleased");
    Ok((!is_written).then(|| format!("CHANGELOG.md: expected a section `## {VERSION} - <date>`")))
}

/// The public interface against the last release's; the first release has none before it.
fn semver() -> Result {
    let mut last = git();
    last.args(["tag", "--list", "v*", "--sort=-version:refname"]);
    let tags = sh::output(&mut last)?;
    let Some(tag) = tags
        .lines()
        .find(|tag| tag.trim_start_matches('v') != VERSION)
    else {
        println!("no release before this one: there is nothing to compare the interface with");
        return Ok(());
    };
    let mut checks = Command::new(tools::installed("cargo-semver-checks", SEMVER_CHECKS, &[])?);
    checks.current_dir(root());
    sh::run(checks.args(["semver-checks", "--workspace", "--baseline-rev", tag]))
}

/// Bills of materials in CycloneDX, `dist/sbom/<program>.cdx.json`.
fn bills() -> Result {
    let folder = root().join("dist/sbom");
    create_folder(&folder)?;
    let sbom = tools::installed("cargo-sbom", SBOM, &[])?;
    for program in PROGRAMS {
        let mut bill = Command::new(&sbom);
        bill.current_dir(root())
            .args(["sbom", "--cargo-package", program]);
        bill.args(["--output-format", "cyclone_dx_json_1_6"]);
        let text = sh::output(&mut bill)?;
        let parsed: Value = serde_json::from_str(&text)?;
        let count = parsed["components"].as_array().map_or(0, Vec::len);
        if parsed["bomFormat"] != "CycloneDX" || count == 0 {
            return Err(format!("cargo-sbom made no bill of materials of {program}").into());
        }
        let file = folder.join(format!("{program}.cdx.json"));
        write(&file, text)?;
        println!("  {} names {count} components", file.display());
    }
    Ok(())
}

fn git() -> Command {
    let mut git = Command::new("git");
    git.current_dir(root());
    git
}
