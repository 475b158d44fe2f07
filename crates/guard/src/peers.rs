//! Peers that may speak for others, and the readers for whom they speak.
//!
//! ```
//! use iteras_guard::peers::{Peers, address};
//!
//! let proxies = Peers::parse(["10.0.0.0/8", "192.0.2.7"]).unwrap();
//! let reader = |peer: &str, forwarded| proxies.reader(address(peer), [forwarded]);
//! assert_eq!(reader("10.1.2.3", "203.0.113.9, 198.51.100.4:51044, 192.0.2.7"), address("198.51.100.4"));
//! assert_eq!(reader("198.51.100.4", "203.0.113.9"), address("198.51.100.4"));
//! assert_eq!(reader("10.1.2.3", "nonsense"), None);
//! ```
//!
//! A header that says where a request came from counts only as far as configured peers wrote it (rules,
//! "Forwarded headers").

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Addresses and networks, and maybe Unix sockets.
#[derive(Clone, Debug, Default)]
pub struct Peers {
    networks: Networks,
    sockets: bool,
}

/// Networks by their address and the number of bits that count.
#[derive(Clone, Debug, Default)]
pub(crate) struct Networks(Vec<(IpAddr, u32)>);

impl Networks {
    /// Reads addresses and networks; the error is the text that is neither.
    pub(crate) fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let read = |text: &str| network(text).ok_or_else(|| text.to_string());
        texts
            .into_iter()
            .map(read)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(IpAddr, u32)> {
        self.0.iter()
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Says if an address is in one of them.
    pub(crate) fn hold(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let holds = |(network, bits): &(IpAddr, u32)| match (network, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => same(
                network.to_bits().into(),
                address.to_bits().into(),
                32 - bits,
            ),
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                same(network.to_bits(), address.to_bits(), 128 - bits)
            }
            _ => false,
        };
        self.0.iter().any(holds)
    }
}

/// The text for all peers that come through a Unix socket, as nginx writes it.
const SOCKET: &str = "unix:";

impl Peers {
    /// Reads addresses (`192.0.2.7`, `::1`), networks (`10.0.0.0/8`) and `unix:` for connections through a Unix
    /// socket, which have no address; the error is the text that is none of these.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let mut peers = Self::default();
        for text in texts {
            if text == SOCKET {
                peers.sockets = true;
            } else {
                peers.networks.add(Networks::parse([text])?);
            }
        }
        Ok(peers)
    }

    /// Says if there is none.
    pub fn is_empty(&self) -> bool {
        self.networks.is_empty() && !self.sockets
    }

    /// Says if connections through Unix sockets are among them.
    pub fn hold_sockets(&self) -> bool {
        self.sockets
    }

    /// Says if an address is among them.
    pub fn hold(&self, peer: IpAddr) -> bool {
        self.networks.hold(peer)
    }

    /// The address of the reader whose request came from `peer` (none: through a Unix socket) with these lines of
    /// `X-Forwarded-For`: the last address in it that is not one of these, as long as these wrote it.
    ///
    /// None where it can't be told: a hop that can't be read, or a second line, which the reader may have sent. The
    /// address of the proxy would be the same for all of its readers.
    pub fn reader<'a>(
        &self,
        peer: Option<IpAddr>,
        forwarded_for: impl IntoIterator<Item = &'a str>,
    ) -> Option<IpAddr> {
        let mut lines = forwarded_for
            .into_iter()
            .filter(|line| !line.trim().is_empty());
        let Some(line) = lines.next().filter(|_| self.speaks(peer)) else {
            return peer;
        };
        if lines.next().is_some() {
            return None;
        }
        let mut reader = peer;
        for hop in line.rsplit(',').map(str::trim) {
            if !self.speaks(reader) {
                break;
            }
            reader = match address(hop) {
                None if !is_socket(hop) => return None,
                address => address,
            };
        }
        reader
    }

    fn speaks(&self, peer: Option<IpAddr>) -> bool {
        peer.map_or(self.sockets, |peer| self.hold(peer))
    }
}

/// The address in the text that a server gives for a peer: `203.0.113.9`, `203.0.113.9:51044`, `2001:db8::1`,
/// `[2001:db8::1]:443`, `fe80::1%eth0`. None for a Unix socket and for what can't be read.
pub fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    if let Some((address, port)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return v6(address)
            .filter(|_| port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
    }
    let v4 = |text: &str| text.parse::<Ipv4Addr>().ok().map(IpAddr::V4);
    match text.split_once(':') {
        None => v4(text),
        Some((address, port)) if is_port(port) && !address.is_empty() => v4(address),
        Some(_) => v6(text),
    }
}

/// A zone names an interface of the server; the address is the peer's.
fn v6(text: &str) -> Option<IpAddr> {
    let (address, zone) = text.split_once('%').unwrap_or((text, "-"));
    let address: Ipv6Addr = address.parse().ok()?;
    let is_zone = !zone.is_empty() && zone.bytes().all(|byte| byte.is_ascii_graphic());
    is_zone.then(|| IpAddr::V6(address).to_canonical())
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

/// As nginx (`unix:`, with or without a path) and Go's servers (`@`) write it.
fn is_socket(hop: &str) -> bool {
    hop.starts_with(SOCKET) || hop == "@"
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

    #[track_caller]
    fn reads(known: &[&str], peer: &str, lines: &[&str], expected: &str) {
        let known = Peers::parse(known.iter().copied()).unwrap();
        let reader = known.reader(address(peer), lines.iter().copied());
        assert_eq!(
            reader.map_or("none".into(), |reader| reader.to_string()),
            expected
        );
    }

    #[test]
    fn only_what_known_peers_wrote_counts() {
        let known = &["127.0.0.1"];
        reads(&[], "127.0.0.1", &["192.0.2.1"], "127.0.0.1");
        reads(known, "127.0.0.1", &["192.0.2.9, 192.0.2.1"], "192.0.2.1");
        reads(known, "127.0.0.1", &["nonsense, 192.0.2.1"], "192.0.2.1");
        reads(known, "127.0.0.1", &[""], "127.0.0.1");
        reads(known, "127.0.0.1", &[], "127.0.0.1");
        reads(
            &["::/0", "0.0.0.0/0"],
            "::1",
            &["2001:db8::1, ::2"],
            "2001:db8::1",
        );
    }

    #[test]
    fn a_reader_who_can_not_be_told_is_not_the_proxy() {
        let known = &["127.0.0.1"];
        for hop in [
            "nonsense",
            "192.0.2.9,nonsense",
            "unknown",
            "_hidden",
            "192.0.2.1,",
            "192.0.2.1:x",
            "256.0.0.1",
        ] {
            reads(known, "127.0.0.1", &[hop], "none");
        }
        reads(known, "127.0.0.1", &["192.0.2.1", "192.0.2.2"], "none");
        reads(&[], "127.0.0.1", &["192.0.2.1", "192.0.2.2"], "127.0.0.1");
    }

    #[test]
    fn c78_unix_sockets_have_no_address() {
        reads(&["unix:"], "unix:", &["192.0.2.1"], "192.0.2.1");
        reads(
            &["unix:", "10.0.0.1"],
            "10.0.0.1",
            &["192.0.2.1, unix:"],
            "192.0.2.1",
        );
        reads(
            &["unix:", "10.0.0.1"],
            "10.0.0.1",
            &["192.0.2.1, @"],
            "192.0.2.1",
        );
        reads(
            &["10.0.0.1"],
            "10.0.0.1",
            &["192.0.2.1, unix:/run/web.sock"],
            "none",
        );
        reads(&["10.0.0.1"], "unix:", &["192.0.2.1"], "none");
        assert!(!Peers::parse(["unix:"]).unwrap().is_empty());
    }

    #[test]
    fn c78_addresses_are_read_with_port_and_zone() {
        for (text, expected) in [
            ("203.0.113.9:51044", "203.0.113.9"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("fe80::1%eth0", "fe80::1"),
            ("[fe80::1%25eth0]:80", "fe80::1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("[::ffff:192.0.2.1]:9", "192.0.2.1"),
            (" 192.0.2.1 ", "192.0.2.1"),
            ("::1", "::1"),
        ] {
            assert_eq!(address(text).unwrap().to_string(), expected, "{text}");
        }
        for odd in [
            "",
            "unix:",
            "@",
            ":80",
            "192.0.2.1:",
            "192.0.2.1:65536",
            "192.0.2.1:+1",
            "192.0.2.1%eth0",
            "fe80::1%",
            "[::1",
            "[::1]:",
            "[::1]x",
            "[192.0.2.1]:1",
            "192.0.2",
            "localhost",
            "2001:db8::1::2",
        ] {
            assert_eq!(address(odd), None, "{odd}");
        }
    }
}
