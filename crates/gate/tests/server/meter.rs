//! Free pages: the setting, and the program in both modes.

use crate::common::*;
use crate::program::*;

const METER_KEY: &str = "a key that is for meters only";
const READER: &[u8] = b"Sec-Fetch-Dest: document";

fn metered(folder: &Folder, config: &str, free: &str) -> String {
    let file = folder.write("meter-key", &format!("{METER_KEY}\n"));
    let meter = format!("meter = {{ file = {file:?}, {free} }}\n");
    let rule = "{ path = \"/article/*\", meter = true }";
    meter + &config.replace("{ path = \"/article/*\" }", rule)
}

/// The meter's cookie as a browser sends it again.
fn kept(answer: &Answer) -> Option<String> {
    let lines = answer.header("set-cookie").split('\n');
    let mut lines = lines.filter(|line| line.starts_with("iterasmeter="));
    let line = lines.next()?.to_owned();
    let (cookie, rest) = line.split_once("; ").unwrap();
    let life = rest.strip_prefix("Path=/; Max-Age=").unwrap();
    let (life, rest) = life.split_once(';').unwrap();
    assert!(
        (2_591_000..=2_592_000).contains(&life.parse::<u32>().unwrap()),
        "{line}"
    );
    assert_eq!(rest, " HttpOnly; SameSite=Lax", "{line}");
    Some(format!("Cookie: {cookie}"))
}

#[test]
fn c19_check_names_what_is_wrong_with_a_meter_and_tells_a_sound_one() {
    let folder = Folder::new("meter-check");
    let plain = folder.proxy("127.0.0.1:1");
    let sound = metered(&folder, &plain, "free = 3, days = 30");
    let said = |config: &str| {
        let (is_sound, said) = check(&folder, config);
        for key in [KEY, GIFT_KEY, METER_KEY] {
            assert!(!said.contains(key), "{said}");
        }
        (is_sound, said)
    };
    let (is_sound, told) = said(&sound);
    let line =
        "gate.toml: meter: 3 pages in 30 days without a pass, by sites[0].rules[0] (/article/*)\n";
    assert!(is_sound && told.contains(line), "{told}");
    assert!(!told.contains("warning: meter"), "{told}");
    let auth = metered(&folder, &folder.auth("x-original"), "free = 1, days = 7");
    let (is_sound, told) = said(&auth);
    assert!(
        is_sound && told.contains("warning: meter: the server that asks has to hand"),
        "{told}"
    );
    assert!(told.contains("meter: one page in 7 days"), "{told}");

    let refused = |config: &str, problem: &str| {
        let (is_sound, told) = said(config);
        assert!(
            !is_sound && told.contains(&format!("gate.toml: {problem}")),
            "{problem}: {told}"
        );
    };
    for (free, problem) in [
        ("free = 0, days = 30", "meter.free: expected 1 to 50, got 0"),
        (
            "free = 51, days = 30",
            "meter.free: expected 1 to 50, got 51",
        ),
        ("free = 3, days = 0", "meter.days: expected 1 to 366, got 0"),
        (
            "free = 3, days = 367",
            "meter.days: expected 1 to 366, got 367",
        ),
        ("free = 3", "line 1: missing field `days`"),
        (
            "free = 3, days = 30, hours = 1",
            "line 1: unknown field `hours`",
        ),
        (
            "free = 3, days = 30, env = \"ITERAS_NOT_SET\"",
            "meter: expected either `file` or `env`",
        ),
    ] {
        refused(&metered(&folder, &plain, free), problem);
    }
    let rule = ", meter = true";
    refused(
        &sound.replace(rule, ""),
        "meter: no rule has `meter = true`",
    );
    let (_, without) = sound.split_once('\n').unwrap();
    refused(without, "meter: a rule has `meter = true`");
    refused(
        &sound.replace(rule, ", meter = true, open = true"),
        "sites[0].rules[0].open: an open rule asks for nothing",
    );
    for (key, other) in [(KEY, "keys.2026"), (GIFT_KEY, "gifts")] {
        folder.write("meter-key", key);
        refused(
            &sound,
            &format!("meter: the same key as {other}; every purpose has its own"),
        );
    }
    folder.write("meter-key", "short");
    refused(&sound, "meter: signing key has 5 bytes");
    std::fs::remove_file(folder.file("meter-key")).unwrap();
    refused(&sound, "meter.file: can't be read");
}

#[test]
fn explain_says_where_a_meter_may_open() {
    let folder = Folder::new("meter-explain");
    let config = metered(&folder, &folder.proxy("127.0.0.1:1"), "free = 3, days = 30");
    let asks = format!("asks for: sub of {WALL}");
    for (page, said) in [
        (
            "/article/1",
            format!("{asks}, or for a free page of the meter\n"),
        ),
        ("/?feed=rss2", format!("{asks}\n")),
        (
            "/article%2f1",
            format!("{asks}, which only a pass or an editor opens (unclear path)\n"),
        ),
    ] {
        let (_, told) =
            crate::program::explain(&folder, &config, &[&format!("https://pub.example{page}")]);
        assert!(told.contains(&said), "{page}: {told}");
    }
}

#[tokio::test]
async fn the_proxy_gives_so_many_pages_away_and_no_more() {
    let (folder, origin) = (Folder::new("meter-proxy"), origin().await);
    let config = metered(&folder, &folder.proxy(&origin), "free = 2, days = 30")
        + "[denied]\nlanding = \"/buy\"\n";
    let gate = Running::start(&folder, &config);
    let mut cookie = String::from("A: b");
    for used in 1..=2 {
        let page = format!("GET /article/{used}");
        let headers: [&[u8]; 4] = [
            READER,
            cookie.as_bytes(),
            b"If-None-Match: \"1\"",
            b"X-Forwarded-Proto: https",
        ];
        let answer = send(&gate.address, &page, &headers).await;
        assert_eq!(
            (answer.status, answer.header("x-iteras-meter")),
            (200, &*format!("{used}/2"))
        );
        let mark = format!(
            "<meta name=\"iteras-gate\" content=\"open\" data-used=\"{used}\" data-free=\"2\"><p>pub.example meter "
        );
        assert!(
            answer.body.starts_with(&mark) && answer.body.contains(ARTICLE),
            "{answer:?}"
        );
        assert_eq!(answer.header("etag"), "", "the page was changed");
        assert_eq!(answer.header("cache-control"), "private, no-store");
        cookie = kept(&answer).unwrap();
    }
    let third = send(
        &gate.address,
        "GET /article/3",
        &[READER, cookie.as_bytes()],
    )
    .await;
    third.denied(302, "nopass");
    assert_eq!(
        (third.header("x-iteras-meter"), kept(&third)),
        ("2/2", None)
    );
    let again = send(
        &gate.address,
        "GET /article/1",
        &[READER, cookie.as_bytes()],
    )
    .await;
    assert_eq!((again.status, kept(&again)), (200, None));
    let ahead = send(
        &gate.address,
        "GET /article/1",
        &[READER, cookie.as_bytes(), b"Sec-Purpose: prefetch"],
    )
    .await;
    ahead.denied(401, "nopass");
    let head = send(
        &gate.address,
        "HEAD /article/1",
        &[READER, cookie.as_bytes()],
    )
    .await;
    assert_eq!(
        (head.header("x-iteras-reason"), kept(&head)),
        ("nopass", None)
    );
    let metrics = get(&gate.admin, "/metrics", "").await.body;
    assert!(
        metrics.contains("iteras_gate_judgements_total{verdict=\"meter\",reason=\"\"} 3\n"),
        "{metrics}"
    );
    assert!(
        metrics.contains("iteras_gate_judgements_total{verdict=\"denied\",reason=\"nopass\"} 3\n"),
        "{metrics}"
    );
    let said = gate.said.lock().unwrap();
    assert!(
        !said.contains(cookie.rsplit_once('.').unwrap().1),
        "a cookie in the log"
    );
}

#[tokio::test]
async fn forward_auth_gives_the_asking_server_cookie_and_count() {
    let folder = Folder::new("meter-auth");
    let config = metered(&folder, &folder.auth("x-original"), "free = 1, days = 30");
    let config = config + "[denied]\nlanding = \"/buy\"\n";
    let gate = Running::start(&folder, &config);
    let ask = async |uri: &str, more: &[&str]| {
        let uri = format!("X-Original-URI: {uri}");
        let mut lines: Vec<&[u8]> = vec![uri.as_bytes(), READER];
        lines.extend(more.iter().map(|line| line.as_bytes()));
        send(&gate.address, "GET /auth", &lines).await
    };
    // The asking server overwrites what visitors send in this name, so it is no reason to refuse them.
    let first = ask("/article/1", &["X-Iteras-Meter: 0/99"]).await;
    let told = ["verdict", "meter", "reason"].map(|name| first.header(&format!("x-iteras-{name}")));
    assert_eq!((first.status, told), (204, ["meter", "1/1", ""]));
    let cookie = kept(&first).unwrap();
    let second = ask("/article/2", &[&cookie]).await;
    let told = ["reason", "meter"].map(|name| second.header(&format!("x-iteras-{name}")));
    assert_eq!(
        (second.status, told, kept(&second)),
        (401, ["nopass", "1/1"], None)
    );
    assert!(second.header("x-iteras-landing").starts_with("/buy?"));
    for more in [
        ["Sec-Purpose: prefetch", "A: b"],
        ["Purpose: prefetch", &cookie],
    ] {
        let ahead = ask("/article/1", &more).await;
        let told =
            ["reason", "meter", "landing"].map(|name| ahead.header(&format!("x-iteras-{name}")));
        assert_eq!(
            (ahead.status, told, kept(&ahead)),
            (401, ["nopass", "ahead", ""], None)
        );
    }
    let head = ask("/article/1", &["X-Original-Method: HEAD", &cookie]).await;
    assert_eq!((head.status, head.header("x-iteras-meter")), (401, ""));
    let open = ask("/", &[]).await;
    assert_eq!((open.status, kept(&open)), (204, None));

    // Without a meter nobody has to know the header, and it would reach the origin as the gate's word.
    let folder = Folder::new("meter-none");
    let gate = Running::start(&folder, &folder.auth("x-original"));
    let lines: [&[u8]; 2] = [b"X-Original-URI: /", b"X-Iteras-Meter: 0/99"];
    assert_eq!(send(&gate.address, "GET /auth", &lines).await.status, 403);
}

#[tokio::test]
async fn answers_that_are_handed_on_redirect_nobody_who_fetches_ahead() {
    let folder = Folder::new("meter-handed-on");
    let config = metered(&folder, &folder.auth("x-forwarded"), "free = 1, days = 30");
    let config = config + "[denied]\nlanding = \"/buy\"\nredirect = true\n";
    let gate = Running::start(&folder, &config);
    let lines: [&[u8]; 4] = [
        b"X-Forwarded-Uri: /article/1",
        b"X-Forwarded-Host: pub.example",
        READER,
        b"Sec-Purpose: prefetch;prerender",
    ];
    let ahead = send(&gate.address, "GET /auth", &lines).await;
    ahead.denied(401, "nopass");
    assert_eq!(
        (ahead.header("location"), ahead.header("x-iteras-meter")),
        ("", "ahead")
    );
}
