//! Shared state of the service and the control server: publishers, readers, faults, ledgers.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use crate::clock::now;
use crate::config::{Account, Config, Origins, Profile};
use crate::faults::{Canned, Fault};
use crate::ledger::{RequestLog, SystemLedgers};
use crate::lock::lock;
use crate::readers::{PendingOrders, Publisher, Store, SyntheticCustomers, TokenKey};

/// The state as handlers hold it.
pub type Shared = Arc<State>;

/// The running stand-in.
pub struct State {
    /// The configuration of the start.
    pub config: Config,
    /// The addresses of the three servers.
    pub origins: Origins,
    /// The publishers with their keys.
    pub publishers: Vec<Publisher>,
    /// The readers.
    pub store: Store,
    /// Orders that wait for their payment.
    pub pending: PendingOrders,
    /// Signs log-in tokens.
    pub tokens: TokenKey,
    /// The service's request log.
    pub requests: RequestLog,
    /// Folder of the built script; none = the script is not served.
    pub dist: Option<PathBuf>,
    /// Calls, tokens and faults of the server API and the other systems.
    pub systems: SystemLedgers,
    canned: Mutex<Vec<Canned>>,
    fault: Mutex<Fault>,
    synthetic: Mutex<SyntheticCustomers>,
}

impl State {
    /// The state of a checked configuration and its readers.
    pub fn new(config: Config, origins: Origins, store: Store, dist: Option<PathBuf>) -> Self {
        Self {
            publishers: Publisher::all(&config, &origins.site),
            tokens: TokenKey::new(&config.token_key).expect("checked with the file"),
            systems: SystemLedgers::new(&config.token_key, now()),
            config,
            origins,
            store,
            pending: PendingOrders::default(),
            requests: RequestLog::default(),
            dist,
            canned: Mutex::default(),
            fault: Mutex::default(),
            synthetic: Mutex::default(),
        }
    }

    /// The publisher with this profile id.
    pub fn publisher(&self, profile: &str) -> Option<&Publisher> {
        self.publishers
            .iter()
            .find(|publisher| publisher.profile.id == profile)
    }

    /// The expiry (Unix seconds) of a pass made at `now`.
    pub fn pass_expiry(&self, now: i64) -> i64 {
        now + i64::from(self.config.pass_days) * 86_400
    }

    /// The fault of the renewal that is on.
    pub fn fault(&self) -> Fault {
        lock(&self.fault).clone()
    }

    /// Switches a fault of the renewal on, or off with the default one.
    pub fn set_fault(&self, fault: Fault) {
        *lock(&self.fault) = fault;
    }

    /// Sets the answer of a path, in place of its own and of an earlier canned one.
    pub fn set_canned(&self, canned: Canned) {
        let mut all = lock(&self.canned);
        all.retain(|held| held.path != canned.path);
        all.push(canned);
    }

    /// Takes all canned answers back.
    pub fn clear_canned(&self) {
        lock(&self.canned).clear();
    }

    /// The canned answer for one call of a path; counts its calls down.
    pub(crate) fn take_canned(&self, path: &str) -> Option<Canned> {
        let mut all = lock(&self.canned);
        let canned = all.iter_mut().find(|canned| canned.path == path)?;
        if let Some(left) = canned.calls.as_mut() {
            *left = left.checked_sub(1)?;
        }
        Some(canned.clone())
    }

    /// The number and size of synthetic customers.
    pub fn synthetic_customers(&self) -> SyntheticCustomers {
        *lock(&self.synthetic)
    }

    /// Sets the number and size of synthetic customers.
    pub fn set_synthetic_customers(&self, customers: SyntheticCustomers) {
        *lock(&self.synthetic) = customers;
    }

    /// The customer of a publisher with this id, kept or synthetic.
    pub fn customer(&self, profile: &Profile, id: &str) -> Option<Account> {
        let kept = self.store.account(&profile.id, id);
        kept.or_else(|| self.synthetic_customers().find(profile, id))
    }
}
