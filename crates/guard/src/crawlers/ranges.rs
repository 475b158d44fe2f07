//! The addresses that a search engine publishes.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::net::IpAddr;

use crate::config_error::{ConfigError, shown};
use crate::peers::Networks;

/// Networks, of a published list `{"prefixes":[{"ipv4Prefix":"192.0.2.0/24"},{"ipv6Prefix":"2001:db8::/64"}]}`.
#[derive(Clone, Debug, Default)]
pub struct Ranges(Networks);

/// The widest networks that one search engine may have, in bits: what is wider is a slip that would let everybody in.
const WIDEST: (u32, u32) = (8, 16);

impl Ranges {
    /// Reads prefixes such as `192.0.2.0/24` and `2001:db8::/64`. Refuses a list without any, and a prefix that can't be
    /// read or is wider than /8 and /16.
    pub fn of<'a>(prefixes: impl IntoIterator<Item = &'a str>) -> Result<Self, ConfigError> {
        let refused = |problem| ConfigError::new("ranges", problem);
        let prefixes: Vec<&str> = prefixes.into_iter().collect();
        if prefixes.is_empty() {
            return Err(refused("there is no prefix".to_string()));
        }
        let networks = Networks::parse(prefixes.iter().copied());
        let networks =
            networks.map_err(|text| refused(format!("{} is not a prefix", shown(&text))))?;
        let is_wide = |(network, bits): &&(IpAddr, u32)| match network {
            IpAddr::V4(_) => *bits < WIDEST.0,
            IpAddr::V6(_) => *bits < WIDEST.1,
        };
        let wide = networks.iter().find(is_wide).copied();
        match wide {
            None => Ok(Self(networks)),
            Some((network, bits)) => Err(refused(format!(
                "{network}/{bits} is wider than any search engine is"
            ))),
        }
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Tells whether an address is in one; an IPv4 address that is written as IPv6 is the IPv4 address.
    pub fn hold(&self, address: IpAddr) -> bool {
        self.0.hold(address)
    }

    pub(super) fn add(&mut self, other: Self) {
        self.0.add(other.0);
    }
}
