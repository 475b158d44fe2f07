//! The two looks xtask takes into a wasm file: its target features, and traces of a hash function.

use crate::Result;

const MAGIC: &[u8] = b"\0asm\x01\0\0\0";
const CUSTOM_SECTION: u8 = 0;

/// Takes `names` off the list of target features.
///
/// wasm-bindgen reads that list to decide between plain functions and multiple results with an
/// externref table; wasm2js understands only the former.
pub(crate) fn without_features(wasm: &[u8], names: &[&str]) -> Result<Vec<u8>> {
    let mut rest = wasm
        .strip_prefix(MAGIC)
        .ok_or("this is not a wasm file of version 1")?;
    let mut edited = MAGIC.to_vec();
    while let Some((&id, after_id)) = rest.split_first() {
        let (content, after) = sized(after_id)?;
        edited.push(id);
        match features_of(id, content)? {
            Some(features) => push_sized(&mut edited, &filtered(features, names)?),
            None => push_sized(&mut edited, content),
        }
        rest = after;
    }
    Ok(edited)
}

/// Says which traces of SHA-256 are in `wasm`: its tables as data, its constants as instructions.
///
/// Every SHA-256 holds the first words of its initial state or of its round constants in one of
/// these forms, whatever the crate or the function is called; in an optimised module with the sha2
/// crate both stand as data.
pub(crate) fn hash_traces(wasm: &[u8]) -> Vec<&'static str> {
    const ROUND: [u32; 4] = [0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5];
    const STATE: [u32; 4] = [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a];
    let words = |table: [u32; 4]| table.map(u32::to_le_bytes).concat();
    let traces = [
        ("the SHA-256 round constants as data", words(ROUND)),
        ("the SHA-256 initial state as data", words(STATE)),
        (
            "the first SHA-256 round constant as an instruction",
            i32_const(ROUND[0]),
        ),
        (
            "the first word of the SHA-256 initial state as an instruction",
            i32_const(STATE[0]),
        ),
    ];
    let found = traces
        .into_iter()
        .filter(|(_, bytes)| contains(wasm, bytes));
    found.map(|(name, _)| name).collect()
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

/// The instruction `i32.const value`: its opcode and the value as signed LEB128.
fn i32_const(value: u32) -> Vec<u8> {
    let mut rest = value.cast_signed();
    let mut bytes = vec![0x41];
    loop {
        let low = (rest & 0x7f).to_le_bytes()[0];
        rest >>= 7;
        let sign = low & 0x40 != 0;
        if (rest == 0 && !sign) || (rest == -1 && sign) {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// The list inside a `target_features` section, `None` for any other section.
fn features_of(id: u8, content: &[u8]) -> Result<Option<&[u8]>> {
    if id != CUSTOM_SECTION {
        return Ok(None);
    }
    let (name, list) = sized(content)?;
    Ok((name == b"target_features").then_some(list))
}

/// The content of a whole `target_features` section with `names` left out.
fn filtered(list: &[u8], names: &[&str]) -> Result<Vec<u8>> {
    let (count, mut rest) = number(list)?;
    let mut kept = Vec::new();
    let mut kept_count = 0;
    for _ in 0..count {
        let (&prefix, after_prefix) = rest
            .split_first()
            .ok_or("the wasm file ends in its target features")?;
        let (name, after) = sized(after_prefix)?;
        if !names.iter().any(|unwanted| unwanted.as_bytes() == name) {
            kept.push(prefix);
            push_sized(&mut kept, name);
            kept_count += 1;
        }
        rest = after;
    }
    let mut content = Vec::new();
    push_sized(&mut content, b"target_features");
    push_number(&mut content, kept_count);
    content.extend(kept);
    Ok(content)
}

/// Splits a length and that many bytes off the front.
fn sized(bytes: &[u8]) -> Result<(&[u8], &[u8])> {
    let (length, rest) = number(bytes)?;
    Ok(rest
        .split_at_checked(length)
        .ok_or("a section of the wasm file is longer than the file")?)
}

/// Splits an unsigned LEB128 number off the front.
fn number(bytes: &[u8]) -> Result<(usize, &[u8])> {
    let mut value = 0;
    for (index, &byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Ok((value, &bytes[index + 1..]));
        }
    }
    Err("a number in the wasm file has no end".into())
}

fn push_sized(bytes: &mut Vec<u8>, content: &[u8]) {
    push_number(bytes, content.len());
    bytes.extend(content);
}

fn push_number(bytes: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(features: &[&str]) -> Vec<u8> {
        let mut list = Vec::new();
        push_sized(&mut list, b"target_features");
        push_number(&mut list, features.len());
        for feature in features {
            list.push(b'+');
            push_sized(&mut list, feature.as_bytes());
        }
        let mut bytes = MAGIC.to_vec();
        bytes.extend([10, 3, 1, 2, 3]);
        bytes.push(CUSTOM_SECTION);
        push_sized(&mut bytes, &list);
        bytes
    }

    #[test]
    fn features_go_and_the_rest_stays() {
        let before = module(&["bulk-memory", "multivalue", "sign-ext"]);
        let after = without_features(&before, &["multivalue", "reference-types"]).unwrap();
        assert_eq!(after, module(&["bulk-memory", "sign-ext"]));
    }

    #[test]
    fn broken_files_are_errors() {
        assert!(without_features(b"hello", &[]).is_err());
        let whole = module(&["multivalue"]);
        assert!(without_features(&whole[..whole.len() - 1], &[]).is_err());
    }

    #[test]
    fn constants_are_encoded_as_wasm_does() {
        assert_eq!(i32_const(0), [0x41, 0]);
        assert_eq!(i32_const(64), [0x41, 0xc0, 0]);
        assert_eq!(i32_const(u32::MAX), [0x41, 0x7f]);
        assert_eq!(i32_const(0x428a_2f98), [0x41, 0x98, 0xdf, 0xa8, 0x94, 0x04]);
        assert_eq!(i32_const(0x6a09_e667), [0x41, 0xe7, 0xcc, 0xa7, 0xd0, 0x06]);
    }

    #[test]
    fn a_hash_function_is_found_in_each_form() {
        let with = |bytes: &[u8]| [b"before", bytes, b"after"].concat();
        assert!(hash_traces(&with(b"")).is_empty());
        let round = [
            0x98, 0x2f, 0x8a, 0x42, 0x91, 0x44, 0x37, 0x71, 0xcf, 0xfb, 0xc0, 0xb5, 0xa5, 0xdb,
            0xb5, 0xe9,
        ];
        assert_eq!(
            hash_traces(&with(&round)),
            ["the SHA-256 round constants as data"]
        );
        let state = [
            0x67, 0xe6, 0x09, 0x6a, 0x85, 0xae, 0x67, 0xbb, 0x72, 0xf3, 0x6e, 0x3c, 0x3a, 0xf5,
            0x4f, 0xa5,
        ];
        assert_eq!(
            hash_traces(&with(&state)),
            ["the SHA-256 initial state as data"]
        );
        let round = [0x41, 0x98, 0xdf, 0xa8, 0x94, 0x04];
        assert_eq!(
            hash_traces(&with(&round)),
            ["the first SHA-256 round constant as an instruction"]
        );
        let state = [0x41, 0xe7, 0xcc, 0xa7, 0xd0, 0x06];
        assert_eq!(
            hash_traces(&with(&state)),
            ["the first word of the SHA-256 initial state as an instruction"]
        );
    }
}
