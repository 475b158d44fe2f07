//! Which peers may speak for others: addresses and networks.

use std::net::IpAddr;

use crate::ConfigError;

#[derive(Clone, Debug, Default)]
pub(super) struct Peers(Vec<(IpAddr, u32)>);

impl Peers {
    /// Reads addresses (`192.0.2.7`, `::1`) and networks (`10.0.0.0/8`).
    pub(super) fn parse(texts: &[String]) -> Result<Self, ConfigError> {
        let network = |text: &String| {
            let refused = || {
                ConfigError::new(
                    "trusted_peers",
                    format!("{text:?} is not an address or network"),
                )
            };
            let (address, bits) = text
                .split_once('/')
                .map_or((text.as_str(), None), |(address, bits)| {
                    (address, Some(bits))
                });
            let address: IpAddr = address.parse().map_err(|_| refused())?;
            let most = if address.is_ipv4() { 32 } else { 128 };
            let bits = bits.map_or(Ok(most), |bits| bits.parse().map_err(|_| refused()))?;
            if bits > most {
                return Err(refused());
            }
            Ok((address, bits))
        };
        texts
            .iter()
            .map(network)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn hold(&self, peer: IpAddr) -> bool {
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
}

fn same(one: u128, other: u128, free_bits: u32) -> bool {
    (one ^ other).checked_shr(free_bits).unwrap_or(0) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_their_addresses() {
        let peers = |text: &str| Peers::parse(&[text.to_owned()]);
        let holds = |text: &str, peer: &str| peers(text).unwrap().hold(peer.parse().unwrap());
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
            assert!(peers(odd).is_err(), "{odd}");
        }
    }
}
