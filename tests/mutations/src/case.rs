//! One case: a Cookie header, the requirement, and the expected decision where that is known beforehand.

use iteras::Access;
use iteras::timestamp::Timestamp;
use iteras_guard::signature::PassKey;

use crate::dice::Dice;
use crate::{NOW, access, headers, passes};

/// The paywalls that any case asks for.
pub(crate) const WANTED: [&str; 2] = ["A1", "B2"];
/// Ten days, in seconds: far from any edge.
pub(crate) const FAR: i64 = 864_000;

pub(crate) struct Signers {
    pub(crate) new: PassKey,
    pub(crate) old: PassKey,
    pub(crate) foreign: PassKey,
}

/// The decision that a case has to get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A harmless change to a pass that satisfies.
    Allow,
    /// A pass that was changed after it had been signed.
    Deny,
    /// Signed as it stands: this very outcome.
    Exactly(&'static str),
    /// Signed nonsense: whatever it is, it is the same everywhere.
    Same,
}

impl Expected {
    /// True where `outcome`, `allow` or a reason, is as expected.
    pub fn holds(self, outcome: &str) -> bool {
        match self {
            Self::Allow => outcome == "allow",
            Self::Deny => outcome != "allow",
            Self::Exactly(wanted) => outcome == wanted,
            Self::Same => true,
        }
    }
}

/// A request, as far as it matters.
#[derive(Debug)]
pub struct Case {
    /// Name of the kind of change.
    pub kind: &'static str,
    /// The Cookie header.
    pub cookie: Vec<u8>,
    /// The level asked for.
    pub access: Access,
    /// Seconds that an expired pass still counts.
    pub leeway: u32,
    /// The decision that it has to get.
    pub expected: Expected,
}

type Make = fn(&Signers, &mut Dice, &mut Case);

const KINDS: [(&str, Make); 14] = [
    ("bytes replaced", passes::replaced),
    ("bytes inserted, removed, swapped", passes::edited),
    ("signature changed", passes::tag_changed),
    ("fields changed and signed", passes::fields_signed),
    ("several entitlements, signed", passes::lists_signed),
    ("no date, signed", passes::dates_signed),
    ("nonsense, signed", passes::nonsense_signed),
    ("another publisher's key", passes::foreign),
    ("the old key", passes::old_key),
    ("neighbours", headers::neighbours),
    ("percent-encoded", headers::percent_encoded),
    ("several values", headers::several),
    ("another cookie's name", headers::renamed),
    ("separators", headers::separated),
];

impl Case {
    pub(crate) fn new(signers: &Signers, seed: u64, number: u64) -> Self {
        let mut dice = Dice::new(seed, number);
        let (kind, make) = KINDS[dice.roll(KINDS.len())];
        let mut case = Self {
            kind,
            cookie: b"iteraspass=".to_vec(),
            access: access(dice.roll(3)),
            leeway: [0, 60][dice.roll(2)],
            expected: Expected::Same,
        };
        make(signers, &mut dice, &mut case);
        case
    }

    pub(crate) fn value(&mut self, value: &[u8], expected: Expected) {
        self.cookie.extend_from_slice(value);
        self.expected = expected;
    }

    /// The pass unchanged but for what surrounds it, or changed.
    pub(crate) fn stale(&mut self, value: &[u8], original: &[u8]) {
        // A `;` ends the value; space and tab around it do not belong to it.
        let value_alone = value.split(|byte| *byte == b';').next().unwrap_or(b"");
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        let start = value_alone.iter().take_while(|byte| blank(byte)).count();
        let end = value_alone
            .iter()
            .rev()
            .take_while(|byte| blank(byte))
            .count();
        let same = value_alone.get(start..value_alone.len() - end) == Some(original);
        let expected = if same {
            Expected::Allow
        } else {
            Expected::Deny
        };
        self.value(value, expected);
    }
}

pub(crate) fn text(level: &str, wall: &str, expiry: &str, more: &str) -> String {
    format!("{level}|{wall}|{expiry}|31168|192.0.2.7{more}")
}

pub(crate) fn expiry(seconds: i64) -> String {
    Timestamp::from_unix(NOW.unix() + seconds).to_string()
}

/// A signed text that satisfies every case.
pub(crate) fn satisfying(dice: &mut Dice) -> String {
    let wall = dice.one(&["A1", "B2"]);
    let more = dice.one(&["", "|more", "|a/b|c", "|,"]);
    let far = [1, 3600, FAR][dice.roll(3)];
    text("sub", wall, &expiry(far), more)
}

pub(crate) fn good(signers: &Signers, dice: &mut Dice) -> Vec<u8> {
    signers.new.sign(&satisfying(dice)).into_bytes()
}
