//! Faults of the renewal that tests and the demo's what-if panel can switch on.
//!
//! `{"renewal":"503","retry_after":30}` makes every renewal answer 503 with `Retry-After: 30`. The effect of
//! each fault is decided here as data; `systems::renewal` carries it out.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::broken::Broken;
use super::mode::{Mode, RetryAfter};

/// The body of `POST /fault`, which replaces the fault that is on: absent fields are off.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The kind of fault.
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

/// The effect of a fault: an action after a delay.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    pub(crate) delay: Duration,
    pub(crate) action: Action,
}

/// The renewal endpoint's work after the delay.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Action {
    Renew,
    Broken(Broken),
    Refuse { errorcode: String },
    Redirect,
    OtherSubscriber,
    OtherPaywall,
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

    /// The delay and the action that renewal carries out.
    pub(crate) fn plan(&self) -> Plan {
        let action = match self.renewal {
            Mode::Refuse => {
                let errorcode = self.errorcode.as_deref().unwrap_or("noaccess");
                Action::Refuse {
                    errorcode: errorcode.into(),
                }
            }
            Mode::Redirect => Action::Redirect,
            Mode::WrongSubscriber => Action::OtherSubscriber,
            Mode::NoIdInCommon => Action::OtherPaywall,
            mode => match mode.broken(self.retry_after.as_ref()) {
                Some(broken) => Action::Broken(broken),
                None => Action::Renew,
            },
        };
        Plan {
            delay: self.renewal.delay(self.delay_ms),
            action,
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[track_caller]
    fn plan(json: &str) -> Plan {
        Fault::parse(json).unwrap().plan()
    }

    #[test]
    fn faults_become_plans() {
        assert_eq!(plan(r#"{"renewal":"ok"}"#).action, Action::Renew);
        assert_eq!(plan(r#"{"renewal":"slow"}"#).delay, Duration::from_secs(5));
        assert_eq!(
            plan(r#"{"renewal":"slow","delay_ms":20}"#).delay,
            Duration::from_millis(20)
        );
        assert_eq!(
            plan(r#"{"renewal":"429","retry_after":7}"#).action,
            Action::Broken(Broken::Status {
                status: 429,
                retry_after: Some(HeaderValue::from(7))
            })
        );
        assert_eq!(
            plan(r#"{"renewal":"refuse"}"#).action,
            Action::Refuse {
                errorcode: "noaccess".into()
            }
        );
        assert_eq!(
            plan(r#"{"renewal":"no-id-in-common"}"#).action,
            Action::OtherPaywall
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
