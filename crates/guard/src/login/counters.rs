//! The counters of an attempt, and how far each may go.

use alloc::vec::Vec;
use core::net::IpAddr;

use sha2::{Digest, Sha256};

use super::account::AccountKey;

/// Seconds for which a failure counts.
pub const WINDOW: u64 = 15 * 60;

/// The most failures within the [`WINDOW`]: of one account from one peer, of one peer, of one account.
pub const LIMITS: [usize; 3] = [10, 30, 100];

/// A hash of what failures are counted for; it does not say who or where.
pub type Counter = [u8; 16];

/// A counter and the most failures within the [`WINDOW`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limited {
    /// The counter.
    pub counter: Counter,
    /// The most failures.
    pub limit: usize,
}

/// All that an attempt counts for: three counters in the order of [`LIMITS`], and two more once it is known whose
/// name the reader gave, those of the customer's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count(Vec<Limited>);

/// The reason why an attempt may not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Too many have failed; there is room again after so many seconds.
    Wait(u64),
    /// The counters can't be asked: nobody is let through uncounted.
    Unknown,
}

impl From<u64> for Refusal {
    fn from(seconds: u64) -> Self {
        Self::Wait(seconds)
    }
}

impl Count {
    /// The counters of an account and a reader.
    ///
    /// Of an IPv6 address the first 64 bits count, since one household has all the others; an IPv4 address is the
    /// same in either notation. Readers whose address can't be told are not taken for one peer, whose failures would
    /// shut out all of them: only those of the account bind them.
    pub(super) fn new(name: AccountKey, id: Option<AccountKey>, reader: Option<IpAddr>) -> Self {
        let network = reader.map_or_else(|| [b"?", &name.0[..]].concat(), network);
        let both = |key: AccountKey| counter(b"account and peer", &[&network, &key.0]);
        let account = |key: AccountKey| counter(b"account", &[&key.0]);
        let counters = [both(name), counter(b"peer", &[&network]), account(name)];
        let [of_both, _, of_account] = LIMITS;
        let of_name = counters.into_iter().zip(LIMITS);
        let of_id = id
            .into_iter()
            .flat_map(|id| [(both(id), of_both), (account(id), of_account)]);
        let limited = |(counter, limit)| Limited { counter, limit };
        Self(of_name.chain(of_id).map(limited).collect())
    }

    /// The counters, each once.
    pub fn counters(&self) -> &[Limited] {
        &self.0
    }
}

/// Counters that went over a border and came back.
impl FromIterator<Limited> for Count {
    fn from_iter<I: IntoIterator<Item = Limited>>(counters: I) -> Self {
        Self(counters.into_iter().collect())
    }
}

fn counter(kind: &[u8], parts: &[&[u8]]) -> Counter {
    let mut hash = Sha256::new().chain_update(kind);
    for part in parts {
        // The length keeps parts apart, so that no account can pose as another with a network.
        hash = hash
            .chain_update((part.len() as u64).to_be_bytes())
            .chain_update(part);
    }
    let mut counter = Counter::default();
    counter.copy_from_slice(&hash.finalize()[..16]);
    counter
}

fn network(reader: IpAddr) -> Vec<u8> {
    match reader.to_canonical() {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets()[..8].to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(account: &str, reader: &str) -> [Counter; 3] {
        let count = Count::new(AccountKey::of(account), None, reader.parse().ok());
        [0, 1, 2].map(|at| count.counters()[at].counter)
    }

    #[test]
    fn an_account_is_the_same_however_it_is_typed() {
        assert_eq!(
            of(" Ane@Pub.example\n", "192.0.2.1"),
            of("ane@pub.example", "192.0.2.1")
        );
        let [both, peer, account] = of("1", "192.0.2.1");
        assert!(both != peer && peer != account && both != account);
        let [other_both, same_peer, other_account] = of("2", "192.0.2.1");
        assert!(both != other_both && peer == same_peer && account != other_account);
    }

    #[test]
    fn a_peer_is_an_ipv4_address_or_a_network_of_64_bits() {
        assert_eq!(of("1", "::ffff:192.0.2.1"), of("1", "192.0.2.1"));
        assert_eq!(of("1", "2001:db8::1"), of("1", "2001:db8::ffff:0:2"));
        assert_ne!(of("1", "2001:db8::1")[1], of("1", "2001:db8:0:1::1")[1]);
        assert_ne!(of("1", "192.0.2.1")[1], of("1", "192.0.2.2")[1]);
    }

    #[test]
    fn readers_without_address_share_nothing_but_the_account() {
        let [both, peer, account] = of("1", "unknown");
        let [other_both, other_peer, _] = of("2", "unknown");
        assert!(both != other_both && peer != other_peer);
        assert_eq!(account, of("1", "192.0.2.1")[2]);
    }

    #[test]
    fn a_name_whose_id_is_known_counts_for_both() {
        let reader = "192.0.2.1".parse().ok();
        let count = Count::new(
            AccountKey::of("ane@pub.example"),
            Some(AccountKey::of("031168")),
            reader,
        );
        let [both, _, account] = of("31168", "192.0.2.1");
        let limits: Vec<_> = count
            .counters()
            .iter()
            .map(|limited| limited.limit)
            .collect();
        assert_eq!(limits, [10, 30, 100, 10, 100]);
        assert_eq!(
            [count.counters()[3].counter, count.counters()[4].counter],
            [both, account]
        );
    }
}
