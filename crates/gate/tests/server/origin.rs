//! An origin that closes the connections that the gate keeps.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use crate::common::*;
use crate::program::*;

const ANSWER: &str = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes";

/// The way an origin takes the second request on a connection.
#[derive(Clone, Copy, PartialEq)]
enum Second {
    Closes,
    ClosesAfterAByte,
    Hangs,
}

/// Answers the first request on each connection; gives its address, and tells what it is asked: the first line, and
/// whether the connection was used before.
async fn origin(second: Second) -> (String, mpsc::UnboundedReceiver<(String, bool)>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (tell, told) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let tell = tell.clone();
            tokio::spawn(async move {
                let line = request(&mut stream).await;
                let answer =
                    ANSWER.strip_suffix(if line.starts_with("HEAD ") { "yes" } else { "" });
                tell.send((line, false)).unwrap();
                stream.write_all(answer.unwrap().as_bytes()).await.unwrap();
                let line = request(&mut stream).await;
                if line.is_empty() {
                    return;
                }
                tell.send((line, true)).unwrap();
                match second {
                    Second::Closes => {}
                    Second::ClosesAfterAByte => stream.write_all(b"H").await.unwrap(),
                    Second::Hangs => drop(request(&mut stream).await),
                }
            });
        }
    });
    (address, told)
}

/// The first line of a request of which the whole is read; empty when there is none.
async fn request(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    while !text.contains("\r\n\r\n") {
        let mut bytes = [0; 4096];
        match stream.read(&mut bytes).await {
            Ok(0) | Err(_) => return String::new(),
            Ok(count) => text.push_str(std::str::from_utf8(&bytes[..count]).unwrap()),
        }
    }
    text.lines().next().unwrap().to_owned()
}

/// Asks for this line until it goes over a connection that was used before, which the gate may not have kept at once;
/// gives the status then, and what the origin was asked.
async fn asked_again(
    test: &str,
    second: Second,
    line: &str,
    headers: &[&[u8]],
) -> (u16, Vec<String>) {
    let (origin, mut told) = origin(second).await;
    let folder = Folder::new(test);
    let config = folder
        .proxy(&origin)
        .replace("origin_timeout = 5", "origin_timeout = 0.5");
    let gate = Running::start(&folder, &config);
    for _ in 0..100 {
        let status = send(&gate.address, line, headers).await.status;
        let asked: Vec<(String, bool)> = std::iter::from_fn(|| told.try_recv().ok()).collect();
        if asked.iter().any(|(_, is_used)| *is_used) {
            return (status, asked.into_iter().map(|(line, _)| line).collect());
        }
        assert_eq!((status, asked.len()), (200, 1));
    }
    panic!("no connection was ever used again");
}

#[tokio::test]
async fn f42_reading_is_asked_once_more_when_the_origin_closed_the_connection() {
    let get = "GET /x HTTP/1.1".to_owned();
    let came = asked_again("reused-get", Second::Closes, "GET /x", &[]).await;
    assert_eq!(came, (200, vec![get.clone(), get]));
    let head = "HEAD /x HTTP/1.1".to_owned();
    let came = asked_again("reused-head", Second::Closes, "HEAD /x", &[]).await;
    assert_eq!(came, (200, vec![head.clone(), head]));
}

#[tokio::test]
async fn f42_nothing_else_is_asked_again() {
    let once = |line: &str| (503, vec![format!("{line} HTTP/1.1")]);
    for (test, line, headers) in [
        (
            "reused-post",
            "POST /x",
            &[b"Content-Length: 0" as &[u8]] as &[&[u8]],
        ),
        ("reused-delete", "DELETE /x", &[]),
    ] {
        assert_eq!(
            asked_again(test, Second::Closes, line, headers).await,
            once(line)
        );
    }
    let came = asked_again("reused-byte", Second::ClosesAfterAByte, "GET /x", &[]).await;
    assert_eq!(came, once("GET /x"));
    let came = asked_again("reused-hangs", Second::Hangs, "GET /x", &[]).await;
    assert_eq!(came, once("GET /x"), "never after a time-out");
}
