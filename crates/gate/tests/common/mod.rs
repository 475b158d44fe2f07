//! An origin behind a gate, over real HTTP, and a client that sends exactly the bytes it is given.
#![allow(dead_code)]

use std::collections::BTreeMap;

use axum::Router;
use iteras_gate::{Gate, Keys, Requirement, Timestamp};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};

/// The documentation's key and paywall.
pub(crate) const KEY: &str = "j8kau2v3lzp0n12ilw1d0hurr6059gyo";
pub(crate) const WALL: &str = "n8fsoupukhv3";
pub(crate) const GIFT_KEY: &str = "a key that is for gift links only";
/// 2026-01-15T12:00:00Z.
pub(crate) const NOW: Timestamp = Timestamp::from_unix(1_768_478_400);

/// Words that stand in the article only.
pub(crate) const ARTICLE: &str = "WHOLE-ARTICLE";

pub(crate) fn now() -> Timestamp {
    NOW
}

pub(crate) fn sign(fields: &str) -> String {
    iteras_guard::signature::PassKey::new(KEY)
        .unwrap()
        .sign(fields)
}

/// A subscriber's pass.
pub(crate) fn pass() -> String {
    sign(&format!("sub|{WALL}|2026-02-01T00:00:00Z|31168|192.0.2.7"))
}

pub(crate) fn gate() -> Gate {
    Gate::new(Keys::new().key("2026", KEY).unwrap()).unwrap()
}

pub(crate) fn wall() -> Requirement {
    Requirement::subscriber([WALL]).unwrap()
}

/// Serves a router on a port of its own until the test ends; gives the address.
pub(crate) async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
        axum::serve(listener, service).await.unwrap();
    });
    address
}

/// An answer; header names in lower case, values of a repeated one joined by `\n`.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    #[track_caller]
    pub(crate) fn never_stored(&self) {
        assert_eq!(
            self.header("cache-control"),
            "private, no-store",
            "{self:?}"
        );
        assert!(
            self.header("vary").to_lowercase().contains("cookie"),
            "{self:?}"
        );
        for name in [
            "etag",
            "last-modified",
            "expires",
            "cdn-cache-control",
            "surrogate-control",
            "link",
            "digest",
            "accept-ranges",
        ] {
            assert_eq!(self.header(name), "", "{name}: {self:?}");
        }
    }

    /// Denied with this status and public reason, and nothing of the article came along.
    #[track_caller]
    pub(crate) fn denied(&self, status: u16, reason: &str) {
        assert_eq!(
            (self.status, self.header("x-iteras-reason")),
            (status, reason),
            "{self:?}"
        );
        assert!(!self.body.contains(ARTICLE), "{self:?}");
        self.never_stored();
    }
}

async fn exchange(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: &[u8]) -> Vec<u8> {
    stream.write_all(request).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    bytes
}

/// Sends `<line>\r\nHost: pub.example\r\n<headers>` and reads the answer to its end.
pub(crate) async fn send(address: &str, line: &str, headers: &[&[u8]]) -> Answer {
    let mut request = format!("{line} HTTP/1.1\r\nConnection: close\r\n").into_bytes();
    if !headers
        .iter()
        .any(|line| line.to_ascii_lowercase().starts_with(b"host:"))
    {
        request.extend(b"Host: pub.example\r\n");
    }
    for header in headers {
        request.extend(*header);
        request.extend(b"\r\n");
    }
    request.extend(b"\r\n");
    let bytes = match address.strip_prefix("unix:") {
        Some(path) => exchange(UnixStream::connect(path).await.unwrap(), &request).await,
        None => exchange(TcpStream::connect(address).await.unwrap(), &request).await,
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text
        .split_once("\r\n\r\n")
        .unwrap_or_else(|| panic!("no answer: {text:?}"));
    let mut lines = head.split("\r\n");
    let status = lines
        .next()
        .unwrap()
        .split(' ')
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    for line in lines {
        let (name, value) = line.split_once(':').unwrap();
        let joined = fields.entry(name.to_ascii_lowercase()).or_default();
        if !joined.is_empty() {
            joined.push('\n');
        }
        joined.push_str(value.trim());
    }
    let body = match fields.get("transfer-encoding") {
        Some(coding) if coding == "chunked" => unchunk(body),
        _ => body.to_owned(),
    };
    Answer {
        status,
        headers: fields,
        body,
    }
}

pub(crate) async fn get(address: &str, path: &str, cookie: &str) -> Answer {
    let cookie = format!("Cookie: {cookie}");
    send(address, &format!("GET {path}"), &[cookie.as_bytes()]).await
}

fn unchunk(mut body: &str) -> String {
    let mut whole = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            break;
        }
        // Sizes count bytes, and the lossy text may be longer: the tests' pages are ASCII.
        whole.push_str(&rest[..size]);
        body = &rest[size + 2..];
    }
    whole
}

/// xorshift: the same numbers in every run.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }
}
