//! Sending an accepted pass back by `Set-Cookie`, under the rules of [`iteras_guard::reissue`].

use iteras_guard::config_error::shown;
use iteras_guard::reissue;

use crate::ConfigError;

/// The way in which a pass is sent back: unchanged, never `HttpOnly` (the page's script reads and renews it), only
/// on top-level navigations (`Sec-Fetch-Dest: document`), at most once a day for each browser, which a
/// second cookie `iteraskept` remembers.
///
/// A log-out in another tab can cross with a navigation whose answer already carries the pass: the
/// visitor is then logged in again. Sites that can't accept this leave it off, as it is by default.
#[derive(Clone, Debug, Default)]
pub struct Reissue(pub(crate) reissue::Reissue);

impl Reissue {
    /// For sites on https; the cookie belongs to the host that answers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The domain that the cookie was first set for, when it is not the host: else there would be two.
    pub fn with_domain(self, domain: &str) -> Result<Self, ConfigError> {
        let refused = || {
            ConfigError::new(
                "reissue.domain",
                format!("{} is not a domain", shown(domain)),
            )
        };
        self.0.with_domain(domain).map(Self).ok_or_else(refused)
    }

    /// Also over plain http: for development.
    #[must_use]
    pub fn with_insecure_http(self) -> Self {
        Self(self.0.with_insecure_http())
    }
}
