//! What a system does at the moment: its faults and the shape of its tokens, as the control server sets them.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::jwt::Form;
use crate::broken::Broken;
use crate::faults::{Mode, RetryAfter};

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

/// What `POST /systems` sets for one system: what is not named is as usual.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// What the token endpoint does wrong.
    pub token: Trouble,
    /// What the other calls do wrong.
    pub api: Trouble,
    /// The next calls that are refused whatever they bring.
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
    /// What the token's answer looks like.
    pub answer: Shape,
    /// What the token itself looks like.
    pub form: Form,
}

// Else `null` would be the same as nothing.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// A fault of some calls.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Trouble {
    /// What happens; of the renewal's faults those that need no pass.
    pub mode: Mode,
    /// `Retry-After` of the answers that have an error status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<RetryAfter>,
    /// Milliseconds before the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
    /// Every how many calls it happens; every call when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one_in: Option<u64>,
    /// Carries the call out before it goes wrong: a client can't know whether it was.
    pub after: bool,
}

/// What one call has to wait for, and what it gets instead of its answer.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Fate {
    pub(super) delay: Duration,
    pub(super) broken: Option<Broken>,
    /// Whether it is carried out all the same.
    pub(super) after: bool,
}

/// Calls that are refused.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Refuse {
    /// 401 or 403.
    pub status: u16,
    /// How many.
    pub calls: u64,
}

/// What the answer to a token request looks like.
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
            || self.form != Form::Jwt
    }
}

impl Trouble {
    fn check(&self) -> Result<(), String> {
        if !self.mode.fits_all() {
            return Err("mode: this is a fault of the renewal alone".into());
        }
        if self.one_in == Some(0) {
            return Err("one_in: expected at least 1".into());
        }
        self.retry_after.as_ref().map_or(Ok(()), RetryAfter::check)
    }

    /// What happens to the call with this number, from 1.
    pub(super) fn of_call(&self, number: u64) -> Fate {
        if !number.is_multiple_of(self.one_in.unwrap_or(1)) {
            return Fate::default();
        }
        Fate {
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
        let trouble: Trouble = serde_json::from_str(trouble).unwrap();
        assert_eq!(trouble.of_call(1), Fate::default());
        let fate = trouble.of_call(6);
        assert_eq!((fate.delay, fate.after), (Duration::from_millis(20), false));
        assert!(matches!(
            fate.broken,
            Some(Broken::Status { status: 503, .. })
        ));
        let slow: Trouble = serde_json::from_str(r#"{"mode":"slow"}"#).unwrap();
        let fate = slow.of_call(1);
        assert_eq!((fate.delay, fate.broken), (Duration::from_secs(5), None));
    }
}
