//! Publishers while the stand-in runs: keys read, `{site}` replaced by the real origin, passes signed.

use iteras::timestamp::Timestamp;
use iteras_guard::issue::Fields;
use iteras_guard::signature::{Algorithms, PassKey, PassKeys};

use crate::config::{Account, Config, Level, Profile, SITE_PLACEHOLDER};

/// A publisher with its keys.
#[derive(Debug)]
pub struct Publisher {
    /// The profile as configured.
    pub profile: Profile,
    /// Origins whose pages may embed the frames.
    pub sites: Vec<String>,
    /// All keys, for verifying passes.
    pub keys: PassKeys,
    signing: PassKey,
}

impl Publisher {
    /// The publishers of a checked configuration.
    pub(crate) fn all(config: &Config, site: &str) -> Vec<Self> {
        config
            .profiles
            .iter()
            .map(|profile| Self::new(profile.clone(), site))
            .collect()
    }

    fn new(profile: Profile, site: &str) -> Self {
        let keys: Vec<(String, PassKey)> = (profile.signing_keys.iter().enumerate())
            .map(|(at, key)| {
                (
                    at.to_string(),
                    PassKey::new(key).expect("checked with the file"),
                )
            })
            .collect();
        let resolve = |s: &String| {
            if s == SITE_PLACEHOLDER {
                site.into()
            } else {
                s.clone()
            }
        };
        Self {
            sites: profile.sites.iter().map(resolve).collect(),
            signing: keys[0].1.clone(),
            keys: PassKeys::new(keys, Algorithms::Sha256).expect("checked with the file"),
            profile,
        }
    }

    /// Signs a pass (documented surface, section 5). `rights` must not be empty.
    pub fn sign(
        &self,
        rights: &[(&str, &str)],
        expires: i64,
        subscriber: &str,
        ip: &str,
    ) -> String {
        let fields = Fields {
            entitlements: rights,
            expires: Timestamp::from_unix(expires),
            subscriber,
            ip,
        };
        // Not checked: tests order passes that make no sense.
        self.signing.sign(&fields.signed_text())
    }

    /// The pass for everything that is open to a reader, or none if nothing is.
    pub fn pass_for(&self, account: &Account, expires: i64, ip: &str) -> Option<String> {
        let rights: Vec<(&str, &str)> = account
            .rights()
            .map(|(level, paywall): (Level, _)| (level.name(), paywall))
            .collect();
        (!rights.is_empty()).then(|| self.sign(&rights, expires, &account.id, ip))
    }
}
