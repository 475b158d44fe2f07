//! Changes to the Cookie header around a pass.

use crate::case::{Case, Expected, FAR, Signers, expiry, good, satisfying, text};
use crate::dice::Dice;

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

pub(crate) fn neighbours(signers: &Signers, dice: &mut Dice, case: &mut Case) {
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

pub(crate) fn percent_encoded(signers: &Signers, dice: &mut Dice, case: &mut Case) {
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

pub(crate) fn several(signers: &Signers, dice: &mut Dice, case: &mut Case) {
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

pub(crate) fn renamed(signers: &Signers, dice: &mut Dice, case: &mut Case) {
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

pub(crate) fn separated(signers: &Signers, dice: &mut Dice, case: &mut Case) {
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
