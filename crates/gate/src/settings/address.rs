//! The address that a gate listens at: one of the network, or a socket in the file system for a server on the same
//! machine.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// `"127.0.0.1:8086"`, or `"unix:/run/iteras-gate/socket"`.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(try_from = "String", into = "String")]
pub enum Address {
    /// Address and port.
    Network(SocketAddr),
    /// An absolute path.
    Unix(PathBuf),
}

impl Address {
    /// Tells whether only programs of this machine can come.
    pub(crate) fn is_local(&self) -> bool {
        match self {
            Self::Network(address) => address.ip().is_loopback(),
            Self::Unix(_) => true,
        }
    }
}

impl TryFrom<String> for Address {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let path = text.strip_prefix("unix:").map(PathBuf::from);
        // Not `is_absolute`, which no path is where a browser runs this: only systems with one root have such sockets.
        let address = match path {
            Some(path) => path.has_root().then_some(Self::Unix(path)),
            None => text.parse().ok().map(Self::Network),
        };
        // The parser's message goes without what was written, which could be a key in the wrong place.
        address.ok_or("expected an address and a port, or unix: and an absolute path")
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.to_string()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(address) => address.fmt(f),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}
