//! Secrets as types: checked when they are made, wiped when they are dropped, never shown.
//!
//! An [`ApiKey`] is not the key that passes are signed with (`iteras_guard::signature::PassKey`): the types are
//! apart so that neither can stand in for the other.

use std::fmt;

use iteras::service::is_printable;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::ConfigError;

/// The text in the place of a secret.
pub const REDACTED: &str = "[redacted]";

/// A text that nobody gets to see by accident.
#[derive(Clone)]
pub(crate) struct Secret(Zeroizing<String>);

impl Secret {
    pub(crate) fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text.to_owned())
    }
}

/// A key of a system's API, as its settings show it. Iteras' reads every customer of the publisher.
#[derive(Clone, Debug)]
pub struct ApiKey(Secret);

impl ApiKey {
    /// Takes the key as text: printable ASCII without white space, so no CR, LF or NUL; not empty.
    pub fn new(key: &str) -> Result<Self, ConfigError> {
        printable("api key", key).map(Self)
    }

    /// Takes the content of a key file: as [`new`](Self::new), less one final LF or CRLF.
    pub fn from_file(content: &str) -> Result<Self, ConfigError> {
        let line = content
            .strip_suffix('\n')
            .map_or(content, |line| line.strip_suffix('\r').unwrap_or(line));
        Self::new(line)
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.0
    }
}

/// A token that somebody was given: an access token, a JWT, a `preauth` token, a webhook's token.
#[derive(Clone, Debug)]
pub struct Token(Secret);

impl Token {
    /// Takes the token as text: printable ASCII without white space; not empty.
    pub fn new(token: &str) -> Result<Self, ConfigError> {
        printable("token", token).map(Self)
    }

    /// The token itself, to be handed on. Not for logs.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.0
    }
}

/// Compares in constant time, as far as the lengths are equal.
impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        let (one, other) = (self.expose().as_bytes(), other.expose().as_bytes());
        one.ct_eq(other).into()
    }
}

impl Eq for Token {}

/// User and password of HTTP Basic (RFC 7617), sent in UTF-8.
#[derive(Clone, Debug)]
pub struct Login {
    user: String,
    password: Secret,
}

impl Login {
    /// Refuses a user with a `:`, which would move the border to the password, and control characters
    /// in either (RFC 7617, section 2). The password may hold `:` and may be empty.
    pub fn new(user: &str, password: &str) -> Result<Self, ConfigError> {
        if user.contains(':') {
            return Err(ConfigError::new("user", "expected no `:`, which ends it"));
        }
        for (setting, text) in [("user", user), ("password", password)] {
            if text.chars().any(char::is_control) {
                return Err(ConfigError::new(setting, "holds a control character"));
            }
        }
        Ok(Self {
            user: user.into(),
            password: password.into(),
        })
    }

    /// A pseudo-user whose password is a key or token, which is known not to be empty.
    pub(crate) fn pseudo(user: &str, secret: &Secret) -> Self {
        Self {
            user: user.into(),
            password: secret.clone(),
        }
    }

    pub(crate) fn user(&self) -> &str {
        &self.user
    }

    pub(crate) fn password(&self) -> &Secret {
        &self.password
    }
}

fn printable(setting: &'static str, text: &str) -> Result<Secret, ConfigError> {
    if text.is_empty() {
        return Err(ConfigError::new(setting, "is empty"));
    }
    if is_printable(text) {
        return Ok(text.into());
    }
    let at = text.chars().take_while(char::is_ascii_graphic).count() + 1;
    let problem = format!(
        "expected printable ASCII without white space, found something else at character {at}"
    );
    Err(ConfigError::new(setting, problem))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn keys_that_could_end_a_header_line_are_refused() {
        for key in ["a\r", "a\nX-Other: 1", "a\0b", " a", "a b", "æ"] {
            let error = ApiKey::new(key).unwrap_err().to_string();
            assert!(
                error.starts_with("api key: expected printable ASCII without white space"),
                "{error}"
            );
        }
        assert_eq!(
            ApiKey::new("").unwrap_err().to_string(),
            "api key: is empty"
        );
        assert!(ApiKey::from_file("key\r\n").is_ok());
        assert!(ApiKey::from_file("key\n\n").is_err());
    }

    #[test]
    fn c58_users_end_at_the_colon_and_passwords_do_not() {
        let refused = |user, password| Login::new(user, password).unwrap_err().to_string();
        assert_eq!(refused("a:b", ""), "user: expected no `:`, which ends it");
        assert_eq!(refused("a", "b\r\n"), "password: holds a control character");
        assert_eq!(refused("a\0", "b"), "user: holds a control character");
        for password in ["a:b:", "£", ""] {
            assert_eq!(
                Login::new("demo", password).unwrap().password().expose(),
                password
            );
        }
    }

    #[test]
    fn c64_secrets_show_nothing_of_themselves() {
        let key = ApiKey::new("k3y-that-nobody-sees").unwrap();
        let token = Token::new("t0ken-that-nobody-sees").unwrap();
        let login = Login::new("demo", "p4ss-that-nobody-sees").unwrap();
        let shown = format!("{key:?} {token:?} {login:?}");
        assert_eq!(
            shown,
            "ApiKey([redacted]) Token([redacted]) Login { user: \"demo\", password: [redacted] }"
        );
    }
}
