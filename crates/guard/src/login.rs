//! A publisher's own log-in form: whose posts count, and what is counted.
//!
//! The service does not limit how often passwords are tried, so whoever passes them on has to (documented
//! surface, section 6; rules, "Log-in proxies"):
//!
//! 1. Only the site's own form: [`is_own_post`].
//! 2. Within [`WINDOW`] seconds no more failures than [`LIMITS`] says, for each of a try's three
//!    [`counters`]. Where they are kept is another matter: in [`attempts`](crate::attempts), or in a store
//!    that several machines share.
//!
//! A try counts from its beginning and is taken back unless it fails: otherwise a thousand tries at once
//! would all find room.

use core::net::IpAddr;

use alloc::string::String;
use sha2::{Digest, Sha256};

/// Seconds for which a failure counts.
pub const WINDOW: u64 = 15 * 60;

/// The most failures within the [`WINDOW`]: of one account from one peer, of one peer, of one account.
pub const LIMITS: [usize; 3] = [10, 30, 100];

/// The longest account that is looked at, in bytes: the longest e-mail address (RFC 5321, section 4.5.3.1).
pub const MAX_ACCOUNT: usize = 320;

/// What failures are counted for; does not say who or where.
pub type Counter = [u8; 16];

/// The counters of a try, in the order of [`LIMITS`].
///
/// Letter case and outer blanks make no other account. Of an IPv6 address the first 64 bits count, since one
/// household has all the others; an IPv4 address is the same in either notation.
pub fn counters(account: &str, peer: IpAddr) -> [Counter; 3] {
    let account: String = account.trim().to_lowercase();
    let network = network(peer).to_be_bytes();
    [
        counter(b"account and peer", &network, &account),
        counter(b"peer", &network, ""),
        counter(b"account", b"", &account),
    ]
}

// Networks all have one length and come first, so that no account can pose as another with a network.
fn counter(kind: &[u8], network: &[u8], account: &str) -> Counter {
    let hash = Sha256::new()
        .chain_update(kind)
        .chain_update([0])
        .chain_update(network)
        .chain_update(account)
        .finalize();
    let mut counter = Counter::default();
    counter.copy_from_slice(&hash[..16]);
    counter
}

fn network(peer: IpAddr) -> u128 {
    match peer.to_canonical() {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits() >> 64 << 64,
    }
}

/// Whether a request is a form post of the site's own pages: `fetch_site` is its `Sec-Fetch-Site`, `origin`
/// its `Origin`, `host` its `Host`; `origins` are further ones of the publisher's, such as `https://pub.example`.
///
/// Refused are other methods than `POST`, `cross-site`, and an `Origin` that is neither the host's nor listed;
/// so is `null`. Programs that are no browsers send neither header: they can't be tricked into a post.
pub fn is_own_post(
    method: &str,
    fetch_site: Option<&str>,
    origin: Option<&str>,
    host: &str,
    origins: &[String],
) -> bool {
    let own = |origin: &str| {
        let authority = origin
            .strip_prefix("https://")
            .or_else(|| origin.strip_prefix("http://"));
        let is_host = authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host));
        is_host
            || origins
                .iter()
                .any(|listed| listed.eq_ignore_ascii_case(origin))
    };
    method == "POST" && fetch_site != Some("cross-site") && origin.is_none_or(own)
}

/// How a try ended, and what a reader is told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Logged in.
    Welcome,
    /// Wrong password or unknown customer: which of the two, nobody is told.
    Wrong,
    /// Too many tries have failed.
    TooMany,
    /// Not a post of the site's own form.
    Foreign,
    /// A field is missing, or the form can't be read.
    BadForm,
    /// The password could not be checked, or the try not counted.
    Outage,
}

impl Ending {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Welcome,
        Self::Wrong,
        Self::TooMany,
        Self::Foreign,
        Self::BadForm,
        Self::Outage,
    ];

    /// A stable word.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Welcome => "welcome",
            Self::Wrong => "wrong",
            Self::TooMany => "toomany",
            Self::Foreign => "foreign",
            Self::BadForm => "badform",
            Self::Outage => "outage",
        }
    }

    /// The HTTP status for scripts.
    pub const fn status(self) -> u16 {
        match self {
            Self::Welcome => 200,
            Self::Wrong => 401,
            Self::TooMany => 429,
            Self::Foreign => 403,
            Self::BadForm => 400,
            Self::Outage => 503,
        }
    }

    /// Whether a plain form gets [`page`](Self::page), and not a redirect to one of the publisher's pages.
    pub const fn ends_here(self) -> bool {
        matches!(self, Self::TooMany | Self::Foreign)
    }

    /// A short page, HTML in UTF-8.
    pub fn page(self) -> String {
        let (title, sentence) = match self {
            Self::TooMany => ("Too many attempts", "Try again later."),
            Self::Foreign => ("Not logged in", "This form is not ours."),
            _ => ("Not logged in", "Try again later."),
        };
        [
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>",
            title,
            "</title><h1>",
            title,
            "</h1><p>",
            sentence,
            "</p></html>\n",
        ]
        .concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    fn of(account: &str, peer: &str) -> [Counter; 3] {
        counters(account, peer.parse().unwrap())
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
    fn only_posts_of_the_own_site() {
        let listed = ["https://www.pub.example".to_string()];
        let own = |site, origin| is_own_post("POST", site, origin, "pub.example:8080", &listed);
        assert!(own(None, None) && own(Some("same-origin"), Some("http://PUB.example:8080")));
        assert!(own(Some("same-site"), Some("https://www.pub.example")));
        assert!(!own(Some("cross-site"), None));
        for other in [
            "null",
            "",
            "http://pub.example",
            "https://pub.example:8080.evil.example",
            "pub.example:8080",
        ] {
            assert!(!own(Some("same-origin"), Some(other)), "{other}");
        }
        assert!(!is_own_post("GET", None, None, "pub.example", &[]));
    }
}
