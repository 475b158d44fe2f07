//! The tag behind the last `/` of a pass: a MAC in lower-case hex digits.

use alloc::string::String;

/// A tag by an algorithm that a key can check, at its full length.
pub(crate) enum Tag {
    Sha256([u8; 32]),
    Sha1([u8; 20]),
}

impl Tag {
    /// Reads digits whose grammar has been checked; `None` for another number of them than 64.
    pub(crate) fn sha256(hex: &str) -> Option<Self> {
        from_hex(hex.as_bytes()).map(Self::Sha256)
    }

    /// Reads digits as [`sha256`](Self::sha256) does; `None` for another number of them than 40.
    pub(crate) fn sha1(hex: &str) -> Option<Self> {
        from_hex(hex.as_bytes()).map(Self::Sha1)
    }
}

/// Appends bytes as lower-case hex digits.
pub(crate) fn push_hex(out: &mut String, bytes: &[u8]) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        out.push(char::from(HEX[usize::from(byte >> 4)]));
        out.push(char::from(HEX[usize::from(byte & 15)]));
    }
}

// Eight digits at once, each in a byte of a word: `0` is 0x30 and `a` is 0x61.
fn from_eight(digits: [u8; 8]) -> [u8; 4] {
    let word = u64::from_le_bytes(digits);
    let values = (word & 0x0f0f_0f0f_0f0f_0f0f) + ((word >> 6) & 0x0101_0101_0101_0101) * 9;
    let [first, _, second, _, third, _, fourth, _] = ((values << 4) + (values >> 8)).to_le_bytes();
    [first, second, third, fourth]
}

// The grammar has already been checked: lower-case hex digits only.
fn from_hex<const N: usize>(hex: &[u8]) -> Option<[u8; N]> {
    if hex.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    let (digits, _) = hex.as_chunks::<8>();
    let (four, _) = bytes.as_chunks_mut::<4>();
    for (four, digits) in four.iter_mut().zip(digits) {
        *four = from_eight(*digits);
    }
    Some(bytes)
}
