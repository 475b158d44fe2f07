//! Finds the browsers of the tests, and installs them where that is ours to do.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::{Result, apt, read, root, target, write};

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
const APT_PACKAGES: [&str; 2] = ["chromium", "chromium-driver"];

/// Chromium and its driver.
pub(crate) struct Browsers {
    pub(crate) chrome: PathBuf,
    pub(crate) chromedriver: PathBuf,
}

/// An engine that the end-to-end tests run in.
#[derive(Clone, Copy)]
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

/// A copy of webdriver.json that names the very browser we found.
///
/// The one in the checkout leaves the search to the driver, as it serves every machine.
pub(crate) fn capabilities(browsers: &Browsers) -> Result<PathBuf> {
    let shared = String::from_utf8_lossy(&read(&root().join("webdriver.json"))?).into_owned();
    let own = with_binary(&shared, &browsers.chrome.display().to_string())?;
    let file = target().join("tools").join("webdriver.json");
    write(&file, own)?;
    Ok(file)
}

fn with_binary(capabilities: &str, program: &str) -> Result<String> {
    const KEY: &str = "\"goog:chromeOptions\": {";
    let (before, after) = capabilities
        .split_once(KEY)
        .ok_or("webdriver.json has no line for goog:chromeOptions, where the browser belongs")?;
    let program = program.replace('\\', "\\\\").replace('"', "\\\"");
    Ok(format!(
        "{before}{KEY}\n    \"binary\": \"{program}\",{after}"
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
        let own = with_binary(shared, r#"C:\Chrome "beta"\chrome.exe"#).unwrap();
        assert!(
            own.contains(r#""binary": "C:\\Chrome \"beta\"\\chrome.exe","#),
            "{own}"
        );
        assert!(with_binary("{}", "chrome").is_err());
    }
}
