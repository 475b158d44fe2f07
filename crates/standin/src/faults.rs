//! Faults of the renewal that tests and the demo's what-if panel can switch on.
//!
//! `{"renewal":"503","retry_after":30}` makes every renewal answer 503 with `Retry-After: 30`. What each
//! fault does is decided here as data; `renewal` carries it out.

use std::time::Duration;

use axum::http::HeaderValue;
use serde::{Deserialize, Serialize};

use crate::broken::Broken;

/// What `POST /fault` takes, whole: what is not named is off.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What renewal does.
    pub renewal: Mode,
    /// `Retry-After` of the answers that have an error status: seconds or an HTTP date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<RetryAfter>,
    /// Milliseconds before the answer; 5000 for `slow` when absent, else 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
    /// The refusal of `refuse`; `noaccess` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errorcode: Option<String>,
}

/// The ways in which renewal can fail (protocol, "Regeneration"); other endpoints know those to `cut`.
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

/// A fault, decided: what to do after how long.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    pub(crate) delay: Duration,
    pub(crate) act: Act,
}

/// What renewal does after the delay.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Act {
    Renew,
    Broken(Broken),
    Refuse { errorcode: String },
    Redirect,
    OtherSubscriber,
    OtherPaywall,
}

impl Mode {
    /// The broken answer, whatever was asked; none where the endpoint itself has to say more.
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

    /// Whether it needs no renewal to make sense.
    pub(crate) fn fits_all(self) -> bool {
        matches!(self, Self::Ok | Self::Slow) || self.broken(None).is_some()
    }

    /// How long the answer takes, when somebody wants it to take a while or not.
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

impl Fault {
    /// Reads the body of `POST /fault`; the error is a sentence.
    pub fn parse(json: &str) -> Result<Self, String> {
        let fault: Self = serde_json::from_str(json).map_err(|e| e.to_string())?;
        fault
            .retry_after
            .as_ref()
            .map_or(Ok(()), RetryAfter::check)?;
        if fault.errorcode.as_deref() == Some("") {
            return Err(
                "errorcode: it is empty, which would be an outage and not a refusal".into(),
            );
        }
        Ok(fault)
    }

    /// What renewal has to do.
    pub(crate) fn plan(&self) -> Plan {
        let act = match self.renewal {
            Mode::Refuse => {
                let errorcode = self.errorcode.as_deref().unwrap_or("noaccess");
                Act::Refuse {
                    errorcode: errorcode.into(),
                }
            }
            Mode::Redirect => Act::Redirect,
            Mode::WrongSubscriber => Act::OtherSubscriber,
            Mode::NoIdInCommon => Act::OtherPaywall,
            mode => match mode.broken(self.retry_after.as_ref()) {
                Some(broken) => Act::Broken(broken),
                None => Act::Renew,
            },
        };
        Plan {
            delay: self.renewal.delay(self.delay_ms),
            act,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn plan(json: &str) -> Plan {
        Fault::parse(json).unwrap().plan()
    }

    #[test]
    fn faults_become_plans() {
        assert_eq!(plan(r#"{"renewal":"ok"}"#).act, Act::Renew);
        assert_eq!(plan(r#"{"renewal":"slow"}"#).delay, Duration::from_secs(5));
        assert_eq!(
            plan(r#"{"renewal":"slow","delay_ms":20}"#).delay,
            Duration::from_millis(20)
        );
        assert_eq!(
            plan(r#"{"renewal":"429","retry_after":7}"#).act,
            Act::Broken(Broken::Status {
                status: 429,
                retry_after: Some(HeaderValue::from(7))
            })
        );
        assert_eq!(
            plan(r#"{"renewal":"refuse"}"#).act,
            Act::Refuse {
                errorcode: "noaccess".into()
            }
        );
        assert_eq!(
            plan(r#"{"renewal":"no-id-in-common"}"#).act,
            Act::OtherPaywall
        );
    }

    #[test]
    fn nonsense_is_refused_with_a_sentence() {
        let refused = |json| Fault::parse(json).unwrap_err();
        assert!(refused(r#"{"renewal":"upside-down"}"#).contains("unknown variant `upside-down`"));
        assert!(
            refused(r#"{"renewal":"ok","retryafter":1}"#).contains("unknown field `retryafter`")
        );
        assert!(refused("{}").contains("missing field `renewal`"));
        assert_eq!(
            refused("{\"renewal\":\"503\",\"retry_after\":\"1\\r\\nX: y\"}"),
            "retry_after: this can't stand in a header"
        );
    }
}
