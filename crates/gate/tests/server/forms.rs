//! Names in form bodies, which the proxy sees.

use axum::Router;
use axum::body::Bytes;
use axum::extract::Request;

use crate::common::*;
use crate::program::*;

const URLENCODED: &str = "Content-Type: application/x-www-form-urlencoded";
const MULTIPART: &str = "Content-Type: multipart/form-data; boundary=b";

async fn gate(test: &str, more: &str) -> Running {
    let origin = serve(Router::new().fallback(async |request: Request| {
        let body: Bytes = axum::body::to_bytes(request.into_body(), usize::MAX)
            .await
            .unwrap();
        format!("{} bytes came", body.len())
    }))
    .await;
    let folder = Folder::new(test);
    Running::start(&folder, &format!("{more}{}", folder.proxy(&origin)))
}

async fn post(gate: &Running, path: &str, headers: &[&str], body: &str) -> (u16, String) {
    let length = format!("Content-Length: {}", body.len());
    let mut lines: Vec<&[u8]> = headers.iter().map(|line| line.as_bytes()).collect();
    let last = format!("{length}\r\n\r\n{body}");
    lines.push(last.as_bytes());
    let answer = send(&gate.address, &format!("POST {path}"), &lines).await;
    (answer.status, answer.body)
}

#[tokio::test]
async fn c72_names_in_forms_count() {
    let gate = gate("forms", "").await;
    let part = |name: &str| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n1\r\n--b--\r\n")
    };
    for (headers, body) in [
        (&[URLENCODED] as &[&str], "a=1&feed=rss2".to_owned()),
        (&[URLENCODED], "+Feed%5B%5D=1".to_owned()),
        (&[MULTIPART], part("feed")),
        (&[URLENCODED, "Content-Encoding: gzip"], "a=1".to_owned()),
        (&[URLENCODED, "Content-Type: text/plain"], "a=1".to_owned()),
    ] {
        assert_eq!(
            post(&gate, "/comments", headers, &body).await.0,
            401,
            "{headers:?} {body}"
        );
    }
    for (headers, body) in [
        (&[URLENCODED] as &[&str], "a=feed".to_owned()),
        (&[MULTIPART], part("text")),
        (
            &["Content-Type: application/json"],
            "{\"feed\":1}".to_owned(),
        ),
        (&[], "feed=1".to_owned()),
    ] {
        let came = (200, format!("{} bytes came", body.len()));
        assert_eq!(
            post(&gate, "/comments", headers, &body).await,
            came,
            "{headers:?} {body}"
        );
    }
}

#[tokio::test]
async fn c72_a_form_over_the_limit_counts_as_naming_the_parameter() {
    let open = "{ path = \"/upload\", open = true }, { path = \"/article/*\" }";
    let folder_rules = |config: String| config.replace("{ path = \"/article/*\" }", open);
    let origin =
        serve(Router::new().fallback(async |body: Bytes| format!("{} bytes came", body.len())))
            .await;
    let folder = Folder::new("long-forms");
    let gate = Running::start(
        &folder,
        &folder_rules(format!("form_limit = 100\n{}", folder.proxy(&origin))),
    );
    let (short, long) = ("a".repeat(100), "a".repeat(101));
    assert_eq!(post(&gate, "/comments", &[URLENCODED], &short).await.0, 200);
    assert_eq!(post(&gate, "/comments", &[URLENCODED], &long).await.0, 401);
    let uploaded = post(&gate, "/upload", &[MULTIPART], &long).await;
    assert_eq!(
        uploaded,
        (200, "101 bytes came".to_owned()),
        "an earlier rule opens it"
    );
    let cookie = format!("Cookie: iteraspass={}", long_pass());
    let paid = post(
        &gate,
        "/comments",
        &[URLENCODED, &cookie],
        &"b".repeat(100_000),
    )
    .await;
    assert_eq!(paid, (200, "100000 bytes came".to_owned()));
    // In pieces, without a length.
    let chunked = b"Transfer-Encoding: chunked\r\n\r\n66\r\n";
    let body = [chunked as &[u8], &[b'c'; 0x66], b"\r\n0\r\n"].concat();
    let lines: [&[u8]; 3] = [URLENCODED.as_bytes(), cookie.as_bytes(), &body];
    let paid = send(&gate.address, "POST /comments", &lines).await;
    assert_eq!((paid.status, paid.body.as_str()), (200, "102 bytes came"));
}
