//! Random changes to signed passes: each case follows from a seed and its number alone, and a digest of
//! cases and verdicts is the same on every platform or something is wrong.

mod case;
mod dice;
mod headers;
mod passes;

pub use case::{Case, Expected};

use iteras::{Access, IdList, Requirement, Timestamp};
use iteras_guard::cookies::header_text;
use iteras_guard::signature::{Algorithms, PassKey, PassKeys};

/// The time of every case.
pub const NOW: Timestamp = Timestamp::from_unix(1_768_478_400);
/// The newest key.
pub const KEY: &str = "j8kau2v3lzp0n12ilw1d0hurr6059gyo";
/// The key before it, which still counts.
pub const OLD_KEY: &str = "old0123456789abcdefghijklmnopqrs";

/// Judges cases as a server does.
pub struct Judge {
    keys: PassKeys,
    wanted: IdList,
    signers: case::Signers,
}

impl Judge {
    /// With both keys.
    pub fn new() -> Self {
        let key = |text| PassKey::new(text).expect("the keys above can be meant");
        let keys = vec![
            ("new".to_owned(), key(KEY)),
            ("old".to_owned(), key(OLD_KEY)),
        ];
        Self {
            keys: PassKeys::new(keys, Algorithms::Sha256).expect("there are keys"),
            wanted: IdList::new(case::WANTED),
            signers: case::Signers {
                new: key(KEY),
                old: key(OLD_KEY),
                foreign: key("the key of another publisher"),
            },
        }
    }

    /// The case of this number.
    pub fn case(&self, seed: u64, number: u64) -> Case {
        Case::new(&self.signers, seed, number)
    }

    /// `allow` with the key's position, or the reason.
    pub fn verdict(&self, case: &Case) -> (&'static str, Option<usize>) {
        let wanted = Requirement {
            paywalls: Some(self.wanted.as_ids()),
            access: case.access,
            leeway: case.leeway,
        };
        let header = header_text(&case.cookie);
        let checked = self.keys.check(&header, &wanted, NOW);
        let outcome = checked.reason().map_or("allow", |reason| reason.code());
        (outcome, checked.verified().map(|pass| pass.key_position()))
    }

    /// A digest (FNV-1a) of `count` cases and their verdicts.
    pub fn digest(&self, seed: u64, from: u64, count: u64) -> u64 {
        let mut digest = 0xcbf2_9ce4_8422_2325_u64;
        let mut add = |bytes: &[u8]| {
            for byte in bytes {
                digest = (digest ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
            }
        };
        for number in from..from + count {
            let case = self.case(seed, number);
            let (outcome, key) = self.verdict(&case);
            add(&case.cookie);
            add(outcome.as_bytes());
            add(&[key.map_or(0xff, |key| key as u8)]);
        }
        digest
    }
}

impl Default for Judge {
    fn default() -> Self {
        Self::new()
    }
}

/// The level that a case asks for, as its number says.
fn access(roll: usize) -> Access {
    [Access::Any, Access::User, Access::Sub][roll % 3]
}

/// [`Judge::digest`] for the host of a WebAssembly module: plain numbers in and out.
#[cfg(target_arch = "wasm32")]
#[allow(unsafe_code)] // An exported name is all that is unsafe about it.
#[unsafe(no_mangle)]
pub extern "C" fn digest(seed: u64, from: u64, count: u64) -> u64 {
    Judge::new().digest(seed, from, count)
}
