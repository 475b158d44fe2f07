//! From the configuration's text to gate and answers; every refusal names its setting.

use iteras_guard::editor::EditorKey;
use iteras_guard::gift::GiftKey;
use iteras_guard::signature::KeyError;

use super::metrics::Metrics;
use super::secrets::{Secrets, text};
use crate::settings::checks;
use crate::settings::config::{Config, Source};
use crate::{ConfigError, Gate, Keys, Meter, MeterKey, StatusPage, Teaser, keys};

pub(super) fn gate(config: &Config, metrics: &Metrics) -> Result<Gate, ConfigError> {
    let mut keys = Keys::new();
    let mut secrets = Secrets::default();
    checks::leeway(config)?;
    for (at, key) in config.keys.iter().enumerate() {
        let source = Source::of(&key.file, &key.env);
        let setting = keys::setting(&key.id, at);
        let secret = secrets.read(&source, &setting)?;
        keys = match &source.file {
            Some(_) => keys.key_file(&key.id, &secret)?,
            None => keys.key(&key.id, &secret)?,
        };
        if let Some(end) = checks::until(key, &setting)? {
            keys = keys.until(&key.id, end)?;
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
    if let Some(reissue) = checks::reissue(config)? {
        gate = gate.with_reissue(reissue);
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
    let Some((written, limits)) = checks::meter(config)? else {
        return Ok(None);
    };
    let source = Source::of(&written.file, &written.env);
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
