//! Integrify: workflow forms. HTTP Basic, a bearer token, or an API key that access tokens are asked for with.

use crate::credentials::TokenSource;
use crate::secret::{ApiKey, Login, Token};
use crate::{Credentials, System};

/// User and password with each request.
pub fn basic(base: &str, login: Login) -> System {
    System::new("integrify", base, Credentials::basic(login))
}

/// A token from elsewhere; nothing renews it.
pub fn bearer(base: &str, token: Token) -> System {
    System::new("integrify", base, Credentials::bearer(token))
}

/// Access tokens asked for with an API key, as `{"key"}` to `POST oidc/token`.
pub fn api_key(base: &str, key: &ApiKey) -> System {
    renewed(base, source(key))
}

/// As [`api_key`], acting as this user: `{"key", "impersonate"}`.
pub fn impersonating(base: &str, key: &ApiKey, user: &str) -> System {
    renewed(base, source(key).with_field("impersonate", user))
}

fn source(key: &ApiKey) -> TokenSource {
    TokenSource::new("oidc/token").with_field("key", key.secret().expose())
}

fn renewed(base: &str, source: TokenSource) -> System {
    System::new("integrify", base, Credentials::renewed(source))
}
