//! Log-in tokens, which say in a form who is logged in, since frames in other sites' pages have no cookies.
//!
//! A token is `<customer>:<expiry>:<HMAC>`: three parts, as the documented `preauth` has. The use and
//! the profile are part of what is signed, so that a self-service log-in never opens a paywall frame
//! and the other way round (documented surface, section 4). Tokens are kept nowhere: they survive a
//! restart, and can't be taken back before they run out.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::config::token_key;

/// The one use that a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Made by `authenticatecustomer` for the option `preauth`.
    Preauth,
    /// The log-in of a paywall frame.
    Paywall,
    /// The log-in of a self-service frame.
    SelfService,
    /// The log-in of an ordering frame.
    Order,
    /// An order that waits for its payment; its "customer" is the order's number.
    Pending,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::Preauth => "preauth",
            Self::Paywall => "paywall",
            Self::SelfService => "selfservice",
            Self::Order => "order",
            Self::Pending => "pending",
        }
    }
}

/// The key that tokens are signed with; another one than any pass's.
#[derive(Clone)]
pub struct TokenKey(Hmac<Sha256>);

impl TokenKey {
    /// Takes a key of at least 16 bytes.
    pub fn new(key: &str) -> Result<Self, String> {
        token_key(key)?;
        Ok(Self(
            Hmac::new_from_slice(key.as_bytes()).expect("HMAC takes a key of any length"),
        ))
    }

    /// Makes a token that is accepted until `expires` (Unix seconds).
    pub fn issue(&self, purpose: Purpose, profile: &str, customer: &str, expires: i64) -> String {
        let tag = self
            .mac(purpose, profile, customer, expires)
            .finalize()
            .into_bytes();
        let hex: String = tag.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{customer}:{expires}:{hex}")
    }

    /// The customer of a token, if it was made here for this use and has not run out.
    pub fn read<'a>(
        &self,
        token: &'a str,
        purpose: Purpose,
        profile: &str,
        now: i64,
    ) -> Option<&'a str> {
        let (rest, hex) = token.rsplit_once(':')?;
        let (customer, expires) = rest.split_once(':')?;
        let expires: i64 = expires.parse().ok()?;
        let tag = from_hex(hex)?;
        let genuine = self
            .mac(purpose, profile, customer, expires)
            .verify_slice(&tag)
            .is_ok();
        (genuine && now <= expires).then_some(customer)
    }

    // No part but the last may hold `|`: profiles, customer ids and numbers never do.
    fn mac(&self, purpose: Purpose, profile: &str, customer: &str, expires: i64) -> Hmac<Sha256> {
        let text = format!("{}|{profile}|{expires}|{customer}", purpose.name());
        self.0.clone().chain_update(text)
    }
}

fn from_hex(hex: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if hex.len() != 64 || !hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(&hex[at..at + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> TokenKey {
        TokenKey::new("a key for these tests").unwrap()
    }

    #[test]
    fn a_token_is_good_for_one_use_one_profile_and_a_time() {
        let token = key().issue(Purpose::Preauth, "lumen", "31168", 100);
        let read = |purpose, profile, now| key().read(&token, purpose, profile, now);
        assert_eq!(read(Purpose::Preauth, "lumen", 100), Some("31168"));
        assert_eq!(read(Purpose::Preauth, "lumen", 101), None);
        assert_eq!(read(Purpose::Paywall, "lumen", 100), None);
        assert_eq!(read(Purpose::Preauth, "other", 100), None);
        assert_eq!(token.split(':').count(), 3);
    }

    #[test]
    fn a_changed_token_is_refused() {
        let token = key().issue(Purpose::Paywall, "lumen", "31168", 100);
        for at in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[at] = if bytes[at] == b'1' { b'2' } else { b'1' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(
                key().read(&changed, Purpose::Paywall, "lumen", 0),
                None,
                "{changed}"
            );
        }
        for text in [
            "",
            ":",
            "::",
            "31168:100:",
            "æ:1:ø",
            "31168:99999999999999999999:00",
        ] {
            assert_eq!(
                key().read(text, Purpose::Paywall, "lumen", 0),
                None,
                "{text}"
            );
        }
    }
}
