//! The setting `copied_passes`, in proxy and forward-auth: whose address counts, what is told and what is not, reloads.

use crate::common::*;
use crate::program::*;

fn counting(config: &str, more: &str) -> String {
    format!("{config}[copied_passes]\n{more}")
}

fn behind(folder: &Folder, origin: &str) -> String {
    format!("trusted_peers = [\"127.0.0.1\"]\n{}", folder.proxy(origin))
}

async fn read(gate: &Running, headers: &[&str]) -> u16 {
    let cookie = format!("Cookie: iteraspass={}", long_pass());
    let mut all = vec![cookie.as_bytes()];
    all.extend(headers.iter().map(|header| header.as_bytes()));
    send(&gate.address, "GET /article/1", &all).await.status
}

async fn told(gate: &Running, result: &str) -> u32 {
    let admin = match gate.admin.as_str() {
        "" => &gate.address,
        admin => admin,
    };
    let metrics = get(admin, "/metrics", "").await.body;
    let line = format!("iteras_gate_copied_passes_total{{result=\"{result}\"}} ");
    let count = metrics.split_once(&line);
    count.map_or(0, |(_, rest)| rest.lines().next().unwrap().parse().unwrap())
}

#[tokio::test]
async fn c91_many_networks_are_told_once_and_nobody_is_shut_out() {
    let folder = Folder::new("copied-proxy");
    let config = counting(&behind(&folder, &origin().await), "networks = 3\n");
    let gate = Running::start(&folder, &config);
    for network in 0..3 {
        for host in 1..4 {
            let header = format!("X-Forwarded-For: 198.51.{network}.{host}");
            assert_eq!(read(&gate, &[&header]).await, 200);
        }
    }
    assert_eq!(told(&gate, "over").await, 0);
    for network in 3..9 {
        let header = format!("X-Forwarded-For: 198.51.{network}.1");
        assert_eq!(read(&gate, &[&header]).await, 200, "it never blocks");
    }
    assert_eq!(told(&gate, "over").await, 1);
    gate.says("pass is used in many networks").await;
    let said = gate.said.lock().unwrap().clone();
    assert!(said.contains("\"networks\":4"), "{said}");
    for secret in ["31168", "198.51.", &long_pass()] {
        assert!(!said.contains(secret), "{secret}: {said}");
    }
}

#[tokio::test]
async fn c91_only_verified_passes_and_believed_addresses_count() {
    let folder = Folder::new("copied-forged");
    let config = counting(&behind(&folder, &origin().await), "networks = 1\n");
    let gate = Running::start(&folder, &config);
    for network in 0..5 {
        let from = format!("X-Forwarded-For: 198.51.{network}.1");
        let forged = format!("Cookie: iteraspass={}0", long_pass());
        let headers = [forged.as_bytes(), from.as_bytes()];
        let answer = send(&gate.address, "GET /article/1", &headers).await;
        answer.denied(401, "invalid");
        // An open page says nothing of a pass.
        let cookie = format!("Cookie: iteraspass={}", long_pass());
        let headers = [cookie.as_bytes(), from.as_bytes()];
        assert_eq!(send(&gate.address, "GET /", &headers).await.status, 200);
    }
    for header in [
        "X-Real-IP: 198.51.1.1",
        "X-Original-Addr: 198.51.2.1",
        "Forwarded: for=198.51.3.1",
        "X-Forwarded-For: 198.51.4.1, 127.0.0.1, 127.0.0.1",
        "X-Forwarded-For: 198.51.4.9",
        "X-Forwarded-For: 203.0.113.1, 198.51.4.7",
    ] {
        read(&gate, &[header]).await;
    }
    // 127.0.0.1 itself and 198.51.4.0/24.
    assert_eq!(told(&gate, "over").await, 1);
    assert_eq!(told(&gate, "noaddress").await, 0);
    let two = ["X-Forwarded-For: 198.51.5.1", "X-Forwarded-For: 198.51.6.1"];
    assert_eq!(read(&gate, &two).await, 200);
    assert_eq!(told(&gate, "noaddress").await, 1);
}

#[tokio::test]
async fn c91_forward_auth_counts_by_the_address_of_its_family() {
    let folder = Folder::new("copied-auth");
    for (family, uri, name, other) in [
        (
            "x-original",
            "X-Original-URI: /article/1",
            "X-Original-Addr",
            "X-Forwarded-For",
        ),
        (
            "x-forwarded",
            "X-Forwarded-Uri: /article/1",
            "X-Forwarded-For",
            "X-Original-Addr",
        ),
    ] {
        let config = counting(
            &folder.auth(family),
            "networks = 2\nname_subscribers = true\n",
        );
        let gate = Running::start(&folder, &config);
        let host = "X-Forwarded-Host: pub.example";
        for network in 0..3 {
            assert_eq!(told(&gate, "over").await, 0);
            let (own, lie) = (
                format!("{name}: 198.51.{network}.1"),
                format!("{other}: 203.0.{network}.1"),
            );
            assert_eq!(read(&gate, &[uri, host, &own, &lie]).await, 204);
        }
        assert_eq!(told(&gate, "over").await, 1);
        gate.says("\"subscriber\":\"31168\"").await;
    }
}

#[tokio::test]
async fn c91_a_reload_goes_on_counting_unless_the_setting_changes() {
    let folder = Folder::new("copied-reload");
    let config = behind(&folder, &origin().await);
    let gate = Running::start(&folder, &counting(&config, "networks = 1\n"));
    let from =
        async |network: u8| read(&gate, &[&format!("X-Forwarded-For: 198.51.{network}.1")]).await;
    let reload = async |config: &str, more: &str| {
        gate.said.lock().unwrap().clear();
        folder.write("gate.toml", &counting(config, more));
        gate.signal("-HUP");
        gate.says("\"message\":\"reloaded\"").await;
    };
    from(1).await;
    reload(&config, "networks = 1\n").await;
    from(2).await;
    assert_eq!(told(&gate, "over").await, 1);
    reload(&config, "networks = 2\n").await;
    from(1).await;
    from(2).await;
    assert_eq!(told(&gate, "over").await, 1);
    from(3).await;
    assert_eq!(told(&gate, "over").await, 2);
}

#[tokio::test]
async fn c91_check_says_what_can_not_be_meant() {
    let folder = Folder::new("copied-check");
    let proxy = folder.proxy("127.0.0.1:1");
    let trusted = behind(&folder, "127.0.0.1:1");
    for more in [
        "",
        "networks = 1\n",
        "networks = 50\nname_subscribers = true\n",
    ] {
        let (is_sound, said) = check(&folder, &counting(&trusted, more));
        assert!(is_sound && !said.contains("trusted_peers"), "{said}");
    }
    for (config, more, expected) in [
        (
            &trusted,
            "networks = 0\n",
            "copied_passes.networks: expected a number from 1 to 50",
        ),
        (
            &trusted,
            "networks = 51\n",
            "copied_passes.networks: expected a number from 1 to 50",
        ),
        (
            &trusted,
            "networks = -300\n",
            "copied_passes.networks: expected a number from 1 to 50",
        ),
        (
            &trusted,
            "network = 3\n",
            "unknown field `network`, expected `networks` or `name_subscribers`",
        ),
        (
            &proxy,
            "networks = 3\n",
            "trusted_peers: the gate listens to this machine only",
        ),
    ] {
        let (is_sound, said) = check(&folder, &counting(config, more));
        assert!(!is_sound && said.contains(expected), "{said}");
    }
    let public = proxy.replace("listen = \"127.0.0.1:0\"", "listen = \"0.0.0.0:0\"");
    let (is_sound, said) = check(&folder, &counting(&public, ""));
    assert!(
        is_sound && said.contains("warning: trusted_peers: without them"),
        "{said}"
    );
}
