//! Failed log-ins of the last quarter of an hour, in memory.
//!
//! ```
//! use iteras_guard::attempts::Attempts;
//! use iteras_guard::login::{MAX_ACCOUNT, counters};
//!
//! let mut attempts = Attempts::new(10_000);
//! let ane = counters("ane@pub.example", "192.0.2.1".parse().unwrap());
//! for second in 0..10 {
//!     attempts.begin(&ane, second).unwrap();
//! }
//! assert_eq!(attempts.begin(&ane, 60), Err(840));
//! assert!(attempts.begin(&ane, 901).is_ok());
//! ```
//!
//! The table is bounded: when it is full, what nobody has tried for the longest time is forgotten
//! first.

use alloc::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::login::{Counter, LIMITS, WINDOW};

/// Failures and unfinished tries by counter. Times are seconds of a clock that never goes back.
#[derive(Debug)]
pub struct Attempts {
    capacity: usize,
    tries: BTreeMap<Counter, Tries>,
    // The same counters by when they were last asked for.
    order: BTreeSet<(u64, Counter)>,
}

#[derive(Debug, Default)]
struct Tries {
    /// When they began, oldest first.
    begun: VecDeque<u64>,
    /// When the last one began or was refused.
    asked: u64,
}

impl Attempts {
    /// An empty table for this many counters; a try has three. One takes at most about 1 kB.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(LIMITS.len()),
            tries: BTreeMap::new(),
            order: BTreeSet::new(),
        }
    }

    /// Notes a try that is about to be made. Refused with the seconds to wait where one of its counters
    /// has reached its limit; nothing is counted then.
    pub fn begin(&mut self, counters: &[Counter; 3], now: u64) -> Result<(), u64> {
        let waits = counters.iter().zip(LIMITS).filter_map(|(counter, limit)| {
            let begun = &self.tries.get(counter)?.begun;
            // When this one has gone there is room again.
            let in_the_way = begun.get(begun.len().checked_sub(limit)?)?;
            (in_the_way + WINDOW).checked_sub(now)
        });
        let wait = waits.filter(|wait| *wait > 0).max();
        for counter in counters {
            self.ask(counter, now, wait.is_none());
        }
        wait.map_or(Ok(()), Err)
    }

    /// Takes back a try begun at that time, since the password was right or could not be checked.
    pub fn take_back(&mut self, counters: &[Counter; 3], begun: u64) {
        for counter in counters {
            let Some(tries) = self.tries.get_mut(counter) else {
                continue;
            };
            if let Some(at) = tries.begun.iter().rposition(|time| *time == begun) {
                tries.begun.remove(at);
            }
            if tries.begun.is_empty() {
                self.order.remove(&(tries.asked, *counter));
                self.tries.remove(counter);
            }
        }
    }

    /// How many counters are in the table.
    pub fn len(&self) -> usize {
        self.tries.len()
    }

    /// Whether nothing is counted.
    pub fn is_empty(&self) -> bool {
        self.tries.is_empty()
    }

    fn ask(&mut self, counter: &Counter, now: u64, counts: bool) {
        if !counts && !self.tries.contains_key(counter) {
            return;
        }
        let tries = self.tries.entry(*counter).or_default();
        self.order.remove(&(tries.asked, *counter));
        self.order.insert((now, *counter));
        tries.asked = now;
        while tries.begun.front().is_some_and(|time| time + WINDOW <= now) {
            tries.begun.pop_front();
        }
        if counts {
            tries.begun.push_back(now);
        }
        while self.tries.len() > self.capacity {
            let Some((_, oldest)) = self.order.pop_first() else {
                return;
            };
            self.tries.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::login::counters;
    use alloc::format;
    use core::net::{IpAddr, Ipv4Addr};

    fn of(account: &str, peer: u32) -> [Counter; 3] {
        counters(account, IpAddr::V4(Ipv4Addr::from_bits(peer)))
    }

    /// How many of 200 tries find room, made by `counters` one a second.
    fn room(counters: impl Fn(u32) -> [Counter; 3]) -> usize {
        let mut attempts = Attempts::new(10_000);
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
        let (mut attempts, ane) = (Attempts::new(100), of("ane", 1));
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
        let (mut attempts, ane) = (Attempts::new(100), of("ane", 1));
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
        let mut attempts = Attempts::new(30);
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
}
