//! Kinds of faults, the same for all endpoints, and the answer that each stands for.

use std::time::Duration;

use axum::http::HeaderValue;
use serde::{Deserialize, Serialize};

use super::broken::Broken;

/// Kinds of faults (protocol, "Regeneration"): all of them for the renewal, those to `cut` for other endpoints.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// It works.
    #[default]
    Ok,
    /// The connection is closed without an answer.
    Down,
    /// It works after a while.
    Slow,
    /// The headers come, the body never does.
    Hang,
    /// 500 with a text.
    #[serde(rename = "500")]
    Error500,
    /// 502 with a text.
    #[serde(rename = "502")]
    Error502,
    /// 503 with a text.
    #[serde(rename = "503")]
    Error503,
    /// 429 with a text.
    #[serde(rename = "429")]
    Error429,
    /// 200 with a page of HTML, as a captive portal gives.
    Html,
    /// 200 with JSON that ends in the middle.
    BrokenJson,
    /// `Content-Length` says more than comes before the connection is closed.
    Cut,
    /// A refusal, though the reader has access.
    Refuse,
    /// 307 to a second address that would renew: a client must not follow.
    Redirect,
    /// A good pass of another reader.
    WrongSubscriber,
    /// A good pass of this reader for another paywall.
    NoIdInCommon,
}

/// `Retry-After` as a number or as text, so that tests can send dates and nonsense.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(untagged)]
pub enum RetryAfter {
    /// Seconds.
    Seconds(u64),
    /// Written as it stands.
    Text(String),
}

impl Mode {
    /// The broken answer, the same for all requests; none where the endpoint itself makes the answer.
    pub(crate) fn broken(self, retry_after: Option<&RetryAfter>) -> Option<Broken> {
        let status = |status| Broken::Status {
            status,
            retry_after: retry_after.and_then(RetryAfter::header),
        };
        Some(match self {
            Self::Down => Broken::Disconnect,
            Self::Hang => Broken::Hang,
            Self::Error500 => status(500),
            Self::Error502 => status(502),
            Self::Error503 => status(503),
            Self::Error429 => status(429),
            Self::Html => Broken::Html,
            Self::BrokenJson => Broken::Json,
            Self::Cut => Broken::Cut,
            _ => return None,
        })
    }

    /// True for the faults that any endpoint can have, false for those of the renewal alone.
    pub(crate) fn fits_any_endpoint(self) -> bool {
        matches!(self, Self::Ok | Self::Slow) || self.broken(None).is_some()
    }

    /// The delay before the answer: `wanted_ms`, else 5 s for `slow` and none for the others.
    pub(crate) fn delay(self, wanted_ms: Option<u64>) -> Duration {
        let usual = if self == Self::Slow { 5000 } else { 0 };
        Duration::from_millis(wanted_ms.unwrap_or(usual))
    }
}

impl RetryAfter {
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        match self {
            Self::Seconds(seconds) => Some(HeaderValue::from(*seconds)),
            Self::Text(text) => HeaderValue::from_str(text).ok(),
        }
    }

    /// Checks that it can be sent; the error is a sentence.
    pub(crate) fn check(&self) -> Result<(), String> {
        let sendable = self.header().is_some();
        sendable
            .then_some(())
            .ok_or("retry_after: this can't stand in a header".into())
    }
}
