//! The signing keys that passes are checked with.

use iteras::timestamp::Timestamp;
use iteras_guard::signature::{Algorithms, PassKey, PassKeys};

use crate::ConfigError;

/// Signing keys with their ids, newest first; several while they are rotated.
///
/// Use the separate signing key of the account settings, never an API key, which reads every customer.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    keys: Vec<(String, PassKey)>,
    ends: Vec<(String, Timestamp)>,
    algorithms: Algorithms,
}

impl Keys {
    /// No key yet; a gate without one is refused.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a key, given as text. Refuses an empty one, one under 16 bytes, and white space at its ends.
    pub fn key(self, id: &str, key: &str) -> Result<Self, ConfigError> {
        self.add(id, PassKey::new(key))
    }

    /// Adds a key from the content of a key file, whose one final line break does not belong to it.
    pub fn key_file(self, id: &str, content: &str) -> Result<Self, ConfigError> {
        self.add(id, PassKey::from_file(content))
    }

    /// Lets the key of this id count up to and including `end` only.
    pub fn until(mut self, id: &str, end: Timestamp) -> Result<Self, ConfigError> {
        if !self.keys.iter().any(|(known, _)| known == id) {
            return Err(ConfigError::new(
                setting(id, self.keys.len()),
                "there is no key of this id",
            ));
        }
        self.ends.push((id.to_owned(), end));
        Ok(self)
    }

    /// Accepts the HMAC-SHA1 signatures of older passes, too. Off unless called.
    #[must_use]
    pub fn allow_sha1(mut self) -> Self {
        self.algorithms = Algorithms::Sha256AndSha1;
        self
    }

    fn add(
        mut self,
        id: &str,
        key: Result<PassKey, iteras_guard::signature::KeyError>,
    ) -> Result<Self, ConfigError> {
        let printable = id.bytes().all(|byte| byte.is_ascii_graphic());
        if id.is_empty() || !printable {
            return Err(ConfigError::new(
                "keys",
                "an id has to be printable ASCII without spaces",
            ));
        }
        if self.keys.iter().any(|(known, _)| known == id) {
            return Err(ConfigError::new(
                setting(id, self.keys.len()),
                "two keys have this id",
            ));
        }
        let refused = |error: iteras_guard::signature::KeyError| {
            ConfigError::new(setting(id, self.keys.len()), error.to_string())
        };
        let key = key.map_err(refused)?;
        self.keys.push((id.to_owned(), key));
        Ok(self)
    }

    pub(crate) fn build(self) -> Result<PassKeys, ConfigError> {
        let none = |_| ConfigError::new("keys", "no signing key, so no pass could be checked");
        let mut keys = PassKeys::new(self.keys, self.algorithms).map_err(none)?;
        for (id, end) in self.ends {
            keys = keys.until(&id, end);
        }
        Ok(keys)
    }
}

/// The name of a key's setting: by its id, or by its place where the id is so long that it could be a key itself.
pub(crate) fn setting(id: &str, at: usize) -> String {
    match id.len() {
        0..16 => format!("keys.{id}"),
        _ => format!("keys[{at}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(keys: Result<Keys, ConfigError>, message: &str) {
        let built = keys.and_then(Keys::build);
        assert_eq!(built.unwrap_err().to_string(), message);
    }

    #[test]
    fn c19_a_gate_without_a_usable_key_is_refused_by_name() {
        let secret = "j8kau2v3lzp0n12ilw1d0hurr6059gyo";
        refused(
            Ok(Keys::new()),
            "keys: no signing key, so no pass could be checked",
        );
        refused(Keys::new().key("a", ""), "keys.a: signing key is empty");
        refused(
            Keys::new().key("a", "short"),
            "keys.a: signing key has 5 bytes, expected at least 16",
        );
        refused(
            Keys::new().key("a", &format!("{secret}\n")),
            "keys.a: signing key begins or ends with white space",
        );
        refused(
            Keys::new().key_file("a", &format!("{secret}\n\n")),
            "keys.a: signing key begins or ends with white space",
        );
        refused(
            Keys::new()
                .key("a", secret)
                .and_then(|keys| keys.key("a", secret)),
            "keys.a: two keys have this id",
        );
        refused(
            Keys::new().until("b", Timestamp::from_unix(0)),
            "keys.b: there is no key of this id",
        );
    }
}
