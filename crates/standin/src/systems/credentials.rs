//! Credentials of a call: Basic and Bearer headers, keys and cookies, one at a time.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::http::Fields;

// Some clients write the header without `=` at its end.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// One credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Credential {
    /// User name and password of a Basic header (RFC 7617).
    Basic(String, String),
    /// A token: a Bearer header (RFC 6750) or a cookie.
    Token(String),
    /// A key: a header of its own, or a parameter of the query.
    Key(String),
}

/// The places of a system's credentials besides `Authorization`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Places {
    /// The header of a key.
    pub(super) header: Option<&'static str>,
    /// The query parameter of a key.
    pub(super) query: Option<&'static str>,
    /// The cookie of a token.
    pub(super) cookie: Option<&'static str>,
}

/// Missing or wrong credentials: a status with plain text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CredentialError(pub(super) StatusCode, pub(super) &'static str);

impl CredentialError {
    /// 401.
    pub(super) const fn unknown(text: &'static str) -> Self {
        Self(StatusCode::UNAUTHORIZED, text)
    }

    /// 400.
    pub(super) const fn bad(text: &'static str) -> Self {
        Self(StatusCode::BAD_REQUEST, text)
    }
}

impl IntoResponse for CredentialError {
    fn into_response(self) -> Response {
        let mut response = (self.0, [(header::CACHE_CONTROL, "no-store")], self.1).into_response();
        if self.0 == StatusCode::UNAUTHORIZED {
            let schemes = header::HeaderValue::from_static("Basic realm=\"stand-in\", Bearer");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, schemes);
        }
        response
    }
}

/// The one credential of a call. None and an empty one are 401; two at once are 400, and so is one that
/// can't be read.
pub(super) fn only_one(
    headers: &HeaderMap,
    query: Option<&str>,
    places: Places,
) -> Result<Credential, CredentialError> {
    let mut found = Vec::new();
    for value in headers.get_all(header::AUTHORIZATION) {
        found.push(authorization(value.as_bytes())?);
    }
    if let Some(name) = places.header {
        for value in headers.get_all(name) {
            let key = value
                .to_str()
                .map_err(|_| CredentialError::bad("the key is not ASCII"))?;
            found.push(Credential::Key(key.into()));
        }
    }
    if let Some(name) = places.query {
        let query = Fields::parse(query.unwrap_or_default());
        found.extend(query.all(name).map(|key| Credential::Key(key.into())));
    }
    if let Some(name) = places.cookie {
        let tokens = cookies(headers, name);
        found.extend(tokens.into_iter().map(Credential::Token));
    }
    if found.len() > 1 {
        return Err(CredentialError::bad("two credentials at once"));
    }
    match found.pop() {
        None => Err(CredentialError::unknown("no credentials")),
        Some(Credential::Key(empty) | Credential::Token(empty)) if empty.is_empty() => {
            Err(CredentialError::unknown("the credential is empty"))
        }
        Some(credential) => Ok(credential),
    }
}

fn authorization(value: &[u8]) -> Result<Credential, CredentialError> {
    let unknown = CredentialError::bad("Authorization is neither Basic nor Bearer");
    let text = std::str::from_utf8(value).map_err(|_| unknown)?;
    let (scheme, rest) = text.split_once(' ').unwrap_or((text, ""));
    if scheme.eq_ignore_ascii_case("bearer") {
        Ok(Credential::Token(rest.trim().into()))
    } else if scheme.eq_ignore_ascii_case("basic") {
        basic(rest.trim()).ok_or(CredentialError::bad("the Basic header can't be read"))
    } else {
        Err(unknown)
    }
}

fn basic(encoded: &str) -> Option<Credential> {
    let text = String::from_utf8(BASE64.decode(encoded).ok()?).ok()?;
    let (user, password) = text.split_once(':')?;
    let readable = !text.contains(char::is_control);
    readable.then(|| Credential::Basic(user.into(), password.into()))
}

fn cookies(headers: &HeaderMap, name: &str) -> Vec<String> {
    let lines = headers.get_all(header::COOKIE).into_iter();
    let pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'));
    let values = pairs.filter_map(|pair| pair.trim().split_once('='));
    let ours = values.filter(|(held, _)| *held == name);
    ours.map(|(_, value)| value.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Result<Credential, CredentialError> {
        authorization(value.as_bytes())
    }

    #[test]
    fn basic_headers_are_read_with_and_without_padding() {
        let demo = Credential::Basic("demo".into(), "p@55w0rd".into());
        for text in ["Basic ZGVtbzpwQDU1dzByZA==", "basic ZGVtbzpwQDU1dzByZA"] {
            assert_eq!(read(text).unwrap(), demo);
        }
        let read_pair = |pair: &str| read(&format!("Basic {}", BASE64.encode(pair)));
        let basic = |user: &str, password: &str| Credential::Basic(user.into(), password.into());
        assert_eq!(read_pair("u:a:b:").unwrap(), basic("u", "a:b:"));
        assert_eq!(read_pair("u:£").unwrap(), basic("u", "£"));
        assert_eq!(read_pair(":").unwrap(), basic("", ""));
        for odd in ["no colon", "u:a\nb", "u\0:a"] {
            assert_eq!(
                read_pair(odd).unwrap_err().0,
                StatusCode::BAD_REQUEST,
                "{odd:?}"
            );
        }
        for odd in ["Basic", "Basic !", "Basic /w", "Digest x", ""] {
            assert_eq!(read(odd).unwrap_err().0, StatusCode::BAD_REQUEST, "{odd:?}");
        }
    }
}
