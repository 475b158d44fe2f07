//! Calls and tokens of the server API and the other systems: counts, faults to come, tokens that still count.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde::Serialize;

use super::jwt::{Claims, JwtKey};
use crate::clock::now_millis;
use crate::faults::{CallPlan, Settings, Shape, System, TokenFormat};
use crate::lock::lock;

const KEPT: usize = 10_000;

/// One ledger for each system, and the keys of their tokens.
pub struct SystemLedgers {
    keys: [JwtKey; System::ALL.len()],
    ledgers: [Mutex<Ledger>; System::ALL.len()],
}

/// Calls and tokens of one system since its ledger was last cleared.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The faults that are on.
    pub settings: Settings,
    /// Calls of the token endpoint, those that failed as well.
    pub token_calls: u64,
    /// Tokens that were given.
    pub tokens_given: u64,
    /// Calls of everything else.
    pub calls: u64,
    /// The number of these that were answered with 401 or 403.
    pub refused: u64,
    /// The last 10 000 tokens that were given or used, by serial number.
    pub tokens: Vec<TokenReport>,
}

/// The calls of one token.
#[derive(Clone, Copy, Debug, Default, Serialize, PartialEq, Eq)]
pub struct TokenReport {
    /// The claim `jti`.
    pub serial: u64,
    /// Calls that it opened.
    pub calls: u64,
    /// Calls that it did not open, because it had run out.
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

/// A new token, and the settings that shape the answer.
pub(crate) struct IssuedToken {
    pub(crate) token: String,
    pub(crate) life: i64,
    pub(crate) settings: Settings,
}

impl SystemLedgers {
    /// Ledgers without faults. `start` (Unix seconds) sets the serial numbers of this run apart from those before.
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

    /// Sets the faults of a system.
    pub fn set(&self, system: System, settings: Settings) {
        lock(&self.ledgers[system as usize]).settings = settings;
    }

    /// Refuses all tokens that a system gave so far.
    pub fn expire(&self, system: System) {
        let mut ledger = lock(&self.ledgers[system as usize]);
        ledger.expired_below = ledger.next_serial;
    }

    /// Clears the counts of all systems.
    pub fn forget(&self) {
        for ledger in &self.ledgers {
            lock(ledger).forget();
        }
    }

    /// Clears the counts and switches all faults off. Tokens that count go on counting.
    pub fn reset(&self) {
        self.forget();
        for system in System::ALL {
            self.set(system, Settings::default());
        }
    }

    /// Calls and tokens of one system.
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

    /// Counts a call of the token endpoint; gives the effect of its fault.
    pub(crate) fn token_call(&self, system: System) -> CallPlan {
        let mut ledger = lock(&self.ledgers[system as usize]);
        ledger.token_calls += 1;
        ledger.settings.token.plan_for(ledger.token_calls)
    }

    /// Counts any other call; gives the effect of its fault.
    pub(crate) fn call(&self, system: System) -> CallPlan {
        let mut ledger = lock(&self.ledgers[system as usize]);
        ledger.calls += 1;
        ledger.settings.api.plan_for(ledger.calls)
    }

    /// The status with which this call has to be refused, right credentials or not; counts the refusals down.
    pub(crate) fn take_refusal(&self, system: System) -> Option<u16> {
        let mut ledger = lock(&self.ledgers[system as usize]);
        let refuse = ledger.settings.refuse.as_mut()?;
        refuse.calls = refuse.calls.checked_sub(1)?;
        Some(refuse.status)
    }

    /// Counts a call that was answered with 401 or 403.
    pub(crate) fn count_refusal(&self, system: System) {
        lock(&self.ledgers[system as usize]).refused += 1;
    }

    /// Issues a token for a user, asked for by `act` if that is somebody else. `life` in seconds is the usual one.
    pub(crate) fn issue(
        &self,
        system: System,
        user: &str,
        act: Option<&str>,
        life: i64,
    ) -> IssuedToken {
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
            exp: (settings.form == TokenFormat::Jwt).then(|| iat.saturating_add(life)),
            until: millis.saturating_add(life.saturating_mul(1000)),
            jti: serial,
        };
        IssuedToken {
            token: self.keys[system as usize].sign(&claims, settings.form),
            life,
            settings,
        }
    }

    /// The claims of a token that this system issued and that still counts; the call is counted either way.
    pub(crate) fn claims_of(&self, system: System, token: &str) -> Option<Claims> {
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

impl IssuedToken {
    /// The body of the answer, in the system's own shape unless another is switched on: JSON, or the bare
    /// token as text.
    pub(crate) fn body(
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
