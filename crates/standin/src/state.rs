//! Everything that the three servers share.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::account::Account;
use crate::canned::Canned;
use crate::config::{Config, Profile};
use crate::faults::Fault;
use crate::made_up::MadeUp;
use crate::origins::Origins;
use crate::pending::PendingOrders;
use crate::publisher::Publisher;
use crate::request_log::RequestLog;
use crate::store::Store;
use crate::systems::Systems;
use crate::tokens::TokenKey;

/// Shared by all handlers of the service and the control server.
pub type Shared = Arc<State>;

/// The running stand-in.
pub struct State {
    /// What it was started with.
    pub config: Config,
    /// Where it is reached.
    pub origins: Origins,
    /// The publishers, made ready.
    pub publishers: Vec<Publisher>,
    /// The readers.
    pub store: Store,
    /// Orders that wait for their payment.
    pub pending: PendingOrders,
    /// Signs log-in tokens.
    pub tokens: TokenKey,
    /// What the service was asked.
    pub requests: RequestLog,
    /// Folder of the built script; none = the script is not served.
    pub dist: Option<PathBuf>,
    /// The systems beside the service: what they were asked, what they do wrong.
    pub systems: Systems,
    canned: Mutex<Vec<Canned>>,
    fault: Mutex<Fault>,
    made_up: Mutex<MadeUp>,
}

impl State {
    /// Puts a checked configuration and its readers together.
    pub fn new(config: Config, origins: Origins, store: Store, dist: Option<PathBuf>) -> Self {
        Self {
            publishers: Publisher::all(&config, &origins.site),
            tokens: TokenKey::new(&config.token_key).expect("checked with the file"),
            systems: Systems::new(&config.token_key, now()),
            config,
            origins,
            store,
            pending: PendingOrders::default(),
            requests: RequestLog::default(),
            dist,
            canned: Mutex::default(),
            fault: Mutex::default(),
            made_up: Mutex::default(),
        }
    }

    /// The publisher with this profile id.
    pub fn publisher(&self, profile: &str) -> Option<&Publisher> {
        self.publishers
            .iter()
            .find(|publisher| publisher.profile.id == profile)
    }

    /// When a pass made at `now` (Unix seconds) runs out.
    pub fn pass_expiry(&self, now: i64) -> i64 {
        now + i64::from(self.config.pass_days) * 86_400
    }

    /// The fault that renewal shows at the moment.
    pub fn fault(&self) -> Fault {
        lock(&self.fault).clone()
    }

    /// Switches a fault on, or off with the default one.
    pub fn set_fault(&self, fault: Fault) {
        *lock(&self.fault) = fault;
    }

    /// Puts an answer in the place of a path's own, and of an earlier one.
    pub fn can(&self, canned: Canned) {
        let mut all = lock(&self.canned);
        all.retain(|held| held.path != canned.path);
        all.push(canned);
    }

    /// Every path answers for itself again.
    pub fn uncan(&self) {
        lock(&self.canned).clear();
    }

    /// The canned answer for one call of a path.
    pub(crate) fn take_canned(&self, path: &str) -> Option<Canned> {
        let mut all = lock(&self.canned);
        let canned = all.iter_mut().find(|canned| canned.path == path)?;
        if let Some(left) = canned.calls.as_mut() {
            *left = left.checked_sub(1)?;
        }
        Some(canned.clone())
    }

    /// The customers that are made up when somebody asks.
    pub fn made_up(&self) -> MadeUp {
        *lock(&self.made_up)
    }

    /// Sets how many of them there are.
    pub fn set_made_up(&self, made_up: MadeUp) {
        *lock(&self.made_up) = made_up;
    }

    /// The customer of a publisher with this id, made up or not.
    pub fn customer(&self, profile: &Profile, id: &str) -> Option<Account> {
        let kept = self.store.account(&profile.id, id);
        kept.or_else(|| self.made_up().find(profile, id))
    }
}

/// What a mutex holds; a handler that panicked while it held it does not stop the others.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What time it is: Unix seconds.
pub fn now() -> i64 {
    i64::try_from(now_millis() / 1000).unwrap_or(i64::MAX)
}

/// The one place that asks what time it is: milliseconds since 1970.
pub fn now_millis() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
