//! The router: reads a request, and does what each step of the attempt says.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::header::{ACCEPT, HOST, ORIGIN};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use iteras_client::iteras::Iteras;
use iteras_client::request::{Nature, Request as Call};
use iteras_guard::login::{
    self, Answer, Attempt, Body, MAX_PREAUTH_SECONDS, Origin, Outcome, Page, Question, Reply,
    Settings, Step,
};
use iteras_guard::peers::Peers;

use crate::ConfigError;
use crate::body::Form;
use crate::counters::Counters;

type AnswerFn = dyn Fn(&Outcome, &HeaderMap) -> Response + Send + Sync;

/// The other end of a log-in form.
pub struct LogIn {
    core: Mutex<login::LogIn>,
    service: Iteras,
    counters: Counters,
    proxies: Peers,
    answer: Option<Box<AnswerFn>>,
}

impl LogIn {
    /// Asks this service. Attempts are counted in memory, tokens live 2 minutes, and pages are `/`.
    #[must_use]
    pub fn new(service: Iteras) -> Self {
        Self {
            core: Mutex::default(),
            service,
            counters: Counters::in_memory(),
            proxies: Peers::default(),
            answer: None,
        }
    }

    /// The pages that forms without a script lead to: the one with the self-service frame, and the one
    /// with the form. Paths (`/account`) or http(s) URLs.
    pub fn with_pages(mut self, account: &str, form: &str) -> Result<Self, ConfigError> {
        let account = Page::new("account page", account)?;
        let form = Page::new("form page", form)?;
        let settings = self.settings();
        (settings.account_page, settings.form_page) = (account, form);
        Ok(self)
    }

    /// Counts elsewhere, such as in Redis (`Counters::in_redis`, feature `redis`).
    #[must_use]
    pub fn with_counters(mut self, counters: Counters) -> Self {
        self.counters = counters;
        self
    }

    /// Takes posts from pages of these origins, too: `https://www.pub.example`.
    pub fn with_origins<'a>(
        mut self,
        origins: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, ConfigError> {
        for text in origins {
            let origin = Origin::new("origins", text)?;
            self.settings().origins.push(origin);
        }
        Ok(self)
    }

    /// Believes these proxies what they say in `X-Forwarded-For`: addresses, networks (`10.0.0.0/8`), and `unix:` for
    /// connections through a Unix socket.
    pub fn with_trusted_proxies<'a>(
        mut self,
        proxies: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, ConfigError> {
        self.proxies = Peers::parse(proxies).map_err(|text| {
            let problem = format!("expected an address, a network or unix:, got {text:?}");
            ConfigError::new("trusted_proxies", problem)
        })?;
        Ok(self)
    }

    /// Seconds for which tokens are good; the service gives none for longer than a day.
    #[must_use]
    pub fn with_preauth_seconds(mut self, seconds: NonZeroU32) -> Self {
        let most = const { NonZeroU32::new(MAX_PREAUTH_SECONDS).expect("a day is not 0") };
        self.settings().preauth_seconds = seconds.min(most);
        self
    }

    /// Answers otherwise. Keep `no-store` and, with [`Outcome::TooMany`], `Retry-After`.
    #[must_use]
    pub fn with_answer(
        mut self,
        answer: impl Fn(&Outcome, &HeaderMap) -> Response + Send + Sync + 'static,
    ) -> Self {
        self.answer = Some(Box::new(answer));
        self
    }

    /// A router with the form's other end at `path`.
    ///
    /// Serve it with `into_make_service_with_connect_info::<SocketAddr>()`: without the peer's address
    /// nothing can be counted, and nobody gets in. Behind a Unix socket trust the proxy as `unix:`.
    pub fn router<S: Clone + Send + Sync + 'static>(self, path: &str) -> Router<S> {
        Router::new()
            .route(path, post(log_in))
            .with_state(Arc::new(self))
    }

    /// One attempt: `peer` is the other end of the connection, none for a Unix socket; `form` the request's body.
    pub async fn attempt(
        &self,
        request: &Parts,
        peer: impl Into<Option<IpAddr>>,
        form: &[u8],
    ) -> Outcome {
        let body = if form.len() > login::MAX_FORM {
            Body::TooLong
        } else {
            Body::Whole(form)
        };
        self.carry_out(request, peer.into(), body).await
    }

    async fn carry_out(&self, request: &Parts, peer: Option<IpAddr>, body: Body<'_>) -> Outcome {
        let mut attempt = self.begin(request, peer, body);
        let mut begun = None;
        let outcome = loop {
            match attempt.step() {
                Step::Count(count) => {
                    let counted = self.counters.begin(count).await;
                    let counted = counted.map(|noted| begun = Some(noted));
                    attempt.counted(counted);
                }
                Step::Ask(question) => {
                    let answer = self.ask(question).await;
                    let answer = match &answer {
                        Ok(body) => Answer::Came { status: 200, body },
                        Err(why) => Answer::None(why),
                    };
                    self.core().answered(&mut attempt, answer);
                }
                Step::TakeBack(count) => {
                    if let Some(begun) = begun.take() {
                        self.counters.take_back(count, &begun).await;
                    }
                    attempt.taken_back();
                }
                Step::Done(outcome) => break outcome.clone(),
            }
        };
        for note in attempt.notes() {
            tracing::error!("{note}");
        }
        outcome
    }

    fn begin(&self, parts: &Parts, peer: Option<IpAddr>, body: Body<'_>) -> Attempt {
        // HTTP/2 has no Host.
        let authority = || parts.uri.authority().map(Authority::as_str);
        let host = one(&parts.headers, &HOST).or_else(authority);
        let forwarded = parts.headers.get_all(FORWARDED_FOR).iter();
        // A line that is no text holds no hop that could be read.
        let forwarded = forwarded.map(|line| line.to_str().unwrap_or("?"));
        let request = login::Request {
            method: parts.method.as_str(),
            host: host.unwrap_or_default(),
            fetch_site: one(&parts.headers, &SEC_FETCH_SITE),
            origin: one(&parts.headers, &ORIGIN),
            reader: self.proxies.reader(peer, forwarded),
        };
        self.core().attempt(&request, body)
    }

    /// The body of an answer of status 2xx; else why there is none, without secrets.
    async fn ask(&self, question: &Question) -> Result<Vec<u8>, String> {
        let call = Call::post(Question::CALL, Nature::Check)
            .with_form(&question.fields())
            .with_secret(question.password());
        let answer = self.service.client().send(&call).await;
        answer.map_err(|error| error.to_string())
    }

    fn reply(&self, outcome: &Outcome, headers: &HeaderMap) -> Response {
        if let Some(answer) = &self.answer {
            return answer(outcome, headers);
        }
        let accept = headers.get_all(ACCEPT).iter();
        let accept: Vec<_> = accept.filter_map(|line| line.to_str().ok()).collect();
        response(self.core().reply(outcome, &accept.join(",")))
    }

    fn settings(&mut self) -> &mut Settings {
        let core = self.core.get_mut().unwrap_or_else(PoisonError::into_inner);
        &mut core.settings
    }

    fn core(&self) -> MutexGuard<'_, login::LogIn> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The header's value; "" for what is no text or was sent twice.
fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().unwrap_or_default();
    Some(if values.next().is_some() { "" } else { value })
}

async fn log_in(State(log_in): State<Arc<LogIn>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let outcome = if peer.is_none() && !log_in.proxies.hold_sockets() {
        tracing::error!("no peer: serve with into_make_service_with_connect_info::<SocketAddr>()");
        Outcome::Outage
    } else {
        let form = Form::read(body).await;
        let peer = peer.map(|ConnectInfo(peer)| peer.ip());
        log_in.carry_out(&parts, peer, form.body()).await
    };
    log_in.reply(&outcome, &parts.headers)
}

fn response(reply: Reply) -> Response {
    let status = StatusCode::from_u16(reply.status);
    let mut response = (
        status.unwrap_or(StatusCode::SERVICE_UNAVAILABLE),
        reply.body,
    )
        .into_response();
    let headers = response.headers_mut();
    headers.remove(http::header::CONTENT_TYPE);
    for (name, value) in reply.headers {
        let value = HeaderValue::from_str(&value).expect("values are printable ASCII");
        headers.insert(HeaderName::from_static(name), value);
    }
    response
}

impl fmt::Debug for LogIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogIn")
            .field("counters", &self.counters)
            .field("settings", &self.core().settings)
            .finish_non_exhaustive()
    }
}
