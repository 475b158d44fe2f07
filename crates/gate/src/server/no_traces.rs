//! The place of `traces.rs` in a build without the feature `opentelemetry`: no spans.

use http::{HeaderMap, Method, StatusCode};
use tracing::Span;
use tracing_subscriber::layer::Identity;

use crate::{Asked, Verdict};

pub(super) const TARGET: &str = "iteras_gate::traces";

/// The sending of spans, which this build does not know.
#[derive(Debug)]
pub struct Traces(());

impl Traces {
    pub(super) fn from_env() -> Result<Self, String> {
        Ok(Self(()))
    }

    /// Tells those who ask for traces that they get none.
    pub(super) fn tell(&self) {
        if std::env::var_os("OTEL_EXPORTER_OTLP_ENDPOINT").is_some() {
            tracing::warn!(
                "OTEL_EXPORTER_OTLP_ENDPOINT is set, but this program was built without the feature opentelemetry"
            );
        }
    }

    pub(super) fn layer(&self) -> Option<Identity> {
        None
    }
}

pub(super) fn serving(_: &Method, _: &HeaderMap, _: bool) -> Span {
    Span::none()
}

pub(super) fn judged(_: &Asked<'_>, _: &Verdict) {}

pub(super) fn answered(_: &Span, _: StatusCode) {}

pub(super) fn asking(_: &Method, _: &mut HeaderMap) -> Span {
    Span::none()
}
