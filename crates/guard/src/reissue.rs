//! Sending an accepted pass back by `Set-Cookie`: Safari drops cookies that a script has set after seven days.
//!
//! ```
//! use iteras_guard::reissue::Reissue;
//!
//! assert!(Reissue::new().with_domain("pub.example").is_some());
//! assert!(Reissue::new().with_domain("localhost").is_none());
//! ```
//!
//! Unchanged, never `HttpOnly` (the page's script reads and renews it), only on top-level navigations
//! (`Sec-Fetch-Dest: document`), at most once a day for each browser, which a second cookie remembers (rules, "Cookies
//! and storage that fail").

use alloc::string::String;

use iteras::cookies::store;

use crate::plan::Visit;
use crate::signature::VerifiedPass;

/// The name of the cookie that says that a pass was sent back.
const REMINDER: &str = "iteraskept";

/// Settings of passes that are sent back.
#[derive(Clone, Debug)]
pub struct Reissue {
    is_secure: bool,
    domain: Option<String>,
}

impl Reissue {
    /// For sites on https; the cookie belongs to the host that answers.
    #[must_use]
    pub fn new() -> Self {
        Self {
            is_secure: true,
            domain: None,
        }
    }

    /// The domain that the cookie was first set for, when it is not the host: else there would be two. `None` for what
    /// is no domain.
    pub fn with_domain(mut self, domain: &str) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        let is_domain = domain.contains('.') && domain.bytes().all(fits);
        self.domain = Some(domain.trim_start_matches('.').into());
        is_domain.then_some(self)
    }

    /// Also over plain http: for development.
    #[must_use]
    pub fn with_insecure_http(mut self) -> Self {
        self.is_secure = false;
        self
    }

    /// True where this request's answer has to carry the pass.
    pub(crate) fn is_due(&self, request: &impl Visit) -> bool {
        request.destination().as_deref() == Some("document")
            && request.method() == "GET"
            && request.cookies(REMINDER).is_empty()
    }

    /// The values of `Set-Cookie`: the pass, and for a day the reminder.
    pub(crate) fn cookies(&self, pass: &VerifiedPass<'_, '_>) -> [String; 2] {
        let secure = if self.is_secure { "; Secure" } else { "" };
        let reminder = [REMINDER, "=1; Path=/; Max-Age=86400; SameSite=Lax", secure];
        [
            store(pass.value(), self.is_secure, self.domain.as_deref()),
            reminder.concat(),
        ]
    }
}

impl Default for Reissue {
    fn default() -> Self {
        Self::new()
    }
}
