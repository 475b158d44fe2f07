//! Takes connections and has their requests answered, within limits of time and number.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ConnectInfo;
use futures_util::FutureExt;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::connections::{Client, Connections, Most, Phase, Place};
use super::listen::{Accepted, Listener};
use super::proxy::unavailable;
use super::run::Shared;
use super::timed::{AnswerBody, TimedBody, TimedStream};
use super::workers::Workers;
use crate::settings::config::Clients;

/// Clients beyond the limit that are told so at a time; more are hung up on.
const TURNED_AWAY: usize = 64;
/// The time that such a client has for its request.
const TO_BE_TURNED_AWAY: Duration = Duration::from_secs(5);

/// Serves until `stop` completes; then answers what it has begun, for no longer than the configuration says.
pub(super) async fn serve(
    listener: Listener,
    workers: Workers,
    shared: Shared,
    stop: impl Future<Output = ()>,
) {
    let connections = Arc::new(Connections::default());
    let turned_away = Arc::new(Semaphore::new(TURNED_AWAY));
    let (ending, ends) = watch::channel(false);
    let mut tasks = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            biased;
            () = &mut stop => break,
            Some(_) = tasks.join_next() => continue,
            accepted = accept(&listener) => accepted,
        };
        let state = shared.state();
        let times = state.clients;
        let most = Most {
            all: times.connections,
            of_a_peer: times.connections_per_peer,
        };
        let place = connections.admit(peer.ip(), state.peers.hold(peer.ip()), most);
        match place.zip(workers.share()) {
            Some((place, share)) => {
                let answered = connection(stream, peer, place, times, shared.clone(), ends.clone());
                let runtime = share.runtime.clone();
                tasks.spawn_on(answered.map(move |()| drop(share)), &runtime);
            }
            None => {
                shared.metrics.failed("connections");
                if let Ok(permit) = turned_away.clone().try_acquire_owned() {
                    tasks.spawn(async move {
                        let told = turn_away(stream, peer, times);
                        // One who asks too slowly is hung up on.
                        let _ = tokio::time::timeout(TO_BE_TURNED_AWAY, told).await;
                        drop(permit);
                    });
                }
            }
        }
    }
    drop(listener);
    // Nobody listens where there is no connection.
    let _ = ending.send(true);
    let ended = async { while tasks.join_next().await.is_some() {} };
    let bound = shared.state().clients.shutdown_timeout.duration();
    if tokio::time::timeout(bound, ended).await.is_err() {
        tracing::warn!(
            connections = tasks.len(),
            "ended before everything was answered"
        );
        tasks.shutdown().await;
    }
}

async fn accept(listener: &Listener) -> (Accepted, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                // Most likely too many open files; nothing tells when there are fewer.
                tracing::error!(kind = %error.kind(), "can't take connections");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

fn is_of_one_connection(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

async fn connection(
    stream: Accepted,
    peer: SocketAddr,
    place: Place,
    times: Clients,
    shared: Shared,
    mut ends: watch::Receiver<bool>,
) {
    // A socket that its runtime can't watch is closed.
    let Ok(stream) = stream.driven() else {
        return;
    };
    let client = place.client.clone();
    let service = service_fn(|request: Request<Incoming>| {
        client.begins_request();
        let under_way = shared.metrics.begin();
        let (shared, client) = (shared.clone(), client.clone());
        async move {
            let body = |body| TimedBody::new(body, times.body_timeout.duration());
            let request = request.map(body);
            let failed = request.body().failed();
            let mut request = request.map(axum::body::Body::new);
            request.extensions_mut().insert(failed);
            request.extensions_mut().insert(ConnectInfo(peer));
            let answer = shared.answer(request).await;
            under_way.answered();
            Ok::<_, Infallible>(answer.map(|body| AnswerBody::new(body, client, under_way)))
        }
    });
    let io = TokioIo::new(TimedStream::new(stream, client.clone(), times));
    let mut serving = pin!(http1::Builder::new().serve_connection(io, service));
    let mut is_ending = false;
    loop {
        tokio::select! {
            // A connection that failed is the client's business.
            _ = &mut serving => return,
            () = client.close.notified() => {
                if client.phase() != Phase::Busy {
                    return;
                }
            }
            _ = ends.changed(), if !is_ending => {
                if let Phase::Head(_) = client.phase() {
                    return;
                }
                is_ending = true;
                serving.as_mut().graceful_shutdown();
            }
        }
    }
}

/// Answers one request with 503.
async fn turn_away(stream: Accepted, peer: SocketAddr, times: Clients) {
    let Ok(stream) = stream.driven() else {
        return;
    };
    let client = Arc::new(Client::new(peer.ip()));
    let io = TokioIo::new(TimedStream::new(stream, client, times));
    let full = |_: Request<Incoming>| async { Ok::<Response<_>, Infallible>(unavailable()) };
    let mut builder = http1::Builder::new();
    let serving = builder
        .keep_alive(false)
        .serve_connection(io, service_fn(full));
    // The client may be gone.
    let _ = serving.await;
}
