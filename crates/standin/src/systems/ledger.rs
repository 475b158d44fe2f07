//! What each system was asked, and which of its tokens still count.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde::Serialize;

use super::jwt::{Claims, JwtKey};
use super::settings::{Fate, Settings, Shape, System};
use crate::state::{lock, now_millis};

const KEPT: usize = 10_000;

/// The systems as they are at the moment.
pub struct Systems {
    keys: [JwtKey; System::ALL.len()],
    ledgers: [Mutex<Ledger>; System::ALL.len()],
}

/// What one system was asked since it was last forgotten.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// What is switched on.
    pub settings: Settings,
    /// Calls of the token endpoint, those that failed as well.
    pub token_calls: u64,
    /// Tokens that were given.
    pub tokens_given: u64,
    /// Calls of everything else.
    pub calls: u64,
    /// How many of these were answered with 401 or 403.
    pub refused: u64,
    /// The last 10 000 tokens that were given or used, by serial number.
    pub tokens: Vec<TokenReport>,
}

/// What one token was used for.
#[derive(Clone, Copy, Debug, Default, Serialize, PartialEq, Eq)]
pub struct TokenReport {
    /// The claim `jti`.
    pub serial: u64,
    /// Calls that it opened.
    pub calls: u64,
    /// Calls that it did not, because it had run out.
    pub refused: u64,
}

#[derive(Default)]
struct Ledger {
    settings: Settings,
    next_serial: u64,
    expired_below: u64,
    token_calls: u64,
    tokens_given: u64,
    calls: u64,
    refused: u64,
    tokens: BTreeMap<u64, TokenReport>,
}

/// A token that was given, and how to say so.
pub(super) struct Given {
    pub(super) token: String,
    pub(super) life: i64,
    pub(super) settings: Settings,
}

impl Systems {
    /// All in order. `start` (Unix seconds) sets the serial numbers of this run apart from those before.
    pub(crate) fn new(token_key: &str, start: i64) -> Self {
        let first = u64::try_from(start).unwrap_or(0) * 1_000_000;
        let ledger = |_| Ledger {
            next_serial: first,
            ..Ledger::default()
        };
        Self {
            keys: System::ALL.map(|system| JwtKey::new(token_key, system.name())),
            ledgers: System::ALL.map(|system| Mutex::new(ledger(system))),
        }
    }

    /// Sets what a system does from now on.
    pub fn set(&self, system: System, settings: Settings) {
        lock(&self.ledgers[system as usize]).settings = settings;
    }

    /// Refuses all tokens that a system gave so far.
    pub fn expire(&self, system: System) {
        let mut ledger = lock(&self.ledgers[system as usize]);
        ledger.expired_below = ledger.next_serial;
    }

    /// Forgets what was asked.
    pub fn forget(&self) {
        for ledger in &self.ledgers {
            lock(ledger).forget();
        }
    }

    /// Everything in order again, and nothing asked. Tokens that count go on counting.
    pub fn reset(&self) {
        self.forget();
        for system in System::ALL {
            self.set(system, Settings::default());
        }
    }

    /// What a system was asked.
    pub fn report(&self, system: System) -> Report {
        let ledger = lock(&self.ledgers[system as usize]);
        Report {
            settings: ledger.settings.clone(),
            token_calls: ledger.token_calls,
            tokens_given: ledger.tokens_given,
            calls: ledger.calls,
            refused: ledger.refused,
            tokens: ledger.tokens.values().copied().collect(),
        }
    }

    /// Counts a call of the token endpoint, and says what happens to it.
    pub(super) fn token_call(&self, system: System) -> Fate {
        let mut ledger = lock(&self.ledgers[system as usize]);
        ledger.token_calls += 1;
        ledger.settings.token.of_call(ledger.token_calls)
    }

    /// Counts any other call, and says what happens to it.
    pub(super) fn call(&self, system: System) -> Fate {
        let mut ledger = lock(&self.ledgers[system as usize]);
        ledger.calls += 1;
        ledger.settings.api.of_call(ledger.calls)
    }

    /// The status with which this call has to be refused, whatever it brings.
    pub(super) fn refuses(&self, system: System) -> Option<u16> {
        let mut ledger = lock(&self.ledgers[system as usize]);
        let refuse = ledger.settings.refuse.as_mut()?;
        refuse.calls = refuse.calls.checked_sub(1)?;
        Some(refuse.status)
    }

    /// Counts a call that was answered with 401 or 403.
    pub(super) fn count_refusal(&self, system: System) {
        lock(&self.ledgers[system as usize]).refused += 1;
    }

    /// Gives a token for a user, asked for by `act` if that is somebody else. `life` in seconds is the usual one.
    pub(super) fn give(&self, system: System, user: &str, act: Option<&str>, life: i64) -> Given {
        let mut ledger = lock(&self.ledgers[system as usize]);
        let settings = ledger.settings.clone();
        let life = settings.life.unwrap_or(life);
        let millis = i64::try_from(now_millis()).unwrap_or(i64::MAX);
        let iat = millis / 1000;
        let serial = ledger.next_serial;
        ledger.next_serial += 1;
        ledger.tokens_given += 1;
        ledger.token(serial);
        let claims = Claims {
            iss: system.name().into(),
            sub: user.into(),
            act: act.map(str::to_owned),
            iat,
            exp: (settings.form == super::Form::Jwt).then(|| iat.saturating_add(life)),
            until: millis.saturating_add(life.saturating_mul(1000)),
            jti: serial,
        };
        Given {
            token: self.keys[system as usize].sign(&claims, settings.form),
            life,
            settings,
        }
    }

    /// What a token says, if the system gave it and it still counts; counted either way.
    pub(super) fn take(&self, system: System, token: &str) -> Option<Claims> {
        let claims = self.keys[system as usize].read(token)?;
        let now = i64::try_from(now_millis()).unwrap_or(i64::MAX);
        let mut ledger = lock(&self.ledgers[system as usize]);
        let counts = claims.jti >= ledger.expired_below && now < claims.until;
        let used = ledger.token(claims.jti);
        if counts {
            used.calls += 1;
        } else {
            used.refused += 1;
        }
        counts.then_some(claims)
    }
}

impl Ledger {
    fn token(&mut self, serial: u64) -> &mut TokenReport {
        if self.tokens.len() == KEPT && !self.tokens.contains_key(&serial) {
            self.tokens.pop_first();
        }
        self.tokens.entry(serial).or_insert(TokenReport {
            serial,
            ..TokenReport::default()
        })
    }

    fn forget(&mut self) {
        (self.token_calls, self.tokens_given) = (0, 0);
        (self.calls, self.refused) = (0, 0);
        self.tokens.clear();
    }
}

impl Given {
    /// The body of the answer, in the system's own shape unless another is switched on: JSON, or the bare
    /// token as text.
    pub(super) fn body(
        &self,
        usual: Shape,
    ) -> Result<serde_json::Map<String, serde_json::Value>, String> {
        let shape = match self.settings.answer {
            Shape::Usual => usual,
            shape => shape,
        };
        let name = match shape {
            Shape::Text => return Err(self.token.clone()),
            Shape::Token => "token",
            Shape::Jwt => "jwt",
            Shape::AccessToken | Shape::Usual => "access_token",
        };
        let mut body = serde_json::Map::from_iter([(name.into(), self.token.clone().into())]);
        let told = match &self.settings.expires_in {
            Some(told) => Some(told.clone()),
            None => (name == "access_token").then(|| self.life.into()),
        };
        if let Some(told) = told.filter(|_| !self.settings.without_expires_in) {
            body.insert("expires_in".into(), told);
        }
        Ok(body)
    }
}
