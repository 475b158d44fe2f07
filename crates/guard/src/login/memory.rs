//! Failed attempts of the last quarter of an hour, in memory.

use alloc::collections::{BTreeMap, BTreeSet, VecDeque};

use super::counters::{Count, Counter, Limited, WINDOW};

/// Failures and unfinished attempts by counter. Times are seconds of a clock that never goes back.
///
/// Bounded: when there is no room, what nobody has attempted for the longest time is forgotten first, and counters at
/// their limit only when there is nothing else. Otherwise whoever fills the memory opens the accounts that are
/// closed.
#[derive(Debug)]
pub struct MemoryCounters {
    capacity: usize,
    attempts: BTreeMap<Counter, Attempts>,
    /// Keys of `attempts`, those to be forgotten first in front.
    order: BTreeSet<(Rank, Counter)>,
}

#[derive(Debug, Default)]
struct Attempts {
    /// Seconds at which they began, oldest first.
    begun: VecDeque<u64>,
    rank: Rank,
}

/// The derived order is that in which counters are forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// The last attempt began or was refused at this second.
    Open { asked: u64 },
    /// There is room again at this second.
    AtLimit { until: u64 },
}

impl Default for Rank {
    fn default() -> Self {
        Self::Open { asked: 0 }
    }
}

impl MemoryCounters {
    /// Room for this many counters; an attempt has up to five. One takes at most about 1 kB.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            attempts: BTreeMap::new(),
            order: BTreeSet::new(),
        }
    }

    /// Notes an attempt that is about to be made. Refused with the seconds to wait where one of its counters has
    /// reached its limit; nothing is counted then.
    pub fn begin(&mut self, count: &Count, now: u64) -> Result<(), u64> {
        let waits = count.counters().iter().filter_map(|limited| {
            let until = self
                .attempts
                .get(&limited.counter)?
                .room_at(limited.limit)?;
            until.checked_sub(now)
        });
        let wait = waits.filter(|wait| *wait > 0).max();
        for limited in count.counters() {
            self.ask(limited, now, wait.is_none());
        }
        while self.attempts.len() > self.capacity && self.forget_one(count, now) {}
        wait.map_or(Ok(()), Err)
    }

    /// Takes back an attempt begun at that time, since the password was right or could not be checked.
    pub fn take_back(&mut self, count: &Count, begun: u64) {
        for Limited { counter, limit } in count.counters() {
            let Some(attempts) = self.attempts.get_mut(counter) else {
                continue;
            };
            let was = attempts.rank;
            if let Some(at) = attempts.begun.iter().rposition(|time| *time == begun) {
                attempts.begun.remove(at);
                attempts.rank =
                    attempts.rank_at(*limit, attempts.begun.back().copied().unwrap_or(begun));
            }
            let (rank, is_empty) = (attempts.rank, attempts.begun.is_empty());
            self.order.remove(&(was, *counter));
            if is_empty {
                self.attempts.remove(counter);
            } else {
                self.order.insert((rank, *counter));
            }
        }
    }

    /// The number of counters.
    pub fn len(&self) -> usize {
        self.attempts.len()
    }

    /// Says if nothing is counted.
    pub fn is_empty(&self) -> bool {
        self.attempts.is_empty()
    }

    fn ask(&mut self, limited: &Limited, now: u64, counts: bool) {
        let Limited { counter, limit } = limited;
        if !counts && !self.attempts.contains_key(counter) {
            return;
        }
        let attempts = self.attempts.entry(*counter).or_default();
        self.order.remove(&(attempts.rank, *counter));
        while attempts
            .begun
            .front()
            .is_some_and(|time| time + WINDOW <= now)
        {
            attempts.begun.pop_front();
        }
        if counts {
            attempts.begun.push_back(now);
        }
        attempts.rank = attempts.rank_at(*limit, now);
        self.order.insert((attempts.rank, *counter));
    }

    /// Forgets one counter, none of this attempt's; says if there was one.
    fn forget_one(&mut self, count: &Count, now: u64) -> bool {
        let limited = (Rank::AtLimit { until: 0 }, Counter::default());
        // At its limit no longer, and not asked for since.
        let lapsed = self
            .order
            .range(limited..)
            .next()
            .filter(|(rank, _)| match rank {
                Rank::AtLimit { until } => *until <= now,
                Rank::Open { .. } => false,
            });
        let is_own = |counter| count.counters().iter().any(|own| own.counter == counter);
        let others = || self.order.iter().find(|(_, counter)| !is_own(*counter));
        let Some(oldest) = lapsed.or_else(others).copied() else {
            return false;
        };
        self.order.remove(&oldest);
        self.attempts.remove(&oldest.1).is_some()
    }
}

impl Attempts {
    /// The second at which the attempt in the way of another has gone; none where there is room.
    fn room_at(&self, limit: usize) -> Option<u64> {
        let in_the_way = self.begun.get(self.begun.len().checked_sub(limit)?)?;
        Some(in_the_way + WINDOW)
    }

    fn rank_at(&self, limit: usize, asked: u64) -> Rank {
        let limited = self.room_at(limit).map(|until| Rank::AtLimit { until });
        limited.unwrap_or(Rank::Open { asked })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::login::account::AccountKey;
    use crate::login::counters::Count;
    use alloc::format;
    use core::net::{IpAddr, Ipv4Addr};

    fn of(account: &str, peer: u32) -> Count {
        let reader = IpAddr::V4(Ipv4Addr::from_bits(peer));
        Count::new(AccountKey::of(account), None, Some(reader))
    }

    /// The number of 200 attempts that find room, made by `counters` one a second.
    fn room(counters: impl Fn(u32) -> Count) -> usize {
        let mut attempts = MemoryCounters::new(10_000);
        let begun = (0..200).filter(|at| attempts.begin(&counters(*at), u64::from(*at)).is_ok());
        begun.count()
    }

    #[test]
    fn each_counter_has_its_limit() {
        assert_eq!(room(|_| of("ane", 1)), 10);
        assert_eq!(room(|at| of(&format!("account {at}"), 1)), 30);
        assert_eq!(room(|at| of("ane", at)), 100);
        assert_eq!(room(|at| of(&format!("account {at}"), at)), 200);
    }

    #[test]
    fn there_is_room_again_when_the_oldest_has_gone() {
        let (mut attempts, ane) = (MemoryCounters::new(100), of("ane", 1));
        for time in [0, 0, 0, 0, 0, 0, 0, 0, 0, 500] {
            attempts.begin(&ane, time).unwrap();
        }
        assert_eq!(attempts.begin(&ane, 501), Err(399));
        assert_eq!(attempts.begin(&ane, 899), Err(1));
        for _ in 0..9 {
            attempts.begin(&ane, 900).unwrap();
        }
        assert_eq!(attempts.begin(&ane, 900), Err(500));
    }

    #[test]
    fn right_passwords_are_not_counted() {
        let (mut attempts, ane) = (MemoryCounters::new(100), of("ane", 1));
        for time in 0..1000 {
            attempts.begin(&ane, time).unwrap();
            attempts.take_back(&ane, time);
        }
        assert!(attempts.is_empty() && attempts.order.is_empty());
        attempts.begin(&ane, 2000).unwrap();
        attempts.take_back(&ane, 1999);
        assert_eq!(attempts.len(), 3);
    }

    #[test]
    fn a_full_table_forgets_what_was_tried_longest_ago() {
        let mut attempts = MemoryCounters::new(30);
        let (ane, mut begun) = (of("ane", 0), 0);
        for second in 0..9000 {
            // Somebody else each second, and every fifth she: what is in use stays.
            let _ = attempts.begin(&of(&format!("{second}"), second), u64::from(second));
            if second % 5 == 0 {
                begun += usize::from(attempts.begin(&ane, u64::from(second)).is_ok());
            }
            assert!(attempts.len() <= 30 && attempts.order.len() == attempts.len());
        }
        assert_eq!(begun, 9000 / 900 * 10);
    }

    #[test]
    fn counters_at_their_limit_are_forgotten_last() {
        let mut attempts = MemoryCounters::new(60);
        let ane = of("ane", 1);
        for _ in 0..10 {
            attempts.begin(&ane, 0).unwrap();
        }
        for second in 1..800 {
            let other = of(&format!("{second}"), second);
            attempts.begin(&other, u64::from(second)).unwrap();
            assert_eq!(attempts.begin(&other, u64::from(second)), Ok(()));
            assert!(attempts.len() <= 60 && attempts.order.len() == attempts.len());
        }
        assert_eq!(attempts.begin(&ane, 800), Err(100));
    }

    #[test]
    fn a_full_memory_of_limits_still_counts_who_comes() {
        let mut attempts = MemoryCounters::new(30);
        for peer in 0..40 {
            for _ in 0..10 {
                attempts.begin(&of("ane", peer), 0).ok();
            }
        }
        let bo = of("bo", 1000);
        let begun = (0..20).filter(|_| attempts.begin(&bo, 1).is_ok());
        assert_eq!(begun.count(), 10);
        // Limits that are over make room first.
        for second in 901..930 {
            attempts
                .begin(&of("carl", second), u64::from(second))
                .unwrap();
        }
        assert!(attempts.len() <= 30 && attempts.order.len() == attempts.len());
    }
}
