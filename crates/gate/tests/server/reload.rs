//! SIGHUP: a new configuration while requests are answered.

use std::time::Duration;

use iteras_guard::testing::signed_pass;

use crate::common::*;
use crate::program::*;

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
    let other = iteras_guard::PassKey::new("another key of enough bytes").unwrap();
    let pass = signed_pass(WALL).with_key(other).text();
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
    folder.write("gate.toml", "mode = \"proxy\nlisten");
    gate.signal("-HUP");
    gate.says("gate.toml: line 2").await;
    let metrics = get(&gate.admin, "/metrics", "").await.body;
    assert!(metrics.contains("result=\"refused\"} 2"), "{metrics}");
}

#[tokio::test]
async fn what_machines_ask_of_forward_auth_is_not_shown_to_the_public_after_a_reload() {
    let (folder, origin) = (Folder::new("reload-mode"), origin().await);
    let gate = Running::start(&folder, &folder.auth("x-original"));
    assert_eq!(get(&gate.address, "/healthz", "").await.body, "ok\n");
    let proxy = folder
        .proxy(&origin)
        .replace("admin = \"127.0.0.1:0\"\n", "");
    folder.write("gate.toml", &proxy);
    gate.signal("-HUP");
    gate.says("\"message\":\"reloaded\"").await;
    for path in ["/metrics", "/healthz"] {
        let answer = get(&gate.address, path, "").await;
        assert!(answer.body.contains(ARTICLE), "the site's own: {answer:?}");
    }
}
