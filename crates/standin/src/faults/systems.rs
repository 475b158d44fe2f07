//! Faults of the server API and the other systems, and the shape of their tokens, as the control server sets them.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::broken::Broken;
use super::mode::{Mode, RetryAfter};

/// A system whose calls are counted and can go wrong.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum System {
    /// The server API of the service itself, which has no tokens.
    Iteras,
    /// Access key, secret key, JWT.
    Iterop,
    /// Users, API key, JWT, impersonation.
    Integrify,
    /// Six ways in.
    Dtz,
}

impl System {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Iteras, Self::Iterop, Self::Integrify, Self::Dtz];

    /// The name in paths, tokens and the control server's answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Iteras => "iteras",
            Self::Iterop => "iterop",
            Self::Integrify => "integrify",
            Self::Dtz => "dtz",
        }
    }
}

/// The body of `POST /systems` less the system's name: absent fields are as usual.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The fault of the token endpoint.
    pub token: CallFault,
    /// The fault of the other calls.
    pub api: CallFault,
    /// The next calls that are refused, right credentials or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refuse: Option<Refuse>,
    /// Seconds for which a token is good; 3600, for DTZ 86400 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub life: Option<i64>,
    /// Any JSON in place of the true `expires_in`.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<Value>,
    /// Leaves `expires_in` out.
    pub without_expires_in: bool,
    /// The shape of the answer to a token request.
    pub answer: Shape,
    /// The format of the token itself.
    pub form: TokenFormat,
}

// Without this, `null` would be read as an absent field.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// A fault of some calls.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct CallFault {
    /// The kind of fault; those of the renewal alone are refused.
    pub mode: Mode,
    /// `Retry-After` of the answers that have an error status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<RetryAfter>,
    /// Milliseconds before the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
    /// The fault happens at every `one_in`-th call; at every call when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one_in: Option<u64>,
    /// Carries the call out before the fault, so that a client can't know whether it was carried out.
    pub after: bool,
}

/// The effect of a fault on one call: a delay, and perhaps a broken answer instead of its own.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct CallPlan {
    pub(crate) delay: Duration,
    pub(crate) broken: Option<Broken>,
    /// Carries the call out although its answer is broken.
    pub(crate) after: bool,
}

/// Calls that are refused.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Refuse {
    /// 401 or 403.
    pub status: u16,
    /// The number of calls.
    pub calls: u64,
}

/// The shape of the answer to a token request.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// As the system itself has it.
    #[default]
    Usual,
    /// The bare token as text.
    Text,
    /// `{"token":…}`
    Token,
    /// `{"jwt":…}`
    Jwt,
    /// `{"access_token":…,"expires_in":…}`
    AccessToken,
}

/// The format of a token.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum TokenFormat {
    /// A JWT with `exp`.
    #[default]
    Jwt,
    /// A JWT without `exp`.
    WithoutExp,
    /// No JWT: two parts with `~` between them.
    Opaque,
}

impl Settings {
    /// Reads the body of `POST /systems`; the error is a sentence.
    pub(crate) fn read(system: System, body: Value) -> Result<Self, String> {
        let settings: Self = serde_json::from_value(body).map_err(|e| e.to_string())?;
        for (name, trouble) in [("token", &settings.token), ("api", &settings.api)] {
            trouble.check().map_err(|e| format!("{name}.{e}"))?;
        }
        match settings.refuse {
            Some(Refuse { status, .. }) if !matches!(status, 401 | 403) => {
                Err(format!("refuse.status: expected 401 or 403, got {status}"))
            }
            _ if system == System::Iteras && settings.is_about_tokens() => {
                Err("iteras has no tokens: only api and refuse can be set".into())
            }
            _ => Ok(settings),
        }
    }

    fn is_about_tokens(&self) -> bool {
        self.token.mode != Mode::Ok
            || self.life.is_some()
            || self.expires_in.is_some()
            || self.without_expires_in
            || self.answer != Shape::Usual
            || self.form != TokenFormat::Jwt
    }
}

impl CallFault {
    fn check(&self) -> Result<(), String> {
        if !self.mode.fits_any_endpoint() {
            return Err("mode: this is a fault of the renewal alone".into());
        }
        if self.one_in == Some(0) {
            return Err("one_in: expected at least 1".into());
        }
        self.retry_after.as_ref().map_or(Ok(()), RetryAfter::check)
    }

    /// The effect on the call with this number, counted from 1.
    pub(crate) fn plan_for(&self, number: u64) -> CallPlan {
        if !number.is_multiple_of(self.one_in.unwrap_or(1)) {
            return CallPlan::default();
        }
        CallPlan {
            delay: self.mode.delay(self.delay_ms),
            broken: self.mode.broken(self.retry_after.as_ref()),
            after: self.after,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_happens_every_so_many_calls_after_a_while() {
        let trouble = r#"{"mode":"503","one_in":3,"delay_ms":20}"#;
        let trouble: CallFault = serde_json::from_str(trouble).unwrap();
        assert_eq!(trouble.plan_for(1), CallPlan::default());
        let fate = trouble.plan_for(6);
        assert_eq!((fate.delay, fate.after), (Duration::from_millis(20), false));
        assert!(matches!(
            fate.broken,
            Some(Broken::Status { status: 503, .. })
        ));
        let slow: CallFault = serde_json::from_str(r#"{"mode":"slow"}"#).unwrap();
        let fate = slow.plan_for(1);
        assert_eq!((fate.delay, fate.broken), (Duration::from_secs(5), None));
    }
}
