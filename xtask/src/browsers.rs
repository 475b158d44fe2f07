//! Finds the browsers of the tests, and installs them where that is ours to do.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::{Result, apt, read, root, target, tools, write};

const CHROME: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
];
const CHROME_APPLICATIONS: [&str; 2] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const CHROMEDRIVER: [&str; 1] = ["chromedriver"];
const FIREFOX: [&str; 2] = ["firefox-esr", "firefox"];
const MINI_BROWSER: &str = "webkit2gtk-4.1/MiniBrowser";
/// Served by no package of Debian: compiled.
const GECKODRIVER: &str = "0.37.1";
const APT_PACKAGES: [&str; 2] = ["chromium", "chromium-driver"];

/// Chromium and its driver.
pub(crate) struct Browsers {
    pub(crate) chrome: PathBuf,
    pub(crate) chromedriver: PathBuf,
}

/// An engine that the end-to-end tests run in.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Engine {
    Chromium,
    Firefox,
    WebKit,
}

impl Engine {
    pub(crate) const ALL: [Engine; 3] = [Engine::Chromium, Engine::Firefox, Engine::WebKit];

    /// The word for it in names of parts, in `ENGINE`, and in the tests' table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Engine::Chromium => "chromium",
            Engine::Firefox => "firefox",
            Engine::WebKit => "webkit",
        }
    }

    /// Names the engine's browser to a run of tests, found or installed.
    pub(crate) fn provide(self, tests: &mut Command) -> Result {
        match self {
            Engine::Chromium => {
                tests.env("CHROME", provide()?.chrome);
            }
            Engine::Firefox => {
                tests.env("FIREFOX", firefox()?);
            }
            Engine::WebKit => {
                let (webkit, screen) = webkit()?;
                tests.env("WEBKIT", webkit).env("XVFB", screen);
            }
        }
        Ok(())
    }
}

fn firefox() -> Result<PathBuf> {
    if let Some(firefox) = apt::named("FIREFOX", &FIREFOX)? {
        return Ok(firefox);
    }
    apt::install(
        &["firefox-esr"],
        "Firefox",
        "or name it in the variable FIREFOX",
    )?;
    let installed = apt::named("FIREFOX", &FIREFOX)?;
    Ok(installed.ok_or("Firefox is not in PATH, though apt installed it")?)
}

/// WebKit's own small browser, and a screen without a monitor for it.
fn webkit() -> Result<(PathBuf, PathBuf)> {
    let find = || -> Result<Option<(PathBuf, PathBuf)>> {
        let browser = apt::named("WEBKIT", &[])?.or_else(mini_browser);
        Ok(browser.zip(apt::named("XVFB", &["Xvfb"])?))
    };
    if let Some(found) = find()? {
        return Ok(found);
    }
    apt::install(
        &["webkit2gtk-driver", "xvfb"],
        "WebKitGTK or Xvfb",
        "or name WebKit's MiniBrowser in the variable WEBKIT and Xvfb in XVFB",
    )?;
    Ok(find()?.ok_or("WebKit's MiniBrowser or Xvfb was not found, though apt installed them")?)
}

/// It lies beside its library, in a folder named after the machine.
fn mini_browser() -> Option<PathBuf> {
    let machines = fs::read_dir("/usr/lib").ok()?.flatten();
    machines
        .map(|machine| machine.path().join(MINI_BROWSER))
        .find(|file| file.is_file())
}

/// The browsers that the environment names, or that are installed, or that apt can install.
pub(crate) fn provide() -> Result<Browsers> {
    if let Some(browsers) = find()? {
        return Ok(browsers);
    }
    apt::install(
        &APT_PACKAGES,
        "Chromium or its driver",
        "or name both programs in the variables CHROME and CHROMEDRIVER",
    )?;
    let installed = find()?;
    Ok(installed.ok_or("Chromium or its driver is not in PATH, though apt installed them")?)
}

/// A browser as wasm-bindgen's test runner drives it.
pub(crate) struct Driven {
    /// The runner's variable for the driver.
    pub(crate) variable: &'static str,
    pub(crate) driver: PathBuf,
    /// A copy of webdriver.json that names the very browser we found. The one in the checkout leaves the search to the
    /// driver, as it serves every machine.
    pub(crate) capabilities: PathBuf,
}

/// The engine's browser with its driver, installed or compiled where they are missing. WebKitGTK's driver is not known to
/// the runner.
pub(crate) fn driven(engine: Engine) -> Result<Driven> {
    let (variable, driver, key, browser) = match engine {
        Engine::Chromium => {
            let Browsers {
                chrome,
                chromedriver,
            } = provide()?;
            (
                "CHROMEDRIVER",
                chromedriver,
                "\"goog:chromeOptions\": {",
                chrome,
            )
        }
        Engine::Firefox => (
            "GECKODRIVER",
            tools::installed("geckodriver", GECKODRIVER, &[])?,
            "\"moz:firefoxOptions\": {",
            firefox()?,
        ),
        Engine::WebKit => return Err("the runner of wasm tests can't drive WebKitGTK".into()),
    };
    let shared = String::from_utf8_lossy(&read(&root().join("webdriver.json"))?).into_owned();
    let capabilities = target().join(format!("tools/webdriver-{}.json", engine.name()));
    write(
        &capabilities,
        with_binary(&shared, key, &browser.display().to_string())?,
    )?;
    Ok(Driven {
        variable,
        driver,
        capabilities,
    })
}

fn with_binary(capabilities: &str, key: &str, program: &str) -> Result<String> {
    let (before, after) = capabilities
        .split_once(key)
        .ok_or_else(|| format!("webdriver.json has no line `{key}`, where the browser belongs"))?;
    let program = program.replace('\\', "\\\\").replace('"', "\\\"");
    Ok(format!(
        "{before}{key}\n    \"binary\": \"{program}\",{after}"
    ))
}

fn find() -> Result<Option<Browsers>> {
    let application = || {
        CHROME_APPLICATIONS
            .iter()
            .map(PathBuf::from)
            .find(|file| file.is_file())
    };
    let chrome = apt::named("CHROME", &CHROME)?.or_else(application);
    let chromedriver = apt::named("CHROMEDRIVER", &CHROMEDRIVER)?;
    let both = chrome.zip(chromedriver);
    Ok(both.map(|(chrome, chromedriver)| Browsers {
        chrome,
        chromedriver,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_browser_is_written_into_the_capabilities() {
        let shared = include_str!("../../webdriver.json");
        assert!(
            !shared.contains("\"binary\""),
            "a path is only right on one system"
        );
        for key in ["\"goog:chromeOptions\": {", "\"moz:firefoxOptions\": {"] {
            let own = with_binary(shared, key, r#"C:\Chrome "beta"\chrome.exe"#).unwrap();
            let binary = r#""binary": "C:\\Chrome \"beta\"\\chrome.exe","#;
            assert!(own.contains(&format!("{key}\n    {binary}")), "{own}");
            assert!(with_binary("{}", key, "chrome").is_err());
        }
    }
}
