//! What is kept of look-ups: yes and no for a day, failures for a minute, of a bounded number of addresses.
//!
//! Whoever names a search engine has an address looked up. So those who only say so, from as many addresses as they
//! have, must not be able to make the cache forget the true ones: these go last.

use alloc::collections::{BTreeMap, BTreeSet};
use core::net::IpAddr;

/// The answer of a look-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// The resolver was down, slow or wrong: nobody knows.
    Failed,
    /// The address is not the search engine's.
    No,
    /// It is.
    Yes,
}

impl Answer {
    /// Seconds for which it counts.
    fn seconds(self) -> u64 {
        match self {
            Self::Failed => 60,
            Self::No | Self::Yes => 86_400,
        }
    }
}

/// An entry of the list of search engines, by its place, and an address.
type Key = (usize, IpAddr);

/// Answers about addresses.
#[derive(Debug)]
pub struct Cache {
    most: usize,
    answers: BTreeMap<Key, (Answer, u64)>,
    /// In the order in which they go: failures, those of others, true ones; of each kind those that end first.
    order: BTreeSet<(Answer, u64, Key)>,
}

impl Cache {
    /// A cache of at most so many answers.
    pub fn new(most: usize) -> Self {
        Self {
            most,
            answers: BTreeMap::new(),
            order: BTreeSet::new(),
        }
    }

    /// The answer about an address that still counts at `now`, in seconds of any clock that only goes forward.
    pub fn get(&self, entry: usize, address: IpAddr, now: u64) -> Option<Answer> {
        let (answer, end) = *self.answers.get(&(entry, address))?;
        (now < end).then_some(answer)
    }

    /// Keeps an answer that came at `now`; where there is no room, another one goes, or this one is not kept.
    pub fn keep(&mut self, entry: usize, address: IpAddr, answer: Answer, now: u64) {
        let key = (entry, address);
        if let Some((old, end)) = self.answers.remove(&key) {
            self.order.remove(&(old, end, key));
        }
        let end = now.saturating_add(answer.seconds());
        self.answers.insert(key, (answer, end));
        self.order.insert((answer, end, key));
        while self.answers.len() > self.most {
            let old = |kind: Answer| {
                // Those of a kind stand in the order of their ends.
                let from = (kind, 0, (0, IpAddr::from([0, 0, 0, 0])));
                self.order
                    .range(from..)
                    .next()
                    .filter(|(answer, until, _)| *answer == kind && *until <= now)
            };
            let gone = [Answer::Yes, Answer::No]
                .into_iter()
                .find_map(old)
                .or(self.order.first());
            let Some(gone) = gone.copied() else { break };
            self.order.remove(&gone);
            self.answers.remove(&gone.2);
        }
    }

    /// The number of answers.
    pub fn len(&self) -> usize {
        self.answers.len()
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }
}
