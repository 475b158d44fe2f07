//! The origin: asked over connections that were used before, and over a fresh one where it closed one meanwhile.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::{fmt, io};

use axum::body::Body as RequestBody;
use http::uri::Authority;
use http::{Method, Request, Response};
use http_body::Body as _;
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::unused::{Answer, Unused};

/// One origin, reached by HTTP/1.1.
pub(super) struct Origin {
    address: String,
    pub(super) unused: Unused,
}

/// A connection to the origin.
pub(super) struct Connection {
    pub(super) sender: SendRequest<RequestBody>,
    received: Arc<AtomicU64>,
}

/// A reason why the origin gave no answer.
#[derive(Debug)]
pub(super) enum OriginError {
    /// The origin could not be connected to.
    Connect(io::ErrorKind),
    /// The origin closed the connection, or sent no HTTP; or the client's own body failed.
    Answer,
}

impl fmt::Display for OriginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect(kind) => write!(f, "no connection: {kind}"),
            Self::Answer => f.write_str("no answer in HTTP"),
        }
    }
}

impl Origin {
    pub(super) fn new(authority: &Authority) -> Self {
        let port = authority.port_u16().unwrap_or(80);
        Self {
            address: format!("{}:{port}", authority.host()),
            unused: Unused::default(),
        }
    }

    /// Asks once. Only a `GET` or `HEAD` without a body is asked a second time, on a fresh connection, where the origin
    /// closed a used one before the first byte of an answer; so is any request of which nothing was sent.
    pub(super) async fn ask(
        &self,
        request: Request<RequestBody>,
    ) -> Result<Response<Answer>, OriginError> {
        let Some(mut used) = self.unused.take() else {
            return self.ask_afresh(request).await;
        };
        let again = repeatable(&request);
        let before = used.received.load(Ordering::Acquire);
        let mut failed = match used.sender.try_send_request(request).await {
            Ok(answer) => return Ok(answer.map(|body| self.unused.after(body, used))),
            Err(failed) => failed,
        };
        let is_silent = used.received.load(Ordering::Acquire) == before;
        match failed.take_message().or(again.filter(|_| is_silent)) {
            Some(request) => self.ask_afresh(request).await,
            None => Err(OriginError::Answer),
        }
    }

    async fn ask_afresh(
        &self,
        request: Request<RequestBody>,
    ) -> Result<Response<Answer>, OriginError> {
        let mut fresh = self.connect().await?;
        let answer = fresh.sender.send_request(request).await;
        let answer = answer.map_err(|_| OriginError::Answer)?;
        Ok(answer.map(|body| self.unused.after(body, fresh)))
    }

    async fn connect(&self) -> Result<Connection, OriginError> {
        let refused = |error: io::Error| OriginError::Connect(error.kind());
        let stream = TcpStream::connect(&self.address).await.map_err(refused)?;
        // A request is written at once.
        stream.set_nodelay(true).map_err(refused)?;
        let received = Arc::new(AtomicU64::new(0));
        let stream = Counted {
            stream,
            received: received.clone(),
        };
        let (sender, connection) = Builder::new()
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|_| OriginError::Answer)?;
        // Its end is told to the one who asks.
        tokio::spawn(async move { connection.await.unwrap_or(()) });
        Ok(Connection { sender, received })
    }
}

/// The same request, where asking twice does no harm.
fn repeatable(request: &Request<RequestBody>) -> Option<Request<RequestBody>> {
    let is_safe =
        matches!(*request.method(), Method::GET | Method::HEAD) && request.body().is_end_stream();
    is_safe.then(|| {
        let mut again = Request::new(RequestBody::empty());
        again.method_mut().clone_from(request.method());
        again.uri_mut().clone_from(request.uri());
        again.headers_mut().clone_from(request.headers());
        again
    })
}

/// A connection that tells how many bytes have come.
struct Counted {
    stream: TcpStream,
    received: Arc<AtomicU64>,
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        let more = buffer.filled().len() - before;
        self.received.fetch_add(more as u64, Ordering::Release);
        read
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
