//! From the configuration's text to gate and answers; every refusal names its setting.

use iteras::timestamp::Timestamp;
use iteras_guard::config_error::shown;
use iteras_guard::editor::EditorKey;
use iteras_guard::gift::GiftKey;
use iteras_guard::signature::KeyError;

use super::config::{Config, Source};
use super::metrics::Metrics;
use super::secrets::{Secrets, text};
use crate::{
    ConfigError, Gate, Keys, LandingPage, Meter, MeterKey, MeterLimits, Reissue, StatusPage,
    Teaser, keys,
};

const DAY: u32 = 86_400;

pub(super) fn gate(config: &Config, metrics: &Metrics) -> Result<Gate, ConfigError> {
    let mut keys = Keys::new();
    let mut secrets = Secrets::default();
    if config.leeway > DAY {
        let problem = format!(
            "expected at most {DAY} seconds, a day, got {}",
            config.leeway
        );
        return Err(ConfigError::new("leeway", problem));
    }
    for (at, key) in config.keys.iter().enumerate() {
        let source = Source {
            file: key.file.clone(),
            env: key.env.clone(),
        };
        let setting = keys::setting(&key.id, at);
        let secret = secrets.read(&source, &setting)?;
        keys = match &source.file {
            Some(_) => keys.key_file(&key.id, &secret)?,
            None => keys.key(&key.id, &secret)?,
        };
        if let Some(until) = &key.until {
            let refused = || {
                ConfigError::new(
                    format!("{setting}.until"),
                    format!(
                        "expected a time such as 2026-02-01T00:00:00Z, got {}",
                        shown(until)
                    ),
                )
            };
            keys = keys.until(&key.id, Timestamp::parse(until).ok_or_else(refused)?)?;
        }
    }
    if config.allow_sha1 {
        keys = keys.allow_sha1();
    }
    let old_keys = metrics.clone();
    let mut gate = Gate::new(keys)?
        .with_leeway(config.leeway)
        .on_old_key(move |id| {
            old_keys.old_key(id);
            tracing::info!(key = id, "pass was signed with an old key");
        });
    if let Some(source) = &config.gifts {
        let key = key(
            source,
            "gifts",
            &mut secrets,
            GiftKey::from_file,
            GiftKey::new,
        )?;
        gate = gate.with_gifts(key);
    }
    if let Some(source) = &config.editors {
        let key = key(
            source,
            "editors",
            &mut secrets,
            EditorKey::from_file,
            EditorKey::new,
        )?;
        gate = gate.with_editor_key(key);
    }
    if let Some(meter) = meter(config, &mut secrets)? {
        gate = gate.with_meter(meter)?;
    }
    if let Some(reissue) = &config.reissue {
        gate = gate.with_reissue(match &reissue.domain {
            Some(domain) => Reissue::new().with_domain(domain)?,
            None => Reissue::new(),
        });
    }
    Ok(gate)
}

/// The key that the setting names, of a file or a variable.
fn key<K>(
    source: &Source,
    setting: &str,
    secrets: &mut Secrets,
    from_file: impl FnOnce(&str) -> Result<K, KeyError>,
    new: impl FnOnce(&str) -> Result<K, KeyError>,
) -> Result<K, ConfigError> {
    let secret = secrets.read(source, setting)?;
    let key = match &source.file {
        Some(_) => from_file(&secret),
        None => new(&secret),
    };
    key.map_err(|error| ConfigError::new(setting, error.to_string()))
}

fn meter(config: &Config, secrets: &mut Secrets) -> Result<Option<Meter>, ConfigError> {
    let rules = config.sites.iter().flat_map(|site| &site.rules);
    let is_asked_for = rules.clone().any(|rule| rule.meter);
    let written = match &config.meter {
        None if is_asked_for => {
            let problem =
                "a rule has `meter = true`: expected [meter] with its key, `free` and `days`";
            return Err(ConfigError::new("meter", problem));
        }
        None => return Ok(None),
        Some(_) if !is_asked_for => {
            let problem = "no rule has `meter = true`, so no page would be free";
            return Err(ConfigError::new("meter", problem));
        }
        Some(written) => written,
    };
    let limits = MeterLimits::new(written.free, written.days).ok_or_else(|| {
        let (name, most, came) = match MeterLimits::new(written.free, 1) {
            Some(_) => ("days", MeterLimits::MOST_DAYS, written.days),
            None => ("free", MeterLimits::MOST_FREE, written.free),
        };
        let problem = format!("expected 1 to {most}, got {came}");
        ConfigError::new(format!("meter.{name}"), problem)
    })?;
    let source = Source {
        file: written.file.clone(),
        env: written.env.clone(),
    };
    let key = key(
        &source,
        "meter",
        secrets,
        MeterKey::from_file,
        MeterKey::new,
    )?;
    Ok(Some(Meter::new(key, limits)))
}

pub(super) fn status_page(config: &Config) -> Result<StatusPage, ConfigError> {
    let mut page = StatusPage::new();
    if let Some(file) = &config.denied.page {
        page = page.with_page(text("denied.page", file)?);
    }
    if config.denied.payment_required {
        page = page.payment_required();
    }
    Ok(page)
}

pub(super) fn landing(
    config: &Config,
    page: &StatusPage,
) -> Result<Option<LandingPage>, ConfigError> {
    let landing = config
        .denied
        .landing
        .as_ref()
        .map(|target| LandingPage::new(target));
    let landing = landing
        .transpose()
        .map_err(|error| error.within("denied"))?;
    Ok(landing.map(|landing| landing.otherwise(page.clone())))
}

pub(super) fn teaser(config: &Config) -> Result<Option<Teaser>, ConfigError> {
    let Some(written) = &config.teaser else {
        return Ok(None);
    };
    let make = || {
        let mut teaser = Teaser::new(written.gated.iter().map(String::as_str))?;
        if let Some(characters) = written.characters {
            teaser = teaser.with_characters(characters);
        }
        if let Some(marker) = &written.marker {
            teaser = teaser.with_marker(marker)?;
        }
        for element in &written.allow {
            teaser = teaser.allow(element)?;
        }
        for beginning in &written.allow_comments {
            teaser = teaser.allow_comment(beginning);
        }
        Ok(Some(teaser))
    };
    make().map_err(|error: ConfigError| error.within("teaser"))
}
