//! A gate as its settings make it, without the machine that they are for: no file is read, no socket opened.

use http::Response;

use super::checks;
use super::config::{Config, Mode, Source};
use super::{explain, sites};
use crate::{
    Asked, Body, ConfigError, Gate, Keys, LandingPage, Meter, MeterKey, Plan, Reject, Rules,
    StatusPage, Timestamp, keys,
};

/// The decisions of a configuration: what it asks of a request, and the answer to a reader.
///
/// In the place of every signing key stands one, in that of the meter another. Gift links, editors' cookies and search
/// engines open nothing; pages and lists in files are not read, and the selectors of a teaser are not looked at.
#[derive(Debug)]
pub struct Preview {
    gate: Gate,
    rules: Rules,
    landing: Option<LandingPage>,
    page: StatusPage,
    has_teaser: bool,
    warnings: Vec<String>,
}

impl Preview {
    /// Checks every setting that can be checked without that machine, in the order in which the program does.
    ///
    /// # Errors
    ///
    /// The first setting that can't be meant, as the program tells it.
    pub fn new(config: &Config, pass_key: &str, meter_key: &str) -> Result<Self, ConfigError> {
        let gate = gate(config, pass_key, meter_key)?;
        let rules = sites::rules(config)?;
        let peers = checks::peers(config)?;
        let page = match config.denied.payment_required {
            true => StatusPage::new().payment_required(),
            false => StatusPage::new(),
        };
        let landing = checks::landing(config, &page)?;
        checks::crawlers(config)?;
        checks::copied(config)?;
        checks::redirect(config)?;
        checks::keeping(config)?;
        match config.mode {
            Mode::ForwardAuth => checks::forward_auth(config, &peers)?,
            Mode::Proxy => drop(checks::origin(config)?),
        }
        checks::forwarded(config)?;
        Ok(Self {
            gate,
            rules,
            landing,
            page,
            has_teaser: config.teaser.is_some(),
            warnings: super::warnings::warnings(config),
        })
    }

    /// Effects of the settings that may not be meant; each a sentence that names its setting.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Says which rule decides about the page of an absolute URL, as `--check --explain` does.
    ///
    /// # Errors
    ///
    /// A sentence where that is no URL.
    pub fn explain(&self, url: &str) -> Result<String, String> {
        explain::explain(&self.rules, url)
    }

    /// Plans what is done about a request at `now`.
    pub fn plan(&self, asked: &Asked<'_>, now: Timestamp) -> Plan {
        let plan = self
            .gate
            .plan(asked, self.rules.demand(&asked.request()), now);
        match self.has_teaser {
            true => plan.with_teaser(),
            false => plan,
        }
    }

    /// The answer to a reader who is denied a page, where no teaser stands in its place.
    pub fn reject(&self, denial: &crate::Denial, asked: &Asked<'_>) -> Response<Body> {
        match &self.landing {
            Some(landing) => landing.reject(denial, asked),
            None => self.page.reject(denial, asked),
        }
    }
}

fn gate(config: &Config, pass_key: &str, meter_key: &str) -> Result<Gate, ConfigError> {
    checks::leeway(config)?;
    let mut keys = Keys::new();
    for (at, key) in config.keys.iter().enumerate() {
        let setting = keys::setting(&key.id, at);
        checks::kept(&Source::of(&key.file, &key.env), &setting)?;
        keys = keys.key(&key.id, pass_key)?;
        if let Some(end) = checks::until(key, &setting)? {
            keys = keys.until(&key.id, end)?;
        }
    }
    if config.allow_sha1 {
        keys = keys.allow_sha1();
    }
    let mut gate = Gate::new(keys)?.with_leeway(config.leeway);
    for (setting, source) in [("gifts", &config.gifts), ("editors", &config.editors)] {
        if let Some(source) = source {
            checks::kept(source, setting)?;
        }
    }
    if let Some((written, limits)) = checks::meter(config)? {
        checks::kept(&Source::of(&written.file, &written.env), "meter")?;
        let key = MeterKey::new(meter_key);
        let key = key.map_err(|error| ConfigError::new("meter", error.to_string()))?;
        gate = gate.with_meter(Meter::new(key, limits))?;
    }
    if let Some(reissue) = checks::reissue(config)? {
        gate = gate.with_reissue(reissue);
    }
    Ok(gate)
}
