//! Sends requests: carries out what [`Call`] and [`Tokens`](crate::tokens::Tokens) decide.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use url::Url;

use super::flight::{Flight, Turn};
use super::platform::{self, Body, Broken, Http, Incoming, SystemClock};
use crate::credentials::{TokenSource, Way};
use crate::request::{Outgoing, Request};
use crate::retry::{Call, Next, Outcome, Policy};
use crate::scheme::Scheme;
use crate::secret::Secret;
use crate::system::Addresses;
use crate::tokens::Issued;
use crate::{Clock, ConfigError, Error, Kind, System, redact};

/// The largest answer that is taken whole, unless set otherwise: 64 MiB.
pub const ANSWER_CAP: usize = 64 << 20;
/// As much of a failing answer is looked at.
const QUOTE_CAP: usize = 4096;

/// A client of one system. Cheap to clone; clones share connections and tokens.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    system: System,
    addresses: Addresses,
    http: Http,
    clock: Arc<dyn Clock>,
    policy: Policy,
    answer_cap: usize,
    flight: Flight,
}

/// How a client shall behave, where it is not as usual.
pub struct Builder {
    system: System,
    clock: Arc<dyn Clock>,
    policy: Policy,
    answer_cap: usize,
}

impl Builder {
    /// Another clock than the host's.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Other tries and times than [`Policy::default`].
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Another bound than [`ANSWER_CAP`] for answers that are taken whole, in bytes.
    #[must_use]
    pub fn with_answer_cap(mut self, bytes: usize) -> Self {
        self.answer_cap = bytes;
        self
    }

    /// Checks the settings. Sends nothing yet.
    pub fn build(self) -> Result<Client, ConfigError> {
        Ok(Client(Arc::new(Inner {
            addresses: self.system.check(platform::HOST)?,
            http: Http::new()?,
            system: self.system,
            clock: self.clock,
            policy: self.policy,
            answer_cap: self.answer_cap,
            flight: Flight::new(),
        })))
    }
}

/// What is wanted of an answer.
#[derive(Clone, Copy)]
enum Want {
    Whole,
    Stream,
}

enum Got {
    Whole(Vec<u8>),
    Stream(Body),
}

/// How one sending failed.
enum Failed {
    Refused(Box<Incoming>),
    Broken(Broken),
    TooLarge,
}

/// Where a call stands after one sending.
enum Stepped {
    Done(Got),
    Again,
    Rejected,
}

impl Client {
    /// A client that behaves as usual. Sends nothing yet.
    pub fn new(system: System) -> Result<Self, ConfigError> {
        Self::builder(system).build()
    }

    /// A client to be set up.
    pub fn builder(system: System) -> Builder {
        Builder {
            system,
            clock: Arc::new(SystemClock::new()),
            policy: Policy::default(),
            answer_cap: ANSWER_CAP,
        }
    }

    /// Sends a request and takes its whole answer. Natively, this needs Tokio's runtime with its timer.
    pub async fn send(&self, request: &Request) -> Result<Vec<u8>, Error> {
        match self.run(request, Want::Whole).await? {
            Got::Whole(bytes) => Ok(bytes),
            Got::Stream(_) => unreachable!("the whole was wanted"),
        }
    }

    /// Sends a request and leaves its answer to be read.
    pub(crate) async fn open(&self, request: &Request) -> Result<Body, Error> {
        match self.run(request, Want::Stream).await? {
            Got::Stream(body) => Ok(body),
            Got::Whole(_) => unreachable!("a stream was wanted"),
        }
    }

    /// An error of this client's system.
    pub(crate) fn error(&self, kind: Kind, text: impl Into<String>) -> Error {
        Error::new(&self.0.system.name, kind, text)
    }

    async fn run(&self, request: &Request, want: Want) -> Result<Got, Error> {
        let Some(mut url) = self.0.addresses.of(request) else {
            let text = format!("{request:?} leads out from under the base address");
            return Err(self.error(Kind::Programming, text));
        };
        let renewable = matches!(self.0.system.credentials.0, Way::Renewed(_));
        let mut call = Call::new(request.nature, self.0.policy, renewable, self.now());
        let mut rejected = None;
        loop {
            let (scheme, number) = self.scheme(rejected, &call).await?;
            match self
                .step(request, &mut url, Some(&scheme), &mut call, want)
                .await?
            {
                Stepped::Done(got) => return Ok(got),
                Stepped::Again => {}
                Stepped::Rejected => rejected = number,
            }
        }
    }

    /// Sends once, and waits if that is what comes before the next sending.
    async fn step(
        &self,
        request: &Request,
        url: &mut Url,
        scheme: Option<&Scheme>,
        call: &mut Call,
        want: Want,
    ) -> Result<Stepped, Error> {
        let mut outgoing = Outgoing::new(request, url.clone());
        if let Some(scheme) = scheme {
            scheme.apply(&mut outgoing);
        }
        let came = self.attempt(&outgoing, call.left(self.now()), want).await;
        self.note(&outgoing, &came);
        let failed = match came {
            Ok(got) => return Ok(Stepped::Done(got)),
            Err(failed) => failed,
        };
        let outcome = match &failed {
            Failed::TooLarge => Outcome::Unusable,
            Failed::Broken(Broken::Unsent(_)) => Outcome::Unsent,
            Failed::Broken(Broken::Lost(_)) => Outcome::Lost,
            Failed::Refused(answer) => Outcome::Answered {
                status: answer.status,
                retry_after: answer.retry_after.as_deref(),
                location: answer.location.as_deref(),
            },
        };
        let clock = &self.0.clock;
        match call.next(
            outcome,
            url,
            clock.monotonic(),
            clock.unix(),
            clock.random(),
        ) {
            Next::Accept => unreachable!("an accepted answer was taken"),
            Next::Renew => Ok(Stepped::Rejected),
            Next::Wait(time) => {
                platform::sleep(time).await;
                Ok(Stepped::Again)
            }
            Next::Follow(target) => {
                *url = target;
                Ok(Stepped::Again)
            }
            Next::Fail { kind, retry_after } => {
                let left = call.left(self.now());
                let error = self
                    .failure(request, kind, failed, &outgoing.secrets, left)
                    .await;
                Err(error.with_retry_after(retry_after))
            }
        }
    }

    async fn attempt(
        &self,
        outgoing: &Outgoing,
        left: Duration,
        want: Want,
    ) -> Result<Got, Failed> {
        let wanted = async {
            let mut answer = self.0.http.send(outgoing).await.map_err(Failed::Broken)?;
            if !(200..300).contains(&answer.status) {
                return Err(Failed::Refused(Box::new(answer)));
            }
            if let Want::Stream = want {
                return Ok(Got::Stream(answer.body));
            }
            let bytes = read(&mut answer.body, self.0.answer_cap).await;
            let bytes = bytes.map_err(Failed::Broken)?;
            bytes.map(Got::Whole).ok_or(Failed::TooLarge)
        };
        let late = || {
            Err(Failed::Broken(Broken::Lost(
                "no whole answer in time".into(),
            )))
        };
        within(left, wanted).await.unwrap_or_else(late)
    }

    /// The error for a call that ends here, with what the service said about it.
    async fn failure(
        &self,
        request: &Request,
        kind: Kind,
        failed: Failed,
        secrets: &[Secret],
        left: Duration,
    ) -> Error {
        let answer = match failed {
            Failed::Broken(broken) => {
                let text = redact::quote(&broken.into_text(), secrets);
                return self.error(kind, format!("{request:?}: {text}"));
            }
            Failed::TooLarge => {
                let text = format!("the answer has more than {} bytes", self.0.answer_cap);
                return self.error(kind, format!("{request:?}: {text}"));
            }
            Failed::Refused(answer) => answer,
        };
        let status = answer.status;
        let said = within(left, said(*answer, secrets))
            .await
            .unwrap_or_default();
        let mut text = format!("{request:?} was answered with status {status}");
        if !said.is_empty() {
            text = format!("{text}: {said}");
        }
        self.error(kind, text).with_status(status)
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
        let request = source.request();
        let mut url = (self.0.addresses.tokens.clone()).expect("checked with the system");
        let scheme = source.login.clone().map(Scheme::Basic);
        let policy = Policy {
            overall: left,
            ..self.0.policy
        };
        let mut call = Call::new(request.nature, policy, false, self.now());
        loop {
            let scheme = scheme.as_ref();
            let stepped = self.step(&request, &mut url, scheme, &mut call, Want::Whole);
            if let Stepped::Done(Got::Whole(body)) = stepped.await? {
                // Wiped when read: it holds the token.
                let body = zeroize::Zeroizing::new(body);
                let field = source.answer_field.as_deref();
                return Issued::read(&body, field, self.0.clock.unix())
                    .map_err(|error| self.error(Kind::Outage, error.to_string()));
            }
        }
    }

    fn note(&self, outgoing: &Outgoing, came: &Result<Got, Failed>) {
        let (system, url) = (&self.0.system.name, outgoing.shown_url());
        let method = outgoing.method().name();
        match came {
            Ok(_) => tracing::debug!(%system, method, url, "answered"),
            Err(Failed::TooLarge) => tracing::debug!(%system, method, url, "answer too large"),
            Err(Failed::Refused(answer)) => {
                tracing::debug!(%system, method, url, status = answer.status, "refused");
            }
            Err(Failed::Broken(_)) => tracing::debug!(%system, method, url, "no answer"),
        }
    }

    fn now(&self) -> Duration {
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

/// The whole body, or nothing when it has more than `cap` bytes.
async fn read(body: &mut Body, cap: usize) -> Result<Option<Vec<u8>>, Broken> {
    let mut bytes = Vec::new();
    while let Some(chunk) = body.chunk().await? {
        if bytes.len() + chunk.len() > cap {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(bytes))
}

/// What a failing answer says, if it is plain text as documented; pages of HTML are of no use.
async fn said(mut answer: Incoming, secrets: &[Secret]) -> String {
    let plain = |kind: &String| kind.to_ascii_lowercase().starts_with("text/plain");
    if !answer.content_type.as_ref().is_some_and(plain) {
        return String::new();
    }
    match read(&mut answer.body, QUOTE_CAP).await {
        Ok(Some(bytes)) => redact::quote(&String::from_utf8_lossy(&bytes), secrets),
        // The status alone has to do.
        Ok(None) | Err(_) => String::new(),
    }
}

/// What comes of `future`, if it comes in `time`.
pub(crate) async fn within<T>(time: Duration, future: impl Future<Output = T>) -> Option<T> {
    match select(pin!(future), pin!(platform::sleep(time))).await {
        Either::Left((came, _)) => Some(came),
        Either::Right(_) => None,
    }
}
