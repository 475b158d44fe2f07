//! The origin's connections that wait for the next request, each from the end of its answer on.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};
use std::thread::{self, ThreadId};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep_until};

use super::origin::Connection;

/// An unused connection is closed after this time, which is shorter than what servers keep: who asks is to be the first
/// to hang up.
const IDLE: Duration = Duration::from_secs(4);
/// Unused connections that are kept.
const KEPT: usize = 64;

/// The unused connections; clones share them.
#[derive(Clone, Default)]
pub(super) struct Unused(Arc<Mutex<Waiting>>);

#[derive(Default)]
struct Waiting {
    /// The longest-waiting one comes first.
    connections: Vec<One>,
    /// Tells whether a task closes those that have waited too long. One for all: tasks of their own pile up where
    /// thousands of requests a second use the same few connections.
    is_watched: bool,
}

struct One {
    connection: Connection,
    since: Instant,
    /// The thread that used it last, and drives it in most cases.
    thread: ThreadId,
}

impl Unused {
    /// The connection that was used last, which the origin is the least likely to have closed.
    pub(super) fn take(&self) -> Option<Connection> {
        let connections = &mut self.waiting().connections;
        let here = thread::current().id();
        let is_ready = |one: &One| one.connection.sender.is_ready();
        let ready = connections
            .iter()
            .rposition(|one| one.thread == here && is_ready(one))
            .or_else(|| connections.iter().rposition(is_ready))?;
        Some(connections.remove(ready).connection)
    }

    /// The body of an answer, after which its connection is unused.
    pub(super) fn after(&self, body: Incoming, connection: Connection) -> Answer {
        Answer {
            is_over: body.is_end_stream(),
            body,
            connection: Some(connection),
            unused: self.clone(),
        }
    }

    fn keep(&self, connection: Connection) {
        let mut waiting = self.waiting();
        if waiting.connections.len() >= KEPT {
            waiting.connections.remove(0);
        }
        let now = Instant::now();
        waiting.connections.push(One {
            connection,
            since: now,
            thread: thread::current().id(),
        });
        if !waiting.is_watched
            && let Ok(runtime) = Handle::try_current()
        {
            waiting.is_watched = true;
            runtime.spawn(watch(Arc::downgrade(&self.0), now + IDLE));
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes connections that have waited too long, until there are none.
async fn watch(waiting: Weak<Mutex<Waiting>>, mut next: Instant) {
    loop {
        sleep_until(next).await;
        let Some(waiting) = waiting.upgrade() else {
            return;
        };
        let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        waiting
            .connections
            .retain(|one| now < one.since + IDLE && !one.connection.sender.is_closed());
        match waiting.connections.first() {
            Some(one) => next = one.since + IDLE,
            None => {
                waiting.is_watched = false;
                return;
            }
        }
    }
}

/// The body of the origin's answer. Its connection is closed when it is dropped before its end.
pub(super) struct Answer {
    body: Incoming,
    is_over: bool,
    connection: Option<Connection>,
    unused: Unused,
}

impl Drop for Answer {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take()
            && (self.is_over || self.body.is_end_stream())
        {
            self.unused.keep(connection);
        }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        self.is_over |= matches!(frame, Poll::Ready(None));
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body as RequestBody;
    use http::Request;
    use http_body_util::BodyExt;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio::task::yield_now;

    use super::super::origin::Origin;
    use super::*;

    const YES: &str = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes";

    /// Answers each request with three bytes.
    async fn origin() -> Origin {
        origin_that_sends(YES.into()).await
    }

    async fn origin_that_sends(answer: String) -> Origin {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let answer = answer.clone();
                tokio::spawn(async move {
                    // The gate hangs up on what it was not to get.
                    while stream
                        .read(&mut [0; 1024])
                        .await
                        .is_ok_and(|count| count > 0)
                    {
                        if stream.write_all(answer.as_bytes()).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Origin::new(&authority.parse().unwrap())
    }

    async fn ask(origin: &Origin) -> Answer {
        let request = Request::builder().header("host", "pub.example");
        let answer = origin.ask(request.body(RequestBody::empty()).unwrap());
        answer.await.unwrap().into_body()
    }

    /// Asks, and waits until the connection may be used again.
    async fn ask_and_keep(origin: &Origin) {
        assert_eq!(ask(origin).await.collect().await.unwrap().to_bytes(), "yes");
        until(|| is_kept(origin)).await;
    }

    async fn until(holds: impl Fn() -> bool) {
        for _ in 0..100_000 {
            if holds() {
                return;
            }
            yield_now().await;
        }
        panic!("waited in vain");
    }

    fn is_kept(origin: &Origin) -> bool {
        let waiting = origin.unused.waiting();
        let mut connections = waiting.connections.iter();
        connections.any(|one| one.connection.sender.is_ready())
    }

    #[tokio::test]
    async fn requests_leave_no_tasks_behind() {
        let origin = origin().await;
        let tasks = || Handle::current().metrics().num_alive_tasks();
        ask_and_keep(&origin).await;
        let first = tasks();
        for _ in 0..50 {
            ask_and_keep(&origin).await;
        }
        assert_eq!(tasks(), first);
    }

    #[tokio::test]
    async fn a_connection_that_waited_too_long_is_closed() {
        let origin = origin().await;
        for _ in 0..2 {
            ask_and_keep(&origin).await;
            tokio::time::pause();
            // Timers ring at the end of a millisecond.
            tokio::time::advance(IDLE + Duration::from_millis(1)).await;
            until(|| !is_kept(&origin)).await;
            tokio::time::resume();
        }
        assert!(!origin.unused.waiting().is_watched);
    }

    #[tokio::test]
    async fn a_connection_is_closed_with_an_answer_that_is_not_read_to_its_end() {
        let origin = origin().await;
        drop(ask(&origin).await);
        assert!(origin.unused.waiting().connections.is_empty());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_comes_behind_an_answer_is_no_answer_to_the_next_request() {
        let more = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
        let origin = origin_that_sends([YES, more].concat()).await;
        for _ in 0..50 {
            let answer = ask(&origin).await.collect().await.unwrap();
            assert_eq!(answer.to_bytes(), "yes");
        }
    }
}
