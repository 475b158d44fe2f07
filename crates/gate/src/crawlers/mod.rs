//! Search engines that are let in, verified by their address: by published ranges, then by DNS.
//!
//! Which requests are a search engine's `guard` decides; here look-ups are made, of a few addresses at a time, and
//! their answers kept. Nobody waits for them who does not say that they are one.

mod dns;

use std::collections::HashMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::HeaderMap;
use http::header::USER_AGENT;
use iteras_guard::crawlers::{Answer, Cache, Crawler, LOOK_UP_MILLIS, Look, MOST_LOOK_UPS};
use tokio::sync::OnceCell;
use tokio::time::Instant;

use crate::ConfigError;
use dns::Dns;

/// Answers that are kept: some hundred bytes each.
const MOST_ANSWERS: usize = 8192;

type Hook = dyn Fn(&str, Checked) + Send + Sync;
/// An entry of the list and an address.
type Key = (usize, IpAddr);

/// Search engines that see pages whole, where they are verified. Look-ups need a tokio runtime.
#[derive(Clone)]
pub struct Crawlers(Arc<Inner>);

struct Inner {
    list: iteras_guard::crawlers::Crawlers,
    dns: Option<Dns>,
    hook: Option<Box<Hook>>,
    start: Instant,
    answers: Mutex<Answers>,
}

struct Answers {
    kept: Cache,
    under_way: HashMap<Key, UnderWay>,
}

/// A look-up that is being made.
#[derive(Default)]
struct UnderWay {
    answer: Arc<OnceCell<Answer>>,
    waiting: usize,
}

/// The end of a check of a request that says it is a search engine's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Checked {
    /// Its address is in a published range: it is.
    Range,
    /// A name of its address leads back: it is.
    Name,
    /// Its address is another's: it is not.
    Spoofed,
    /// Its address can't be told.
    NoAddress,
    /// The resolver was down, slow or wrong.
    Failed,
    /// Too many addresses were being looked up.
    Busy,
}

impl Checked {
    /// A stable word for logs and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Range => "range",
            Self::Name => "name",
            Self::Spoofed => "spoofed",
            Self::NoAddress => "noaddress",
            Self::Failed => "failed",
            Self::Busy => "busy",
        }
    }

    fn is_verified(self) -> bool {
        matches!(self, Self::Range | Self::Name)
    }
}

impl Crawlers {
    /// Search engines of this list, which asks the system's DNS servers where it has domains.
    pub fn new(list: iteras_guard::crawlers::Crawlers) -> Result<Self, ConfigError> {
        let dns = list.have_domains().then(Dns::of_system).transpose()?;
        Ok(Self::of(list, dns))
    }

    /// The same with other DNS servers.
    pub fn with_servers(
        list: iteras_guard::crawlers::Crawlers,
        servers: &[SocketAddr],
    ) -> Result<Self, ConfigError> {
        Ok(Self::of(list, Some(Dns::of(servers)?)))
    }

    fn of(list: iteras_guard::crawlers::Crawlers, dns: Option<Dns>) -> Self {
        let answers = Answers {
            kept: Cache::new(MOST_ANSWERS),
            under_way: HashMap::new(),
        };
        Self(Arc::new(Inner {
            list,
            dns,
            hook: None,
            start: Instant::now(),
            answers: Mutex::new(answers),
        }))
    }

    /// Tells `hook` the agent and the end of each check, for metrics.
    ///
    /// # Panics
    ///
    /// Once it was cloned: it is configured before.
    #[must_use]
    #[track_caller]
    pub fn on_checked(mut self, hook: impl Fn(&str, Checked) + Send + Sync + 'static) -> Self {
        let inner = Arc::get_mut(&mut self.0);
        inner.expect("it is configured before it is cloned").hook = Some(Box::new(hook));
        self
    }

    /// Tells whether a request with these headers says that it is a search engine's, so that its address has to be
    /// known.
    pub(crate) fn are_named(&self, headers: &HeaderMap) -> bool {
        !matches!(self.0.list.look(agent(headers), None), Look::Reader)
    }

    /// Tells whether a request with these headers from this address is a search engine's. Takes as long as a look-up
    /// may, and no time for readers.
    pub(crate) async fn verify(&self, headers: &HeaderMap, address: Option<IpAddr>) -> bool {
        let told = |crawler: &Crawler, checked: Checked| {
            if let Some(hook) = &self.0.hook {
                hook(crawler.agent(), checked);
            }
            checked.is_verified()
        };
        match self.0.list.look(agent(headers), address) {
            Look::Reader => false,
            Look::InRange(crawler) => told(crawler, Checked::Range),
            Look::Elsewhere(crawler) => told(crawler, Checked::Spoofed),
            Look::NoAddress(crawler) => told(crawler, Checked::NoAddress),
            Look::Ask(address, asked) => {
                let mut last = None;
                for (place, crawler) in asked {
                    let checked = self.ask(place, crawler, address).await;
                    last = Some((crawler, checked));
                    if checked.is_verified() {
                        break;
                    }
                }
                last.is_some_and(|(crawler, checked)| told(crawler, checked))
            }
        }
    }

    async fn ask(&self, place: usize, crawler: &Crawler, address: IpAddr) -> Checked {
        let Some(dns) = &self.0.dns else {
            return Checked::Failed;
        };
        let key = (place, address);
        let waiting = match self.kept_or_under_way(key) {
            Ok(answer) => return checked(answer),
            Err(None) => return Checked::Busy,
            Err(Some(waiting)) => waiting,
        };
        // Requests from one address wait for the same look-up; who began it may hang up, then another goes on.
        let look_up = || async {
            let limit = Duration::from_millis(LOOK_UP_MILLIS);
            let answer = tokio::time::timeout(limit, dns.vouches(crawler, address)).await;
            let answer = answer.unwrap_or(Answer::Failed);
            let now = self.now();
            self.answers().kept.keep(place, address, answer, now);
            answer
        };
        checked(*waiting.answer.get_or_init(look_up).await)
    }

    /// The answer that is kept about an address, or else the look-up that is under way; none where there are too many.
    fn kept_or_under_way(&self, key: Key) -> Result<Answer, Option<Waiting<'_>>> {
        let now = self.now();
        let mut answers = self.answers();
        if let Some(answer) = answers.kept.get(key.0, key.1, now) {
            return Ok(answer);
        }
        let is_full = answers.under_way.len() >= MOST_LOOK_UPS;
        if is_full && !answers.under_way.contains_key(&key) {
            return Err(None);
        }
        let under_way = answers.under_way.entry(key).or_default();
        under_way.waiting += 1;
        Err(Some(Waiting {
            crawlers: self,
            key,
            answer: Arc::clone(&under_way.answer),
        }))
    }

    /// Seconds that only go forward.
    fn now(&self) -> u64 {
        self.0.start.elapsed().as_secs()
    }

    fn answers(&self) -> MutexGuard<'_, Answers> {
        self.0
            .answers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who waits for a look-up, which is over when nobody does any more.
struct Waiting<'a> {
    crawlers: &'a Crawlers,
    key: Key,
    answer: Arc<OnceCell<Answer>>,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut answers = self.crawlers.answers();
        if let Some(under_way) = answers.under_way.get_mut(&self.key) {
            under_way.waiting = under_way.waiting.saturating_sub(1);
            if under_way.waiting == 0 {
                answers.under_way.remove(&self.key);
            }
        }
    }
}

fn checked(answer: Answer) -> Checked {
    match answer {
        Answer::Yes => Checked::Name,
        Answer::No => Checked::Spoofed,
        Answer::Failed => Checked::Failed,
    }
}

/// The user agent; none where there are several.
fn agent(headers: &HeaderMap) -> Option<&str> {
    let mut lines = headers.get_all(USER_AGENT).iter();
    let line = lines.next().filter(|_| lines.next().is_none())?;
    line.to_str().ok()
}

impl fmt::Debug for Crawlers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Crawlers").field(&self.0.list).finish()
    }
}
