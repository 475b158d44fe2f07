//! The systems' tokens: JWTs signed with HS256 (RFC 7519, RFC 7515), each system with a key of its own.
//!
//! A token holds its own end of life, so that it survives a restart of the stand-in. The private
//! claim `until` (milliseconds) decides; `exp` is for clients, and can be left out.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::faults::TokenFormat;

const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// The claims of a token.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
pub(crate) struct Claims {
    /// The system that gave it.
    pub(crate) iss: String,
    /// The user.
    pub(crate) sub: String,
    /// The user who asked for it, when that is somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) act: Option<String>,
    /// When it was given, in Unix seconds.
    pub(crate) iat: i64,
    /// When it runs out, in Unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) exp: Option<i64>,
    /// When it really runs out, in milliseconds.
    pub(crate) until: i64,
    /// Its serial number.
    pub(crate) jti: u64,
}

/// Signs the tokens of one system.
#[derive(Clone)]
pub(super) struct JwtKey(Hmac<Sha256>);

impl JwtKey {
    /// The key for a system, made from the stand-in's `token_key`: no system takes another's tokens.
    pub(super) fn new(token_key: &str, system: &str) -> Self {
        let keyed = "HMAC takes a key of any length";
        let derived: Hmac<Sha256> = Hmac::new_from_slice(token_key.as_bytes()).expect(keyed);
        let derived = derived
            .chain_update(format!("tokens of {system}"))
            .finalize();
        Self(Hmac::new_from_slice(&derived.into_bytes()).expect(keyed))
    }

    /// The token for these claims, in one of the formats.
    pub(super) fn sign(&self, claims: &Claims, format: TokenFormat) -> String {
        let payload = serde_json::to_string(claims).expect("claims are numbers and texts");
        let payload = URL_SAFE_NO_PAD.encode(payload);
        let (signed, separator) = match format {
            TokenFormat::Opaque => (payload, '~'),
            _ => (format!("{}.{payload}", URL_SAFE_NO_PAD.encode(HEADER)), '.'),
        };
        let tag = self.0.clone().chain_update(&signed).finalize().into_bytes();
        format!("{signed}{separator}{}", URL_SAFE_NO_PAD.encode(tag))
    }

    /// The claims of a token that was made here with this key. Its end of life is not checked.
    pub(super) fn read(&self, token: &str) -> Option<Claims> {
        let (signed, tag) = token.rsplit_once(['.', '~'])?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        self.0
            .clone()
            .chain_update(signed)
            .verify_slice(&tag)
            .ok()?;
        let payload = signed
            .split_once('.')
            .map_or(signed, |(_, payload)| payload);
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> Claims {
        Claims {
            iss: "dtz".into(),
            sub: "Øjvind".into(),
            act: None,
            iat: 1,
            exp: Some(3601),
            until: 3_601_000,
            jti: 7,
        }
    }

    #[test]
    fn a_token_is_read_by_its_own_key_only() {
        let key = JwtKey::new("a key for these tests", "dtz");
        for form in [TokenFormat::Jwt, TokenFormat::Opaque] {
            let token = key.sign(&claims(), form);
            assert_eq!(key.read(&token), Some(claims()));
            assert_eq!(
                JwtKey::new("a key for these tests", "iterop").read(&token),
                None
            );
            assert_eq!(token.split('.').count() == 3, form == TokenFormat::Jwt);
            for at in 0..token.len() {
                let mut bytes = token.clone().into_bytes();
                bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
                let changed = String::from_utf8(bytes).unwrap();
                assert_eq!(key.read(&changed), None, "{changed}");
            }
        }
        for odd in ["", ".", "..", "~", "a.b.c", "æ.ø.å"] {
            assert_eq!(key.read(odd), None, "{odd}");
        }
    }

    #[test]
    fn it_is_a_jwt_as_the_standard_has_it() {
        let token = JwtKey::new("a key for these tests", "dtz").sign(&claims(), TokenFormat::Jwt);
        assert!(token.starts_with("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."));
        let payload = URL_SAFE_NO_PAD
            .decode(token.split('.').nth(1).unwrap())
            .unwrap();
        let payload: serde_json::Value = serde_json::from_slice(&payload).unwrap();
        assert_eq!(
            (&payload["exp"], &payload["iat"]),
            (&3601.into(), &1.into())
        );
    }
}
