//! Traces: a span for each judged request, and one in it for the origin's answer, sent to a collector by
//! OpenTelemetry's protocol (OTLP over HTTP, <https://opentelemetry.io/docs/specs/otlp/>).
//!
//! On where `OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` is set and `OTEL_SDK_DISABLED` is
//! not `true`; names, sampling and batches are the business of OpenTelemetry's other variables. Spans say what logs
//! say: host and path, never a query, a cookie or a subscriber. A request's own `traceparent` counts from configured
//! peers only: a stranger could choose what is sampled.

use std::env;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::header::{HOST, HeaderValue};
use http::uri::PathAndQuery;
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Limited};
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{TraceContextExt, TracerProvider};
use opentelemetry::{Key, Value};
use opentelemetry_http::{HeaderExtractor, HeaderInjector, HttpClient, HttpError};
use opentelemetry_otlp::{SpanExporter, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Handle;
use tracing::{Span, Subscriber, field};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

use super::origin::Origin;
use crate::{Asked, Verdict};

/// The name under which the gate's spans are told from everybody's log lines.
pub(super) const TARGET: &str = "iteras_gate::traces";
const ENDPOINTS: [&str; 2] = [
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
];
const SERVICE: &str = "iteras-gate";
/// The time that the collector has for a batch.
const TO_BE_TAKEN: Duration = Duration::from_secs(10);
/// The most that is read of its answer, in bytes.
const ANSWER: usize = 1 << 16;

/// The sending of spans: what is not sent yet goes when this is dropped.
#[derive(Debug, Default)]
pub struct Traces(Option<SdkTracerProvider>);

impl Drop for Traces {
    fn drop(&mut self) {
        if let Some(Err(error)) = self.0.take().map(|provider| provider.shutdown()) {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

impl Traces {
    /// Traces as the environment asks for them; an error names its variable.
    pub(super) fn from_env() -> Result<Self, String> {
        let disabled =
            env::var("OTEL_SDK_DISABLED").is_ok_and(|is| is.eq_ignore_ascii_case("true"));
        let set = |name: &&str| env::var_os(name).is_some_and(|value| !value.is_empty());
        let Some(name) = ENDPOINTS
            .iter()
            .find(|name| set(name))
            .filter(|_| !disabled)
        else {
            return Ok(Self::default());
        };
        // Not the value: it may hold a password.
        let is_plain = env::var(name).is_ok_and(|url| url.starts_with("http://"));
        if !is_plain {
            return Err(format!(
                "{name}: expected http://host:port of a collector nearby; traces are sent without TLS"
            ));
        }
        let runtime = Handle::try_current().map_err(|error| error.to_string())?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Collector(runtime))
            .build();
        let exporter = exporter.map_err(|error| format!("{name}: {error}"))?;
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource())
            .build();
        Ok(Self(Some(provider)))
    }

    pub(super) fn tell(&self) {
        if self.0.is_some() {
            tracing::info!("traces are sent");
        }
    }

    pub(super) fn layer<S>(&self) -> Option<impl Layer<S> + use<S>>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        let tracer = self.0.as_ref()?.tracer(SERVICE);
        let layer = tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_location(false)
            .with_target(false)
            .with_threads(false)
            .with_tracked_inactivity(false);
        Some(layer)
    }
}

/// The way to a collector: HTTP/1.1 on the program's own runtime, while batches come from a thread outside of it; a
/// connection for each.
#[derive(Debug)]
struct Collector(Handle);

#[async_trait]
impl HttpClient for Collector {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let sent = async { tokio::time::timeout(TO_BE_TAKEN, send(request)).await };
        self.0.spawn(sent).await??
    }
}

async fn send(request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
    let (mut parts, body) = request.into_parts();
    let collector = parts.uri.authority().cloned();
    let collector = collector.ok_or("a collector's address without a host")?;
    let port = collector.port_u16().unwrap_or(80);
    let host = HeaderValue::from_str(&format!("{}:{port}", collector.host()))?;
    parts.headers.insert(HOST, host);
    let path = parts.uri.path_and_query().cloned();
    parts.uri = Uri::from(path.unwrap_or(PathAndQuery::from_static("/")));
    let asked = Request::from_parts(parts, body.into());
    let answer = Origin::new(&collector).ask(asked).await;
    let (parts, body) = answer.map_err(|error| error.to_string())?.into_parts();
    let body = Limited::new(body, ANSWER).collect().await?;
    Ok(Response::from_parts(parts, body.to_bytes()))
}

/// The sending program, named by the environment or by its own name.
fn resource() -> Resource {
    let named = Resource::builder().build();
    match named.get(&Key::from_static_str("service.name")) {
        Some(Value::String(name)) if !name.as_str().starts_with("unknown_service") => named,
        _ => Resource::builder().with_service_name(SERVICE).build(),
    }
}

/// The span of a request, behind the one that a trusted peer names.
pub(super) fn serving(method: &Method, headers: &HeaderMap, is_trusted: bool) -> Span {
    let span = tracing::info_span!(
        target: TARGET,
        "request",
        otel.name = method.as_str(),
        otel.kind = "server",
        otel.status_code = field::Empty,
        http.request.method = method.as_str(),
        http.response.status_code = field::Empty,
        server.address = field::Empty,
        url.path = field::Empty,
        iteras.verdict = field::Empty,
        iteras.reason = field::Empty,
    );
    if is_trusted {
        let parent = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
        // Fails where nobody takes this span.
        let _ = span.set_parent(parent);
    }
    span
}

/// Notes what was judged in the span of its request.
pub(super) fn judged(asked: &Asked<'_>, verdict: &Verdict) {
    let span = Span::current();
    span.record("server.address", asked.host.unwrap_or(""));
    span.record("url.path", asked.path);
    match verdict {
        Ok(opening) => span.record("iteras.verdict", opening.name().unwrap_or("open")),
        Err(denial) => span
            .record("iteras.verdict", "denied")
            .record("iteras.reason", denial.reason().code()),
    };
}

/// Notes the answer in a span, an error where it was the server's.
pub(super) fn answered(span: &Span, status: StatusCode) {
    span.record("http.response.status_code", status.as_u16());
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
}

/// The span of a question to the origin, which its headers name.
pub(super) fn asking(method: &Method, headers: &mut HeaderMap) -> Span {
    let span = tracing::info_span!(
        target: TARGET,
        "origin",
        otel.name = method.as_str(),
        otel.kind = "client",
        otel.status_code = field::Empty,
        http.request.method = method.as_str(),
        http.response.status_code = field::Empty,
    );
    let context = span.context();
    if context.span().span_context().is_valid() {
        TraceContextPropagator::new().inject_context(&context, &mut HeaderInjector(headers));
    }
    span
}
