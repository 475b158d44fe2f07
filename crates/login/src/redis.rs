//! Attempts counted in Redis (feature `redis`): a sorted set a counter, an entry an attempt, by the server's clock.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use iteras_guard::login::{Count, Refusal, WINDOW};
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, RedisError, Script};
use tokio::sync::OnceCell;

use crate::ConfigError;

/// The longest that a log-in may hang on Redis.
const PATIENCE: Duration = Duration::from_secs(2);

/// Looks at all counters before it notes the attempt in any: scripts run one at a time.
///
/// Two sets keep the number of counters within bounds, by the rule of `MemoryCounters`: `open` has those with room by
/// when they were asked for last, `limited` the others by when there is room again. They lose what has expired by
/// itself, then the oldest of `open`, and those at their limit only when there is nothing else.
const BEGIN: &str = "
local window, capacity = tonumber(ARGV[2]), tonumber(ARGV[3])
local now, wait = tonumber(redis.call('TIME')[1]), 0
local open, limited = KEYS[1], KEYS[2]
local function room_at(key, limit)
  local over = redis.call('ZCARD', key) - limit
  if over < 0 then return nil end
  return tonumber(redis.call('ZRANGE', key, over, over, 'WITHSCORES')[2]) + window
end
for i = 3, #KEYS do
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now - window)
  wait = math.max(wait, (room_at(KEYS[i], tonumber(ARGV[1 + i])) or now) - now)
end
local own = {}
for i = 3, #KEYS do
  local key = KEYS[i]
  own[key] = true
  if wait == 0 then
    redis.call('ZADD', key, now, ARGV[1])
    redis.call('EXPIRE', key, window)
  end
  local till = room_at(key, tonumber(ARGV[1 + i]))
  redis.call('ZREM', till and open or limited, key)
  if till then
    redis.call('ZADD', limited, till, key)
  elseif redis.call('EXISTS', key) == 1 then
    redis.call('ZADD', open, now, key)
  end
end
redis.call('ZREMRANGEBYSCORE', open, '-inf', now - window)
for _, key in ipairs(redis.call('ZRANGEBYSCORE', limited, '-inf', now, 'LIMIT', 0, 100)) do
  redis.call('ZREM', limited, key)
  redis.call('ZADD', open, now - window + 1, key)
end
local function forget(set, most)
  local first = redis.call('ZRANGE', set, 0, most + #KEYS)
  for _, key in ipairs(first) do
    if most <= 0 then return 0 end
    if not own[key] then
      redis.call('DEL', key)
      redis.call('ZREM', set, key)
      most = most - 1
    end
  end
  return most
end
local over = redis.call('ZCARD', open) + redis.call('ZCARD', limited) - capacity
if over > 0 then
  over = forget(open, over)
  if over > 0 then forget(limited, over) end
end
redis.call('EXPIRE', open, window)
redis.call('EXPIRE', limited, window)
return wait";

const TAKE_BACK: &str = "
local open, limited = KEYS[1], KEYS[2]
for i = 3, #KEYS do
  local key = KEYS[i]
  if redis.call('ZREM', key, ARGV[1]) == 1 then
    if redis.call('ZREM', limited, key) == 1 then redis.call('ZADD', open, redis.call('TIME')[1], key) end
    if redis.call('EXISTS', key) == 0 then redis.call('ZREM', open, key) end
  end
end";

/// The start of all keys.
const PREFIX: &str = "iteras-login:";

pub(crate) struct Redis {
    client: Client,
    connection: OnceCell<ConnectionManager>,
    begin: Script,
    take_back: Script,
    /// The most counters that are kept.
    pub(crate) capacity: usize,
    /// Tells this process's entries from those of others.
    name: u64,
    count: AtomicU64,
}

impl Redis {
    /// At this address, with at most so many counters.
    pub(crate) fn new(url: &str, capacity: usize) -> Result<Self, ConfigError> {
        // The library's error may hold the URL, and that a password.
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
            capacity,
            name: RandomState::new().build_hasher().finish(),
            count: AtomicU64::new(0),
        })
    }

    pub(crate) async fn begin(&self, count: &Count) -> Result<String, Refusal> {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let entry = format!("{:016x}.{number}", self.name);
        let mut call = self.begin.prepare_invoke();
        call.key(keys(count));
        call.arg(&entry).arg(WINDOW).arg(self.capacity);
        for limited in count.counters() {
            call.arg(limited.limit);
        }
        let waited: Result<u64, RedisError> =
            async { call.invoke_async(&mut self.connection().await?).await }.await;
        match waited {
            Ok(0) => Ok(entry),
            Ok(wait) => Err(Refusal::Wait(wait)),
            Err(error) => {
                tracing::error!(kind = ?error.kind(), "attempts can't be counted: Redis");
                Err(Refusal::Unknown)
            }
        }
    }

    pub(crate) async fn take_back(&self, count: &Count, entry: &str) {
        let mut call = self.take_back.prepare_invoke();
        call.key(keys(count)).arg(entry);
        let done: Result<(), RedisError> =
            async { call.invoke_async(&mut self.connection().await?).await }.await;
        if let Err(error) = done {
            tracing::error!(kind = ?error.kind(), "an attempt stays counted that was no failure: Redis");
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

/// The keys of the sets `open` and `limited`, then those of the counters.
///
/// One hash slot for all would be needed in a cluster, and would put everybody's on one machine.
fn keys(count: &Count) -> Vec<String> {
    let counters = count.counters().iter();
    let counters = counters.map(|limited| format!("{:032x}", u128::from_be_bytes(limited.counter)));
    let keys = ["open".into(), "limited".into()]
        .into_iter()
        .chain(counters);
    keys.map(|key| format!("{PREFIX}{key}")).collect()
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redis([redacted])")
    }
}
