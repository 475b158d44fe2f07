//! A system to call: its name, its base address and the credentials for it.

use std::borrow::Cow;

use iteras::service::{PlainHttp, base_problem};
use iteras::urls::Resolved;
use url::Url;

use crate::credentials::{Place, TokenSource, Way};
use crate::request::Request;
use crate::scheme::Scheme;
use crate::{ConfigError, Credentials};

/// The host that sends for us; not every one can send every scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// A native program.
    Native,
    /// The fetch of Workers or Node.
    Fetch,
}

/// A system to call. The ready-made ones are in [`systems`](crate::systems).
#[derive(Clone, Debug)]
pub struct System {
    pub(crate) name: Cow<'static, str>,
    pub(crate) credentials: Credentials,
    base: String,
    plain_http: PlainHttp,
}

impl System {
    /// A system of this name, which errors and logs show; requests go below `base`.
    pub fn new(name: impl Into<Cow<'static, str>>, base: &str, credentials: Credentials) -> Self {
        Self {
            name: name.into(),
            credentials,
            base: base.into(),
            plain_http: PlainHttp::OnLoopback,
        }
    }

    /// The same system at another base address.
    #[must_use]
    pub fn with_base(mut self, base: &str) -> Self {
        self.base = base.into();
        self
    }

    /// Tokens come from another address: absolute, or relative to the base. Without renewed tokens, nothing changes.
    #[must_use]
    pub fn with_token_address(self, address: &str) -> Self {
        self.with_source(|mut source| {
            source.address = address.into();
            source
        })
    }

    /// Changes what is sent for a token and what is looked for in the answer.
    #[must_use]
    pub fn with_source(mut self, change: impl FnOnce(TokenSource) -> TokenSource) -> Self {
        if let Way::Renewed(source) = self.credentials.0 {
            self.credentials = Credentials::renewed(change(source));
        }
        self
    }

    /// Sends credentials over plain http to hosts other than loopback, where everyone on the way reads them.
    #[must_use]
    pub fn with_insecure_http(mut self) -> Self {
        self.plain_http = PlainHttp::Anywhere;
        self
    }

    /// Checks the addresses, and that `host` can send the scheme.
    pub fn check(&self, host: Host) -> Result<Addresses, ConfigError> {
        let cookie = match &self.credentials.0 {
            Way::Fixed(scheme) => matches!(scheme, Scheme::Cookie(..)),
            Way::Renewed(source) => matches!(source.place, Place::Cookie(_)),
        };
        if cookie && host == Host::Fetch {
            return Err(ConfigError::new(
                "credentials",
                "expected another scheme than a cookie, which fetch does not send",
            ));
        }
        let mut base = self.secure("base", Url::parse(&self.base))?;
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        let tokens = match &self.credentials.0 {
            Way::Fixed(_) => None,
            Way::Renewed(source) => Some(self.secure("token address", base.join(&source.address))?),
        };
        Ok(Addresses { base, tokens })
    }

    fn secure(
        &self,
        setting: &'static str,
        url: Result<Url, url::ParseError>,
    ) -> Result<Url, ConfigError> {
        let url = url
            .map_err(|error| ConfigError::new(setting, format!("expected an address ({error})")))?;
        let parts = Resolved {
            href: url.as_str(),
            protocol: &format!("{}:", url.scheme()),
            credentials: &format!("{}{}", url.username(), url.password().unwrap_or_default()),
            hostname: url.host_str().unwrap_or_default(),
            ..Resolved::default()
        };
        match base_problem(&parts, self.plain_http) {
            Some(problem) => Err(ConfigError::new(setting, problem)),
            None => Ok(url),
        }
    }
}

/// The addresses of a system, checked.
#[derive(Clone, Debug)]
pub struct Addresses {
    pub(crate) base: Url,
    pub(crate) tokens: Option<Url>,
}

impl Addresses {
    /// The address of a request; none if its path leads out from under the base address.
    pub(crate) fn of(&self, request: &Request) -> Option<Url> {
        let mut url = self.base.join(&request.path).ok()?;
        let below = url.path().starts_with(self.base.path());
        if url.origin() != self.base.origin() || !below || url.query().is_some() {
            return None;
        }
        if !request.query.is_empty() {
            url.set_query(Some(&request.query));
        }
        Some(url)
    }
}
