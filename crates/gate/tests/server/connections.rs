//! Clients that are slow or many.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc};

use crate::common::*;
use crate::program::*;

const HALF: &str = "GET / HTTP/1.1\r\nHost: pub.ex";
const WHOLE: &str = "GET / HTTP/1.1\r\nHost: pub.example\r\n\r\n";

/// Starts a gate in front of an origin, with these limits beside the usual ones.
async fn limited(test: &str, origin: &str, clients: &str) -> Running {
    let folder = Folder::new(test);
    let config = format!("clients = {{ {clients} }}\n{}", folder.proxy(origin));
    Running::start(&folder, &config)
}

async fn connect(gate: &Running, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(&gate.address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

/// Everything until the gate hangs up.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    String::from_utf8(bytes).unwrap()
}

/// All that comes on a connection that is kept, up to and with `end`.
async fn answer(stream: &mut TcpStream, end: &str) -> String {
    let mut text = String::new();
    while !text.ends_with(end) {
        let mut bytes = [0; 1024];
        let count = stream.read(&mut bytes).await.unwrap();
        assert!(count > 0, "hung up after {text:?}");
        text.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
    }
    text
}

/// An origin whose pages `/held…` wait to be let go; it tells when one is asked for.
async fn holding_origin() -> (String, Arc<Notify>, mpsc::UnboundedReceiver<()>) {
    let (let_go, (tell, told)) = (Arc::new(Notify::new()), mpsc::unbounded_channel());
    let go = let_go.clone();
    let address = serve(Router::new().fallback(async move |request: Request| {
        if request.uri().path().starts_with("/held") {
            tell.send(()).unwrap();
            go.notified().await;
        }
        "the page"
    }))
    .await;
    (address, let_go, told)
}

#[tokio::test]
async fn f42_heads_and_pauses_have_an_end() {
    let (origin, _, _) = holding_origin().await;
    let gate = limited(
        "slow-heads",
        &origin,
        "head_timeout = 0.2, idle_timeout = 86400",
    )
    .await;
    for begun in ["", HALF] {
        assert_eq!(
            rest(&mut connect(&gate, begun).await).await,
            "",
            "{begun:?}"
        );
    }
    let mut kept = connect(&gate, WHOLE).await;
    answer(&mut kept, "the page").await;
    kept.write_all(HALF.as_bytes()).await.unwrap();
    assert_eq!(rest(&mut kept).await, "", "the second head");

    let gate = limited("idle", &origin, "head_timeout = 86400, idle_timeout = 0.2").await;
    let mut kept = connect(&gate, WHOLE).await;
    answer(&mut kept, "the page").await;
    assert_eq!(rest(&mut kept).await, "");
}

#[tokio::test]
async fn f42_half_heads_shut_nobody_out() {
    let (origin, _, _) = holding_origin().await;
    let mut gate = limited("half-heads", &origin, "connections = 40").await;
    let mut slow = Vec::new();
    for _ in 0..300 {
        slow.push(connect(&gate, HALF).await);
    }
    let answer = get(&gate.address, "/", "").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "the page"));
    gate.signal("-TERM");
    gate.ends().await;
}

#[tokio::test]
async fn f42_the_longest_idle_connection_closes_first_then_503() {
    let (origin, let_go, mut asked) = holding_origin().await;
    let gate = limited("many", &origin, "connections = 2").await;
    let held = WHOLE.replace("GET /", "GET /held");
    let mut first = connect(&gate, WHOLE).await;
    answer(&mut first, "the page").await;
    let mut second = connect(&gate, &held).await;
    asked.recv().await.unwrap();
    let mut third = connect(&gate, &held).await;
    asked.recv().await.unwrap();
    assert_eq!(rest(&mut first).await, "", "the idle one made room");
    let mut fourth = connect(&gate, WHOLE).await;
    assert!(rest(&mut fourth).await.starts_with("HTTP/1.1 503 "));
    let_go.notify_waiters();
    answer(&mut second, "the page").await;
    answer(&mut third, "the page").await;
    assert!(
        get(&gate.admin, "/metrics", "")
            .await
            .body
            .contains("what=\"connections\"} 1")
    );
}

#[tokio::test]
async fn one_peer_has_a_limit_of_its_own_unless_it_speaks_for_others() {
    let (origin, let_go, mut asked) = holding_origin().await;
    let held = WHOLE.replace("GET /", "GET /held");
    for (trusted, last) in [
        ("", "HTTP/1.1 503 "),
        ("trusted_peers = [\"127.0.0.0/8\"]\n", "HTTP/1.1 200 "),
    ] {
        let folder = Folder::new(&format!("peer-{}", trusted.len()));
        let config = format!(
            "clients = {{ connections_per_peer = 1 }}\n{trusted}{}",
            folder.proxy(&origin)
        );
        let gate = Running::start(&folder, &config);
        let mut first = connect(&gate, &held).await;
        asked.recv().await.unwrap();
        let mut second = connect(
            &gate,
            &WHOLE.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"),
        )
        .await;
        let told = rest(&mut second).await;
        assert!(told.starts_with(last), "{told}");
        let_go.notify_waiters();
        answer(&mut first, "the page").await;
    }
}

#[tokio::test]
async fn bodies_have_an_end_in_both_directions() {
    let reading = serve(Router::new().fallback(async |body: axum::body::Bytes| body)).await;
    let gate = limited("slow-post", &reading, "body_timeout = 0.2").await;
    let post = "POST /comments HTTP/1.1\r\nHost: pub.example\r\nContent-Length: 9\r\n";
    for more in [
        "\r\nabc",
        "Content-Type: application/x-www-form-urlencoded\r\n\r\nabc",
    ] {
        let told = answer(&mut connect(&gate, &format!("{post}{more}")).await, "\n").await;
        assert!(
            told.starts_with("HTTP/1.1 408 "),
            "{told} {}",
            gate.said.lock().unwrap()
        );
    }
    // An origin that stops in the middle of its answer.
    let stalling = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gate = limited(
        "slow-answer",
        &stalling.local_addr().unwrap().to_string(),
        "body_timeout = 0.2",
    )
    .await;
    let mut client = connect(&gate, WHOLE).await;
    let (mut asked, _) = stalling.accept().await.unwrap();
    // An answer before its question is none.
    answer(&mut asked, "\r\n\r\n").await;
    asked
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
        .await
        .unwrap();
    let mut bytes = Vec::new();
    // However it is cut off, it is.
    let _ = client.read_to_end(&mut bytes).await;
    assert!(
        bytes.ends_with(b"abc"),
        "{}",
        String::from_utf8_lossy(&bytes)
    );
}

#[tokio::test]
async fn f42_sigterm_ends_what_is_begun_and_waits_no_longer_than_told() {
    let (origin, let_go, mut asked) = holding_origin().await;
    let held = WHOLE.replace("GET /", "GET /held");
    let mut gate = limited("ends", &origin, "shutdown_timeout = 86400").await;
    let (mut half, mut begun) = (connect(&gate, HALF).await, connect(&gate, &held).await);
    let mut idle = connect(&gate, WHOLE).await;
    answer(&mut idle, "the page").await;
    asked.recv().await.unwrap();
    gate.signal("-TERM");
    assert_eq!(
        (rest(&mut half).await, rest(&mut idle).await),
        (String::new(), String::new())
    );
    let_go.notify_waiters();
    assert!(rest(&mut begun).await.ends_with("the page"));
    gate.ends().await;

    let mut gate = limited("ends-now", &origin, "shutdown_timeout = 0.2").await;
    let mut begun = connect(&gate, &held).await;
    asked.recv().await.unwrap();
    gate.signal("-TERM");
    gate.ends().await;
    let _ = rest(&mut begun).await;
}

#[tokio::test]
async fn other_methods_are_not_passed_on() {
    let (origin, _, _) = holding_origin().await;
    let gate = limited("methods", &origin, "").await;
    for line in [
        "CONNECT pub.example:443",
        "PROPFIND /",
        "TRACE /",
        "get /",
        "X /",
    ] {
        assert_eq!(send(&gate.address, line, &[]).await.status, 501, "{line}");
    }
}
