//! Webhooks that the control server sends to a publisher's server.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use crate::client::{Answer, send_and_wait, standin};

async fn deliver(webhook: Value) -> Answer {
    let standin = standin().await;
    let control = &standin.origins().control;
    let (path, body) = ("/webhook", webhook.to_string());
    let patience = Duration::from_secs(60);
    send_and_wait(control, "POST", path, &[], &body, patience).await
}

/// Answers with these statuses, one for each request (0 = the connection is closed); gives the head and
/// the body of each.
async fn receive(listener: TcpListener, statuses: &[u16]) -> Vec<(String, Value)> {
    let mut received = Vec::new();
    for status in statuses {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            stream.read_line(&mut head).await.unwrap();
        }
        let length = head.split("content-length: ").nth(1).unwrap();
        let mut body = vec![0; length.lines().next().unwrap().parse().unwrap()];
        stream.read_exact(&mut body).await.unwrap();
        received.push((head, serde_json::from_slice(&body).unwrap()));
        if *status > 0 {
            let answer = format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    }
    received
}

#[tokio::test]
async fn events_are_sent_again_until_they_are_taken() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook?a=b", listener.local_addr().unwrap());
    let events = json!([{ "event": "customer_changed", "id": "31168" }, { "event": "new" }]);
    let webhook = json!({ "url": url, "token": "a secret", "events": events, "pause_ms": 1 });
    let (answer, received) = tokio::join!(deliver(webhook), receive(listener, &[500, 0, 204, 200]));
    assert_eq!(
        answer.json(),
        json!({ "delivered": true, "answers": [500, 0, 204, 200] })
    );
    assert_eq!(received.len(), 4);
    for (head, body) in received {
        assert!(head.starts_with("POST /hook?a=b HTTP/1.1\r\n"), "{head}");
        assert!(
            head.contains("authorization: Bearer a secret\r\n"),
            "{head}"
        );
        assert!(
            head.contains("content-type: application/json\r\n"),
            "{head}"
        );
        assert_eq!(body, events);
    }
}

#[tokio::test]
async fn it_gives_up_and_says_so() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let webhook = json!({ "url": url, "events": [], "tries": 2, "pause_ms": 1 });
    let (answer, received) = tokio::join!(deliver(webhook), receive(listener, &[401, 503]));
    assert_eq!(
        answer.json(),
        json!({ "delivered": false, "answers": [401, 503] })
    );
    assert!(!received[0].0.contains("authorization"));
    assert_eq!(received[1].1, json!([]));
}

#[tokio::test]
async fn other_machines_are_never_called() {
    for url in [
        "http://192.0.2.1/",
        "http://publisher.example/hook",
        "https://127.0.0.1/",
        "http://127.0.0.1.example/",
        "file:///etc/passwd",
        "nonsense",
    ] {
        let answer = deliver(json!({ "url": url, "events": [] })).await;
        assert_eq!(answer.status, 400, "{url}");
        assert!(answer.body.starts_with("url: "), "{}", answer.body);
    }
    let token = json!({ "url": "http://127.0.0.1:1/", "token": "a\nb", "events": [] });
    assert_eq!(
        deliver(token).await.body,
        "token: this can't stand in a header"
    );
}
