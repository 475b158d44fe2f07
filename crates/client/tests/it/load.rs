//! F30 and the bars: many callers, few tokens, nothing lost or doubled.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::FutureExt as _;
use iteras_client::request::{Nature, Request};
use iteras_client::retry::Policy;
use iteras_client::{Client, Credentials, Kind, System, TokenSource};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::server::{Server, StoppedClock};

/// The requests that a system with tokens has seen, and its settings.
#[derive(Default)]
struct Seen {
    /// Token calls so far; the token's number is part of it.
    tokens: usize,
    /// Older tokens than this are rejected.
    oldest: usize,
    rejected: usize,
    /// Rejections are held back until so many calls wait for theirs.
    together: Option<Arc<Barrier>>,
    /// Tries of each call.
    tries: HashMap<u32, usize>,
    /// Calls that were answered well, and how often.
    done: HashMap<u32, usize>,
    /// The body of token calls may say something else.
    answer: Option<(StatusCode, String)>,
}

type Shared = Arc<Mutex<Seen>>;

fn lock(seen: &Shared) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap()
}

async fn token(State(seen): State<Shared>) -> Response {
    // Long enough for all callers to come and wait.
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut seen = lock(&seen);
    seen.tokens += 1;
    match &seen.answer {
        Some((status, body)) => (*status, body.clone()).into_response(),
        None => format!(
            "{{\"access_token\":\"token-{}\",\"expires_in\":300}}",
            seen.tokens
        )
        .into_response(),
    }
}

/// Rejects a call with too old a token; the inner value holds it back until others have come.
fn rejected(seen: &Shared, number: Option<usize>) -> Option<Option<Arc<Barrier>>> {
    let mut seen = lock(seen);
    if number.is_some_and(|number| number >= seen.oldest) {
        return None;
    }
    seen.rejected += 1;
    Some(seen.together.clone())
}

/// One call in twenty fails on its first try: a 503, a 429 or a connection that ends without an answer.
async fn call(State(seen): State<Shared>, Path(id): Path<u32>, headers: HeaderMap) -> Response {
    let shown = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    let number = shown.and_then(|value| value.strip_prefix("Bearer token-")?.parse::<usize>().ok());
    if let Some(together) = rejected(&seen, number) {
        if let Some(together) = together {
            together.wait().await;
        }
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let mut seen = lock(&seen);
    let tries = seen.tries.entry(id).or_default();
    *tries += 1;
    if id % 20 == 0 && *tries == 1 {
        return match id % 60 {
            0 => (StatusCode::SERVICE_UNAVAILABLE, "busy").into_response(),
            20 => (
                StatusCode::TOO_MANY_REQUESTS,
                [("retry-after", "0")],
                "busy",
            )
                .into_response(),
            _ => axum::body::Body::from_stream(futures_util::stream::iter([
                Ok("{"),
                Err(std::io::Error::other("the connection breaks")),
            ]))
            .into_response(),
        };
    }
    *seen.done.entry(id).or_default() += 1;
    format!("{{\"id\":{id}}}").into_response()
}

async fn system() -> (Server, Shared) {
    let seen = Shared::default();
    let router = Router::new()
        .route("/token", post(token))
        .route("/calls/{id}", get(call).post(call))
        .with_state(seen.clone());
    (Server::routes(router).await, seen)
}

fn client(server: &Server, clock: &Arc<StoppedClock>) -> Client {
    let credentials = Credentials::renewed(TokenSource::new("token").with_field("key", "k3y"));
    let system = System::new("test", &server.base, credentials);
    // The clock stands still, so the time limit has to be that of the test.
    let policy = Policy {
        overall: Duration::from_secs(60),
        ..Policy::default()
    };
    let builder = Client::builder(system)
        .with_clock(clock.clone())
        .with_policy(policy);
    builder.build().unwrap()
}

/// Makes these calls at once; the ids of those that failed, with their errors.
async fn calls(
    client: &Client,
    ids: impl Iterator<Item = u32>,
) -> Vec<(u32, iteras_client::Error)> {
    let mut tasks = JoinSet::new();
    for id in ids {
        let client = client.clone();
        tasks.spawn(async move {
            let answer = client.send(&Request::get(&format!("calls/{id}"))).await;
            answer
                .map(|body| assert_eq!(body, format!("{{\"id\":{id}}}").into_bytes()))
                .map_err(|error| (id, error))
        });
    }
    let all = tasks.join_all().await;
    all.into_iter().filter_map(Result::err).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_calls_with_faults_renew_once_per_expiry() {
    let (server, seen) = system().await;
    let clock = Arc::<StoppedClock>::default();
    let client = client(&server, &clock);
    for expiry in 1..=3_u32 {
        let ids = expiry * 1000..expiry * 1000 + 1000;
        assert!(calls(&client, ids.clone()).await.is_empty());
        let seen = lock(&seen);
        assert_eq!((seen.tokens, seen.rejected), (expiry as usize, 0));
        let done: HashSet<u32> = seen
            .done
            .keys()
            .copied()
            .filter(|id| ids.contains(id))
            .collect();
        assert_eq!(done.len(), 1000, "none lost");
        assert!(seen.done.values().all(|times| *times == 1), "none doubled");
        let faults = ids.filter(|id| seen.tries[id] == 2).count();
        assert_eq!(faults, 50);
        // A life of 300 s less the leeway of 30 s.
        clock.advance(Duration::from_secs(270));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f30_a_hundred_rejections_at_once_are_one_token_call() {
    let (server, seen) = system().await;
    let client = client(&server, &Arc::default());
    assert!(calls(&client, 1..2).await.is_empty());
    // From now on every token that was handed out so far is refused.
    lock(&seen).oldest = 2;
    lock(&seen).together = Some(Arc::new(Barrier::new(100)));
    assert!(calls(&client, 101..201).await.is_empty());
    let seen = lock(&seen);
    assert_eq!(
        seen.tokens, 2,
        "one for the first call, one for the rejections"
    );
    assert_eq!(seen.rejected, 100);
    assert!((101..201).all(|id| seen.done[&id] == 1));
}

#[tokio::test]
async fn c61_a_fresh_token_that_is_rejected_ends_the_call() {
    let (server, seen) = system().await;
    lock(&seen).oldest = usize::MAX;
    let failed = calls(&client(&server, &Arc::default()), 1..2).await;
    let error = &failed[0].1;
    assert_eq!((error.kind(), error.status()), (Kind::Auth, Some(401)));
    let seen = lock(&seen);
    assert_eq!((seen.tokens, seen.rejected), (2, 2));
}

#[tokio::test]
async fn a_token_for_one_call_is_renewed_for_each() {
    let (server, seen) = system().await;
    lock(&seen).answer = Some((
        StatusCode::OK,
        "{\"access_token\":\"token-7\",\"expires_in\":0}".into(),
    ));
    assert!(
        calls(&client(&server, &Arc::default()), 1..6)
            .await
            .is_empty()
    );
    assert_eq!(lock(&seen).tokens, 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_who_wait_for_a_token_fail_with_it() {
    let (server, seen) = system().await;
    lock(&seen).answer = Some((StatusCode::FORBIDDEN, "the key k3y is unknown".into()));
    let client = client(&server, &Arc::default());
    let failed = calls(&client, 1..51).await;
    assert_eq!(failed.len(), 50);
    for (_, error) in &failed {
        assert_eq!(error.kind(), Kind::Auth);
        assert_eq!(
            error.to_string(),
            "test: no token to be had: POST token request was answered with status 403: [redacted]"
        );
    }
    assert!(lock(&seen).tokens <= 50);
    assert!(
        lock(&seen).tries.is_empty(),
        "nothing was sent without a token"
    );
    lock(&seen).answer = None;
    assert!(
        calls(&client, 1..51).await.is_empty(),
        "the next callers try anew"
    );
}

#[tokio::test]
async fn a_caller_who_gives_up_leaves_the_renewal_to_the_next() {
    let (server, seen) = system().await;
    let client = client(&server, &Arc::default());
    let request = Request::get("calls/1");
    let asked_once = client.send(&request).now_or_never();
    assert!(asked_once.is_none(), "it leads the renewal and is dropped");
    assert!(calls(&client, 2..12).await.is_empty());
    assert!(lock(&seen).tokens <= 2);
}

#[tokio::test]
async fn a_post_is_renewed_for_and_sent_once() {
    let (server, seen) = system().await;
    let client = client(&server, &Arc::default());
    assert!(calls(&client, 1..2).await.is_empty());
    lock(&seen).oldest = 2;
    let post = async |path| client.send(&Request::post(path, Nature::Write)).await;
    post("calls/3").await.unwrap();
    for (path, kind) in [
        ("calls/60", Kind::Outage),
        ("calls/40", Kind::UnknownOutcome),
    ] {
        assert_eq!(post(path).await.unwrap_err().kind(), kind);
    }
    let seen = lock(&seen);
    assert_eq!((seen.tokens, seen.done[&3]), (2, 1));
    assert_eq!((seen.tries[&60], seen.tries[&40]), (1, 1));
}
