//! Passes that are copied: tells of subscribers whose pass is used in many networks, and shuts out nobody.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use iteras_guard::copied::{Networks, Sighting, Sightings};

use crate::{Opening, Verdict};

type Hook = dyn Fn(&Copied<'_>) + Send + Sync;

/// Counts the networks in which the pass of a subscriber is seen within 24 hours: IPv4 /24, IPv6 /48. Clones count
/// together. In memory, at most 65,536 subscribers, by hashes with a key of this run: no address is kept.
#[derive(Clone)]
pub struct CopiedPasses(Arc<Inner>);

struct Inner {
    allowed: Networks,
    sightings: Mutex<Sightings>,
    hook: Option<Box<Hook>>,
    start: Instant,
}

/// A pass that was seen in more networks than are allowed, or whose reader's address can't be told.
#[derive(Clone, Copy, Debug)]
pub struct Copied<'a> {
    subscriber: &'a str,
    sighting: Option<Sighting>,
}

impl Copied<'_> {
    /// The subscriber's id, which is personal data: think before it is written down.
    pub fn subscriber(&self) -> &str {
        self.subscriber
    }

    /// The subscriber as 16 hex digits that nobody can lead back, and that change with each run; none where the address
    /// can't be told.
    pub fn keyed_hash(&self) -> Option<String> {
        Some(self.sighting?.subscriber())
    }

    /// The networks of the last 24 hours; none where the address can't be told.
    pub fn networks(&self) -> Option<usize> {
        Some(self.sighting?.networks())
    }
}

impl CopiedPasses {
    /// Counts from nothing; more networks than `allowed` (default: 12) are told.
    pub fn new(allowed: Networks) -> Self {
        Self(Arc::new(Inner {
            allowed,
            sightings: Mutex::new(Sightings::new(key(), allowed)),
            hook: None,
            start: Instant::now(),
        }))
    }

    /// Tells `hook` of each subscriber whose pass is in more networks than allowed, once in 24 hours, and of each
    /// request by a pass whose reader's address can't be told. Nothing about the request depends on it.
    ///
    /// # Panics
    ///
    /// Once it was cloned: it is configured before.
    #[must_use]
    #[track_caller]
    pub fn on_copied(mut self, hook: impl Fn(&Copied<'_>) + Send + Sync + 'static) -> Self {
        let inner = Arc::get_mut(&mut self.0);
        inner.expect("it is configured before it is cloned").hook = Some(Box::new(hook));
        self
    }

    /// The number of networks that are allowed.
    pub fn allowed(&self) -> Networks {
        self.0.allowed
    }

    /// Notes a request, where a pass opened it. `address` is that of its reader.
    pub(crate) fn see(&self, verdict: &Verdict, address: impl FnOnce() -> Option<IpAddr>) {
        let Ok(Opening::Pass(pass)) = verdict else {
            return;
        };
        let subscriber = pass.subscriber();
        let sighting = address().map(|address| {
            let now = self.0.start.elapsed().as_secs();
            let sightings = self.0.sightings.lock();
            let mut sightings = sightings.unwrap_or_else(PoisonError::into_inner);
            sightings.see(subscriber, address, now)
        });
        let is_told = sighting.is_none_or(|sighting| sighting.is_news());
        if let (true, Some(hook)) = (is_told, &self.0.hook) {
            hook(&Copied {
                subscriber,
                sighting,
            });
        }
    }
}

/// A key of this run, from the source of randomness of std's tables.
fn key() -> [u8; 32] {
    let mut key = [0; 32];
    for (at, eight) in key.chunks_exact_mut(8).enumerate() {
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_usize(at);
        eight.copy_from_slice(&hasher.finish().to_ne_bytes());
    }
    key
}

impl fmt::Debug for CopiedPasses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CopiedPasses")
            .field(&self.0.allowed.get())
            .finish()
    }
}
