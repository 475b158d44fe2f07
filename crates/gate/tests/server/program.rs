//! The program with its files, started and ended; an origin behind it.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;

use crate::common::*;

/// A folder of one test, with a configuration and key files.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(test: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let folder = Self(folder);
        folder.write("key", &format!("{KEY}\n"));
        folder.write("gift-key", GIFT_KEY);
        folder
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let file = self.0.join(name);
        std::fs::write(&file, text).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        file.to_str().unwrap().to_owned()
    }

    pub(crate) fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    /// The part of a configuration that all have.
    pub(crate) fn base(&self) -> String {
        format!(
            "listen = \"127.0.0.1:0\"\nlog = \"trace\"\n\
             [[keys]]\nid = \"2026\"\nfile = {:?}\n[gifts]\nfile = {:?}\n\
             [[sites]]\nhosts = [\"pub.example\"]\ndefault = \"open\"\npaywalls = [\"{WALL}\"]\n\
             rules = [{{ path = \"/article/*\" }}, {{ path = \"/*\", parameter = \"feed\" }}]\n",
            self.file("key"),
            self.file("gift-key")
        )
    }

    pub(crate) fn auth(&self, headers: &str) -> String {
        format!(
            "mode = \"forward-auth\"\ntrusted_peers = [\"127.0.0.1\"]\nforwarded_headers = \"{headers}\"\n{}",
            self.base()
        )
    }

    pub(crate) fn proxy(&self, origin: &str) -> String {
        format!(
            "mode = \"proxy\"\norigin = \"http://{origin}\"\nadmin = \"127.0.0.1:0\"\norigin_timeout = 5\n{}",
            self.base()
        )
    }
}

/// A running gate; ended when it is dropped.
pub(crate) struct Running {
    child: Child,
    pub(crate) address: String,
    pub(crate) admin: String,
    pub(crate) said: Arc<Mutex<String>>,
}

impl Running {
    pub(crate) fn start(folder: &Folder, config: &str) -> Self {
        Self::spawn(&mut command(&folder.write("gate.toml", config)))
    }

    pub(crate) fn spawn(command: &mut Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
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

    /// Waits for its end.
    pub(crate) async fn ends(&mut self) {
        while self.child.try_wait().unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([name, &pid])
                .status()
                .unwrap()
                .success()
        );
    }

    pub(crate) async fn says(&self, text: &str) {
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

pub(crate) fn command(config: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iteras-gate"));
    command.args(["--config", config]);
    command
}

/// Whether a gate of this configuration ends by itself with an error, and what it says.
pub(crate) fn start_failing(folder: &Folder, config: &str) -> (bool, String) {
    let output = command(&folder.write("gate.toml", config))
        .output()
        .unwrap();
    (
        !output.status.success(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

pub(crate) fn check(folder: &Folder, config: &str) -> (bool, String) {
    explain(folder, config, &[])
}

/// `--check`, with each of these URLs explained.
pub(crate) fn explain(folder: &Folder, config: &str, urls: &[&str]) -> (bool, String) {
    let output = command(&folder.write("gate.toml", config))
        .arg("--check")
        .args(urls.iter().flat_map(|url| ["--explain", url]))
        .output()
        .unwrap();
    let said =
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.success(), said)
}

/// The binary's clock is the system's: a pass for the next years.
pub(crate) fn long_pass() -> String {
    sign(&format!("sub|{WALL}|2999-02-01T00:00:00Z|31168|192.0.2.7"))
}

pub(crate) fn gift(path: &str) -> String {
    let key = iteras_gate::GiftKey::new(GIFT_KEY).unwrap();
    key.token(
        "pub.example",
        path,
        "",
        iteras_gate::Timestamp::from_unix(32_000_000_000),
    )
    .unwrap()
}

pub(crate) async fn origin() -> String {
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
