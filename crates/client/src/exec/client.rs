//! Sends requests: carries out what [`Call`] and [`Tokens`](crate::tokens::Tokens) decide.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::builder::Builder;
use super::flight::{Flight, Turn};
use super::platform::{Body, Http, within};
use super::step::{Course, Stepped, Take};
use crate::credentials::{TokenSource, Way};
use crate::request::{Outgoing, Request};
use crate::retry::{Call, Policy};
use crate::scheme::Scheme;
use crate::secret::Secret;
use crate::system::Addresses;
use crate::tokens::Issued;
use crate::{Clock, ConfigError, Error, Kind, System};

/// A client of one system. Cheap to clone; clones share connections and tokens.
#[derive(Clone)]
pub struct Client(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) system: System,
    pub(super) addresses: Addresses,
    pub(super) http: Http,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) policy: Policy,
    pub(super) answer_cap: usize,
    pub(super) flight: Flight,
}

impl Client {
    /// A client that behaves as usual. Sends nothing yet.
    pub fn new(system: System) -> Result<Self, ConfigError> {
        Self::builder(system).build()
    }

    /// A client to be set up.
    pub fn builder(system: System) -> Builder {
        Builder::new(system)
    }

    /// Sends a request and takes its whole answer. Natively, this needs Tokio's runtime with its timer.
    pub async fn send(&self, request: &Request) -> Result<Vec<u8>, Error> {
        self.run(request).await
    }

    /// Sends a request and leaves its answer to be read.
    pub(crate) async fn open(&self, request: &Request) -> Result<Body, Error> {
        self.run(request).await
    }

    /// An error of this client's system.
    pub(crate) fn error(&self, kind: Kind, text: impl Into<String>) -> Error {
        Error::new(&self.0.system.name, kind, text)
    }

    /// Secrets that no error about a request may repeat, though the service may echo them.
    pub(super) fn secrets(&self, request: &Request) -> Vec<Secret> {
        let Some(url) = self.0.addresses.of(request) else {
            return request.secrets.clone();
        };
        let mut outgoing = Outgoing::new(request, url);
        match &self.0.system.credentials.0 {
            Way::Fixed(scheme) => scheme.apply(&mut outgoing),
            Way::Renewed(_) => {
                let token = self.0.flight.held();
                outgoing
                    .secrets
                    .extend(token.map(|token| token.secret().clone()));
            }
        }
        outgoing.secrets
    }

    async fn run<T: Take>(&self, request: &Request) -> Result<T, Error> {
        let Some(url) = self.0.addresses.of(request) else {
            let text = format!("{request:?} leads out from under the base address");
            return Err(self.error(Kind::Programming, text));
        };
        let renewable = matches!(self.0.system.credentials.0, Way::Renewed(_));
        let call = Call::new(request.nature, self.0.policy, renewable, self.now());
        let mut course = Course { request, url, call };
        let mut rejected = None;
        loop {
            let (scheme, number) = self.scheme(rejected, &course.call).await?;
            match self.step(&mut course, Some(&scheme)).await? {
                Stepped::Done(taken) => return Ok(taken),
                Stepped::Again => {}
                Stepped::Rejected => rejected = number,
            }
        }
    }

    /// The scheme for the next sending, and the number of its token if it has one.
    async fn scheme(
        &self,
        rejected: Option<u64>,
        call: &Call,
    ) -> Result<(Scheme, Option<u64>), Error> {
        let source = match &self.0.system.credentials.0 {
            Way::Fixed(scheme) => return Ok((scheme.clone(), None)),
            Way::Renewed(source) => source,
        };
        let held = loop {
            match self.0.flight.turn(rejected, self.now()) {
                Turn::Use(held) => break held,
                Turn::Lead(lead) => {
                    let asked = self.now();
                    let came = self.fetch_token(source, call.left(asked)).await;
                    break lead.land(came.map_err(Error::of_renewal), asked)?;
                }
                Turn::Wait(mut wait) => {
                    if within(call.left(self.now()), wait.ended()).await.is_none() {
                        return Err(self.error(Kind::Outage, "no token to be had in time"));
                    }
                    if let Some(error) = self.0.flight.failure(wait.renewal) {
                        return Err(error);
                    }
                }
            }
        };
        let scheme = source.place.scheme(&held.token);
        let scheme = scheme.map_err(|error| self.error(Kind::Auth, error.to_string()))?;
        Ok((scheme, Some(held.number)))
    }

    async fn fetch_token(&self, source: &TokenSource, left: Duration) -> Result<Issued, Error> {
        let request = &source.request();
        let url = (self.0.addresses.tokens.clone()).expect("checked with the system");
        let scheme = source.login.clone().map(Scheme::Basic);
        let policy = Policy {
            overall: left,
            ..self.0.policy
        };
        let call = Call::new(request.nature, policy, false, self.now());
        let mut course = Course { request, url, call };
        loop {
            let stepped = self.step::<Vec<u8>>(&mut course, scheme.as_ref()).await?;
            if let Stepped::Done(body) = stepped {
                // Wiped when read: it holds the token.
                let body = zeroize::Zeroizing::new(body);
                let field = source.answer_field.as_deref();
                return Issued::read(&body, field, self.0.clock.unix())
                    .map_err(|error| self.error(Kind::Outage, error.to_string()));
            }
        }
    }

    pub(super) fn now(&self) -> Duration {
        self.0.clock.monotonic()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let system = &self.0.system;
        f.debug_struct("Client")
            .field("system", system)
            .finish_non_exhaustive()
    }
}
