//! Logs: one JSON object a line on standard error. Paths are written down, queries and cookies never:
//! they may hold passes, gift links and log-in tokens.

use tracing::level_filters::LevelFilter;

use super::config::{Config, Level};
use crate::{Asked, Doubt, Verdict};

/// Starts logging at the configured level, and lets panics say where but never what: their text may
/// hold anything.
pub fn start_logging(config: &Config) {
    let level = match config.log {
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
        Level::Trace => LevelFilter::TRACE,
    };
    let started = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .try_init();
    // A second start in one process, as in tests: the first one's settings hold.
    let _ = started;
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        tracing::error!(place, "panic");
    }));
}

pub(super) fn judged(asked: &Asked<'_>, verdict: &Verdict) {
    let (host, path) = (asked.host.unwrap_or(""), asked.path);
    match verdict {
        Err(denial) => tracing::info!(
            host,
            path,
            verdict = "denied",
            reason = denial.reason().code(),
            doubt = denial.doubt().map(Doubt::name),
            "judged"
        ),
        Ok(opening) => tracing::debug!(
            host,
            path,
            verdict = opening.name().unwrap_or("open"),
            "judged"
        ),
    }
}
