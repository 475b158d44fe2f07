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
                let text = Secret::new(format!("{}:{}", login.user(), login.password().expose()));
                let coded = Secret::new(STANDARD.encode(text.expose()));
                let value = Secret::new(format!("Basic {}", coded.expose()));
                request.secrets.extend([login.password().clone(), coded]);
                set_header(request, "Authorization", value);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Request;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn signed(url: &str, scheme: &Scheme) -> Outgoing {
        let mut outgoing = Outgoing::new(&Request::get("me"), url.parse().unwrap());
        scheme.apply(&mut outgoing);
        outgoing
    }

    #[track_caller]
    fn sends(scheme: &Scheme, name: &str, value: &str) {
        let outgoing = signed("https://a.example/me", scheme);
        let mut headers = outgoing.headers().filter(|(held, _)| *held == name);
        assert_eq!(headers.next(), Some((name, value)));
        assert_eq!(headers.next(), None);
        assert!(!format!("{outgoing:?}").contains(value));
    }

    #[test]
    fn c58_basic_is_padded_and_in_utf_8() {
        let basic = |user, password| Scheme::Basic(Login::new(user, password).unwrap());
        sends(
            &basic("demo", "p@55w0rd"),
            "Authorization",
            "Basic ZGVtbzpwQDU1dzByZA==",
        );
        // RFC 7617, section 2.1.
        sends(
            &basic("test", "123£"),
            "Authorization",
            "Basic dGVzdDoxMjPCow==",
        );
        sends(&basic("a", "a:b:"), "Authorization", "Basic YTphOmI6");
        sends(&basic("a", ""), "Authorization", "Basic YTo=");
    }

    #[test]
    fn each_scheme_stands_where_it_belongs() {
        let key = || ApiKey::new("k+y/1").unwrap();
        let token = || Token::new("to.k.en").unwrap();
        sends(&Scheme::Bearer(token()), "Authorization", "Bearer to.k.en");
        sends(
            &Scheme::header("X-API-KEY", key()).unwrap(),
            "X-API-KEY",
            "k+y/1",
        );
        sends(
            &Scheme::cookie("dtz-auth", token()).unwrap(),
            "Cookie",
            "dtz-auth=to.k.en",
        );
    }

    #[test]
    fn a_key_in_the_query_stands_there_once_and_is_not_shown() {
        let key = || ApiKey::new("k+y/1").unwrap();
        let scheme = Scheme::query("iteras-key", key()).unwrap();
        let outgoing = signed("https://a.example/me?id=1&iteras%2Dkey=old", &scheme);
        assert_eq!(
            outgoing.url(),
            "https://a.example/me?id=1&iteras-key=k%2By%2F1"
        );
        assert_eq!(
            outgoing.shown_url(),
            "https://a.example/me?id=1&iteras-key=[redacted]"
        );
        let scheme = Scheme::query("own", key()).unwrap();
        let outgoing = signed("https://a.example/me", &scheme);
        assert_eq!(
            format!("{outgoing:?}"),
            "GET https://a.example/me?own=[redacted]"
        );
    }
}
