//! Webhooks (documented surface, section 6): events that the service sends to a publisher's server, again and
//! again until it answers 200.
//!
//! Only this machine is ever called: any page may use the control server, and must not reach the
//! developer's network through it.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Request, header};
use axum::response::Response;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use url::{Host, Url};

use super::body::{mistake, read};
use crate::http::reply;

const PATIENCE: Duration = Duration::from_secs(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Events and the server that gets them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// An `http` URL on this machine.
    pub url: String,
    /// Sent as `Authorization: Bearer <token>`; nothing is sent without one.
    pub token: Option<String>,
    /// The events, sent as one list.
    pub events: Vec<Value>,
    /// The highest number of tries.
    #[serde(default = "ten")]
    pub tries: u32,
    /// Milliseconds before the second try; doubled for each further one, up to 10 s.
    #[serde(default = "hundred")]
    pub pause_ms: u64,
}

/// The outcome of a delivery.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct Delivery {
    /// True when the last answer was 200.
    pub delivered: bool,
    /// The status of each answer, 0 where there was none within 10 s.
    pub answers: Vec<u16>,
}

impl Webhook {
    /// Sends the events until they are taken or the tries are used up; the error is a sentence.
    pub async fn deliver(&self) -> Result<Delivery, String> {
        let target = Target::read(self)?;
        let body = Value::from(self.events.clone()).to_string();
        let mut pause = Duration::from_millis(self.pause_ms);
        let mut answers = Vec::new();
        for at in 0..self.tries {
            if at > 0 {
                sleep(pause.min(LONGEST_PAUSE)).await;
                pause = pause.saturating_mul(2);
            }
            let answer = timeout(PATIENCE, target.post(body.clone())).await;
            let status = answer.ok().and_then(Result::ok).unwrap_or(0);
            answers.push(status);
            if status == 200 {
                break;
            }
        }
        Ok(Delivery {
            delivered: answers.last() == Some(&200),
            answers,
        })
    }
}

/// Delivers a webhook; the answer tells the status of each try.
pub(super) async fn send(body: String) -> Response {
    let webhook: Webhook = match read(&body) {
        Ok(webhook) => webhook,
        Err(error) => return mistake(&error),
    };
    match webhook.deliver().await {
        Ok(delivery) => reply::json(&delivery),
        Err(error) => mistake(&error),
    }
}

struct Target {
    url: Url,
    host: String,
    authorization: Option<HeaderValue>,
}

impl Target {
    fn read(webhook: &Webhook) -> Result<Self, String> {
        let url = Url::parse(&webhook.url).map_err(|e| format!("url: {e}"))?;
        let here = match url.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        };
        if url.scheme() != "http" || !here {
            return Err(
                "url: expected http://127.0.0.1:PORT/… or another address of this machine".into(),
            );
        }
        let authorization = match &webhook.token {
            None => None,
            Some(token) => {
                let value = HeaderValue::from_str(&format!("Bearer {token}"));
                Some(value.map_err(|_| "token: this can't stand in a header")?)
            }
        };
        let host = url.host_str().unwrap_or_default();
        Ok(Self {
            host: format!("{host}:{}", url.port_or_known_default().unwrap_or(80)),
            url,
            authorization,
        })
    }

    /// One try; gives the status of the answer.
    async fn post(&self, body: String) -> Result<u16, Box<dyn std::error::Error + Send + Sync>> {
        let stream = TcpStream::connect(&self.host).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // The task ends when the sender is dropped; an error of the connection is one of the sender, too.
        tokio::spawn(connection);
        let path = match self.url.query() {
            Some(query) => format!("{}?{query}", self.url.path()),
            None => self.url.path().into(),
        };
        let mut request = Request::post(path)
            .header(header::HOST, &self.host)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body))?;
        if let Some(value) = &self.authorization {
            request
                .headers_mut()
                .insert(header::AUTHORIZATION, value.clone());
        }
        Ok(sender.send_request(request).await?.status().as_u16())
    }
}

fn ten() -> u32 {
    10
}

fn hundred() -> u64 {
    100
}
