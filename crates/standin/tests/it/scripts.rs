//! The script under its documented addresses.

use crate::client::{Folder, get, standin};
use iteras_standin::{Options, Standin};

#[tokio::test]
async fn scripts_come_from_dist_readable_by_every_origin() {
    let dist = Folder::with(&[
        ("iteras.js", "1"),
        ("iteras.fallback.js", "2"),
        ("iteras-0.1.0.js", "3"),
        ("iteras.fallback-0.1.0.js", "4"),
        ("secret.js", "5"),
    ]);
    let options = Options {
        dist: Some(dist.path().into()),
        ..Options::on_free_ports()
    };
    let standin = Standin::start(options).await.unwrap();
    let service = &standin.origins().service;
    for (path, body, cache) in [
        ("/static/api/iteras.js", "1", "no-cache"),
        ("/static/api/iteras.js?ver=1.7.0", "1", "no-cache"),
        ("/media/api/iteras.fallback.js", "2", "no-cache"),
        ("/static/api/debug.js", "1", "no-cache"),
        ("/media/api/debug.js?ver=1.7.0", "1", "no-cache"),
        (
            "/static/api/iteras-0.1.0.js",
            "3",
            "public, max-age=31536000, immutable",
        ),
        (
            "/media/api/iteras.fallback-0.1.0.js?x",
            "4",
            "public, max-age=31536000, immutable",
        ),
    ] {
        let answer = get(service, path).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, body), "{path}");
        assert_eq!(
            answer.header("content-type"),
            "text/javascript; charset=utf-8"
        );
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("cache-control"), cache);
    }
    for path in [
        "/static/api/secret.js",
        "/static/api/..%2fiteras.js",
        "/static/api/iteras-9.js",
    ] {
        assert_eq!(get(service, path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn without_dist_the_answer_says_so() {
    let standin = standin().await;
    let answer = get(&standin.origins().service, "/static/api/iteras.js").await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (404, "the stand-in was started without --dist")
    );
}

#[tokio::test]
async fn a_build_for_people_is_served_where_there_is_one() {
    let dist = Folder::with(&[("iteras.js", "short"), ("debug.js", "readable")]);
    let options = Options {
        dist: Some(dist.path().into()),
        ..Options::on_free_ports()
    };
    let standin = Standin::start(options).await.unwrap();
    let service = &standin.origins().service;
    let body = async |name: &str| get(service, &format!("/static/api/{name}")).await.body;
    assert_eq!(body("debug.js").await, "readable");
    assert_eq!(body("iteras.js").await, "short");
}
