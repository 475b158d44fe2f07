//! The tower service: carries out what [`Gate::plan`](crate::Gate::plan) decided.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::request::Parts;
use http::{Method, Request, Response};
use iteras_guard::plan::{Body as Kept, Plan};
use tower_service::Service;

use crate::layer::Settings;
use crate::{Asked, Body, BoxError, Reject, StatusPage, body, headers};

/// A service behind a gate; made by [`GateLayer`](crate::GateLayer).
#[must_use]
#[derive(Clone)]
pub struct GateService<S> {
    pub(crate) inner: S,
    pub(crate) settings: Arc<Settings>,
}

type Answering<E> = Pin<Box<dyn Future<Output = Result<Response<Body>, E>> + Send>>;

impl<S, B, R> Service<Request<B>> for GateService<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    B: Send + 'static,
    R: http_body::Body<Data = Bytes> + Send + 'static,
    R::Error: Into<BoxError>,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Answering<S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (mut parts, body) = request.into_parts();
        let peer = (self.settings.peer)(&Asked::of(&parts));
        headers::clean(&mut parts.headers, peer);
        let settings = Arc::clone(&self.settings);
        let plan = settings.plan(&Asked::of(&parts));
        #[cfg(feature = "crawlers")]
        if let Some((crawlers, address)) = settings.crawler(&plan, &parts) {
            // The service that is ready is the one to be called; its clone waits for the next request.
            let next = self.inner.clone();
            let mut inner = std::mem::replace(&mut self.inner, next);
            return Box::pin(async move {
                let plan = match crawlers.verify(&parts.headers, address).await {
                    true => plan.for_crawler(),
                    false => plan,
                };
                carried_out(&mut inner, settings, parts, body, plan).await
            });
        }
        carried_out(&mut self.inner, settings, parts, body, plan)
    }
}

/// The answer that a plan makes of the inner service's.
fn carried_out<S, B, R>(
    inner: &mut S,
    settings: Arc<Settings>,
    mut parts: Parts,
    request_body: B,
    plan: Plan,
) -> Answering<S::Error>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Future: Send + 'static,
    R: http_body::Body<Data = Bytes> + Send + 'static,
    R::Error: Into<BoxError>,
{
    settings.observe(&Asked::of(&parts), &plan);
    parts.extensions.insert(plan.verdict.clone());
    let Some(ask) = plan.steps().ask else {
        drop(request_body);
        let denied = settings.denied(&plan, &parts);
        return Box::pin(async move { Ok(denied) });
    };
    // A denial in place of a teaser that can't be made is about the request as it was.
    let teasing = (ask.body == Kept::Teaser).then(|| {
        Box::new(Teasing {
            settings: Arc::clone(&settings),
            visit: parts.clone(),
        })
    });
    if let Some(Ok(method)) = ask.method.map(str::parse::<Method>) {
        parts.method = method;
    }
    headers::ask(&mut parts.headers, &ask, &plan);
    let answer = inner.call(Request::from_parts(parts, request_body));
    Box::pin(async move {
        let page = answer.await?;
        Ok(match (ask.body, teasing) {
            (Kept::Teaser, teasing) => {
                let teasing = teasing.expect("it is there for every teaser");
                teasing.answer(page, &plan).await
            }
            (Kept::Marked, _) => finished(mark(page, &plan), &plan),
            (Kept::Labelled, _) => finished(settings.labelled(page, &plan).await, &plan),
            (Kept::Origins, _) => finished(page.map(body::boxed), &plan),
        })
    })
}

/// A request that is answered with a teaser, or else the denial.
struct Teasing {
    settings: Arc<Settings>,
    visit: Parts,
}

impl Teasing {
    async fn answer<R>(&self, page: Response<R>, plan: &Plan) -> Response<Body>
    where
        R: http_body::Body<Data = Bytes> + Send + 'static,
        R::Error: Into<BoxError>,
    {
        match self.settings.teaser(page, plan).await {
            Some(teaser) => finished(teaser, plan),
            None => self.settings.denied(plan, &self.visit),
        }
    }
}

impl Settings {
    fn plan(&self, asked: &Asked<'_>) -> Plan {
        let plan = self
            .gate
            .plan(asked, self.rules.demand(&asked.request()), (self.clock)());
        #[cfg(feature = "teaser")]
        let plan = match self.teaser {
            Some(_) => plan.with_teaser(),
            None => plan,
        };
        plan
    }

    fn observe(&self, asked: &Asked<'_>, plan: &Plan) {
        if let Some(observer) = &self.observer {
            observer(asked, &plan.verdict);
        }
        if let Some((copied, address_of)) = &self.copied {
            copied.see(&plan.verdict, || address_of(asked));
        }
    }

    /// What is asked about a request that says it is a search engine's, where one would be let in.
    #[cfg(feature = "crawlers")]
    fn crawler(
        &self,
        plan: &Plan,
        parts: &Parts,
    ) -> Option<(crate::Crawlers, Option<std::net::IpAddr>)> {
        let (crawlers, address_of) = self.crawlers.as_ref()?;
        let is_named = plan.is_for_crawlers() && crawlers.are_named(&parts.headers);
        is_named.then(|| (crawlers.clone(), address_of(&Asked::of(parts))))
    }

    /// The page with the open mark and, where there are teasers, what search engines are told of it.
    #[cfg(feature = "teaser")]
    async fn labelled<R>(&self, page: Response<R>, plan: &Plan) -> Response<Body>
    where
        R: http_body::Body<Data = Bytes> + Send + 'static,
        R::Error: Into<BoxError>,
    {
        match &self.teaser {
            Some(teaser) => crate::teaser::mark_labelled(page, teaser).await,
            None => mark(page, plan),
        }
    }

    #[cfg(not(feature = "teaser"))]
    async fn labelled<R>(&self, page: Response<R>, plan: &Plan) -> Response<Body>
    where
        R: http_body::Body<Data = Bytes> + Send + 'static,
        R::Error: Into<BoxError>,
    {
        mark(page, plan)
    }

    /// The denial of a plan that has one.
    fn denied(&self, plan: &Plan, visit: &Parts) -> Response<Body> {
        let denial = plan.verdict.as_ref().expect_err("it asks no origin");
        let asked = Asked::of(visit);
        let answer = match denial.is_ahead() {
            // A rejection of the publisher's own may be a page that stays, or a redirect to one.
            true => StatusPage::new().reject(denial, &asked),
            false => self.reject.reject(denial, &asked),
        };
        finished(answer, plan)
    }

    #[cfg(feature = "teaser")]
    async fn teaser<R>(&self, page: Response<R>, plan: &Plan) -> Option<Response<Body>>
    where
        R: http_body::Body<Data = Bytes> + Send + 'static,
        R::Error: Into<BoxError>,
    {
        let (teaser, denial) = (self.teaser.as_ref()?, plan.verdict.as_ref().err()?);
        teaser.make(page, denial).await
    }

    /// Without the feature no plan asks for one.
    #[cfg(not(feature = "teaser"))]
    async fn teaser<R>(&self, _: Response<R>, _: &Plan) -> Option<Response<Body>> {
        None
    }
}

/// The answer with the headers of the plan.
fn finished(mut answer: Response<Body>, plan: &Plan) -> Response<Body> {
    if plan.is_bodiless {
        *answer.body_mut() = body::empty();
    }
    headers::answer(answer.status(), answer.headers_mut(), plan);
    answer
}

/// Says in the page that something else than a pass opened it, where it can be said.
fn mark<R>(response: Response<R>, plan: &Plan) -> Response<Body>
where
    R: http_body::Body<Data = Bytes> + Send + 'static,
    R::Error: Into<BoxError>,
{
    #[cfg(feature = "teaser")]
    return crate::teaser::mark_open(response, &plan.mark());
    #[cfg(not(feature = "teaser"))]
    {
        let _ = plan;
        response.map(body::boxed)
    }
}
