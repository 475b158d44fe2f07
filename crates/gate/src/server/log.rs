//! Logs: one JSON object a line on standard error. Paths are written down, queries and cookies never:
//! they may hold passes, gift links and log-in tokens.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::traces::{self, Traces};
use crate::settings::config::{Config, Level};
use crate::{Asked, Doubt, Verdict};

/// Starts logging at the configured level and, with the feature `opentelemetry`, the sending of traces until what is
/// returned is dropped. Lets panics say where but never what: their text may hold anything. The error names the
/// environment's variable that can't be meant.
pub fn start_logging(config: &Config) -> Result<Traces, String> {
    let level = match config.log {
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
        Level::Trace => LevelFilter::TRACE,
    };
    let traces = Traces::from_env()?;
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_writer(std::io::stderr)
        .with_filter(filter_fn(move |about| {
            *about.level() <= level && about.target() != traces::TARGET
        }));
    let spans = traces
        .layer()
        .map(|layer| layer.with_filter(filter_fn(|about| about.target() == traces::TARGET)));
    let started = tracing_subscriber::registry()
        .with(lines)
        .with(spans)
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
    traces.tell();
    Ok(traces)
}

pub(super) fn judged(asked: &Asked<'_>, verdict: &Verdict) {
    traces::judged(asked, verdict);
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
