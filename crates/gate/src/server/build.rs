//! From the configuration's text to gate, rules and rejection; every refusal names its setting.

use std::path::Path;

use iteras::Access;
use iteras::timestamp::Timestamp;
use iteras_guard::editor::EditorKey;
use iteras_guard::gift::GiftKey;
use iteras_guard::signature::KeyError;

use super::config::{self, Config, Source};
use super::metrics::Metrics;
use crate::{
    ConfigError, Gate, Keys, LandingPage, Match, Reissue, Requirement, Rule, Rules, Site,
    StatusPage, Teaser, Unmatched,
};

pub(super) fn gate(config: &Config, metrics: &Metrics) -> Result<Gate, ConfigError> {
    let mut keys = Keys::new();
    let mut secrets = Secrets::default();
    for key in &config.keys {
        let source = Source {
            file: key.file.clone(),
            env: key.env.clone(),
        };
        let setting = format!("keys.{}", key.id);
        let secret = secrets.read(&source, &setting)?;
        keys = match &source.file {
            Some(_) => keys.key_file(&key.id, &secret)?,
            None => keys.key(&key.id, &secret)?,
        };
        if let Some(until) = &key.until {
            let refused = || {
                ConfigError::new(
                    format!("{setting}.until"),
                    format!("expected a time such as 2026-02-01T00:00:00Z, got {until:?}"),
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
        let secret = secrets.read(source, "gifts")?;
        let key = match &source.file {
            Some(_) => GiftKey::from_file(&secret),
            None => GiftKey::new(&secret),
        };
        gate = gate.with_gifts(key.map_err(|error| ConfigError::new("gifts", error.to_string()))?);
    }
    if let Some(source) = &config.editors {
        let secret = secrets.read(source, "editors")?;
        let key = match &source.file {
            Some(_) => EditorKey::from_file(&secret),
            None => EditorKey::new(&secret),
        };
        let refused = |error: KeyError| ConfigError::new("editors", error.to_string());
        gate = gate.with_editor_key(key.map_err(refused)?);
    }
    if let Some(reissue) = &config.reissue {
        gate = gate.with_reissue(match &reissue.domain {
            Some(domain) => Reissue::new().with_domain(domain)?,
            None => Reissue::new(),
        });
    }
    Ok(gate)
}

/// The keys read so far. Who makes gift links or lets editors in is to be able to do nothing else.
#[derive(Default)]
struct Secrets(Vec<(String, String)>);

impl Secrets {
    fn read(&mut self, source: &Source, setting: &str) -> Result<String, ConfigError> {
        let secret = read(source, setting)?;
        let known = |(_, other): &&(String, String)| other.trim_end() == secret.trim_end();
        // An empty key is refused as such.
        if let Some((other, _)) = self.0.iter().find(known)
            && !secret.trim_end().is_empty()
        {
            let problem = format!("the same key as {other}; every purpose has its own");
            return Err(ConfigError::new(setting, problem));
        }
        self.0.push((setting.to_owned(), secret.clone()));
        Ok(secret)
    }
}

fn read(source: &Source, setting: &str) -> Result<String, ConfigError> {
    match (&source.file, &source.env) {
        (Some(file), None) => text(&format!("{setting}.file"), file),
        (None, Some(name)) => std::env::var(name).map_err(|_| {
            ConfigError::new(
                format!("{setting}.env"),
                format!("there is no variable {name}, or it is no text"),
            )
        }),
        _ => Err(ConfigError::new(setting, "expected either `file` or `env`")),
    }
}

fn text(setting: &str, file: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(file)
        .map_err(|error| ConfigError::new(setting, format!("{}: {}", file.display(), error.kind())))
}

pub(super) fn rules(config: &Config) -> Result<Rules, ConfigError> {
    if config.sites.is_empty() {
        return Err(ConfigError::new("sites", "no site"));
    }
    let sites =
        config.sites.iter().enumerate().map(|(at, written)| {
            site(written).map_err(|error| error.within(&format!("sites[{at}]")))
        });
    Rules::sites(sites.collect::<Result<Vec<_>, _>>()?)
}

fn site(written: &config::Site) -> Result<Site, ConfigError> {
    let usual = || requirement(&written.paywalls, written.access);
    let unmatched = match written.default {
        config::Unmatched::Open => Unmatched::Open,
        config::Unmatched::Protected => Unmatched::Protected(usual()?),
    };
    let mut site = Site::new(written.hosts.iter().map(String::as_str), unmatched)?;
    for (at, rule) in written.rules.iter().enumerate() {
        let within = |error: ConfigError| error.within(&format!("rules[{at}]"));
        let mut on = Match::path(&rule.path).map_err(within)?;
        if let Some(name) = &rule.parameter {
            on = on.with_parameter(name);
        }
        site = site.rule(match rule.open {
            true if rule.paywalls.is_some() || rule.access.is_some() => {
                return Err(within(ConfigError::new(
                    "open",
                    "an open rule asks for nothing, so it has no `paywalls` or `access`",
                )));
            }
            true => Rule::open(on),
            false => {
                let ids = rule.paywalls.as_ref().unwrap_or(&written.paywalls);
                Rule::protected(
                    on,
                    requirement(ids, rule.access.unwrap_or(written.access)).map_err(within)?,
                )
            }
        });
    }
    Ok(site)
}

fn requirement(ids: &[String], access: config::Access) -> Result<Requirement, ConfigError> {
    let access = match access {
        config::Access::Sub => Access::Sub,
        config::Access::User => Access::User,
        config::Access::Any => Access::Any,
    };
    Requirement::new(ids.iter().map(String::as_str), access)
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
