//! The shared vectors of the log-in, through the router and the real client, in front of a service that answers as
//! they say.

#[path = "../../../../tests/shared/mod.rs"]
mod shared;

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::response::Response;
use http::Request;
use iteras_login::LogIn;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tower::ServiceExt;

use crate::common;
use shared::{LOGINS, list, load, pieces, text};

/// A service that gives one answer, and notes the last form that it was sent.
struct Service {
    origin: String,
    answer: Arc<Mutex<Value>>,
    asked: Arc<Mutex<Option<String>>>,
    task: JoinHandle<()>,
}

impl Service {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let (answer, asked) = (Arc::<Mutex<Value>>::default(), Arc::<Mutex<_>>::default());
        let (given, note) = (answer.clone(), asked.clone());
        let router = Router::new().fallback(move |request: Request<Body>| async move {
            let kind = request.headers()["content-type"].clone();
            assert_eq!(kind, "application/x-www-form-urlencoded");
            assert_eq!(request.uri().path(), "/api/authenticatecustomer/");
            let form = to_bytes(request.into_body(), 1 << 20).await.unwrap();
            *note.lock().unwrap() = Some(String::from_utf8(form.into()).unwrap());
            let answer = given.lock().unwrap().clone();
            let status = answer["status"].as_u64().unwrap() as u16;
            let body = pieces(&answer["body"]);
            Response::builder()
                .status(status)
                .body(Body::from(body))
                .unwrap()
        });
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            origin,
            answer,
            asked,
            task,
        }
    }

    /// The publisher's answer to a request, and what the service was asked meanwhile.
    async fn run(&self, file: &Value, case: &Value, answer: &Value) -> (Response, Option<String>) {
        *self.answer.lock().unwrap() = answer.clone();
        let settings = &file["settings"];
        let log_in = common::log_in(&self.origin)
            .with_pages(text(settings, "accountPage"), text(settings, "formPage"))
            .unwrap();
        let origins = settings["origins"].as_array().unwrap().iter();
        let log_in = log_in
            .with_origins(origins.filter_map(Value::as_str))
            .unwrap();
        let peer: IpAddr = text(case, "peer").parse().unwrap();
        let mut request = Request::builder()
            .method(text(case, "method"))
            .uri("/sign-in")
            .extension(ConnectInfo(SocketAddr::from((peer, 40_000))));
        for (name, value) in case["headers"].as_object().unwrap() {
            request = request.header(name, value.as_str().unwrap());
        }
        let request = request.body(Body::from(pieces(&case["form"]))).unwrap();
        let response = log_in.router("/sign-in").oneshot(request).await.unwrap();
        (response, self.asked.lock().unwrap().take())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[tokio::test]
async fn requests_are_answered_as_said() {
    let (file, service) = (load(LOGINS), Service::start().await);
    for case in list(&file, "requests") {
        let (response, asked) = service.run(&file, case, &case["answer"]).await;
        assert_eq!(asked, case.get("asked").map(pieces), "{case}");
        let expected = &case["reply"];
        assert_eq!(expected["status"], response.status().as_u16(), "{case}");
        for (name, value) in expected["headers"].as_object().unwrap() {
            let came = response
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap());
            assert_eq!(came, value.as_str(), "{name}: {case}");
        }
        let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        if let Some(expected) = expected["body"].as_str() {
            assert_eq!(body, expected, "{case}");
        }
    }
}

#[tokio::test]
async fn c66_answers_end_as_said() {
    let (file, service) = (load(LOGINS), Service::start().await);
    let first = &list(&file, "requests")[0];
    for answer in list(&file, "answers") {
        let (response, asked) = service.run(&file, first, answer).await;
        assert!(asked.is_some());
        let location = response.headers()["location"].to_str().unwrap();
        let came = match location.strip_prefix("/sign-in?login=") {
            Some(code) => code,
            None if location.starts_with("/account?a=1&iteraspreauth=") => "welcome",
            None => location,
        };
        assert_eq!(came, text(answer, "outcome"), "{answer}");
    }
}

#[test]
fn pages_and_origins_are_taken_or_refused() {
    let file = load(LOGINS);
    let log_in = || -> LogIn { common::log_in("http://127.0.0.1:1") };
    for case in list(&file, "pages") {
        let page = pieces(&case["text"]);
        assert_eq!(
            case["safe"],
            log_in().with_pages(&page, "/").is_ok(),
            "{case}"
        );
        assert_eq!(
            case["safe"],
            log_in().with_pages("/", &page).is_ok(),
            "{case}"
        );
    }
    for case in list(&file, "origins") {
        let is_taken = log_in().with_origins([text(case, "text")]).is_ok();
        assert_eq!(case["safe"], is_taken, "{case}");
    }
}
