//! Changes to a pass itself: after it was signed, or before, and then signed with the right key.

use iteras::Access;

use crate::case::{Case, Expected, FAR, Signers, expiry, good, satisfying, text};
use crate::dice::Dice;

pub(crate) fn replaced(signers: &Signers, dice: &mut Dice, case: &mut Case) {
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

pub(crate) fn edited(signers: &Signers, dice: &mut Dice, case: &mut Case) {
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

pub(crate) fn tag_changed(signers: &Signers, dice: &mut Dice, case: &mut Case) {
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

/// The decision about readable fields, by the words of the rules.
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

pub(crate) fn fields_signed(signers: &Signers, dice: &mut Dice, case: &mut Case) {
    lists(signers, dice, case, 1);
}

pub(crate) fn lists_signed(signers: &Signers, dice: &mut Dice, case: &mut Case) {
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

pub(crate) fn dates_signed(signers: &Signers, dice: &mut Dice, case: &mut Case) {
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

pub(crate) fn nonsense_signed(signers: &Signers, dice: &mut Dice, case: &mut Case) {
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

pub(crate) fn foreign(signers: &Signers, dice: &mut Dice, case: &mut Case) {
    let pass = signers.foreign.sign(&satisfying(dice));
    case.value(pass.as_bytes(), Expected::Exactly("signature"));
}

pub(crate) fn old_key(signers: &Signers, dice: &mut Dice, case: &mut Case) {
    let pass = signers.old.sign(&satisfying(dice));
    case.value(pass.as_bytes(), Expected::Allow);
}
