//! Tries counted in Redis (feature `redis`): a sorted set a counter, an entry a try, by the server's clock.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use iteras_guard::login::{Counter, LIMITS, WINDOW};
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, RedisError, Script};
use tokio::sync::OnceCell;

use crate::ConfigError;
use crate::tries::Refusal;

/// How long a log-in may hang on Redis.
const PATIENCE: Duration = Duration::from_secs(2);

/// Looks at all counters before it notes the try in any: scripts run one at a time.
const BEGIN: &str = "
local window, now, wait = tonumber(ARGV[2]), tonumber(redis.call('TIME')[1]), 0
for i, key in ipairs(KEYS) do
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
  local over = redis.call('ZCARD', key) - tonumber(ARGV[2 + i])
  if over >= 0 then
    wait = math.max(wait, redis.call('ZRANGE', key, over, over, 'WITHSCORES')[2] + window - now)
  end
end
if wait == 0 then
  for _, key in ipairs(KEYS) do
    redis.call('ZADD', key, now, ARGV[1])
    redis.call('EXPIRE', key, window)
  end
end
return wait";

const TAKE_BACK: &str = "for _, key in ipairs(KEYS) do redis.call('ZREM', key, ARGV[1]) end";

pub(crate) struct Shared {
    client: Client,
    connection: OnceCell<ConnectionManager>,
    begin: Script,
    take_back: Script,
    /// Tells this process's entries from those of others.
    name: u64,
    count: AtomicU64,
}

impl Shared {
    pub(crate) fn new(url: &str) -> Result<Self, ConfigError> {
        // What the library says of a wrong URL may hold the URL, and that a password.
        let client = Client::open(url).map_err(|_| {
            ConfigError::new(
                "redis",
                "expected redis://[:password@]host[:port][/database]",
            )
        })?;
        Ok(Self {
            client,
            connection: OnceCell::new(),
            begin: Script::new(BEGIN),
            take_back: Script::new(TAKE_BACK),
            name: RandomState::new().build_hasher().finish(),
            count: AtomicU64::new(0),
        })
    }

    pub(crate) async fn begin(&self, counters: &[Counter; 3]) -> Result<String, Refusal> {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let entry = format!("{:016x}.{count}", self.name);
        let mut call = self.begin.prepare_invoke();
        call.arg(&entry).arg(WINDOW);
        for (counter, limit) in counters.iter().zip(LIMITS) {
            call.key(key(counter)).arg(limit);
        }
        let waited: Result<u64, RedisError> =
            async { call.invoke_async(&mut self.connection().await?).await }.await;
        match waited {
            Ok(0) => Ok(entry),
            Ok(wait) => Err(Refusal::Wait(wait)),
            Err(error) => {
                tracing::error!(kind = ?error.kind(), "tries can't be counted: Redis");
                Err(Refusal::Unknown)
            }
        }
    }

    pub(crate) async fn take_back(&self, counters: &[Counter; 3], entry: &str) {
        let mut call = self.take_back.prepare_invoke();
        call.arg(entry);
        for counter in counters {
            call.key(key(counter));
        }
        let done: Result<(), RedisError> =
            async { call.invoke_async(&mut self.connection().await?).await }.await;
        if let Err(error) = done {
            tracing::error!(kind = ?error.kind(), "a try stays counted that was none: Redis");
        }
    }

    async fn connection(&self) -> Result<ConnectionManager, RedisError> {
        let connect = || {
            let config = ConnectionManagerConfig::new()
                .set_number_of_retries(1)
                .set_connection_timeout(Some(PATIENCE))
                .set_response_timeout(Some(PATIENCE));
            ConnectionManager::new_with_config(self.client.clone(), config)
        };
        self.connection.get_or_try_init(connect).await.cloned()
    }
}

// One hash slot for all three would be needed in a cluster, and would put everybody's on one machine.
fn key(counter: &Counter) -> String {
    format!("iteras-login:{:032x}", u128::from_be_bytes(*counter))
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redis([redacted])")
    }
}
