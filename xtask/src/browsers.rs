//! Finds Chromium and its driver, and installs them where that is ours to do.

use std::path::PathBuf;

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
const APT_PACKAGES: [&str; 2] = ["chromium", "chromium-driver"];

/// The browsers of a test run.
pub(crate) struct Browsers {
    pub(crate) chrome: PathBuf,
    pub(crate) chromedriver: PathBuf,
    /// Only where it is there: no test needs it.
    pub(crate) firefox: Option<PathBuf>,
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
    let firefox = apt::named("FIREFOX", &FIREFOX)?;
    let chromedriver = apt::named("CHROMEDRIVER", &CHROMEDRIVER)?;
    let both = chrome.zip(chromedriver);
    Ok(both.map(|(chrome, chromedriver)| Browsers {
        chrome,
        chromedriver,
        firefox,
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
