//! Accounts and keys of Iterop, Integrify and DTZ: the table `systems` of the configuration.

use serde::Deserialize;

/// The accounts of all three systems.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SystemAccounts {
    /// The workflow system whose identifiers are an access and a secret key.
    pub iterop: Iterop,
    /// The workflow system with users, API keys and impersonation.
    pub integrify: Integrify,
    /// The system with six ways in.
    pub dtz: Dtz,
}

/// Iterop's one pair of keys.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Iterop {
    /// The user name of the Basic header.
    pub access_key: String,
    /// Its password.
    pub secret_key: String,
    /// The user whom they log in.
    pub user: String,
}

/// Integrify's users and its API key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Integrify {
    /// The users who can log in, or be impersonated.
    pub users: Vec<IntegrifyUser>,
    /// The key that tokens are issued for.
    pub api_key: String,
    /// The user whose key it is.
    pub key_user: String,
}

/// A user of Integrify.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntegrifyUser {
    /// The name, without `:`.
    pub name: String,
    /// The password, which may be empty.
    pub password: String,
}

/// DTZ's user and its API key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dtz {
    /// The user name of the token request.
    pub username: String,
    /// Its password.
    pub password: String,
    /// The key for header, query and the pseudo-user `apikey`.
    pub api_key: String,
    /// The `scope` of tokens.
    pub scope: String,
    /// The answer of `me`.
    pub roles: Vec<String>,
}

impl SystemAccounts {
    /// Checks that no credential is empty; the error is a sentence that names the setting.
    pub(crate) fn check(&self) -> Result<(), String> {
        let needed = [
            ("iterop.access_key", &self.iterop.access_key),
            ("iterop.secret_key", &self.iterop.secret_key),
            ("integrify.api_key", &self.integrify.api_key),
            ("dtz.username", &self.dtz.username),
            ("dtz.password", &self.dtz.password),
            ("dtz.api_key", &self.dtz.api_key),
        ];
        if let Some((setting, _)) = needed.iter().find(|(_, value)| value.is_empty()) {
            return Err(format!("{setting}: it is empty"));
        }
        for (setting, user) in [("iterop.access_key", &self.iterop.access_key)]
            .into_iter()
            .chain(
                self.integrify
                    .users
                    .iter()
                    .map(|u| ("integrify.users", &u.name)),
            )
        {
            if user.contains(':') {
                return Err(format!(
                    "{setting}: {user} holds `:`, where a Basic header is split"
                ));
            }
        }
        match self.integrify.user(&self.integrify.key_user) {
            Some(_) => Ok(()),
            None => Err("integrify.key_user: it is none of the users".into()),
        }
    }
}

impl Integrify {
    /// The user of this name.
    pub(crate) fn user(&self, name: &str) -> Option<&IntegrifyUser> {
        self.users.iter().find(|user| user.name == name)
    }
}
