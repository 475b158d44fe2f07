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

/// What has to be counted before anybody is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The counters, in the order of [`LIMITS`].
    pub counters: [Counter; 3],
}

/// Why an attempt may not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Too many have failed; there is room again after so many seconds.
    Wait(u64),
    /// It can't be known: nobody is let through uncounted.
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
    /// Of an IPv6 address the first 64 bits count, since one household has all the others; an IPv4 address is the same in either
    /// notation. Readers whose address can't be told are not taken for one peer, whose failures would shut out all of them: only
    /// those of the account bind them.
    pub(super) fn new(account: AccountKey, reader: Option<IpAddr>) -> Self {
        let network = reader.map_or_else(|| [b"?", &account.0[..]].concat(), network);
        Self {
            counters: [
                counter(b"account and peer", &[&network, &account.0]),
                counter(b"peer", &[&network]),
                counter(b"account", &[&account.0]),
            ],
        }
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
        Count::new(AccountKey::of(account), reader.parse().ok()).counters
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
}
