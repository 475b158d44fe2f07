//! Servers for tests: the stand-in, any axum router, and one that speaks raw TCP.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use iteras_client::iteras::{Authenticated, Iteras, Who};
use iteras_client::request::{Nature, Request};
use iteras_client::{ApiKey, Client, Clock, Error, System, systems};
use iteras_standin::{Options, Standin};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// The key of the embedded publisher.
pub(crate) const KEY: &str = "lumen-api-key-for-development";

pub(crate) fn key(text: &str) -> ApiKey {
    ApiKey::new(text).unwrap()
}

pub(crate) async fn standin() -> Standin {
    Standin::start(Options::on_free_ports()).await.unwrap()
}

/// The embedded publisher's account at the stand-in.
pub(crate) fn account(standin: &Standin) -> Iteras {
    account_with(standin, systems::iteras::header(key(KEY)).unwrap())
}

pub(crate) fn account_with(standin: &Standin, system: System) -> Iteras {
    let base = format!("{}/api/", standin.origins().service);
    Iteras::with_client(Client::new(system.with_base(&base)).unwrap())
}

/// Tells the stand-in's control server; what it answers.
pub(crate) async fn control(standin: &Standin, path: &str, body: Value) -> Value {
    let system = systems::iteras::header(key(KEY)).unwrap();
    let base = format!("{}/", standin.origins().control);
    let client = Client::new(system.with_base(&base)).unwrap();
    let request = Request::post(path, Nature::Write).with_json(&body).unwrap();
    serde_json::from_slice(&client.send(&request).await.unwrap()).unwrap()
}

/// A server that ends when it is dropped.
pub(crate) struct Server {
    pub(crate) base: String,
    pub(crate) calls: Arc<AtomicUsize>,
    _tasks: JoinSet<()>,
}

impl Server {
    /// Serves a router.
    pub(crate) async fn routes(router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/", listener.local_addr().unwrap());
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            base,
            calls: Arc::default(),
            _tasks: tasks,
        }
    }

    /// Reads one request of each connection and answers with these bytes; none = resets the connection.
    pub(crate) async fn raw(answer: Option<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/", listener.local_addr().unwrap());
        let calls = Arc::new(AtomicUsize::new(0));
        let (count, mut tasks) = (calls.clone(), JoinSet::new());
        tasks.spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                answer_once(stream, answer.as_deref(), &count).await;
            }
        });
        Self {
            base,
            calls,
            _tasks: tasks,
        }
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    pub(crate) fn iteras(&self) -> Iteras {
        Iteras::with_client(self.client())
    }

    pub(crate) async fn log_in(&self, preauth: Option<NonZeroU32>) -> Result<Authenticated, Error> {
        let (iteras, who) = (self.iteras(), Who::Id("31168"));
        iteras.authenticate_customer(who, "lumen", preauth).await
    }

    pub(crate) fn client(&self) -> Client {
        let system = systems::iteras::header(key(KEY)).unwrap();
        Client::new(system.with_base(&self.base)).unwrap()
    }
}

async fn answer_once(mut stream: TcpStream, answer: Option<&[u8]>, count: &AtomicUsize) {
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    while !whole(&seen) {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(read) => seen.extend_from_slice(&buffer[..read]),
        }
    }
    count.fetch_add(1, Ordering::SeqCst);
    match answer {
        // The client may have seen enough and gone.
        Some(bytes) => drop(stream.write_all(bytes).await),
        None => stream.set_zero_linger().unwrap(),
    }
}

/// True once head and body of a request are there.
fn whole(seen: &[u8]) -> bool {
    let text = String::from_utf8_lossy(seen).to_ascii_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse().unwrap())
}

/// A clock that stands still until it is told to go on.
#[derive(Default)]
pub(crate) struct StoppedClock(AtomicUsize);

impl StoppedClock {
    pub(crate) fn advance(&self, time: Duration) {
        let millis = usize::try_from(time.as_millis()).unwrap();
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for StoppedClock {
    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::SeqCst) as u64)
    }

    fn unix(&self) -> i64 {
        1_768_478_400
    }

    fn random(&self) -> u64 {
        0
    }
}
