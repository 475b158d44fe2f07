//! Search engines of the configuration, in proxy and forward-auth: whose address counts, and files that are read again.

use crate::common::*;
use crate::dns::{Say, Server};
use crate::program::*;

const GOOGLE: &str =
    "User-Agent: Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
const OTHER: &str = "User-Agent: ExampleBot/1.0";
const READER: &str = "User-Agent: Mozilla/5.0 (Macintosh)";

/// `config` with Googlebot by DNS and ExampleBot by a file.
fn with_crawlers(folder: &Folder, config: &str, dns: &Server) -> String {
    folder.write("ranges.json", RANGES);
    let settings = format!("dns = [\"{}\"]\n", dns.address);
    let entries = format!(
        "[[crawlers]]\nagent = \"Googlebot\"\n[[crawlers]]\nagent = \"ExampleBot\"\nranges = [{:?}]\n",
        folder.file("ranges.json")
    );
    settings + config + &entries
}

const RANGES: &str = r#"{
    "creationTime": "2026-11-20T23:00:00.000000",
    "prefixes": [{"ipv6Prefix": "2001:db8:e::/48"}, {"ipv4Prefix": "203.0.113.0/24", "service": "x"}]
}"#;

/// A server that knows machines of Googlebot's.
fn google() -> Server {
    let dns = Server::start();
    for address in MACHINES {
        let name = format!("crawl-{}.googlebot.com.", address.replace('.', "-"));
        dns.names(address, &[&name]);
        dns.addresses(&name, &[address]);
    }
    dns
}

const MACHINES: [&str; 4] = ["66.249.66.1", "66.249.66.2", "66.249.66.3", "66.249.66.4"];

/// The first answer in which one of these machines was let in, asked for with its address in this header: of a program
/// on a busy machine one answer of the DNS server may come too late, and then counts as none for a minute.
async fn as_google(gate: &Running, header: &str, more: &[&str]) -> Answer {
    for address in MACHINES {
        let own = format!("{header}: {address}");
        let answer = ask(gate, &[more, &[GOOGLE, &own]].concat()).await;
        if answer.status < 300 {
            return answer;
        }
    }
    panic!("no machine of Googlebot's was let in");
}

async fn ask(gate: &Running, headers: &[&str]) -> Answer {
    let headers: Vec<&[u8]> = headers.iter().map(|header| header.as_bytes()).collect();
    send(&gate.address, "GET /article/1", &headers).await
}

#[tokio::test]
async fn c80_the_proxy_believes_addresses_of_its_peers_alone() {
    let (folder, dns) = (Folder::new("crawlers-proxy"), google());
    let config = folder.proxy(&origin().await);
    let behind = format!("trusted_peers = [\"127.0.0.1\"]\n{config}");
    let gate = Running::start(&folder, &with_crawlers(&folder, &behind, &dns));
    let mut answers = vec![as_google(&gate, "X-Forwarded-For", &[]).await];
    for address in [
        "203.0.113.9",
        "66.249.66.1, 203.0.113.9, 127.0.0.1",
        "[2001:db8:e::1]:4711",
    ] {
        answers.push(ask(&gate, &[OTHER, &format!("X-Forwarded-For: {address}")]).await);
    }
    for (address, answer) in answers.iter().enumerate() {
        assert_eq!(answer.status, 200, "{address}: {answer:?}");
        assert!(answer.body.contains(ARTICLE), "{address}");
        assert_eq!(answer.header("x-robots-tag"), "noarchive");
        assert_eq!(answer.header("cache-control"), "private, no-store");
        assert_eq!(answer.header("vary"), "Cookie");
    }
    for headers in [
        &[GOOGLE][..],
        &[READER, "X-Forwarded-For: 66.249.66.1"],
        &[GOOGLE, "X-Forwarded-For: 66.249.66.1, 198.51.100.1"],
        &[
            GOOGLE,
            "X-Forwarded-For: 66.249.66.1",
            "X-Forwarded-For: 66.249.66.1",
        ],
        &[GOOGLE, "X-Forwarded-For: 66.249.66.1, unknown"],
        &[GOOGLE, "X-Original-Addr: 66.249.66.1"],
        &[GOOGLE, "X-Real-IP: 66.249.66.1"],
        &[GOOGLE, "Forwarded: for=66.249.66.1"],
        &[GOOGLE, "X-Forwarded-For: 203.0.113.9"],
        &[OTHER, "X-Forwarded-For: 66.249.66.1"],
    ] {
        ask(&gate, headers).await.denied(401, "nopass");
    }
    let metrics = get(&gate.admin, "/metrics", "").await.body;
    for line in [
        "iteras_gate_judgements_total{verdict=\"crawler\",reason=\"\"} 4",
        "iteras_gate_judgements_total{verdict=\"denied\",reason=\"nopass\"}",
        "iteras_gate_crawlers_total{agent=\"Googlebot\",result=\"name\"} 1",
        "iteras_gate_crawlers_total{agent=\"ExampleBot\",result=\"range\"} 3",
        "iteras_gate_crawlers_total{agent=\"ExampleBot\",result=\"spoofed\"} 1",
        "iteras_gate_crawlers_total{agent=\"Googlebot\",result=\"noaddress\"} 2",
    ] {
        assert!(metrics.contains(line), "{line}: {metrics}");
    }
}

#[tokio::test]
async fn c80_without_peers_the_connection_counts_alone() {
    let (folder, dns) = (Folder::new("crawlers-alone"), google());
    let config = with_crawlers(&folder, &folder.proxy(&origin().await), &dns);
    let config = config.replace("listen = \"127.0.0.1:0\"", "listen = \"0.0.0.0:0\"");
    let (is_sound, said) = check(&folder, &config);
    assert!(
        is_sound && said.contains("warning: trusted_peers: without them"),
        "{said}"
    );
    let gate = Running::start(&folder, &config);
    let address = gate.address.replace("0.0.0.0", "127.0.0.1");
    for (agent, header) in [
        (GOOGLE, "X-Forwarded-For: 66.249.66.1"),
        (OTHER, "X-Forwarded-For: 203.0.113.9"),
        (OTHER, "X-Original-Addr: 203.0.113.9"),
    ] {
        let headers = [agent.as_bytes(), header.as_bytes()];
        send(&address, "GET /article/1", &headers)
            .await
            .denied(401, "nopass");
    }
}

#[tokio::test]
async fn c80_forward_auth_takes_the_address_of_its_family() {
    let (folder, dns) = (Folder::new("crawlers-auth"), google());
    for (family, uri, name, others) in [
        (
            "x-original",
            "X-Original-URI: /article/1",
            "X-Original-Addr",
            ["X-Forwarded-For", "X-Real-IP"],
        ),
        (
            "x-forwarded",
            "X-Forwarded-Uri: /article/1",
            "X-Forwarded-For",
            ["X-Original-Addr", "X-Real-IP"],
        ),
    ] {
        let gate = Running::start(&folder, &with_crawlers(&folder, &folder.auth(family), &dns));
        let host = "X-Forwarded-Host: pub.example";
        let own = |address: &str| format!("{name}: {address}");
        let mut answers = vec![as_google(&gate, name, &[uri, host]).await];
        for address in ["203.0.113.9", "::ffff:203.0.113.9"] {
            answers.push(ask(&gate, &[uri, host, OTHER, &own(address)]).await);
        }
        for answer in answers {
            assert_eq!(
                (answer.status, answer.header("x-iteras-verdict")),
                (204, "crawler"),
                "{answer:?}"
            );
        }
        let twice = [own("203.0.113.9"), own("203.0.113.9")];
        let mut refused = vec![vec![], twice.to_vec(), vec![own("nonsense")], vec![own("")]];
        refused.extend(others.map(|other| vec![format!("{other}: 203.0.113.9")]));
        for headers in refused {
            let mut all = vec![uri, host, OTHER];
            all.extend(headers.iter().map(String::as_str));
            let answer = ask(&gate, &all).await;
            assert_eq!(
                (answer.status, answer.header("x-iteras-reason")),
                (401, "nopass"),
                "{headers:?}"
            );
        }
        let post = [
            uri,
            host,
            "X-Original-Method: POST",
            "X-Forwarded-Method: POST",
            OTHER,
            &own("203.0.113.9"),
        ];
        assert_eq!(ask(&gate, &post).await.status, 401);
    }
}

#[tokio::test]
async fn f44_files_are_read_again_and_broken_ones_change_nothing() {
    let (folder, dns) = (Folder::new("crawlers-reload"), google());
    let config = format!(
        "trusted_peers = [\"127.0.0.1\"]\n{}",
        folder.proxy(&origin().await)
    );
    let gate = Running::start(&folder, &with_crawlers(&folder, &config, &dns));
    let status = async |address: &str| {
        ask(&gate, &[OTHER, &format!("X-Forwarded-For: {address}")])
            .await
            .status
    };
    assert_eq!(
        (status("203.0.113.9").await, status("198.51.100.9").await),
        (200, 401)
    );
    for (broken, said) in [
        ("{\"prefixes\":[", "crawlers[1].ranges: expected a list"),
        ("<!doctype html>", "crawlers[1].ranges: expected a list"),
        (
            "{\"prefixes\":[]}",
            "crawlers[1].ranges: there is no prefix",
        ),
        (
            "{\"prefixes\":[{\"ipv4Prefix\":\"0.0.0.0/0\"}]}",
            "is wider than any search engine is",
        ),
        (
            "{\"prefixes\":[{\"ipv4Prefix\":\"203.0.113.0/40\"}]}",
            "is not a prefix",
        ),
        (
            "{\"prefixes\":[{\"prefix\":\"203.0.113.0/24\"}]}",
            "has no ipv4Prefix and no ipv6Prefix",
        ),
    ] {
        folder.write("ranges.json", broken);
        gate.signal("-HUP");
        gate.says(&serde_json::to_string(said).unwrap().replace('"', ""))
            .await;
        assert_eq!(
            (status("203.0.113.9").await, status("198.51.100.9").await),
            (200, 401),
            "{broken}"
        );
    }
    std::fs::remove_file(folder.file("ranges.json")).unwrap();
    gate.signal("-HUP");
    gate.says("crawlers[1].ranges: can't be read").await;
    assert_eq!(status("203.0.113.9").await, 200);
    folder.write(
        "ranges.json",
        "{\"prefixes\":[{\"ipv4Prefix\":\"198.51.100.0/24\"}]}",
    );
    gate.signal("-HUP");
    gate.says("\"message\":\"reloaded\"").await;
    assert_eq!(
        (status("203.0.113.9").await, status("198.51.100.9").await),
        (401, 200)
    );
}

#[tokio::test]
async fn f44_readers_do_not_wait_for_a_resolver() {
    let (folder, dns) = (Folder::new("crawlers-silent"), google());
    dns.otherwise(Say::Nothing);
    let config = format!(
        "trusted_peers = [\"127.0.0.1\"]\n{}",
        folder.proxy(&origin().await)
    );
    let gate = Running::start(&folder, &with_crawlers(&folder, &config, &dns));
    ask(&gate, &[READER, "X-Forwarded-For: 198.51.100.1"])
        .await
        .denied(401, "nopass");
    let cookie = format!("Cookie: iteraspass={}", long_pass());
    let read = ask(&gate, &[GOOGLE, "X-Forwarded-For: 198.51.100.1", &cookie]).await;
    assert_eq!((read.status, dns.asked("")), (200, 0));
    ask(&gate, &[GOOGLE, "X-Forwarded-For: 198.51.100.1"])
        .await
        .denied(401, "nopass");
    assert!(dns.asked(" PTR") > 0);
    let metrics = get(&gate.admin, "/metrics", "").await.body;
    let line = "iteras_gate_crawlers_total{agent=\"Googlebot\",result=\"failed\"} 1";
    assert!(metrics.contains(line), "{metrics}");
}

#[test]
fn what_could_let_anybody_in_is_refused() {
    let (folder, dns) = (Folder::new("crawlers-check"), Server::start());
    let start = format!(
        "trusted_peers = [\"127.0.0.1\"]\ndns = [\"{}\"]\n",
        dns.address
    );
    let sound = start + &folder.proxy("127.0.0.1:1");
    for (entry, expected) in [
        (
            "agent = \"Googlebot\"\ndomains = [\"google.com\"]",
            "crawlers[0].domains: \"google.com\" has machines that fetch",
        ),
        (
            "agent = \"Googlebot\"\ndomains = [\"googlebot.com\", \"googleusercontent.com\"]",
            "crawlers[0].domains: ",
        ),
        (
            "agent = \"Googlebot\"\ndomains = [\"com\"]",
            "crawlers[0].domains: expected a domain",
        ),
        (
            "agent = \"Googlebot\"\ndomains = []",
            "crawlers[0].ranges: expected ranges or domains",
        ),
        (
            "agent = \"DuckDuckBot\"",
            "crawlers[0].ranges: DuckDuckBot is known by its ranges",
        ),
        (
            "agent = \"OtherBot\"",
            "crawlers[0].ranges: expected ranges or domains",
        ),
        ("agent = \"*\"", "crawlers[0].agent: expected a word"),
        (
            "agent = \"bingbot\"\n[[crawlers]]\nagent = \"BingBot\"",
            "crawlers[1].agent: \"BingBot\" stands twice",
        ),
        ("agent = \"bingbot\"\nrange = []", "unknown field `range`"),
        ("domains = [\"googlebot.com\"]", "missing field `agent`"),
    ] {
        let (is_sound, said) = check(&folder, &format!("{sound}[[crawlers]]\n{entry}\n"));
        assert!(!is_sound && said.contains(expected), "{entry}: {said}");
    }
    let entry = "[[crawlers]]\nagent = \"applebot\"\n";
    let (is_sound, said) = check(&folder, &format!("{sound}{entry}"));
    assert!(is_sound, "{said}");
    let alone = sound.replace("trusted_peers = [\"127.0.0.1\"]\n", "");
    let (is_sound, said) = check(&folder, &format!("{alone}{entry}"));
    assert!(
        !is_sound && said.contains("trusted_peers: the gate listens to this machine only"),
        "{said}"
    );
    let (is_sound, said) = check(&folder, &sound);
    assert!(
        !is_sound && said.contains("dns: nobody is looked up without"),
        "{said}"
    );
    let none = sound.replace(&dns.address.to_string(), "");
    let (is_sound, said) = check(&folder, &format!("{none}{entry}"));
    assert!(
        !is_sound && said.contains("invalid socket address"),
        "{said}"
    );
}
