//! The binary `iteras-gate` itself, as a process: forward-auth, reverse proxy, reload, and what it never says.
#![allow(clippy::unwrap_used)]
#![cfg(all(feature = "server", unix))]

mod common;

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use common::*;

/// A folder of one test, with a configuration and key files.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let folder = Self(folder);
        folder.write("key", &format!("{KEY}\n"));
        folder.write("gift-key", GIFT_KEY);
        folder
    }

    fn write(&self, name: &str, text: &str) -> String {
        let file = self.0.join(name);
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    /// The part of a configuration that all have.
    fn base(&self) -> String {
        format!(
            "listen = \"127.0.0.1:0\"\nlog = \"trace\"\n\
             [[keys]]\nid = \"2026\"\nfile = {:?}\n[gifts]\nfile = {:?}\n\
             [[sites]]\nhosts = [\"pub.example\"]\ndefault = \"open\"\npaywalls = [\"{WALL}\"]\n\
             rules = [{{ path = \"/article/*\" }}, {{ path = \"/*\", parameter = \"feed\" }}]\n",
            self.file("key"),
            self.file("gift-key")
        )
    }

    fn auth(&self, headers: &str) -> String {
        format!(
            "mode = \"forward-auth\"\ntrusted_peers = [\"127.0.0.1\"]\nforwarded_headers = \"{headers}\"\n{}",
            self.base()
        )
    }

    fn proxy(&self, origin: &str) -> String {
        format!(
            "mode = \"proxy\"\norigin = \"http://{origin}\"\nadmin = \"127.0.0.1:0\"\norigin_timeout = 5\n{}",
            self.base()
        )
    }
}

/// A running gate; ended when it is dropped.
struct Running {
    child: Child,
    address: String,
    admin: String,
    said: Arc<Mutex<String>>,
}

impl Running {
    fn start(folder: &Folder, config: &str) -> Self {
        let mut child = command(&folder.write("gate.toml", config))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let said = Arc::new(Mutex::new(String::new()));
        let (address, admin) = loop {
            let line = lines.next().expect("it says where it listens").unwrap();
            said.lock().unwrap().push_str(&line);
            let line: serde_json::Value = serde_json::from_str(&line).expect("logs are JSON");
            if line["message"] == "listening" {
                let text = |name: &str| line[name].as_str().unwrap_or("").to_owned();
                break (text("address"), text("admin"));
            }
        };
        let more = said.clone();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                more.lock().unwrap().push_str(&line);
            }
        });
        Self {
            child,
            address,
            admin,
            said,
        }
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([name, &pid])
                .status()
                .unwrap()
                .success()
        );
    }

    async fn says(&self, text: &str) {
        for _ in 0..200 {
            if self.said.lock().unwrap().contains(text) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("never said {text:?}: {}", self.said.lock().unwrap());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(config: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iteras-gate"));
    command.args(["--config", config]);
    command
}

fn check(folder: &Folder, config: &str) -> (bool, String) {
    let output = command(&folder.write("gate.toml", config))
        .arg("--check")
        .output()
        .unwrap();
    let said =
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.success(), said)
}

/// The binary's clock is the system's: a pass for the next years.
fn long_pass() -> String {
    sign(&format!("sub|{WALL}|2999-02-01T00:00:00Z|31168|192.0.2.7"))
}

fn gift(path: &str) -> String {
    let key = iteras_gate::GiftKey::new(GIFT_KEY).unwrap();
    key.token(
        "pub.example",
        path,
        iteras_gate::Timestamp::from_unix(32_000_000_000),
    )
    .unwrap()
}

#[test]
fn c19_check_names_the_setting_that_is_wrong() {
    let folder = Folder::new("check");
    let sound = folder.auth("x-original");
    assert_eq!(
        check(&folder, &sound),
        (true, format!("{}: sound\n", folder.file("gate.toml")))
    );
    let named = |config: &str, setting: &str| {
        let (sound, said) = check(&folder, config);
        assert!(
            !sound && said.contains(&format!("gate.toml: {setting}: ")),
            "{setting}: {said}"
        );
        assert!(!said.contains(KEY) && !said.contains(GIFT_KEY), "{said}");
    };
    for (key, setting) in [
        ("", "keys.2026"),
        ("\n", "keys.2026"),
        ("short", "keys.2026"),
        (&format!("{KEY}\n\n"), "keys.2026"),
    ] {
        folder.write("key", key);
        named(&sound, setting);
    }
    std::fs::remove_file(folder.file("key")).unwrap();
    named(&sound, "keys.2026.file");
    folder.write("key", KEY);
    folder.write("gift-key", "");
    named(&sound, "gifts");
    folder.write("gift-key", GIFT_KEY);
    folder.write("editor-key", "short");
    let editors = format!("{sound}[editors]\nfile = {:?}\n", folder.file("editor-key"));
    named(&editors, "editors");
    folder.write("editor-key", &format!("{KEY}\r\n"));
    named(&editors, "editors");
    let without = |what: &str, with: &str| sound.replace(what, with);
    named(&without("[[keys]]", "[[key]]"), "line 6");
    named(
        &without(
            &format!("file = {:?}\n[gifts]", folder.file("key")),
            "env = \"ITERAS_NOT_SET\"\n[gifts]",
        ),
        "keys.2026.env",
    );
    named(
        &without(
            &format!("file = {:?}\n[gifts]", folder.file("key")),
            "[gifts]",
        ),
        "keys.2026",
    );
    named(
        &without("trusted_peers = [\"127.0.0.1\"]\n", ""),
        "trusted_peers",
    );
    named(
        &without("forwarded_headers = \"x-original\"\n", ""),
        "forwarded_headers",
    );
    named(&without(WALL, ""), "sites[0].rules[0].paywalls");
    named(
        &without("path = \"/article/*\"", "path = \"article\""),
        "sites[0].rules[0].path",
    );
    named(&without("default = \"open\"\n", ""), "line 11");
    named(
        &without(
            "mode = \"forward-auth\"",
            "mode = \"forward-auth\"\norigin = \"http://127.0.0.1:1\"",
        ),
        "origin",
    );
    named(
        &without("mode = \"forward-auth\"", "mode = \"proxy\""),
        "origin",
    );
    named(
        &without(
            "mode = \"forward-auth\"",
            "mode = \"proxy\"\norigin = \"https://pub.example\"",
        ),
        "origin",
    );
}

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

async fn origin() -> String {
    serve(Router::new().fallback(async |request: Request| {
        let header = |name: &str| {
            request
                .headers()
                .get(name)
                .map_or("-".to_owned(), |value| value.to_str().unwrap().to_owned())
        };
        let seen = [
            "host",
            "x-iteras-verdict",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-real-ip",
        ]
        .map(header)
        .join(" ");
        if request.uri().path().ends_with("slow") {
            tokio::time::sleep(Duration::from_millis(700)).await;
        }
        (
            [("content-type", "text/html"), ("etag", "\"1\"")],
            format!("<p>{seen}</p><div class=body>first {ARTICLE}</div>"),
        )
    }))
    .await
}

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
async fn sighup_reloads_without_dropping_requests() {
    let (folder, origin) = (Folder::new("reload"), origin().await);
    let config = folder.proxy(&origin);
    let gate = Running::start(&folder, &config);
    let cookie = format!("iteraspass={}", long_pass());
    let slow = {
        let (address, cookie) = (gate.address.clone(), cookie.clone());
        tokio::spawn(async move { get(&address, "/article/slow", &cookie).await })
    };
    tokio::time::sleep(Duration::from_millis(200)).await;
    folder.write("key", "another key of enough bytes");
    gate.signal("-HUP");
    gate.says("\"message\":\"reloaded\"").await;
    get(&gate.address, "/article/1", &cookie)
        .await
        .denied(401, "invalid");
    assert_eq!(slow.await.unwrap().status, 200, "asked before the reload");
    folder.write("key", "short");
    gate.signal("-HUP");
    gate.says("the old configuration holds").await;
    let other = iteras_guard::signature::PassKey::new("another key of enough bytes").unwrap();
    let pass = other.sign(&format!("sub|{WALL}|2999-02-01T00:00:00Z|1|"));
    assert_eq!(
        get(&gate.address, "/article/1", &format!("iteraspass={pass}"))
            .await
            .status,
        200
    );
    let metrics = get(&gate.admin, "/metrics", "").await.body;
    assert!(
        metrics.contains("result=\"ok\"} 1") && metrics.contains("result=\"refused\"} 1"),
        "{metrics}"
    );
}

#[tokio::test]
async fn c64_nothing_secret_is_logged_even_at_trace() {
    let origin = origin().await;
    let mut dice = Dice(64);
    for round in 0..3 {
        let folder = Folder::new(&format!("secrets-{round}"));
        let mut word = || {
            (0..32)
                .map(|_| char::from(b'a' + dice.roll(26) as u8))
                .collect::<String>()
        };
        let (key, gift_key, editor_key, query) = (word(), word(), word(), word());
        let editors = format!(
            "[editors]\nfile = {:?}\n",
            folder.write("editor-key", &editor_key)
        );
        folder.write("key", &key);
        folder.write("gift-key", &gift_key);
        let pass = iteras_guard::signature::PassKey::new(&key)
            .unwrap()
            .sign(&format!("sub|{WALL}|2999-02-01T00:00:00Z|{}|", word()));
        let token = iteras_gate::GiftKey::new(&gift_key).unwrap();
        let token = token
            .token(
                "pub.example",
                "/article/1",
                iteras_gate::Timestamp::from_unix(32_000_000_000),
            )
            .unwrap();
        let editor = iteras_gate::EditorKey::new(&editor_key).unwrap();
        let editor = editor
            .cookie(
                "pub.example",
                iteras_gate::Timestamp::from_unix(32_000_000_000),
            )
            .unwrap();
        let gate = Running::start(&folder, &(folder.proxy(&origin) + &editors));
        let bad = pass.replace("sub|", "xyz|");
        for cookie in [
            format!("iteraspass={pass}"),
            format!("iteraspass={bad}"),
            format!("iteraseditor={editor}"),
            String::new(),
        ] {
            get(
                &gate.address,
                &format!("/article/1?iteraspreauth={query}"),
                &cookie,
            )
            .await;
        }
        get(&gate.address, &format!("/article/1?iterasgift={token}"), "").await;
        folder.write("key", &key[..10]);
        gate.signal("-HUP");
        gate.says("the old configuration holds").await;
        gate.says("\"reason\":\"nopass\"").await;
        gate.says("\"verdict\":\"gift\"").await;
        gate.says("\"verdict\":\"editor\"").await;
        let metrics = get(&gate.admin, "/metrics", "").await.body;
        let said = gate.said.lock().unwrap().clone() + &metrics;
        let tags = [&pass, &token, &editor].map(|signed| &signed[signed.len() - 16..]);
        let words = [&key, &gift_key, &editor_key, &query].map(|word| &word[..10]);
        for secret in words.into_iter().chain(tags) {
            assert!(!said.contains(secret), "{secret}: {said}");
        }
    }
}
