//! The setting `copied_passes`: from how many networks a subscriber's pass may come before it is told.

use serde::Deserialize;

use super::config::{Config, Mode};
use super::metrics::Metrics;
use crate::{ConfigError, CopiedPasses, Networks};

/// The setting, as written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Written {
    networks: Option<i64>,
    /// Names subscribers in the log by their id instead of a hash.
    name_subscribers: bool,
}

/// What counts; none where nothing is counted. A reload that changes nothing about it goes on counting.
pub(super) fn copied(
    config: &Config,
    metrics: &Metrics,
) -> Result<Option<CopiedPasses>, ConfigError> {
    let Some(written) = &config.copied_passes else {
        return Ok(None);
    };
    let networks = match written.networks {
        None => Networks::default(),
        Some(number) => networks(number)?,
    };
    refuse_without_peers(config)?;
    let is_named = written.name_subscribers;
    Ok(Some(metrics.counting((networks, is_named), || {
        let counted = metrics.clone();
        CopiedPasses::new(networks).on_copied(move |copied| {
            let Some(networks) = copied.networks() else {
                return counted.copied("noaddress");
            };
            counted.copied("over");
            let subscriber = match is_named {
                true => copied.subscriber().to_owned(),
                false => copied.keyed_hash().unwrap_or_default(),
            };
            tracing::warn!(subscriber, networks, "pass is used in many networks");
        })
    })))
}

fn networks(number: i64) -> Result<Networks, ConfigError> {
    let number = u8::try_from(number).ok().and_then(Networks::new);
    let most = Networks::MOST;
    let problem = || format!("expected a number from 1 to {most}");
    number.ok_or_else(|| ConfigError::new("copied_passes.networks", problem()))
}

/// A proxy that only this machine can reach stands behind another server: without its address all readers have one.
fn refuse_without_peers(config: &Config) -> Result<(), ConfigError> {
    let is_behind = config.mode == Mode::Proxy && config.listen.ip().is_loopback();
    match is_behind && config.trusted_peers.is_empty() {
        true => Err(ConfigError::new(
            "trusted_peers",
            "the gate listens to this machine only, so readers come by a server in front, and `copied_passes` needs its \
             address",
        )),
        false => Ok(()),
    }
}

/// The sentence for a gate that may stand behind others.
pub(super) fn warning(config: &Config) -> Option<String> {
    let is_alone = config.mode == Mode::Proxy && config.trusted_peers.is_empty();
    (is_alone && config.copied_passes.is_some()).then(|| {
        "trusted_peers: without them the address of the connection counts for `copied_passes`; behind a CDN or another \
         server every reader is in its networks"
            .to_owned()
    })
}
