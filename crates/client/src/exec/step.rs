//! One sending of a call: out, back, and what comes next.

use std::time::Duration;

use url::Url;

use super::client::Client;
use super::platform::{self, Body, Broken, Incoming, within};
use crate::request::{Outgoing, Request};
use crate::retry::{Call, Next, Outcome};
use crate::scheme::Scheme;
use crate::secret::Secret;
use crate::{Error, Kind, redact};

/// The part of a failing answer that is looked at, in bytes.
const QUOTE_CAP: usize = 4096;

/// The ways to take a good answer's body.
pub(super) trait Take: Sized {
    /// Takes the body; nothing when it has more than `cap` bytes.
    async fn take(body: Body, cap: usize) -> Result<Option<Self>, Broken>;
}

/// The body is left to be read.
impl Take for Body {
    async fn take(body: Body, _: usize) -> Result<Option<Self>, Broken> {
        Ok(Some(body))
    }
}

/// The body is taken whole.
impl Take for Vec<u8> {
    async fn take(mut body: Body, cap: usize) -> Result<Option<Self>, Broken> {
        let mut bytes = Vec::new();
        while let Some(chunk) = body.chunk().await? {
            if bytes.len() + chunk.len() > cap {
                return Ok(None);
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Some(bytes))
    }
}

/// The failure of one sending.
enum Failed {
    Refused(Box<Incoming>),
    Broken(Broken),
    TooLarge,
}

impl Failed {
    fn outcome(&self) -> Outcome<'_> {
        match self {
            Self::TooLarge => Outcome::Unusable,
            Self::Broken(Broken::Unsent(_)) => Outcome::Unsent,
            Self::Broken(Broken::Lost(_)) => Outcome::Lost,
            Self::Refused(answer) => Outcome::Answered {
                status: answer.status,
                retry_after: answer.retry_after.as_deref(),
                location: answer.location.as_deref(),
            },
        }
    }
}

/// A request on its way: where it goes now, and how the call stands.
pub(super) struct Course<'a> {
    pub(super) request: &'a Request,
    pub(super) url: Url,
    pub(super) call: Call,
}

/// The state of a call after one sending.
pub(super) enum Stepped<T> {
    Done(T),
    Again,
    Rejected,
}

impl Client {
    /// Sends once, and waits if that is what comes before the next sending.
    pub(super) async fn step<T: Take>(
        &self,
        course: &mut Course<'_>,
        scheme: Option<&Scheme>,
    ) -> Result<Stepped<T>, Error> {
        let Course { request, url, call } = course;
        let mut outgoing = Outgoing::new(request, url.clone());
        if let Some(scheme) = scheme {
            scheme.apply(&mut outgoing);
        }
        let came = self.attempt(&outgoing, call.left(self.now())).await;
        self.note(&outgoing, came.as_ref().err());
        let failed = match came {
            Ok(taken) => return Ok(Stepped::Done(taken)),
            Err(failed) => failed,
        };
        let (now, clock) = (self.now(), &self.0.clock);
        match call.next(failed.outcome(), url, now, clock.unix(), clock.random()) {
            Next::Accept => unreachable!("a good answer was taken"),
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
                let failure = self.failure(request, kind, failed, &outgoing.secrets, left);
                Err(failure.await.with_retry_after(retry_after))
            }
        }
    }

    async fn attempt<T: Take>(&self, outgoing: &Outgoing, left: Duration) -> Result<T, Failed> {
        let wanted = async {
            let answer = self.0.http.send(outgoing).await.map_err(Failed::Broken)?;
            if !(200..300).contains(&answer.status) {
                return Err(Failed::Refused(Box::new(answer)));
            }
            let taken = T::take(answer.body, self.0.answer_cap).await;
            taken.map_err(Failed::Broken)?.ok_or(Failed::TooLarge)
        };
        let late = || Broken::Lost("no whole answer in time".into());
        let came = within(left, wanted).await;
        came.unwrap_or_else(|| Err(Failed::Broken(late())))
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

    fn note(&self, outgoing: &Outgoing, failed: Option<&Failed>) {
        let (system, url) = (&self.0.system.name, outgoing.shown_url());
        let method = outgoing.method().name();
        match failed {
            None => tracing::debug!(%system, method, url, "answered"),
            Some(Failed::TooLarge) => tracing::debug!(%system, method, url, "answer too large"),
            Some(Failed::Refused(answer)) => {
                tracing::debug!(%system, method, url, status = answer.status, "refused");
            }
            Some(Failed::Broken(_)) => tracing::debug!(%system, method, url, "no answer"),
        }
    }
}

/// The text of a failing answer, if it is plain as documented; pages of HTML are of no use.
async fn said(answer: Incoming, secrets: &[Secret]) -> String {
    let plain = |kind: &String| kind.to_ascii_lowercase().starts_with("text/plain");
    if !answer.content_type.as_ref().is_some_and(plain) {
        return String::new();
    }
    match Vec::take(answer.body, QUOTE_CAP).await {
        Ok(Some(bytes)) => redact::quote(&String::from_utf8_lossy(&bytes), secrets),
        // The status alone has to do.
        Ok(None) | Err(_) => String::new(),
    }
}
