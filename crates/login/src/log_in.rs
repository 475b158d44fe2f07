//! The router, and the steps of one try.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use axum::routing::post;
use http::header::{HOST, ORIGIN};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, HeaderName};
use iteras_client::Kind;
use iteras_client::iteras::{Iteras, Who};
use iteras_guard::login::{MAX_ACCOUNT, counters, is_own_post};
use iteras_guard::peers::Peers;

use crate::ConfigError;
use crate::form::{Account, Form};
use crate::outcome::{Outcome, Pages};
use crate::tries::{Refusal, Tries};

/// More than an address and a password need.
const MAX_FORM: usize = 16 << 10;
/// Long enough for the next page to load.
const PREAUTH_SECONDS: NonZeroU32 = NonZeroU32::new(120).expect("120 is not 0");

type Answer = dyn Fn(&Outcome, &HeaderMap) -> Response + Send + Sync;

/// The other end of a log-in form.
pub struct LogIn {
    service: Iteras,
    tries: Tries,
    origins: Vec<String>,
    proxies: Peers,
    preauth_seconds: NonZeroU32,
    pages: Pages,
    answer: Option<Box<Answer>>,
}

impl LogIn {
    /// Asks this service. Tries are counted in memory, tokens live 2 minutes, and pages are `/`.
    #[must_use]
    pub fn new(service: Iteras) -> Self {
        Self {
            service,
            tries: Tries::in_memory(),
            origins: Vec::new(),
            proxies: Peers::default(),
            preauth_seconds: PREAUTH_SECONDS,
            pages: Pages::default(),
            answer: None,
        }
    }

    /// Where forms without a script lead: to the page with the self-service frame, and back to the one
    /// with the form. Paths (`/account`) or http(s) URLs.
    pub fn with_pages(mut self, account: &str, form: &str) -> Result<Self, ConfigError> {
        self.pages = Pages::new(account, form)?;
        Ok(self)
    }

    /// Counts elsewhere, such as in Redis (`Tries::in_redis`, feature `redis`).
    #[must_use]
    pub fn with_tries(mut self, tries: Tries) -> Self {
        self.tries = tries;
        self
    }

    /// Takes posts from pages of these origins, too: `https://www.pub.example`.
    pub fn with_origins<'a>(
        mut self,
        origins: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, ConfigError> {
        for origin in origins {
            let url = url::Url::parse(origin).ok();
            let own = url.is_some_and(|url| {
                matches!(url.scheme(), "http" | "https")
                    && url.origin().ascii_serialization() == origin
            });
            if !own {
                let problem = format!("{origin:?} is not an origin like https://www.pub.example");
                return Err(ConfigError::new("origins", problem));
            }
            self.origins.push(origin.to_owned());
        }
        Ok(self)
    }

    /// Believes these proxies what they say in `X-Forwarded-For`: addresses and networks (`10.0.0.0/8`).
    pub fn with_trusted_proxies<'a>(
        mut self,
        proxies: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, ConfigError> {
        self.proxies = Peers::parse(proxies).map_err(|text| {
            let problem = format!("{text:?} is not an address or network");
            ConfigError::new("trusted_proxies", problem)
        })?;
        Ok(self)
    }

    /// Seconds for which tokens are good.
    #[must_use]
    pub fn with_preauth_seconds(mut self, seconds: NonZeroU32) -> Self {
        self.preauth_seconds = seconds;
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
    /// nothing can be counted, and nobody gets in.
    pub fn router<S: Clone + Send + Sync + 'static>(self, path: &str) -> Router<S> {
        Router::new()
            .route(path, post(log_in))
            .with_state(Arc::new(self))
    }

    /// One try: `peer` is the other end of the connection, `form` the request's body.
    pub async fn attempt(&self, request: &Parts, peer: IpAddr, form: &[u8]) -> Outcome {
        if !self.is_own(request) {
            return Outcome::Foreign;
        }
        let form = match Form::parse(form) {
            Ok(form) => form,
            Err(missing) => return Outcome::BadForm(missing),
        };
        let forwarded = request.headers.get_all(FORWARDED_FOR).iter();
        let forwarded: Vec<&str> = forwarded.filter_map(|value| value.to_str().ok()).collect();
        let client = self.proxies.client(peer, &forwarded.join(","));
        self.counted(&form, client).await
    }

    fn is_own(&self, request: &Parts) -> bool {
        let header = |name: HeaderName| {
            let value = request.headers.get(name)?;
            Some(value.to_str().unwrap_or(""))
        };
        // HTTP/2 has no Host.
        let authority = || request.uri.authority().map(Authority::as_str);
        let host = header(HOST).or_else(authority).unwrap_or("");
        let (site, origin) = (header(SEC_FETCH_SITE), header(ORIGIN));
        is_own_post(request.method.as_str(), site, origin, host, &self.origins)
    }

    async fn counted(&self, form: &Form, client: IpAddr) -> Outcome {
        let account = form.account.text();
        let begun = match self.tries.begin(counters(account, client)).await {
            Ok(begun) => begun,
            Err(Refusal::Wait(retry_after)) => return Outcome::TooMany { retry_after },
            Err(Refusal::Unknown) => return Outcome::Outage,
        };
        if account.len() > MAX_ACCOUNT {
            return Outcome::Wrong;
        }
        let outcome = self.checked(form).await;
        if outcome != Outcome::Wrong {
            self.tries.take_back(begun).await;
        }
        outcome
    }

    async fn checked(&self, form: &Form) -> Outcome {
        let who = match &form.account {
            Account::Id(id) => Who::Id(id),
            Account::Email(email) => Who::Email(email),
        };
        let asked =
            self.service
                .authenticate_customer(who, &form.password, Some(self.preauth_seconds));
        match asked.await {
            Ok(customer) => Outcome::Welcome {
                preauth: customer
                    .preauth
                    .map_or(String::new(), |token| token.expose().to_owned()),
                id: customer.id,
            },
            Err(error) if error.kind() == Kind::User => Outcome::Wrong,
            Err(error) => {
                tracing::error!(%error, "a password could not be checked");
                Outcome::Outage
            }
        }
    }
}

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

async fn log_in(State(log_in): State<Arc<LogIn>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let outcome = match parts.extensions.get() {
        Some(ConnectInfo::<SocketAddr>(peer)) => match to_bytes(body, MAX_FORM).await {
            Ok(form) => log_in.attempt(&parts, peer.ip(), &form).await,
            Err(_) => Outcome::BadForm("form can't be read"),
        },
        None => {
            tracing::error!(
                "no peer: serve with into_make_service_with_connect_info::<SocketAddr>()"
            );
            Outcome::Outage
        }
    };
    match &log_in.answer {
        Some(answer) => answer(&outcome, &parts.headers),
        None => log_in.pages.answer(&outcome, &parts.headers),
    }
}

impl fmt::Debug for LogIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogIn")
            .field("tries", &self.tries)
            .field("pages", &self.pages)
            .finish_non_exhaustive()
    }
}
