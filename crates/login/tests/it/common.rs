//! A publisher's router, in front of the stand-in of the service.

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use http::{HeaderMap, Request};
use iteras_client::iteras::Iteras;
use iteras_client::{ApiKey, Client, systems};
use iteras_login::LogIn;
use iteras_standin::{Options, Standin};
use tower::ServiceExt;

/// The host that readers see.
pub(crate) const HOST: &str = "pub.example:8080";

#[derive(Clone)]
pub(crate) struct Publisher(Router);

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// The header's value; empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

/// The router's settings, for the service at this origin.
pub(crate) fn log_in(service: &str) -> LogIn {
    let key = ApiKey::new("lumen-api-key-for-development").unwrap();
    let system = systems::iteras::header(key).unwrap();
    let system = system
        .with_base(&format!("{service}/api/"))
        .with_insecure_http();
    LogIn::new(Iteras::with_client(Client::new(system).unwrap()))
}

pub(crate) async fn standin() -> Standin {
    Standin::start(Options::on_free_ports()).await.unwrap()
}

impl Publisher {
    /// In front of the service at this origin.
    pub(crate) fn new(service: &str, settings: impl FnOnce(LogIn) -> LogIn) -> Self {
        let log_in = log_in(service)
            .with_pages("/account?a=1", "/sign-in")
            .unwrap();
        Self(settings(log_in).router("/sign-in"))
    }

    pub(crate) async fn post(&self, headers: &[(&str, &str)], form: &str) -> Answer {
        let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, 40_000));
        let mut request = Request::post("/sign-in")
            .header("host", HOST)
            .extension(ConnectInfo(peer));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.ask(request.body(Body::from(form.to_owned())).unwrap())
            .await
    }

    pub(crate) async fn tries(&self, email: &str, password: &str) -> Answer {
        self.post(&[], &format!("email={email}&password={password}"))
            .await
    }

    pub(crate) async fn ask(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.0.clone().oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, 1 << 20).await.unwrap();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::from_utf8(body.into()).unwrap(),
        }
    }
}

/// Awaits all of them at once, in order.
pub(crate) async fn all<T: Send + 'static>(
    futures: impl Iterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let tasks: Vec<_> = futures.map(tokio::spawn).collect();
    let mut done = Vec::new();
    for task in tasks {
        done.push(task.await.unwrap());
    }
    done
}
