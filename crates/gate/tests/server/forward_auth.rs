//! Asked by another server.

use crate::common::*;
use crate::program::*;

#[tokio::test]
async fn forward_auth_answers_for_nginx() {
    let folder = Folder::new("nginx");
    let gate = Running::start(&folder, &folder.auth("x-original"));
    let ask = async |uri: &str, more: &[&str]| {
        let uri = format!("X-Original-URI: {uri}");
        let mut lines: Vec<&[u8]> = vec![uri.as_bytes()];
        lines.extend(more.iter().map(|line| line.as_bytes()));
        send(&gate.address, "GET /auth", &lines).await
    };
    let cookie = format!("Cookie: iteraspass={}", long_pass());
    let allowed = ask("/article/1?a=b", &[&cookie]).await;
    let told = [
        "verdict",
        "level",
        "paywall",
        "subscriber",
        "expires",
        "reason",
    ]
    .map(|name| allowed.header(&format!("x-iteras-{name}")).to_owned());
    assert_eq!(
        (allowed.status, told),
        (
            204,
            ["pass", "sub", WALL, "31168", "2999-02-01T00:00:00Z", ""].map(str::to_owned)
        )
    );
    let open = ask("/", &["X-Iteras-Verdict: pass"]).await;
    assert_eq!((open.status, open.header("x-iteras-verdict")), (204, ""));
    let gift = ask(
        &format!("/article/1?iterasgift={}", gift("/article/1")),
        &[],
    )
    .await;
    assert_eq!(
        (
            gift.status,
            gift.header("x-iteras-verdict"),
            gift.header("x-iteras-level")
        ),
        (204, "gift", "")
    );
    for (uri, more, status, reason) in [
        ("/article/1", "A: b", 401, "nopass"),
        ("/?feed=rss2", "A: b", 401, "nopass"),
        ("//Article;x/%31", "Cookie: iteraspass=x", 401, "invalid"),
        ("/x%2farticle", "A: b", 401, "nopass"),
        ("http://pub.example/", "A: b", 401, "nopass"),
        ("/", "Host: other.example", 401, "nopass"),
        // C29: what the other family of headers says has no effect.
        ("/article/1", "X-Forwarded-Uri: /", 401, "nopass"),
        (
            "/article/1",
            "X-Forwarded-Host: other.example",
            401,
            "nopass",
        ),
    ] {
        let answer = ask(uri, &[more]).await;
        assert_eq!(
            (answer.status, answer.header("x-iteras-reason")),
            (status, reason),
            "{uri} {more}"
        );
    }
    let user = sign(&format!("user|{WALL}|2999-02-01T00:00:00Z|1|"));
    assert_eq!(
        ask("/article/1", &[&format!("Cookie: iteraspass={user}")])
            .await
            .status,
        403
    );
    assert_eq!(
        ask("/article/1", &["X-Original-URI: /"]).await.status,
        403,
        "two lines are none"
    );
    assert_eq!(
        send(&gate.address, "GET /", &[]).await.status,
        403,
        "nobody said what for"
    );
    assert_eq!(send(&gate.address, "GET /healthz", &[]).await.body, "ok\n");
    let metrics = send(&gate.address, "GET /metrics", &[]).await.body;
    for line in [
        "iteras_gate_judgements_total{verdict=\"pass\",reason=\"\"} 1\n",
        "iteras_gate_judgements_total{verdict=\"denied\",reason=\"malformed\"} 1\n",
        "iteras_gate_judgements_total{verdict=\"gift\",reason=\"\"} 1\n",
    ] {
        assert!(metrics.contains(line), "{metrics}");
    }
}

#[tokio::test]
async fn forward_auth_answers_for_caddy_and_only_to_configured_peers() {
    let folder = Folder::new("caddy");
    let gate = Running::start(&folder, &folder.auth("x-forwarded"));
    let asked: [&[u8]; 3] = [
        b"X-Forwarded-Uri: /article/1",
        b"X-Forwarded-Host: pub.example",
        b"X-Original-URI: /",
    ];
    assert_eq!(send(&gate.address, "GET /", &asked).await.status, 401);
    assert_eq!(
        send(
            &gate.address,
            "GET /",
            &[b"X-Forwarded-Uri: /", b"X-Forwarded-Host: pub.example"]
        )
        .await
        .status,
        204
    );
    assert_eq!(
        send(&gate.address, "GET /", &[b"X-Forwarded-Uri: /"])
            .await
            .status,
        401,
        "unknown host"
    );
    let stranger = Folder::new("stranger");
    let config = stranger
        .auth("x-forwarded")
        .replace("\"127.0.0.1\"]", "\"192.0.2.1\"]");
    let gate = Running::start(&stranger, &config);
    let answer = send(
        &gate.address,
        "GET /",
        &[b"X-Forwarded-Uri: /", b"X-Forwarded-Host: pub.example"],
    )
    .await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (403, "this peer is not configured\n")
    );
}
