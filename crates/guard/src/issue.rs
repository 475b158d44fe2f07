//! The text of a pass from its fields, for those who issue passes.
//!
//! ```
//! use iteras_guard::issue::Fields;
//! use iteras_guard::signature::PassKey;
//! use iteras::timestamp::Timestamp;
//!
//! let fields = Fields {
//!     entitlements: &[("sub", "n8fsoupukhv3")],
//!     expires: Timestamp::parse("2026-02-01T00:00:00Z").unwrap(),
//!     subscriber: "31168",
//!     ip: "192.0.2.7",
//! };
//! let text = "sub|n8fsoupukhv3|2026-02-01T00:00:00Z|31168|192.0.2.7";
//! assert_eq!(fields.signed_text(), text);
//! let key = PassKey::new("j8kau2v3lzp0n12ilw1d0hurr6059gyo").unwrap();
//! assert_eq!(fields.sign(&key), Some(key.sign(text)));
//! ```

use alloc::string::{String, ToString};

use crate::signature::PassKey;
use iteras::pass::Pass;
use iteras::timestamp::Timestamp;

/// The fields of a pass to be made.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a> {
    /// Pairs of entitlement level and paywall id, at least one.
    pub entitlements: &'a [(&'a str, &'a str)],
    /// The last second at which the pass is valid.
    pub expires: Timestamp,
    /// The subscriber's id; may be empty.
    pub subscriber: &'a str,
    /// The reader's IP address; may be empty.
    pub ip: &'a str,
}

impl Fields<'_> {
    /// The text left of the signature, whether or not it can be read again.
    pub fn signed_text(&self) -> String {
        let mut text = String::new();
        self.push_list(&mut text, |(level, _)| level);
        text.push('|');
        self.push_list(&mut text, |(_, paywall)| paywall);
        for field in [&self.expires.to_string(), self.subscriber, self.ip] {
            text.push('|');
            text.push_str(field);
        }
        text
    }

    /// The whole pass; none when it would not say the same to those who read it, since a field holds what
    /// no field can.
    pub fn sign(&self, key: &PassKey) -> Option<String> {
        let pass = key.sign(&self.signed_text());
        let fits = Pass::parse(&pass).is_ok_and(|read| {
            read.entitlements().eq(self.entitlements.iter().copied())
                && read.expires() == self.expires
                && (read.subscriber(), read.ip()) == (self.subscriber, self.ip)
        });
        fits.then_some(pass)
    }

    fn push_list<'s>(&'s self, text: &mut String, part: impl Fn((&'s str, &'s str)) -> &'s str) {
        for (at, entitlement) in self.entitlements.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            text.push_str(part(*entitlement));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: Fields<'_> = Fields {
        entitlements: &[("sub", "AAAA1111"), ("user", "BBBB2222")],
        expires: Timestamp::from_unix(4_102_444_799),
        subscriber: "",
        ip: "",
    };

    #[test]
    fn fields_that_would_be_read_otherwise_are_refused() {
        let key = PassKey::new("j8kau2v3lzp0n12ilw1d0hurr6059gyo").unwrap();
        let pass = SOUND.sign(&key).unwrap();
        assert!(pass.starts_with("sub,user|AAAA1111,BBBB2222|2099-12-31T23:59:59Z||/sha256:"));
        let year_10000 = Timestamp::from_unix(253_402_300_800);
        for odd in [
            Fields {
                entitlements: &[],
                ..SOUND
            },
            Fields {
                entitlements: &[("sub", "")],
                ..SOUND
            },
            Fields {
                entitlements: &[("sub", "A,B")],
                ..SOUND
            },
            Fields {
                entitlements: &[("sub|A", "B")],
                ..SOUND
            },
            Fields {
                subscriber: "1|2",
                ..SOUND
            },
            Fields {
                subscriber: "Øse",
                ..SOUND
            },
            Fields { ip: "a b", ..SOUND },
            Fields { ip: "a;b", ..SOUND },
            Fields {
                expires: year_10000,
                ..SOUND
            },
        ] {
            assert_eq!(odd.sign(&key), None, "{odd:?}");
        }
    }
}
