//! The published vectors of HMAC-SHA256, against this crate's use of it.
//!
//! Their keys are bytes of any kind, many of which [`PassKey::new`] rightly refuses (control characters
//! at an end, no text), so they come in by the constructor behind it. The rest, hashing and the
//! comparison of whole tags, is run through by every check of a pass.

use std::string::String;
use std::vec::Vec;

use serde_json::Value;

use crate::signature::{MIN_KEY_BYTES, PassKey};

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2);
    let byte = |pair| {
        let pair = core::str::from_utf8(pair).expect("hex is ASCII");
        u8::from_str_radix(pair, 16).expect("the vectors are in hex")
    };
    digits.map(byte).collect()
}

#[test]
fn wycheproof_hmac_sha256() {
    let file = include_str!("../../../tests/vectors/wycheproof/hmac_sha256_test.json");
    let file: Value = serde_json::from_str(file).unwrap();
    let (mut accepted, mut refused, mut by_the_front_door) = (0, 0, 0);
    for group in file["testGroups"].as_array().unwrap() {
        let whole = group["tagSize"] == 256;
        for test in group["tests"].as_array().unwrap() {
            let (key, text) = (
                &bytes(test["key"].as_str().unwrap()),
                bytes(test["msg"].as_str().unwrap()),
            );
            let tag = test["tag"].as_str().unwrap();
            let valid = test["result"] == "valid";
            // A valid tag that is cut short is refused: nothing is truncated.
            assert_eq!(
                PassKey::keyed(key).made_tag(&text, tag),
                valid && whole,
                "{}",
                test["tcId"]
            );
            match valid && whole {
                true => accepted += 1,
                false => refused += 1,
            }
            if let Ok(Ok(key)) = core::str::from_utf8(key).map(PassKey::new) {
                assert_eq!(key.made_tag(&text, tag), valid && whole, "{}", test["tcId"]);
                by_the_front_door += 1;
            }
        }
    }
    assert_eq!((accepted, refused), (33, 141));
    assert_eq!(by_the_front_door, 0, "all of these keys are odd or short");
}

#[test]
fn rfc_4231() {
    let file = include_str!("../../../tests/vectors/rfc4231/rfc-4231-sha256.txt");
    let of = |name: &str| -> Vec<&str> {
        let lines = file.lines().filter_map(|line| line.split_once(" = "));
        lines
            .filter(|(known, _)| *known == name)
            .map(|(_, value)| value)
            .collect()
    };
    let (keys, texts, tags) = (of("Key"), of("Msg"), of("MD"));
    assert_eq!((keys.len(), texts.len(), tags.len()), (6, 6, 6));
    let mut by_the_front_door = 0;
    for ((key, text), tag) in keys.iter().zip(texts).zip(tags) {
        let (key, text) = (&bytes(key), bytes(text));
        let mut made = String::new();
        PassKey::keyed(key).push_tag(&mut made, &text);
        assert_eq!(made, tag);
        assert!(PassKey::keyed(key).made_tag(&text, tag));
        match core::str::from_utf8(key).map(PassKey::new) {
            Ok(Ok(_)) => by_the_front_door += 1,
            // "Jefe", RFC 4231's second key, is as short as no signing key may be.
            _ => assert!(key.len() < MIN_KEY_BYTES || key[0] < 0x20 || key[0] > 0x7e),
        }
    }
    assert_eq!(by_the_front_door, 0);
}
