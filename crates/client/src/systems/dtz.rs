//! DTZ: a key or a token, each in several places, or a log-in that tokens are fetched with.

use crate::credentials::{Place, TokenSource};
use crate::secret::{ApiKey, Login, Token};
use crate::{ConfigError, Credentials, System};

/// The documented base address.
pub const BASE: &str = "https://api.dtz.rocks/v1/";
/// The address that issues tokens.
pub const TOKENS: &str = "https://identity.dtz.rocks/api/2021-02-21/token/auth";

/// The name of the cookie.
const COOKIE: &str = "dtz-auth";
/// The pseudo-user whose password is a token.
const BEARER_USER: &str = "bearer";

/// The key in `X-API-KEY`.
pub fn api_key(key: ApiKey) -> Result<System, ConfigError> {
    Ok(system(Credentials::header("X-API-KEY", key)?))
}

/// The key as password of the pseudo-user `apikey`.
pub fn basic_api_key(key: &ApiKey) -> System {
    system(Credentials::basic(Login::pseudo("apikey", key.secret())))
}

/// The key in `?apiKey=`: the last resort, since it ends up in other parties' logs.
pub fn query(key: ApiKey) -> Result<System, ConfigError> {
    Ok(system(Credentials::query("apiKey", key)?))
}

/// A token in `Authorization: Bearer`.
pub fn bearer(token: Token) -> System {
    system(Credentials::bearer(token))
}

/// A token as password of the pseudo-user `bearer`.
pub fn basic_token(token: &Token) -> System {
    system(Credentials::basic(Login::pseudo(
        BEARER_USER,
        token.secret(),
    )))
}

/// A token in the cookie `dtz-auth`. Not on wasm32.
pub fn cookie(token: Token) -> Result<System, ConfigError> {
    Ok(system(Credentials::cookie(COOKIE, token)?))
}

/// Tokens fetched with user and password as `{"username", "password"}`, sent as `Authorization: Bearer`.
pub fn login(login: &Login) -> System {
    system(Credentials::renewed(source(login)))
}

/// As [`login()`], the token sent as password of the pseudo-user `bearer`.
pub fn login_by_basic(login: &Login) -> System {
    let source = source(login).sent_as(Place::Basic(BEARER_USER.into()));
    system(Credentials::renewed(source))
}

/// As [`login()`], the token sent in the cookie `dtz-auth`. Not on wasm32.
pub fn login_by_cookie(login: &Login) -> System {
    let source = source(login).sent_as(Place::Cookie(COOKIE.into()));
    system(Credentials::renewed(source))
}

fn source(login: &Login) -> TokenSource {
    TokenSource::new(TOKENS)
        .with_field("username", login.user())
        .with_field("password", login.password().expose())
}

fn system(credentials: Credentials) -> System {
    System::new("dtz", BASE, credentials)
}
