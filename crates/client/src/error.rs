//! The error of a call: opaque, with a kind and a stable code.

use std::fmt;
use std::time::Duration;

/// The kind of an [`Error`], by who has to do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A person typed something wrong; the service said so in an answer with status 200.
    User,
    /// The credentials are refused: 401 after a renewal, 403, or no token to be had with them.
    Auth,
    /// The request is wrong: a mistake of the calling program.
    Programming,
    /// The service could not be reached or understood in time; nothing was changed.
    Outage,
    /// The request went out and no answer came: it may have been carried out. It is never repeated here.
    UnknownOutcome,
}

impl Kind {
    /// The kind as a stable word: `user`, `auth`, `programming`, `outage`, `unknown_outcome`.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Auth => "auth",
            Self::Programming => "programming",
            Self::Outage => "outage",
            Self::UnknownOutcome => "unknown_outcome",
        }
    }
}

/// A call that failed. Its text names the system and what was found; it never holds a secret.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    system: String,
    kind: Kind,
    message: String,
    code: Option<String>,
    status: Option<u16>,
    retry_after: Option<Duration>,
}

impl Error {
    pub(crate) fn new(system: &str, kind: Kind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            system: system.into(),
            kind,
            message: message.into(),
            code: None,
            status: None,
            retry_after: None,
        }))
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(crate) fn with_code(mut self, code: String) -> Self {
        self.0.code = Some(code);
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    /// The same failure, met while a token was asked for.
    pub(crate) fn of_renewal(mut self) -> Self {
        self.0.message = format!("no token to be had: {}", self.0.message);
        // Whatever the token request was refused for, no call was sent, and its caller can only mend the credentials.
        self.0.kind = match self.0.kind {
            Kind::Outage | Kind::UnknownOutcome => Kind::Outage,
            _ => Kind::Auth,
        };
        self
    }

    /// The kind, by who has to do something about it.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The system that was called, such as `iteras`.
    pub fn system(&self) -> &str {
        &self.0.system
    }

    /// The service's own `errorcode`, such as `invalidpassword`; else the name of the kind.
    pub fn code(&self) -> &str {
        self.0.code.as_deref().unwrap_or(self.0.kind.name())
    }

    /// The HTTP status, if there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The time for which the service asked to be left alone.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.system, self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("code", &self.code())
            .field("status", &self.0.status)
            .field("message", &self.to_string())
            .finish()
    }
}

impl std::error::Error for Error {}
