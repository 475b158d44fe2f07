//! Forward-auth: the gate program asked by another server.

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
async fn c30_what_no_server_in_front_can_delete_is_refused() {
    let folder = Folder::new("forged");
    let gate = Running::start(&folder, &folder.auth("x-original"));
    let cookie = format!("Cookie: iteraspass={}", long_pass());
    for header in [
        "X-Iteras-Foo: 1",
        "x_iteras_verdict: pass",
        "X-Forwarded_For: 8.8.8.8",
        "X_Original-URL: /",
    ] {
        let lines: [&[u8]; 3] = [b"X-Original-URI: /", cookie.as_bytes(), header.as_bytes()];
        assert_eq!(
            send(&gate.address, "GET /", &lines).await.status,
            403,
            "{header}"
        );
    }
}

#[tokio::test]
async fn answers_that_are_handed_on_are_made_for_readers() {
    let folder = Folder::new("handed-on");
    let config = folder.auth("x-forwarded") + "[denied]\nlanding = \"/buy\"\nredirect = true\n";
    let gate = Running::start(&folder, &config);
    let ask = async |uri: &str, more: &[u8]| {
        let uri = format!("X-Forwarded-Uri: {uri}");
        let lines: [&[u8]; 3] = [uri.as_bytes(), b"X-Forwarded-Host: pub.example", more];
        send(&gate.address, "GET /", &lines).await
    };
    let sent = ask("/article/1?a=b", b"Sec-Fetch-Dest: document").await;
    sent.denied(302, "nopass");
    let location = "/buy?iterasnext=%2Farticle%2F1%3Fa%3Db&iterasaccess=sub";
    assert_eq!(sent.header("location"), location);
    let image = ask("/article/1", b"Sec-Fetch-Dest: image").await;
    image.denied(401, "nopass");
    assert!(image.body.starts_with("<!doctype html>"), "{image:?}");
    assert_eq!(image.header("location"), "");
    assert_eq!(ask("/", b"A: b").await.status, 204);
    assert_eq!(ask("/buy?iterasnext=%2Fx", b"A: b").await.status, 204);
    for (from, to) in [
        ("\"x-forwarded\"", "\"x-original\""),
        ("landing = \"/buy\"\n", ""),
        (
            "mode = \"forward-auth\"",
            "mode = \"proxy\"\norigin = \"http://127.0.0.1:1\"",
        ),
    ] {
        let (is_sound, said) = check(&folder, &config.replace(from, to));
        assert!(
            !is_sound && said.contains("gate.toml: denied.redirect: "),
            "{said}"
        );
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

#[tokio::test]
async fn bytes_beyond_ascii_in_paths_and_queries_are_bytes() {
    let folder = Folder::new("bytes");
    let config = folder.auth("x-original");
    let gate = Running::start(&folder, &config);
    let cookie = format!("Cookie: iteraspass={}", long_pass());
    let ask = async |uri: &[u8], more: &[u8]| {
        let uri = [b"X-Original-URI: ", uri].concat();
        send(&gate.address, "GET /auth", &[&uri, more]).await.status
    };
    for uri in [
        "/article/\u{f8}konomi".as_bytes(),
        b"/article/\xf8konomi",
        "/article/1?q=\u{e6}".as_bytes(),
        b"/article/1?q=\xe6",
    ] {
        assert_eq!(ask(uri, b"A: b").await, 401, "{uri:?}");
        assert_eq!(ask(uri, cookie.as_bytes()).await, 204, "{uri:?}");
    }
    assert_eq!(ask("/\u{f8}?q=\u{e6}".as_bytes(), b"A: b").await, 204);
}

#[tokio::test]
async fn mistakes_of_the_front_end_are_named() {
    for (family, name) in [
        ("x-original", "X-Original-URI"),
        ("x-forwarded", "X-Forwarded-Uri"),
    ] {
        let folder = Folder::new(&format!("missing-{family}"));
        let gate = Running::start(&folder, &folder.auth(family));
        let answer = send(&gate.address, "GET /", &[b"A: b"]).await;
        let said = format!("expected one header {name} with the visitor's URI\n");
        assert_eq!((answer.status, answer.body), (403, said));
        let header = |name: &str, value: &str| format!("{name}: {value}").into_bytes();
        let asked = [
            header(name, "/"),
            header("X-Forwarded-Host", "other.example"),
        ];
        let host = header("Host", "other.example");
        let lines = [asked[0].as_slice(), asked[1].as_slice(), host.as_slice()];
        let answer = send(&gate.address, "GET /", &lines).await;
        assert_eq!(
            (answer.status, answer.header("x-iteras-reason")),
            (401, "nopass")
        );
        gate.says("\"doubt\":\"unlisted host\"").await;
        let metrics = send(&gate.address, "GET /metrics", &[]).await.body;
        assert!(
            metrics.contains("verdict=\"denied\",reason=\"unlisted host\"} 1\n"),
            "{metrics}"
        );
    }
}

#[tokio::test]
async fn a_gift_link_opens_a_page_to_look_at_and_nothing_else() {
    let folder = Folder::new("gift-methods");
    let gate = Running::start(&folder, &folder.auth("x-original"));
    let uri = format!(
        "X-Original-URI: /article/1?iterasgift={}",
        gift("/article/1")
    );
    for (method, status) in [("GET", 204), ("HEAD", 204), ("POST", 401), ("\u{e6}", 401)] {
        let method = format!("X-Original-Method: {method}");
        let lines = [uri.as_bytes(), method.as_bytes()];
        let answer = send(&gate.address, "GET /auth", &lines).await;
        assert_eq!(answer.status, status, "{method}");
    }
}

#[tokio::test]
async fn only_an_answer_by_a_pass_may_be_kept_and_not_past_its_expiry() {
    let folder = Folder::new("kept");
    let metered = folder.write("meter-key", "a key that is for meters only");
    let config = format!(
        "keep_answers = 5\n{}[meter]\nfile = {metered:?}\nfree = 3\ndays = 30\n",
        folder
            .auth("x-original")
            .replace("/article/*\" }", "/article/*\", meter = true }")
    );
    let gate = Running::start(&folder, &config);
    let ask = async |uri: &str, cookie: &str| {
        let lines = [
            format!("X-Original-URI: {uri}"),
            format!("Cookie: {cookie}"),
        ];
        let lines: Vec<&[u8]> = lines.iter().map(String::as_bytes).collect();
        let answer = send(&gate.address, "GET /", &lines).await;
        (
            answer.header("x-accel-expires").to_owned(),
            answer.header("cache-control").to_owned(),
        )
    };
    let kept = |seconds: &str| (seconds.to_owned(), String::new());
    let anew = (String::new(), "no-store".to_owned());
    let pass = |until: &str| format!("iteraspass={}", sign(&format!("sub|{WALL}|{until}|31168|")));
    assert_eq!(
        ask("/article/1", &pass("2999-02-01T00:00:00Z")).await,
        kept("5")
    );
    // In the time after its expiry for which a pass counts there is nothing left to keep.
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let ended = iteras_gate::Timestamp::from_unix(now.as_secs() as i64 - 5);
    assert_eq!(ask("/article/1", &pass(&ended.to_string())).await, anew);
    let gift = format!("/article/1?iterasgift={}", gift("/article/1"));
    for (uri, cookie) in [
        ("/", "a=1"),
        ("/?feed=rss2", "a=1"),
        ("/article/1", "iteraspass=x"),
        (gift.as_str(), "a=1"),
    ] {
        assert_eq!(ask(uri, cookie).await, anew, "{uri} {cookie}");
    }
}

#[tokio::test]
async fn what_may_not_be_kept_by_default_or_too_long_is_said() {
    let folder = Folder::new("not-kept");
    let gate = Running::start(&folder, &folder.auth("x-original"));
    let cookie = format!("Cookie: iteraspass={}", long_pass());
    let lines: [&[u8]; 2] = [b"X-Original-URI: /article/1", cookie.as_bytes()];
    let answer = send(&gate.address, "GET /", &lines).await;
    assert_eq!(
        (
            answer.header("x-accel-expires"),
            answer.header("cache-control")
        ),
        ("", "no-store")
    );
    for (config, problem) in [
        (
            format!("keep_answers = 6\n{}", folder.auth("x-original")),
            "keep_answers: expected at most 5 seconds, got 6",
        ),
        (
            format!("keep_answers = 5\n{}", folder.proxy("127.0.0.1:1")),
            "keep_answers: only for mode = \"forward-auth\"",
        ),
    ] {
        let (is_sound, said) = check(&folder, &config);
        assert!(!is_sound && said.contains(problem), "{said}");
    }
}

#[tokio::test]
async fn a_socket_in_the_file_system_is_listened_at() {
    let folder = Folder::new("unix");
    // The address of a socket is short, and folders of tests are deep.
    let path = std::env::temp_dir().join(format!("iteras-gate-{}", std::process::id()));
    let address = format!("unix:{}", path.display());
    let config = folder.auth("x-original").replace("127.0.0.1:0", &address);
    let cookie = format!("Cookie: iteraspass={}", long_pass());
    let lines: [&[u8]; 2] = [b"X-Original-URI: /article/1", cookie.as_bytes()];
    let mut gate = Running::start(&folder, &config);
    assert_eq!(gate.address, address);
    assert_eq!(send(&address, "GET /", &lines).await.status, 204);
    let (is_refused, said) = start_failing(&folder, &config);
    assert!(is_refused && said.contains("in use"), "{said}");
    assert_eq!(
        send(&address, "GET /", &lines).await.status,
        204,
        "the first one still listens"
    );
    gate.signal("-KILL");
    gate.ends().await;
    assert!(path.exists(), "nobody could delete it");
    let mut again = Running::start(&folder, &config);
    assert_eq!(send(&again.address, "GET /", &lines).await.status, 204);
    again.signal("-TERM");
    again.ends().await;
    assert!(!path.exists());
    std::fs::write(&path, "a file of somebody's").unwrap();
    let (is_refused, said) = start_failing(&folder, &config);
    assert!(is_refused && said.contains("in use"), "{said}");
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        "a file of somebody's"
    );
    std::fs::remove_file(&path).unwrap();
    let relative = folder
        .auth("x-original")
        .replace("127.0.0.1:0", "unix:gate");
    let (is_sound, said) = check(&folder, &relative);
    assert!(!is_sound && said.contains("an absolute path"), "{said}");
}
