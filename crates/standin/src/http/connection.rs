//! Connections: accepts them and hands their requests to a router, with two things that `axum::serve` lacks,
//! ending a connection without an answer and the peer's address for every handler.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// The address that sent a request.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

impl Peer {
    /// The address as it stands in a pass.
    pub fn ip(&self) -> String {
        self.0.to_string()
    }
}

/// An answer that is never sent: the connection is closed instead.
pub(crate) fn disconnect() -> Response {
    let mut response = ().into_response();
    response.extensions_mut().insert(Disconnect);
    response
}

/// Serves one listener until the task is aborted, which ends its connections, too.
pub(crate) async fn serve(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
        };
        match accepted {
            Ok((stream, address)) => {
                let stream = TokioIo::new(stream);
                connections.spawn(connection(stream, address, router.clone()));
            }
            // Too many open files, or a peer that was gone before we looked: neither is ours to mend.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn connection(stream: TokioIo<tokio::net::TcpStream>, address: SocketAddr, router: Router) {
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(Peer(address.ip()));
        request.extensions_mut().insert(ConnectInfo(address));
        let answer = router.call(request.map(Body::new));
        async move {
            match answer.await {
                Ok(response) if response.extensions().get::<Disconnect>().is_none() => Ok(response),
                _ => Err(Disconnect),
            }
        }
    });
    // An error here is a peer that went away, or the fault `down`: nobody is left to be told.
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(stream, service)
        .await;
}

#[derive(Clone, Copy, Debug)]
struct Disconnect;

impl fmt::Display for Disconnect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("connection closed without an answer")
    }
}

impl std::error::Error for Disconnect {}
