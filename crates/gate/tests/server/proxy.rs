//! In front of the origin.

use crate::common::*;
use crate::program::*;

#[tokio::test]
async fn the_proxy_shows_teasers_and_believes_no_stranger() {
    let (folder, origin) = (Folder::new("proxy"), origin().await);
    let config = folder.proxy(&origin)
        + "[teaser]\ngated = [\".body\"]\ncharacters = 5\n[denied]\nlanding = \"/buy\"\n";
    let gate = Running::start(&folder, &config);
    let teaser = get(&gate.address, "/article/1", "").await;
    teaser.denied(200, "nopass");
    assert!(
        teaser
            .body
            .starts_with("<html><head></head><body><p>pub.example - 127.0.0.1 pub.example -</p>"),
        "{teaser:?}"
    );
    assert!(
        teaser.body.ends_with(">first</div></body></html>"),
        "{teaser:?}"
    );
    let cookie = format!("Cookie: iteraspass={}", long_pass());
    let headers: [&[u8]; 4] = [
        cookie.as_bytes(),
        b"X-Forwarded-For: 8.8.8.8",
        b"X-Real-IP: 8.8.8.8",
        b"Connection: x-iteras-verdict, cookie",
    ];
    let whole = send(&gate.address, "GET /article/1", &headers).await;
    assert!(
        whole
            .body
            .contains("<p>pub.example pass 127.0.0.1 pub.example -</p>")
            && whole.body.contains(ARTICLE),
        "{whole:?}"
    );
    let posted = send(&gate.address, "POST /article/1", &[b"Content-Length: 0"]).await;
    posted.denied(401, "nopass");
    let gift = get(
        &gate.address,
        &format!("/article/1?iterasgift={}", gift("/article/1")),
        "",
    )
    .await;
    assert!(
        gift.body
            .starts_with("<meta name=\"iteras-gate\" content=\"open\"><p>"),
        "{gift:?}"
    );
    assert_eq!(gift.header("x-robots-tag"), "noindex");
    assert_eq!(
        get(&gate.address, "/healthz", "")
            .await
            .header("content-type"),
        "text/html",
        "the site's own"
    );
    assert_eq!(get(&gate.admin, "/healthz", "").await.body, "ok\n");
    assert!(
        get(&gate.admin, "/metrics", "")
            .await
            .body
            .contains("reason=\"nopass\"} 2\n")
    );
}

#[tokio::test]
async fn without_its_origin_the_proxy_says_503() {
    let folder = Folder::new("no-origin");
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .to_string();
    let gate = Running::start(&folder, &folder.proxy(&nobody));
    let answer = get(&gate.address, "/", "").await;
    assert_eq!(
        (answer.status, answer.header("cache-control")),
        (503, "no-store")
    );
    assert_eq!(
        answer.body,
        "Temporarily unavailable. Please try again in a minute.\n"
    );
    get(&gate.address, "/article/1", "")
        .await
        .denied(401, "nopass");
    let answer = get(
        &gate.address,
        "/article/1",
        &format!("iteraspass={}", long_pass()),
    )
    .await;
    assert_eq!(answer.status, 503);
    assert!(
        get(&gate.admin, "/metrics", "")
            .await
            .body
            .contains("iteras_gate_failures_total{what=\"origin\"} 2")
    );
}

#[tokio::test]
async fn an_origin_of_an_older_version_is_answered_for_in_ours() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut asked = [0; 4096];
            let _ = stream.read(&mut asked).await;
            let answer = b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok";
            let _ = stream.write_all(answer).await;
        }
    });
    let folder = Folder::new("version");
    let gate = Running::start(&folder, &folder.proxy(&origin));
    let mut stream = tokio::net::TcpStream::connect(&gate.address).await.unwrap();
    let asked = b"GET / HTTP/1.1\r\nHost: pub.example\r\nConnection: close\r\n\r\n";
    stream.write_all(asked).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}
