//! The ways in which a request says who sends it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use iteras::urls::{keep_pieces, push_form_encoded};

use crate::request::{Outgoing, with_more};
use crate::secret::{ApiKey, Login, Secret, Token};
use crate::{ConfigError, redact};

/// One of the shared schemes, complete.
#[derive(Clone, Debug)]
pub(crate) enum Scheme {
    Basic(Login),
    Bearer(Token),
    Header(String, ApiKey),
    Query(String, ApiKey),
    Cookie(String, Token),
}

impl Scheme {
    /// Refuses a name that would not stay one in a header line.
    pub(crate) fn header(name: &str, key: ApiKey) -> Result<Self, ConfigError> {
        is_token(name)
            .then(|| Self::Header(name.into(), key))
            .ok_or_else(|| unusable("header"))
    }

    /// Refuses an empty name.
    pub(crate) fn query(name: &str, key: ApiKey) -> Result<Self, ConfigError> {
        (!name.is_empty())
            .then(|| Self::Query(name.into(), key))
            .ok_or_else(|| unusable("query parameter"))
    }

    /// Refuses a name or token with what a cookie can't hold (RFC 6265, section 4.1.1).
    pub(crate) fn cookie(name: &str, token: Token) -> Result<Self, ConfigError> {
        if !is_token(name) {
            return Err(unusable("cookie"));
        }
        if token.expose().contains(['"', ',', ';', '\\']) {
            return Err(ConfigError::new("token", "holds what a cookie can't"));
        }
        Ok(Self::Cookie(name.into(), token))
    }

    /// Puts the credentials to a request, in place of any of the same name.
    pub(crate) fn apply(&self, request: &mut Outgoing) {
        match self {
            Self::Basic(login) => {
                request.secrets.push(login.password().clone());
                let text = Secret::new(format!("{}:{}", login.user(), login.password().expose()));
                let coded = STANDARD.encode(text.expose());
                request.secrets.push(Secret::from(coded.as_str()));
                set_header(request, "Authorization", Secret::new(format!("Basic {coded}")));
            }
            Self::Bearer(token) => {
                request.secrets.push(token.secret().clone());
                let value = Secret::new(format!("Bearer {}", token.expose()));
                set_header(request, "Authorization", value);
            }
            Self::Header(name, key) => {
                request.secrets.push(key.secret().clone());
                set_header(request, name, key.secret().clone());
            }
            Self::Cookie(name, token) => {
                request.secrets.push(token.secret().clone());
                let value = Secret::new(format!("{name}={}", token.expose()));
                set_header(request, "Cookie", value);
            }
            Self::Query(name, key) => set_parameter(request, name, key.secret()),
        }
    }
}

fn set_header(request: &mut Outgoing, name: &str, value: Secret) {
    request
        .headers
        .retain(|(held, _)| !held.eq_ignore_ascii_case(name));
    request.headers.push((name.into(), value));
}

fn set_parameter(request: &mut Outgoing, name: &str, key: &Secret) {
    let mut others = String::new();
    let query = request.url.query().unwrap_or_default();
    keep_pieces(&mut others, query, |held| held != name);
    let mut piece = String::new();
    push_form_encoded(&mut piece, name);
    piece.push('=');
    push_form_encoded(&mut piece, key.expose());
    let query = with_more(others.strip_prefix('&'), &piece);
    request.url.set_query(Some(&query));
    let coded = piece.split_off(piece.find('=').map_or(0, |at| at + 1));
    request.secrets.extend([key.clone(), Secret::new(coded)]);
    if !redact::KEY_PARAMETERS.contains(&name) {
        request.key_parameter = Some(name.into());
    }
}

fn is_token(name: &str) -> bool {
    let special = b"!#$%&'*+-.^_`|~";
    !name.is_empty() && (name.bytes()).all(|b| b.is_ascii_alphanumeric() || special.contains(&b))
}

fn unusable(setting: &'static str) -> ConfigError {
    ConfigError::new(setting, "expected a name of letters, digits and hyphens")
}
