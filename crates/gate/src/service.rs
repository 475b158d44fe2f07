//! The tower service: carries out what [`Gate::judge`](crate::Gate::judge) decided.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::request::Parts;
use http::{Method, Request, Response};
use tower_service::Service;

use crate::layer::Settings;
use crate::{Asked, Body, BoxError, Denial, Judgement, body, headers};

/// A service behind a gate; made by [`GateLayer`](crate::GateLayer).
#[must_use]
#[derive(Clone)]
pub struct GateService<S> {
    pub(crate) inner: S,
    pub(crate) settings: Arc<Settings>,
}

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
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (mut parts, request_body) = request.into_parts();
        headers::delete_ours(&mut parts.headers);
        let settings = &self.settings;
        let judgement = {
            let asked = Asked::of(&parts);
            let demand = settings.rules.demand(&asked.request());
            let judgement = settings.gate.judge(&asked, demand, (settings.clock)());
            if let Some(observer) = &settings.observer {
                observer(&asked, &judgement);
            }
            judgement
        };
        headers::tell(&mut parts.headers, &judgement);
        parts.extensions.insert(judgement.clone());
        match judgement {
            Judgement::Open => {
                let answer = self.inner.call(Request::from_parts(parts, request_body));
                Box::pin(async move { Ok(answer.await?.map(body::boxed)) })
            }
            Judgement::Pass(pass) => {
                let reissue = settings.gate.reissue.as_ref();
                let reissue = reissue
                    .filter(|reissue| reissue.is_due(&Asked::of(&parts)))
                    .cloned();
                let answer = self.inner.call(Request::from_parts(parts, request_body));
                Box::pin(async move {
                    let mut response = answer.await?.map(body::boxed);
                    headers::allowed(response.headers_mut());
                    if let Some(reissue) = reissue {
                        reissue.add(response.headers_mut(), &pass);
                    }
                    Ok(response)
                })
            }
            Judgement::Gift | Judgement::Editor => {
                let is_gift = matches!(judgement, Judgement::Gift);
                ask_for_whole(&mut parts);
                let answer = self.inner.call(Request::from_parts(parts, request_body));
                Box::pin(async move {
                    let mut response = mark(answer.await?);
                    headers::never_stored(response.headers_mut());
                    if is_gift {
                        headers::gift(response.headers_mut());
                    }
                    Ok(response)
                })
            }
            Judgement::Denied(denial) => self.deny(parts, request_body, denial),
        }
    }
}

type Answer<E> = Pin<Box<dyn Future<Output = Result<Response<Body>, E>> + Send>>;

impl<S> GateService<S> {
    fn deny<B, R>(&mut self, parts: Parts, request_body: B, denial: Denial) -> Answer<S::Error>
    where
        S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
        S::Future: Send + 'static,
        B: Send + 'static,
        R: http_body::Body<Data = Bytes> + Send + 'static,
        R::Error: Into<BoxError>,
    {
        let head = parts.method == Method::HEAD;
        #[cfg(feature = "teaser")]
        if self.settings.teaser.is_some() && (head || parts.method == Method::GET) {
            return self.tease(parts, request_body, denial);
        }
        drop(request_body);
        let response = rejection(&self.settings, &denial, &parts, head);
        Box::pin(async move { Ok(response) })
    }

    #[cfg(feature = "teaser")]
    fn tease<B, R>(&mut self, parts: Parts, request_body: B, denial: Denial) -> Answer<S::Error>
    where
        S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
        S::Future: Send + 'static,
        B: Send + 'static,
        R: http_body::Body<Data = Bytes> + Send + 'static,
        R::Error: Into<BoxError>,
    {
        let head = parts.method == Method::HEAD;
        let mut asking = parts.clone();
        // Only a whole page shows whether there is a teaser.
        asking.method = Method::GET;
        ask_for_whole(&mut asking);
        let answer = self.inner.call(Request::from_parts(asking, request_body));
        let settings = self.settings.clone();
        Box::pin(async move {
            let page = answer.await?;
            let teaser = match &settings.teaser {
                Some(teaser) => teaser.make(page, &denial).await,
                None => None,
            };
            let Some(mut response) = teaser else {
                return Ok(rejection(&settings, &denial, &parts, head));
            };
            if head {
                *response.body_mut() = body::empty();
            }
            finish_denial(&mut response, &denial);
            Ok(response)
        })
    }
}

fn rejection(settings: &Settings, denial: &Denial, parts: &Parts, head: bool) -> Response<Body> {
    let mut response = settings.reject.reject(denial, &Asked::of(parts));
    if head {
        *response.body_mut() = body::empty();
    }
    finish_denial(&mut response, denial);
    response
}

fn finish_denial(response: &mut Response<Body>, denial: &Denial) {
    headers::delete_description(response.headers_mut());
    headers::never_stored(response.headers_mut());
    headers::tell_reason(response.headers_mut(), denial);
}

#[cfg(feature = "teaser")]
fn ask_for_whole(parts: &mut Parts) {
    headers::ask_for_whole(&mut parts.headers);
}

#[cfg(not(feature = "teaser"))]
fn ask_for_whole(_: &mut Parts) {}

/// Says in the page that something else than a pass opened it, where it can be said.
fn mark<R>(response: Response<R>) -> Response<Body>
where
    R: http_body::Body<Data = Bytes> + Send + 'static,
    R::Error: Into<BoxError>,
{
    #[cfg(feature = "teaser")]
    return crate::teaser::mark_open(response);
    #[cfg(not(feature = "teaser"))]
    return response.map(body::boxed);
}
