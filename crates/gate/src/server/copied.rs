//! The setting `copied_passes`: from how many networks a subscriber's pass may come before it is told.

use super::metrics::Metrics;
use crate::settings::checks;
use crate::settings::config::Config;
use crate::{ConfigError, CopiedPasses};

/// What counts; none where nothing is counted. A reload that changes nothing about it goes on counting.
pub(super) fn copied(
    config: &Config,
    metrics: &Metrics,
) -> Result<Option<CopiedPasses>, ConfigError> {
    let Some((written, networks)) = checks::copied(config)? else {
        return Ok(None);
    };
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
