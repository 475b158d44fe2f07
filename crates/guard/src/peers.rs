//! Which peers may speak for others, and for whom they speak.
//!
//! ```
//! use iteras_guard::peers::Peers;
//!
//! let proxies = Peers::parse(["10.0.0.0/8", "192.0.2.7"]).unwrap();
//! let client = |peer: &str, forwarded| proxies.client(peer.parse().unwrap(), forwarded).to_string();
//! assert_eq!(client("10.1.2.3", "203.0.113.9, 198.51.100.4, 192.0.2.7"), "198.51.100.4");
//! assert_eq!(client("198.51.100.4", "203.0.113.9"), "198.51.100.4");
//! ```
//!
//! What a header says of where a request came from counts only as far as configured peers wrote it (rules,
//! "Servers in front of content").

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::net::IpAddr;

/// Addresses and networks.
#[derive(Clone, Debug, Default)]
pub struct Peers(Vec<(IpAddr, u32)>);

impl Peers {
    /// Reads addresses (`192.0.2.7`, `::1`) and networks (`10.0.0.0/8`); the error is the text that is neither.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        texts
            .into_iter()
            .map(|text| network(text).ok_or_else(|| text.to_string()))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether an address is among them.
    pub fn hold(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.0.iter().any(|(network, bits)| match (network, peer) {
            (IpAddr::V4(network), IpAddr::V4(peer)) => {
                same(network.to_bits().into(), peer.to_bits().into(), 32 - bits)
            }
            (IpAddr::V6(network), IpAddr::V6(peer)) => {
                same(network.to_bits(), peer.to_bits(), 128 - bits)
            }
            _ => false,
        })
    }

    /// Who made a request that came from `peer` with this `X-Forwarded-For`: the last address in it that
    /// is not one of these, as long as these wrote it. What can't be read ends the chain.
    pub fn client(&self, peer: IpAddr, forwarded_for: &str) -> IpAddr {
        let mut client = peer;
        for hop in forwarded_for.rsplit(',') {
            let Some(hop) = hop.trim().parse().ok().filter(|_| self.hold(client)) else {
                break;
            };
            client = hop;
        }
        client
    }
}

fn network(text: &str) -> Option<(IpAddr, u32)> {
    let (address, bits) = text
        .split_once('/')
        .map_or((text, None), |(address, bits)| (address, Some(bits)));
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.map_or(Some(most), |bits| bits.parse().ok())?;
    (bits <= most).then_some((address, bits))
}

fn same(one: u128, other: u128, free_bits: u32) -> bool {
    (one ^ other).checked_shr(free_bits).unwrap_or(0) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_their_addresses() {
        let holds = |text, peer: &str| Peers::parse([text]).unwrap().hold(peer.parse().unwrap());
        assert!(holds("10.0.0.0/8", "10.255.0.1") && !holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("127.0.0.1", "::ffff:127.0.0.1") && !holds("127.0.0.1", "127.0.0.2"));
        assert!(holds("fd00::/8", "fd12::1") && !holds("fd00::/8", "fe12::1"));
        assert!(
            holds("0.0.0.0/0", "192.0.2.1") && !holds("0.0.0.0/0", "::1") && holds("::/0", "::1")
        );
        for odd in [
            "",
            "localhost",
            "10.0.0.0/33",
            "10.0.0.0/x",
            "::/129",
            "10.0.0.0/-1",
        ] {
            assert_eq!(Peers::parse(["::1", odd]).unwrap_err(), odd);
        }
    }

    #[test]
    fn only_what_known_peers_wrote_counts() {
        let client = |known: &[&str], peer: &str, forwarded| {
            let known = Peers::parse(known.iter().copied()).unwrap();
            known.client(peer.parse().unwrap(), forwarded).to_string()
        };
        assert_eq!(client(&[], "127.0.0.1", "192.0.2.1"), "127.0.0.1");
        assert_eq!(
            client(&["127.0.0.1"], "127.0.0.1", "192.0.2.9, 192.0.2.1"),
            "192.0.2.1"
        );
        assert_eq!(
            client(&["127.0.0.1"], "127.0.0.1", "192.0.2.9,nonsense"),
            "127.0.0.1"
        );
        assert_eq!(client(&["127.0.0.1"], "127.0.0.1", ""), "127.0.0.1");
        assert_eq!(
            client(&["::/0", "0.0.0.0/0"], "::1", "2001:db8::1, ::2"),
            "2001:db8::1"
        );
    }
}
