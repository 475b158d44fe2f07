//! One case: a Cookie header, what is asked for, and what has to come of it where that is known beforehand.

use iteras::policy::Access;
use iteras::signature::PassKey;
use iteras::timestamp::Timestamp;

use crate::dice::Dice;
use crate::{NOW, access};

/// The paywalls that any case asks for.
pub(crate) const WANTED: &str = "A1\nB2";
const FAR: i64 = 864_000;

pub(crate) struct Signers {
    pub(crate) new: PassKey,
    pub(crate) old: PassKey,
    pub(crate) foreign: PassKey,
}

/// What has to come of a case.
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
    /// Whether `outcome`, `allow` or a reason, is what has to come.
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
    /// What has to come of it.
    pub expected: Expected,
}

type Make = fn(&Signers, &mut Dice, &mut Case);

const KINDS: [(&str, Make); 14] = [
    ("bytes replaced", replaced),
    ("bytes inserted, removed, swapped", edited),
    ("signature changed", tag_changed),
    ("fields changed and signed", fields_signed),
    ("several entitlements, signed", lists_signed),
    ("no date, signed", dates_signed),
    ("nonsense, signed", nonsense_signed),
    ("another publisher's key", foreign),
    ("the old key", old_key),
    ("neighbours", neighbours),
    ("percent-encoded", percent_encoded),
    ("several values", several),
    ("another cookie's name", renamed),
    ("separators", separated),
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

    fn value(&mut self, value: &[u8], expected: Expected) {
        self.cookie.extend_from_slice(value);
        self.expected = expected;
    }

    /// The pass unchanged but for what surrounds it, or changed.
    fn stale(&mut self, value: &[u8], original: &[u8]) {
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

fn text(level: &str, wall: &str, expiry: &str, more: &str) -> String {
    format!("{level}|{wall}|{expiry}|31168|192.0.2.7{more}")
}

fn expiry(seconds: i64) -> String {
    Timestamp::from_unix(NOW.unix() + seconds).to_string()
}

/// A signed text that satisfies every case.
fn satisfying(dice: &mut Dice) -> String {
    let wall = dice.one(&["A1", "B2"]);
    let more = dice.one(&["", "|more", "|a/b|c", "|,"]);
    let far = [1, 3600, FAR][dice.roll(3)];
    text("sub", wall, &expiry(far), more)
}

fn good(signers: &Signers, dice: &mut Dice) -> Vec<u8> {
    signers.new.sign(&satisfying(dice)).into_bytes()
}

fn replaced(signers: &Signers, dice: &mut Dice, case: &mut Case) {
    let original = good(signers, dice);
    let mut changed = original.clone();
    for _ in 0..=dice.roll(3) {
        let at = dice.roll(changed.len());
        changed[at] = match dice.roll(3) {
            0 => dice.byte(),
            1 => changed[at] ^ (1 << dice.roll(8)),
            _ => b"0123456789abcdefsubuserAB|,/:-TZ.%; "[dice.roll(36)],
        };
    }
    case.stale(&changed, &original);
}

fn edited(signers: &Signers, dice: &mut Dice, case: &mut Case) {
    let original = good(signers, dice);
    let mut changed = original.clone();
    for _ in 0..=dice.roll(3) {
        let at = dice.roll(changed.len());
        match dice.roll(5) {
            0 => changed.insert(at, b"0|,/a:; \t%7C"[dice.roll(12)]),
            1 => changed.push(b"0f; \t/|"[dice.roll(7)]),
            2 if changed.len() > 1 => drop(changed.remove(at)),
            3 => changed.truncate(at.max(1)),
            _ => {
                let other = dice.roll(changed.len());
                changed.swap(at, other);
            }
        }
    }
    case.stale(&changed, &original);
}

fn tag_changed(signers: &Signers, dice: &mut Dice, case: &mut Case) {
    let signed = satisfying(dice);
    let pass = signers.new.sign(&signed);
    let tag = &pass[pass.len() - 64..];
    let cut = dice.roll(64);
    let (right, outcome) = match dice.roll(7) {
        0 => (format!("sha256:{}", &tag[..cut]), "malformed"),
        1 => (
            format!("sha256:{tag}{}", dice.one(&["0", "00", "f"])),
            "malformed",
        ),
        2 => (format!("sha1:{}", &tag[..40]), "algorithm"),
        3 => (
            format!("{}:{tag}", dice.one(&["sha512", "md5", "none", "sha2560"])),
            "algorithm",
        ),
        4 => (
            format!("{}:{tag}", dice.one(&["SHA256", "sha-256", " sha256", ""])),
            "malformed",
        ),
        5 => (format!("sha256:{}", "0".repeat(64)), "signature"),
        // A tag that holds no letter at all has no upper case; one in 10^13.
        _ => (format!("sha256:{}", tag.to_uppercase()), "malformed"),
    };
    case.value(
        format!("{signed}/{right}").as_bytes(),
        Expected::Exactly(outcome),
    );
}

fn satisfies(access: Access, level: &str) -> bool {
    match access {
        Access::Any => true,
        Access::User => matches!(level, "sub" | "user"),
        Access::Sub => level == "sub",
    }
}

/// What comes of readable fields, by the words of the rules.
fn outcome(case: &Case, entitlements: &[(&str, &str)], seconds: i64) -> &'static str {
    let mut wanted = entitlements
        .iter()
        .filter(|(_, wall)| matches!(*wall, "A1" | "B2"))
        .peekable();
    if wanted.peek().is_none() {
        return "wrongpaywall";
    }
    if !wanted.any(|(level, _)| satisfies(case.access, level)) {
        return "accesslevel";
    }
    if seconds + i64::from(case.leeway) < 0 {
        "expired"
    } else {
        "allow"
    }
}

const EDGES: [i64; 11] = [-FAR, -3600, -61, -60, -59, -1, 0, 1, 59, 60, FAR];
const LEVELS: [&str; 5] = ["sub", "user", "vip", "SUB", "subs"];
const WALLS: [&str; 5] = ["A1", "B2", "a1", "A", "A12"];

fn fields_signed(signers: &Signers, dice: &mut Dice, case: &mut Case) {
    lists(signers, dice, case, 1);
}

fn lists_signed(signers: &Signers, dice: &mut Dice, case: &mut Case) {
    let count = 2 + dice.roll(3);
    lists(signers, dice, case, count);
}

fn lists(signers: &Signers, dice: &mut Dice, case: &mut Case, count: usize) {
    let entitlements: Vec<_> = (0..count)
        .map(|_| (dice.one(&LEVELS), dice.one(&WALLS)))
        .collect();
    let seconds = EDGES[dice.roll(EDGES.len())];
    let join = |pick: fn(&(&'static str, &'static str)) -> &'static str| {
        entitlements.iter().map(pick).collect::<Vec<_>>().join(",")
    };
    let mut levels = join(|(level, _)| level);
    let mut expected = outcome(case, &entitlements, seconds);
    if dice.roll(8) == 0 {
        // One level too many, or one that is empty.
        levels.push_str(dice.one(&[",sub", ","]));
        expected = "malformed";
    }
    let signed = text(
        &levels,
        &join(|(_, wall)| wall),
        &expiry(seconds),
        dice.one(&["", "|", "|x"]),
    );
    case.value(
        signers.new.sign(&signed).as_bytes(),
        Expected::Exactly(expected),
    );
}

fn dates_signed(signers: &Signers, dice: &mut Dice, case: &mut Case) {
    let date = dice.one(&[
        "2026-02-30T00:00:00Z",
        "2027-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2026-02-01T24:00:00Z",
        "2026-02-01T00:60:00Z",
        "2026-02-01T00:00:60Z",
        "2026-02-01T00:00:00",
        "2026-02-01t00:00:00z",
        "2026-02-01T00:00:00+00:00",
        "12026-02-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-2-01T00:00:00Z",
        "2026-02-01T00:00:00.0Z",
        "",
        "9999999999",
        "2026/02/01T00:00:00Z",
        "-026-02-01T00:00:00Z",
    ]);
    let signed = text("sub", "A1", date, "");
    case.value(
        signers.new.sign(&signed).as_bytes(),
        Expected::Exactly("malformed"),
    );
}

fn nonsense_signed(signers: &Signers, dice: &mut Dice, case: &mut Case) {
    let pieces = [
        "sub",
        "user",
        "A1",
        "B2",
        "|",
        "|",
        "|",
        ",",
        "/",
        ":",
        "%7C",
        "1",
        "2026-02-01T00:00:00Z",
        "\"",
        "\\",
        " ",
        "å",
        "\u{7f}",
    ];
    let signed: String = (0..4 + dice.roll(12)).map(|_| dice.one(&pieces)).collect();
    case.value(signers.new.sign(&signed).as_bytes(), Expected::Same);
}

fn foreign(signers: &Signers, dice: &mut Dice, case: &mut Case) {
    let pass = signers.foreign.sign(&satisfying(dice));
    case.value(pass.as_bytes(), Expected::Exactly("signature"));
}

fn old_key(signers: &Signers, dice: &mut Dice, case: &mut Case) {
    let pass = signers.old.sign(&satisfying(dice));
    case.value(pass.as_bytes(), Expected::Allow);
}

/// A cookie of somebody else: its name begins with none of our letters, its value is any bytes.
fn neighbour(dice: &mut Dice) -> Vec<u8> {
    let mut cookie = dice
        .one(&[
            &b"n="[..],
            b"xiteraspass=",
            b"Iteraspass=",
            b"n",
            b"",
            b"n=iteraspass=",
        ])
        .to_vec();
    for _ in 0..dice.roll(24) {
        let byte = dice.byte();
        cookie.push(if byte == b';' { b'=' } else { byte });
    }
    cookie
}

fn is_foreign(cookie: &[u8]) -> bool {
    let name = cookie.split(|byte| *byte == b'=').next().unwrap_or(b"");
    !name.windows(10).any(|window| window == b"iteraspass") || name.starts_with(b"x")
}

fn neighbours(signers: &Signers, dice: &mut Dice, case: &mut Case) {
    let pass = good(signers, dice);
    let count = 1 + dice.roll(6);
    let mut cookies: Vec<Vec<u8>> = (0..count)
        .map(|_| neighbour(dice))
        .filter(|cookie| is_foreign(cookie))
        .collect();
    let at = dice.roll(cookies.len() + 1);
    cookies.insert(at, [b"iteraspass=", &pass[..]].concat());
    let between = dice.one(&["; ", ";", " ;\t", ";;"]);
    case.cookie = cookies.join(between.as_bytes());
    case.expected = Expected::Allow;
}

fn percent_encoded(signers: &Signers, dice: &mut Dice, case: &mut Case) {
    let pass = good(signers, dice);
    let kind = dice.roll(3);
    let mut value = Vec::new();
    let mut touched = false;
    for &byte in &pass {
        let bar = byte == b'|';
        // Every bar encoded: decoded once. A raw one left: nothing is decoded. Encoded twice: once is not enough.
        let encode = if kind == 1 {
            !bar && dice.roll(4) == 0
        } else {
            bar || dice.roll(4) == 0
        };
        if !encode {
            value.push(byte);
            continue;
        }
        touched = true;
        let escape = match dice.roll(2) {
            0 => format!("%{byte:02x}"),
            _ => format!("%{byte:02X}"),
        };
        let escape = if kind == 2 {
            escape.replace('%', "%25")
        } else {
            escape
        };
        value.extend_from_slice(escape.as_bytes());
    }
    let expected = if kind == 0 || !touched {
        Expected::Allow
    } else {
        Expected::Deny
    };
    case.value(&value, expected);
}

fn several(signers: &Signers, dice: &mut Dice, case: &mut Case) {
    let pass = good(signers, dice);
    let (before, after) = (dice.roll(10), dice.roll(3));
    let bad = |dice: &mut Dice| match dice.roll(4) {
        0 => signers.foreign.sign(&satisfying(dice)).into_bytes(),
        1 => signers
            .new
            .sign(&text("sub", "A1", &expiry(-FAR), ""))
            .into_bytes(),
        2 => b"junk".to_vec(),
        _ => Vec::new(),
    };
    let mut values: Vec<Vec<u8>> = (0..before).map(|_| bad(dice)).collect();
    values.push(pass);
    values.extend((0..after).map(|_| bad(dice)));
    let cookies: Vec<Vec<u8>> = values
        .iter()
        .map(|value| [b"iteraspass=", &value[..]].concat())
        .collect();
    case.cookie = cookies.join(&b"; "[..]);
    // Eight values are looked at.
    case.expected = if before < 8 {
        Expected::Allow
    } else {
        Expected::Deny
    };
}

fn renamed(signers: &Signers, dice: &mut Dice, case: &mut Case) {
    let name = dice.one(&[
        "Iteraspass",
        "IterasPass",
        "iteras%70ass",
        "iteraspas",
        "iteraspasss",
        "\u{2000}iteraspass",
        "",
        "$iteraspass",
        "iteraspass\u{a0}",
    ]);
    case.cookie = [name.as_bytes(), b"=", &good(signers, dice)].concat();
    case.expected = Expected::Exactly("nopass");
}

fn separated(signers: &Signers, dice: &mut Dice, case: &mut Case) {
    let pass = String::from_utf8(good(signers, dice)).expect("a pass is ASCII");
    let (value, expected) = match dice.roll(6) {
        0 => (format!("\"{pass}\""), Expected::Exactly("malformed")),
        1 => (format!("{pass}, n=1"), Expected::Exactly("malformed")),
        2 => (format!("{pass}&n=1"), Expected::Exactly("malformed")),
        3 => (format!(" \t{pass}\t "), Expected::Allow),
        4 => (format!("{pass};"), Expected::Allow),
        _ => (format!("={pass}"), Expected::Exactly("signature")),
    };
    case.value(value.as_bytes(), expected);
}
