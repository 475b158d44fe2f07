//! Settings that are looked at by themselves: no file is read, no variable, no address of this machine.

use std::path::Path;

use http::Uri;
use http::uri::{Authority, Scheme};
use iteras_guard::config_error::shown;
use iteras_guard::peers::Peers;

use super::config::{Config, Forwarded, Key, Meter, Mode, Source, Written};
use crate::{ConfigError, LandingPage, MeterLimits, Networks, Reissue, StatusPage, Timestamp};

const DAY: u32 = 86_400;

/// The place of a key.
#[cfg_attr(
    not(feature = "server"),
    allow(dead_code, reason = "the program alone looks there")
)]
pub(crate) enum Kept<'a> {
    File(&'a Path),
    Variable(&'a str),
}

/// The place of the key that a setting names: a file or a variable.
pub(crate) fn kept<'a>(source: &'a Source, setting: &str) -> Result<Kept<'a>, ConfigError> {
    match (&source.file, &source.env) {
        (Some(file), None) => Ok(Kept::File(file)),
        (None, Some(name)) => Ok(Kept::Variable(name)),
        _ => Err(ConfigError::new(setting, "expected either `file` or `env`")),
    }
}

/// The last second at which a signing key counts; none where it has no end.
pub(crate) fn until(key: &Key, setting: &str) -> Result<Option<Timestamp>, ConfigError> {
    let Some(until) = &key.until else {
        return Ok(None);
    };
    let refused = || {
        ConfigError::new(
            format!("{setting}.until"),
            format!(
                "expected a time such as 2026-02-01T00:00:00Z, got {}",
                shown(until)
            ),
        )
    };
    Timestamp::parse(until).map(Some).ok_or_else(refused)
}

/// The sending back of accepted passes, where it is asked for.
pub(crate) fn reissue(config: &Config) -> Result<Option<Reissue>, ConfigError> {
    let Some(reissue) = &config.reissue else {
        return Ok(None);
    };
    Ok(Some(match &reissue.domain {
        Some(domain) => Reissue::new().with_domain(domain)?,
        None => Reissue::new(),
    }))
}

/// Seconds for which a pass counts after its expiry.
pub(crate) fn leeway(config: &Config) -> Result<(), ConfigError> {
    if config.leeway > DAY {
        let problem = format!(
            "expected at most {DAY} seconds, a day, got {}",
            config.leeway
        );
        return Err(ConfigError::new("leeway", problem));
    }
    Ok(())
}

/// The setting of free pages with its limits; none where no page is free.
pub(crate) fn meter(config: &Config) -> Result<Option<(&Meter, MeterLimits)>, ConfigError> {
    let mut rules = config.sites.iter().flat_map(|site| &site.rules);
    let is_asked_for = rules.any(|rule| rule.meter);
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
    Ok(Some((written, limits)))
}

/// The servers that may ask, or say where a reader comes from.
pub(crate) fn peers(config: &Config) -> Result<Peers, ConfigError> {
    let peers = Peers::parse(config.trusted_peers.iter().map(String::as_str));
    peers.map_err(|text| {
        ConfigError::new(
            "trusted_peers",
            format!("{} is not an address or network", shown(&text)),
        )
    })
}

/// The landing page, where there is one; `page` is for those who are not sent there.
pub(crate) fn landing(
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

/// Tells whether search engines are let in.
pub(crate) fn crawlers(config: &Config) -> Result<bool, ConfigError> {
    if config.crawlers.is_empty() {
        return match &config.dns {
            Some(_) => Err(ConfigError::new(
                "dns",
                "nobody is looked up without `crawlers`",
            )),
            None => Ok(false),
        };
    }
    readers_address(config, "crawlers")?;
    Ok(true)
}

/// The setting about copied passes with its number of networks; none where nothing is counted.
pub(crate) fn copied(config: &Config) -> Result<Option<(&Written, Networks)>, ConfigError> {
    let Some(written) = &config.copied_passes else {
        return Ok(None);
    };
    let networks = match written.networks {
        None => Networks::default(),
        Some(number) => networks(number)?,
    };
    readers_address(config, "copied_passes")?;
    Ok(Some((written, networks)))
}

fn networks(number: i64) -> Result<Networks, ConfigError> {
    let number = u8::try_from(number).ok().and_then(Networks::new);
    let most = Networks::MOST;
    let problem = || format!("expected a number from 1 to {most}");
    number.ok_or_else(|| ConfigError::new("copied_passes.networks", problem()))
}

/// A proxy that only this machine can reach stands behind another server: without its address all readers have one.
fn readers_address(config: &Config, setting: &str) -> Result<(), ConfigError> {
    let is_behind = config.mode == Mode::Proxy && config.listen.is_local();
    match is_behind && config.trusted_peers.is_empty() {
        true => Err(ConfigError::new(
            "trusted_peers",
            format!(
                "the gate listens to this machine only, so readers come by a server in front, and `{setting}` needs its \
                 address"
            ),
        )),
        false => Ok(()),
    }
}

/// The headers that say what the visitor asked for.
pub(crate) fn forwarded(config: &Config) -> Result<Forwarded, ConfigError> {
    match (config.mode, config.forwarded_headers) {
        (_, Some(forwarded)) => Ok(forwarded),
        (Mode::Proxy, None) => Ok(Forwarded::XForwarded),
        (Mode::ForwardAuth, None) => Err(ConfigError::new(
            "forwarded_headers",
            "forward-auth needs \"x-original\" (nginx) or \"x-forwarded\" (Caddy, Traefik)",
        )),
    }
}

/// Host and port of a proxy's origin.
pub(crate) fn origin(config: &Config) -> Result<Authority, ConfigError> {
    let missing = || {
        ConfigError::new(
            "origin",
            "a proxy needs one, such as \"http://127.0.0.1:8080\"",
        )
    };
    let text = config.origin.as_ref().ok_or_else(missing)?;
    let refused = || {
        ConfigError::new(
            "origin",
            // Not what came: it may hold a password.
            "expected http://host:port and nothing else",
        )
    };
    let uri: Uri = text.parse().map_err(|_| refused())?;
    let plain = uri.scheme() == Some(&Scheme::HTTP)
        && matches!(uri.path(), "" | "/")
        && uri.query().is_none();
    let origin = uri
        .authority()
        .filter(|authority| plain && !authority.as_str().contains('@'));
    origin.cloned().ok_or_else(refused)
}

/// The settings of forward-auth, with the servers that ask.
pub(crate) fn forward_auth(config: &Config, peers: &Peers) -> Result<(), ConfigError> {
    only_in_proxies(config)?;
    match peers.is_empty() {
        true => Err(ConfigError::new(
            "trusted_peers",
            "forward-auth needs the addresses of the servers that ask",
        )),
        false => Ok(()),
    }
}

/// Settings without an effect in forward-auth are refused, so that nobody relies on them.
fn only_in_proxies(config: &Config) -> Result<(), ConfigError> {
    let denied = &config.denied;
    let written = [
        ("origin", config.origin.is_some()),
        ("teaser", config.teaser.is_some()),
        ("denied.page", denied.page.is_some() && !denied.redirect),
        (
            "denied.payment_required",
            denied.payment_required && !denied.redirect,
        ),
    ];
    match written.iter().find(|(_, written)| *written) {
        Some((setting, _)) => Err(ConfigError::new(
            *setting,
            "only for mode = \"proxy\": with forward-auth the asking server does that",
        )),
        None => Ok(()),
    }
}

/// Answers that are kept too long outlast a key that was taken away.
pub(crate) fn keeping(config: &Config) -> Result<(), ConfigError> {
    const MOST: u32 = 5;
    let problem = match config.mode {
        _ if config.keep_answers == 0 => return Ok(()),
        Mode::Proxy => "only for mode = \"forward-auth\": a proxy asks nobody".to_owned(),
        Mode::ForwardAuth if config.keep_answers > MOST => {
            format!(
                "expected at most {MOST} seconds, got {}",
                config.keep_answers
            )
        }
        Mode::ForwardAuth => return Ok(()),
    };
    Err(ConfigError::new("keep_answers", problem))
}

/// `denied.redirect` is for servers in front that hand the gate's answers on.
pub(crate) fn redirect(config: &Config) -> Result<(), ConfigError> {
    if !config.denied.redirect {
        return Ok(());
    }
    let problem = match (config.mode, config.forwarded_headers) {
        (Mode::Proxy, _) => "not for mode = \"proxy\", which redirects by itself",
        (_, Some(Forwarded::XOriginal)) => {
            "not with \"x-original\": nginx makes an error of a redirect that it is answered with"
        }
        _ if config.denied.landing.is_none() => "expected a `landing` to redirect to",
        _ => return Ok(()),
    };
    Err(ConfigError::new("denied.redirect", problem))
}
