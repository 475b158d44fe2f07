//! One GET at a time, with bounds on time, bytes and redirects.

use std::sync::Arc;
use std::time::Duration;

use iteras_check::{Form, LONGEST, Source};
use reqwest::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, LOCATION};
use rustls_platform_verifier::BuilderVerifierExt as _;
use url::Url;

/// The user agent: looked up in robots.txt, and seen by servers.
pub(super) const AGENT: &str = "iteras-check-site";
const CONNECT_TIME: Duration = Duration::from_secs(5);
const TIME: Duration = Duration::from_secs(20);
const REDIRECTS: usize = 5;

/// A connection pool.
pub(super) struct Client(reqwest::Client);

/// An answer with status 200, or the status.
pub(super) enum Answer {
    Read(Source),
    /// Neither a page nor a script.
    Other,
    Status(u16),
    /// A redirect to another origin.
    Elsewhere(Url),
}

impl Client {
    pub(super) fn new() -> Result<Self, String> {
        let unusable = |text: String| format!("TLS: {text}");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_platform_verifier())
            .map_err(|error| unusable(error.to_string()))?
            .with_no_client_auth();
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT_TIME)
            .timeout(TIME)
            .user_agent(concat!("iteras-check-site/", env!("CARGO_PKG_VERSION")))
            .build();
        client
            .map(Self)
            .map_err(|error| unusable(error.to_string()))
    }

    /// The page or script at an address, after redirects within its origin.
    pub(super) async fn get(&self, address: &Url) -> Result<Answer, String> {
        let mut url = address.clone();
        for _ in 0..=REDIRECTS {
            let failed = |error: reqwest::Error| format!("{url}: {}", reasons(&error));
            let mut answer = self.0.get(url.clone()).send().await.map_err(failed)?;
            let status = answer.status();
            if status.is_redirection()
                && let Some(target) =
                    text(answer.headers(), LOCATION).and_then(|to| url.join(&to).ok())
            {
                if target.origin() != address.origin() {
                    return Ok(Answer::Elsewhere(target));
                }
                url = target;
                continue;
            }
            if status != reqwest::StatusCode::OK {
                return Ok(Answer::Status(status.as_u16()));
            }
            let content_type = text(answer.headers(), CONTENT_TYPE).unwrap_or_default();
            let Some(form) = Form::of_answer(&content_type) else {
                return Ok(Answer::Other);
            };
            let policies = answer.headers().get_all(CONTENT_SECURITY_POLICY).iter();
            let policies = policies
                .filter_map(|value| value.to_str().ok())
                .flat_map(Source::policies)
                .collect();
            let body = body(&mut answer)
                .await
                .map_err(|error| format!("{url}: {error}"))?;
            return Ok(Answer::Read(Source {
                name: url.to_string(),
                address: Some(url),
                policies,
                text: String::from_utf8_lossy(&body).into_owned(),
                form,
            }));
        }
        Err(format!("{address}: more than {REDIRECTS} redirects"))
    }

    /// The text of robots.txt; empty where there is none.
    pub(super) async fn robots(&self, site: &Url) -> Result<String, String> {
        let Ok(url) = site.join("/robots.txt") else {
            return Ok(String::new());
        };
        let failed = |error: reqwest::Error| format!("{url}: {}", reasons(&error));
        let mut answer = self.0.get(url.clone()).send().await.map_err(failed)?;
        match answer.status().as_u16() {
            200 => {
                let body = body(&mut answer)
                    .await
                    .map_err(|error| format!("{url}: {error}"))?;
                Ok(String::from_utf8_lossy(&body).into_owned())
            }
            // An address whose robots.txt can't be read may not be crawled (RFC 9309, section 2.3.1.4).
            500.. => Err(format!("{url}: status {}", answer.status().as_u16())),
            _ => Ok(String::new()),
        }
    }
}

async fn body(answer: &mut reqwest::Response) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| reasons(&error))? {
        body.extend_from_slice(&chunk);
        if body.len() as u64 > LONGEST {
            return Err(format!("expected at most {LONGEST} bytes, got more"));
        }
    }
    Ok(body)
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// The error with those behind it; the first alone says only that a request failed.
fn reasons(error: &reqwest::Error) -> String {
    let mut reasons = Vec::new();
    let mut next: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = next {
        reasons.push(error.to_string());
        next = error.source();
    }
    reasons.join(": ")
}
