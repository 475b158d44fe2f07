//! Copied passes: in how many networks the pass of a subscriber was seen within a day, in bounded memory (reach,
//! "Copied passes").
//!
//! ```
//! use iteras_guard::copied::{Networks, Sightings};
//!
//! let mut sightings = Sightings::new([7; 32], Networks::new(2).unwrap());
//! let mut see = |address: &str, now| sightings.see("31168", address.parse().unwrap(), now);
//! assert_eq!(see("192.0.2.1", 0).networks(), 1);
//! assert_eq!(see("192.0.2.99", 1).networks(), 1);
//! assert!(!see("2001:db8::1", 2).is_news());
//! assert!(see("198.51.100.4", 3).is_news());
//! assert!(!see("203.0.113.9", 4).is_news());
//! ```
//!
//! A network is an IPv4 /24 or an IPv6 /48. Neither addresses nor subscribers are kept: what is kept of them is the
//! beginning of an HMAC with a key that is drawn when counting begins, the network's of both, so that nobody can tell
//! from it who was where, nor whether two were in the same place. Only verified passes may be shown to it: then whoever
//! has none can't fill it. It decides nothing about a request.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::net::IpAddr;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::tag::push_hex;

/// Seconds for which a sighting counts.
pub const DAY: u64 = 86_400;

/// The number of networks in which the passes of a subscriber may be seen within a day: more are news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Networks(u8);

impl Networks {
    /// The largest number.
    pub const MOST: u8 = 50;

    /// A number from 1 to [`MOST`](Self::MOST); none for another one.
    pub fn new(number: u8) -> Option<Self> {
        (1..=Self::MOST).contains(&number).then_some(Self(number))
    }

    /// The number.
    pub fn get(self) -> u8 {
        self.0
    }
}

impl Default for Networks {
    /// 12: a reader with a telephone, a home, a train and a summer house is not news.
    fn default() -> Self {
        Self(12)
    }
}

/// Knowledge of a subscriber after he was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sighting {
    subscriber: Hash,
    networks: usize,
    is_news: bool,
}

impl Sighting {
    /// Networks of the last day, this one among them; counted up to one more than is allowed.
    pub fn networks(&self) -> usize {
        self.networks
    }

    /// Tells whether there are more than allowed, which has not been said of this subscriber within the last day.
    pub fn is_news(&self) -> bool {
        self.is_news
    }

    /// The subscriber as 16 hex digits, which mean nothing but to these sightings.
    pub fn subscriber(&self) -> String {
        let mut hex = String::new();
        push_hex(&mut hex, &self.subscriber.0);
        hex
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hash([u8; 8]);

/// Subscribers and the networks in which they were seen: at most 65,536, whatever comes.
pub struct Sightings {
    key: Hmac<Sha256>,
    allowed: Networks,
    /// Those whose hashes begin alike share a place for [`SHARING`].
    places: Vec<Vec<Subscriber>>,
}

/// A power of two.
const PLACES: usize = 8192;
/// Subscribers in one place.
const SHARING: usize = 8;

struct Subscriber {
    hash: Hash,
    /// The second in which it was last said that there are too many.
    told: Option<u64>,
    /// Networks with the second of their last sighting; no more than allowed and one.
    seen: Vec<(Hash, u64)>,
}

impl Subscriber {
    fn forget(&mut self, now: u64) {
        self.seen.retain(|(_, last)| counts(*last, now));
        self.told = self.told.filter(|told| counts(*told, now));
    }

    fn last(&self) -> u64 {
        self.seen.iter().map(|(_, last)| *last).max().unwrap_or(0)
    }
}

/// Tells whether what was at `then` counts at `now`. A clock that is set back makes nothing older.
fn counts(then: u64, now: u64) -> bool {
    now.saturating_sub(then) < DAY
}

impl Sightings {
    /// Counts from nothing, with a key that nobody else knows and that is drawn for each run.
    pub fn new(key: [u8; 32], allowed: Networks) -> Self {
        Self::of(key, allowed, PLACES)
    }

    fn of(key: [u8; 32], allowed: Networks, places: usize) -> Self {
        Self {
            key: Hmac::new_from_slice(&key).expect("HMAC takes a key of any length"),
            allowed,
            places: (0..places).map(|_| Vec::new()).collect(),
        }
    }

    /// Notes that a verified pass of this subscriber came from that address at `now`, in seconds.
    pub fn see(&mut self, subscriber: &str, address: IpAddr, now: u64) -> Sighting {
        let hash = self.hash(b"subscriber|", &[subscriber.as_bytes()]);
        let network = self.hash(b"network|", &[&hash.0, &network(address)]);
        let most = usize::from(self.allowed.get()) + 1;
        let [first, second, ..] = hash.0;
        let place = usize::from(u16::from_be_bytes([first, second])) % self.places.len();
        let sharing = &mut self.places[place];
        let at = sharing.iter().position(|other| other.hash == hash);
        let at = at.unwrap_or_else(|| admit(sharing, hash, now));
        let subscriber = &mut sharing[at];
        subscriber.forget(now);
        match subscriber
            .seen
            .iter_mut()
            .find(|(seen, _)| *seen == network)
        {
            Some((_, last)) => *last = (*last).max(now),
            None => {
                if subscriber.seen.len() >= most {
                    remove_oldest(&mut subscriber.seen);
                }
                subscriber.seen.push((network, now));
            }
        }
        let networks = subscriber.seen.len();
        let is_news = networks >= most && subscriber.told.is_none();
        if is_news {
            subscriber.told = Some(now);
        }
        Sighting {
            subscriber: hash,
            networks,
            is_news,
        }
    }

    /// The number of subscribers that something is kept of.
    pub fn len(&self) -> usize {
        self.places.iter().map(Vec::len).sum()
    }

    /// Tells whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn hash(&self, purpose: &[u8], parts: &[&[u8]]) -> Hash {
        let mut mac = self.key.clone().chain_update(purpose);
        for part in parts {
            mac.update(part);
        }
        let tag: [u8; 32] = mac.finalize().into_bytes().into();
        let [a, b, c, d, e, f, g, h, ..] = tag;
        Hash([a, b, c, d, e, f, g, h])
    }
}

/// A place for a subscriber who has none. Where there is no room, who was seen in the fewest networks goes, of these
/// who was seen last longest ago: many readers can't make it forget one whose pass goes round.
fn admit(sharing: &mut Vec<Subscriber>, hash: Hash, now: u64) -> usize {
    let subscriber = Subscriber {
        hash,
        told: None,
        seen: Vec::new(),
    };
    if sharing.len() < SHARING {
        sharing.push(subscriber);
        return sharing.len() - 1;
    }
    sharing.iter_mut().for_each(|other| other.forget(now));
    let least = sharing
        .iter()
        .enumerate()
        .min_by_key(|(_, other)| (other.told.is_some(), other.seen.len(), other.last()));
    let at = least.map_or(0, |(at, _)| at);
    sharing[at] = subscriber;
    at
}

fn remove_oldest(seen: &mut Vec<(Hash, u64)>) {
    let oldest = seen.iter().enumerate().min_by_key(|(_, (_, last))| *last);
    if let Some((at, _)) = oldest {
        seen.swap_remove(at);
    }
}

/// The network of an address: an IPv4 /24, also of an address mapped into IPv6, or an IPv6 /48.
fn network(address: IpAddr) -> [u8; 7] {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            [4, a, b, c, 0, 0, 0]
        }
        IpAddr::V6(address) => {
            let [a, b, c, d, e, f, ..] = address.octets();
            [6, a, b, c, d, e, f]
        }
    }
}

impl fmt::Debug for Sightings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sightings")
            .field("allowed", &self.allowed.get())
            .field("subscribers", &self.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::net::Ipv4Addr;
    use std::format;
    use std::string::ToString;

    fn sightings(networks: u8) -> Sightings {
        Sightings::new([7; 32], Networks::new(networks).unwrap())
    }

    /// An address of a network of its own.
    fn away(number: u32) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0001 + (number << 8)))
    }

    #[test]
    fn c91_a_network_is_a_24_or_a_48() {
        let mut sightings = sightings(12);
        let mut networks =
            |address: &str| sightings.see("1", address.parse().unwrap(), 0).networks();
        assert_eq!(networks("192.0.2.1"), 1);
        assert_eq!(networks("192.0.2.255"), 1);
        assert_eq!(networks("::ffff:192.0.2.7"), 1);
        assert_eq!(networks("192.0.3.1"), 2);
        assert_eq!(networks("2001:db8:1::1"), 3);
        assert_eq!(networks("2001:db8:1:ffff::9"), 3);
        assert_eq!(networks("2001:db8:2::1"), 4);
        // Not the IPv4 network of the same bytes.
        assert_eq!(networks("c000:200::"), 5);
    }

    #[test]
    fn c91_more_than_allowed_is_news_once_a_day() {
        let mut sightings = sightings(3);
        let mut see = |network, now| sightings.see("1", away(network), now);
        for network in 0..3 {
            assert!(!see(network, 10).is_news());
        }
        assert!(see(3, 20).is_news());
        for network in 0..40 {
            let sighting = see(network, 30);
            assert!(!sighting.is_news() && sighting.networks() == 4);
        }
        // The same again a day later; what was then is forgotten.
        assert_eq!(see(1, 30 + DAY).networks(), 1);
        for network in 2..4 {
            assert!(!see(network, 31 + DAY).is_news());
        }
        assert!(see(4, 32 + DAY).is_news());
    }

    #[test]
    fn c91_a_reader_who_travels_slowly_is_no_news() {
        let mut sightings = sightings(3);
        for network in 0..1000 {
            let now = u64::from(network) * (DAY / 3);
            assert!(!sightings.see("1", away(network), now).is_news());
        }
    }

    #[test]
    fn c91_a_clock_set_back_neither_forgets_nor_panics() {
        let mut sightings = sightings(2);
        sightings.see("1", away(1), u64::MAX);
        sightings.see("1", away(2), 0);
        assert!(sightings.see("1", away(3), 5).is_news());
        assert!(!sightings.see("1", away(4), 0).is_news());
    }

    #[test]
    fn c91_memory_is_bounded_and_who_goes_round_stays() {
        let mut sightings = Sightings::of([7; 32], Networks::new(2).unwrap(), 16);
        for network in 0..3 {
            sightings.see("shared", away(network), 0);
        }
        for subscriber in 0..5_000 {
            sightings.see(&subscriber.to_string(), away(subscriber % 7), 1);
        }
        assert_eq!(sightings.len(), 16 * SHARING);
        assert_eq!(sightings.see("shared", away(0), 2).networks(), 3);
        let most = sightings.places.iter().flatten().map(|one| one.seen.len());
        assert!(most.max().unwrap() <= 3);
    }

    #[test]
    fn c91_nothing_that_is_kept_says_who_was_where() {
        let mut sightings = sightings(12);
        sightings.see("31168", "192.0.2.1".parse().unwrap(), 0);
        let shown = format!("{sightings:?}");
        assert_eq!(shown, "Sightings { allowed: 12, subscribers: 1, .. }");
        // The same network of two readers has two names, and every run its own.
        let mut named = |subscriber: &str| {
            let sighting = sightings.see(subscriber, "192.0.2.1".parse().unwrap(), 0);
            sighting.subscriber()
        };
        assert_ne!(named("31168"), named("31169"));
        let name = named("31168");
        let networks: Vec<_> = sightings
            .places
            .iter()
            .flatten()
            .map(|one| one.seen[0].0)
            .collect();
        assert_ne!(networks[0], networks[1]);
        let mut other = Sightings::new([8; 32], Networks::default());
        let elsewhere = other.see("31168", "192.0.2.1".parse().unwrap(), 0);
        assert_ne!(elsewhere.subscriber(), name);
        assert_eq!(name.len(), 16);
    }

    #[test]
    fn c91_numbers_of_networks_are_from_1_to_50() {
        let numbers = [0, 1, 12, 50, 51].map(|number| Networks::new(number).is_some());
        assert_eq!(numbers, [false, true, true, true, false]);
    }
}
