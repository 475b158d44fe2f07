//! A client small enough to show what is really on the wire, broken answers included.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use iteras_standin::{Options, Standin};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The embedded publisher on free ports.
pub(crate) async fn standin() -> Standin {
    Standin::start(Options::on_free_ports()).await.unwrap()
}

/// An answer, or the lack of one.
#[derive(Debug)]
pub(crate) struct Answer {
    /// 0 when the connection was closed without an answer.
    pub(crate) status: u16,
    pub(crate) body: String,
    /// Whether the connection stayed open for half a second after the last byte.
    pub(crate) hangs: bool,
    head: String,
}

impl Answer {
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers(name)
            .next()
            .unwrap_or_else(|| panic!("no {name} in {}", self.head))
    }

    pub(crate) fn headers(&self, name: &str) -> impl Iterator<Item = &str> {
        let lines = self
            .head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "));
        lines
            .filter(move |(held, _)| held.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }

    /// The value of an attribute, or of the hidden field of this name, as it stands in the page.
    #[track_caller]
    pub(crate) fn value(&self, start: &str) -> &str {
        let at = self
            .body
            .find(start)
            .unwrap_or_else(|| panic!("no {start} in {}", self.body));
        let rest = &self.body[at + start.len()..];
        &rest[..rest.find('"').unwrap()]
    }

    #[track_caller]
    pub(crate) fn hidden(&self, name: &str) -> &str {
        self.value(&format!("name=\"{name}\" value=\""))
    }

    /// What the frame would send: the pass and when.
    pub(crate) fn pass(&self) -> Option<(&str, &str)> {
        let has = self.body.contains("data-pass=\"");
        has.then(|| (self.value("data-pass=\""), self.value("data-pass-when=\"")))
    }
}

pub(crate) async fn get(origin: &str, path: &str) -> Answer {
    send(origin, "GET", path, &[], "").await
}

/// Posts a form.
pub(crate) async fn post(origin: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
    send(origin, "POST", path, &headers, &body).await
}

pub(crate) async fn send(
    origin: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let patience = Duration::from_millis(500);
    send_and_wait(origin, method, path, headers, body, patience).await
}

/// Waits this long for each piece of the answer.
pub(crate) async fn send_and_wait(
    origin: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
    patience: Duration,
) -> Answer {
    let host = origin.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).await.unwrap();
    let extra: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Content-Length: {length}\r\n{extra}\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let (mut bytes, mut hangs) = (Vec::new(), false);
    loop {
        let mut chunk = [0; 4096];
        match timeout(patience, stream.read(&mut chunk)).await {
            Ok(Ok(0) | Err(_)) => break,
            Ok(Ok(read)) => bytes.extend_from_slice(&chunk[..read]),
            Err(_) => {
                hangs = true;
                break;
            }
        }
    }
    let split = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let (head, body) = match split {
        Some(at) => (&bytes[..at], &bytes[at + 4..]),
        None => (&bytes[..], &[][..]),
    };
    let head = String::from_utf8_lossy(head);
    let body = if head.contains("transfer-encoding: chunked") {
        String::from_utf8_lossy(&joined(body)).into_owned()
    } else {
        String::from_utf8_lossy(body).into_owned()
    };
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or(0);
    Answer {
        status,
        body,
        hangs,
        head: head.into(),
    }
}

// The chunks of a body, as far as they came.
fn joined(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = body.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&body[..end]).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        let chunk = &body[end + 2..];
        whole.extend_from_slice(&chunk[..size.min(chunk.len())]);
        body = chunk.get(size + 2..).unwrap_or_default();
    }
    whole
}

/// A folder that is gone after the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "standin-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let folder = Self(std::env::temp_dir().join(name));
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that is left over in the temporary directory harms nobody.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
