//! Passes for tests, with a default for all that a test does not care about (feature `testing`).
//!
//! ```
//! use iteras::Timestamp;
//! use iteras_guard::testing::{self, signed_pass};
//!
//! let pass = signed_pass("n8fsoupukhv3").with_subscriber("7").text();
//! assert_eq!(testing::keys().verify(&pass).unwrap().pass().subscriber(), "7");
//!
//! let expired = signed_pass("n8fsoupukhv3").with_expiry(Timestamp::from_unix(0)).text();
//! assert!(expired.starts_with("sub|n8fsoupukhv3|1970-01-01T00:00:00Z|31168|/sha256:"));
//! ```
//!
//! Never a part of a program that readers meet: cargo turns the feature on for tests where it stands below
//! `[dev-dependencies]`. The pass is that of surface, section 5.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use iteras::timestamp::Timestamp;

use crate::issue::Fields;
use crate::keys::PassKey;
use crate::signature::{Algorithms, PassKeys};

/// The key that passes are signed with where a test names none. Everybody knows it.
pub const KEY: &str = "a key for tests and nothing else";

/// The paywall of passes that a test names none for.
pub const PAYWALL: &str = "n8fsoupukhv3";

/// 2099-12-31T23:59:59Z, the expiry of passes where a test names none.
const EXPIRY: Timestamp = Timestamp::from_unix(4_102_444_799);

/// [`KEY`], ready for signing.
pub fn key() -> PassKey {
    PassKey::new(KEY).expect("the key is long enough")
}

/// [`KEY`], ready for checking: what a gate in a test is made with.
pub fn keys() -> PassKeys {
    let named = [("testing".into(), key())];
    PassKeys::new(named.into(), Algorithms::Sha256).expect("there is one key")
}

/// Begins a pass of a subscriber of this paywall.
pub fn signed_pass(paywallid: &str) -> TestPass {
    TestPass {
        key: key(),
        entitlements: [("sub".into(), paywallid.into())].into(),
        expires: EXPIRY,
        subscriber: "31168".into(),
        ip: String::new(),
    }
}

/// A pass to be signed: level `sub`, until the end of 2099, of the subscriber `31168`, without an IP address, by
/// [`KEY`].
#[derive(Clone)]
#[must_use]
pub struct TestPass {
    key: PassKey,
    entitlements: Vec<(String, String)>,
    expires: Timestamp,
    subscriber: String,
    ip: String,
}

impl TestPass {
    /// Signs with this key.
    pub fn with_key(mut self, key: PassKey) -> Self {
        self.key = key;
        self
    }

    /// Grants this level, such as `user`, at each paywall.
    pub fn with_level(mut self, level: &str) -> Self {
        for (granted, _) in &mut self.entitlements {
            *granted = level.into();
        }
        self
    }

    /// Grants these pairs of level and paywall id, and nothing else.
    pub fn with_entitlements<'a>(
        mut self,
        entitlements: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let owned = |(level, paywall): (&str, &str)| (level.to_string(), paywall.to_string());
        self.entitlements = entitlements.into_iter().map(owned).collect();
        self
    }

    /// Says the last second at which the pass is valid.
    pub fn with_expiry(mut self, expires: Timestamp) -> Self {
        self.expires = expires;
        self
    }

    /// Says whose pass it is; may be empty.
    pub fn with_subscriber(mut self, subscriber: &str) -> Self {
        self.subscriber = subscriber.into();
        self
    }

    /// Says the IP address that it was given out at; may be empty.
    pub fn with_ip(mut self, ip: &str) -> Self {
        self.ip = ip.into();
        self
    }

    /// The pass; none where a field holds what no field can, as of [`Fields::sign`].
    pub fn try_text(&self) -> Option<String> {
        let entitlements: Vec<(&str, &str)> = self
            .entitlements
            .iter()
            .map(|(level, paywall)| (level.as_str(), paywall.as_str()))
            .collect();
        let fields = Fields {
            entitlements: &entitlements,
            expires: self.expires,
            subscriber: &self.subscriber,
            ip: &self.ip,
        };
        fields.sign(&self.key)
    }

    /// The pass, the value of the cookie `iteraspass`.
    ///
    /// # Panics
    ///
    /// Where a field holds what no field can: a separator, a byte that no cookie has, no paywall at all.
    #[track_caller]
    pub fn text(&self) -> String {
        let Some(pass) = self.try_text() else {
            panic!(
                "no pass can say this: {:?} until {} for {:?} at {:?}",
                self.entitlements, self.expires, self.subscriber, self.ip
            );
        };
        pass
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_says_what_it_was_asked_to() {
        let other = PassKey::new("another key, for this test alone").unwrap();
        let pass = signed_pass("AAAA1111")
            .with_key(other.clone())
            .with_entitlements([("sub", "AAAA1111"), ("sub", "BBBB2222")])
            .with_level("user")
            .with_ip("192.0.2.7")
            .with_subscriber("");
        let signed = "user,user|AAAA1111,BBBB2222|2099-12-31T23:59:59Z||192.0.2.7";
        assert_eq!(pass.text(), other.sign(signed));
        assert!(keys().verify(&pass.text()).is_err());
        let usual = signed_pass(PAYWALL).text();
        assert_eq!(keys().verify(&usual).unwrap().pass().subscriber(), "31168");
    }

    #[test]
    #[should_panic(
        expected = "no pass can say this: [(\"sub\", \"A|B\")] until 2099-12-31T23:59:59Z for \"31168\" at"
    )]
    fn what_no_pass_can_say_is_told() {
        signed_pass("A|B").text();
    }
}
