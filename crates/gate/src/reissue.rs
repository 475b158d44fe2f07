//! Sending an accepted pass back by `Set-Cookie`, because Safari drops cookies that a script has set
//! after seven days.

use http::Method;
use http::header::{HeaderMap, HeaderValue, SET_COOKIE};
use iteras::cookies::store;
use iteras_guard::config_error::shown;

use crate::{Asked, ConfigError, VerifiedPass};

const MARK: &str = "iteraskept";
const DAY: u32 = 86_400;

/// How a pass is sent back: unchanged, never `HttpOnly` (the page's script reads and renews it), only
/// on top-level navigations (`Sec-Fetch-Dest: document`), at most once a day for each browser, which a
/// second cookie `iteraskept` remembers.
///
/// A log-out in another tab can cross with a navigation whose answer already carries the pass: the
/// visitor is then logged in again. Sites that can't accept this leave it off, as it is by default.
#[derive(Clone, Debug)]
pub struct Reissue {
    secure: bool,
    domain: Option<String>,
}

impl Reissue {
    /// For sites on https; the cookie belongs to the host that answers.
    #[must_use]
    pub fn new() -> Self {
        Self {
            secure: true,
            domain: None,
        }
    }

    /// The domain that the cookie was first set for, when it is not the host: else there would be two.
    pub fn with_domain(mut self, domain: &str) -> Result<Self, ConfigError> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        if !domain.contains('.') || !domain.bytes().all(fits) {
            return Err(ConfigError::new(
                "reissue.domain",
                format!("{} is not a domain", shown(domain)),
            ));
        }
        self.domain = Some(domain.trim_start_matches('.').to_owned());
        Ok(self)
    }

    /// Also over plain http: for development.
    #[must_use]
    pub fn with_insecure_http(mut self) -> Self {
        self.secure = false;
        self
    }

    /// Whether this request's answer is to carry the pass.
    pub(crate) fn is_due(&self, asked: &Asked<'_>) -> bool {
        let document = asked
            .headers
            .get("sec-fetch-dest")
            .is_some_and(|value| value == "document");
        let marked = asked
            .headers
            .get_all(http::header::COOKIE)
            .iter()
            .any(|line| {
                let mut pairs = line.as_bytes().split(|byte| *byte == b';');
                pairs.any(|pair| pair.trim_ascii_start().starts_with(b"iteraskept="))
            });
        document && asked.method == Method::GET && !marked
    }

    pub(crate) fn add(&self, headers: &mut HeaderMap, pass: &VerifiedPass) {
        let secure = if self.secure { "; Secure" } else { "" };
        let again = store(&pass.value, self.secure, self.domain.as_deref());
        let mark = format!("{MARK}=1; Path=/; Max-Age={DAY}; SameSite=Lax{secure}");
        for cookie in [again, mark] {
            // A pass holds cookie bytes only: its grammar was checked.
            if let Ok(mut value) = HeaderValue::from_str(&cookie) {
                value.set_sensitive(true);
                headers.append(SET_COOKIE, value);
            }
        }
    }
}

impl Default for Reissue {
    fn default() -> Self {
        Self::new()
    }
}
