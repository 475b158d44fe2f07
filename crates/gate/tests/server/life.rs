//! From ready to ended: what the service manager, a load balancer and Prometheus are told.

use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::time::Duration;

use crate::common::*;
use crate::program::*;

/// A service manager that listens, as systemd does for `Type=notify`.
struct Manager {
    socket: UnixDatagram,
    path: PathBuf,
}

impl Manager {
    fn new(test: &str) -> Self {
        // The path of a socket has a hundred bytes: target/ may lie too deep.
        let name = format!("iteras-gate-{test}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let socket = UnixDatagram::bind(&path).unwrap();
        let longest = Some(Duration::from_secs(20));
        socket.set_read_timeout(longest).unwrap();
        Self { socket, path }
    }

    fn hears(&self) -> String {
        let mut bytes = [0; 200];
        let length = self.socket.recv(&mut bytes).unwrap();
        String::from_utf8(bytes[..length].to_vec()).unwrap()
    }
}

impl Drop for Manager {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

#[tokio::test]
async fn the_service_manager_is_told() {
    let (folder, manager) = (Folder::new("manager"), Manager::new("told"));
    let config = folder.write("gate.toml", &folder.auth("x-original"));
    let mut gate = Running::spawn(command(&config).env("NOTIFY_SOCKET", &manager.path));
    assert_eq!(manager.hears(), "READY=1\nSTATUS=listening\n");
    // A reload that is refused has an end, too.
    for (key, status) in [
        ("another key of enough bytes", "reloaded"),
        (
            "short",
            "not reloaded, the log says why; the old configuration holds",
        ),
    ] {
        folder.write("key", key);
        gate.signal("-HUP");
        let reloading = manager.hears();
        let since = reloading.strip_prefix("RELOADING=1\nMONOTONIC_USEC=");
        let since = since.and_then(|since| since.trim_end().parse::<u64>().ok());
        assert!(since.is_some_and(|since| since > 0), "{reloading:?}");
        assert_eq!(manager.hears(), format!("READY=1\nSTATUS={status}\n"));
    }
    gate.signal("-TERM");
    assert_eq!(manager.hears(), "STOPPING=1\n");
    gate.ends().await;
}

#[tokio::test]
async fn it_is_ready_until_it_is_told_to_end() {
    let (folder, origin) = (Folder::new("ready"), origin().await);
    let mut gate = Running::start(&folder, &folder.proxy(&origin));
    let ready = get(&gate.admin, "/readyz", "").await;
    assert_eq!((ready.status, ready.body.as_str()), (200, "ready\n"));
    let slow = {
        let address = gate.address.clone();
        tokio::spawn(async move { get(&address, "/slow", "").await })
    };
    metrics(&gate, "iteras_gate_requests_in_flight 1\n").await;
    gate.signal("-TERM");
    loop {
        let ready = get(&gate.admin, "/readyz", "").await;
        if ready.status != 200 {
            assert_eq!((ready.status, ready.body.as_str()), (503, "ending\n"));
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(get(&gate.admin, "/healthz", "").await.body, "ok\n");
    assert_eq!(slow.await.unwrap().status, 200, "it was under way");
    gate.ends().await;
}

#[tokio::test]
async fn times_and_version_are_counted() {
    let (folder, origin) = (Folder::new("times"), origin().await);
    let gate = Running::start(&folder, &folder.proxy(&origin));
    let version = env!("CARGO_PKG_VERSION");
    metrics(
        &gate,
        &format!("iteras_gate_build_info{{version=\"{version}\"}} 1\n"),
    )
    .await;
    metrics(&gate, "iteras_gate_requests_in_flight 0\n").await;
    for path in ["/", "/article/1", "/slow"] {
        get(&gate.address, path, "").await;
    }
    let text = metrics(&gate, "iteras_gate_requests_in_flight 0\n").await;
    let line = |start: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(start));
        line.unwrap_or_else(|| panic!("no {start}: {text}"))
            .parse::<f64>()
            .unwrap()
    };
    const TIMES: &str = "iteras_gate_request_duration_seconds";
    // The slow page takes its origin 0.7 seconds.
    for (end, count) in [
        ("_bucket{le=\"0.5\"} ", 2.0),
        ("_bucket{le=\"+Inf\"} ", 3.0),
        ("_count ", 3.0),
    ] {
        assert_eq!(line(&format!("{TIMES}{end}")), count, "{end}: {text}");
    }
    assert!(line(&format!("{TIMES}_sum ")) >= 0.7, "{text}");
}

/// The metrics, once they have this line.
async fn metrics(gate: &Running, line: &str) -> String {
    for _ in 0..200 {
        let text = get(&gate.admin, "/metrics", "").await.body;
        if text.contains(line) {
            return text;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the metrics never had {line:?}");
}
