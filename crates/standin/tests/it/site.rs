//! The site server: files, replaced addresses, `_headers`, and nothing from outside the folder.

use iteras_standin::{Options, Standin};

use crate::client::{Folder, get, send};

async fn site(folder: &Folder) -> (Standin, String) {
    let options = Options {
        site: Some(folder.path().into()),
        ..Options::on_free_ports()
    };
    let standin = Standin::start(options).await.unwrap();
    let site = standin.origins().site.clone();
    (standin, site)
}

#[tokio::test]
async fn pages_are_found_as_on_a_simple_host() {
    let folder = Folder::with(&[
        ("index.html", "home"),
        ("about.html", "about"),
        ("news/index.html", "news"),
        ("style.css", "css"),
        ("æ.txt", "ae"),
        ("404.html", "lost"),
    ]);
    let (_standin, site) = site(&folder).await;
    for (path, status, body, content_type) in [
        ("/", 200, "home", "text/html; charset=utf-8"),
        ("/?iterasnext=%2F", 200, "home", "text/html; charset=utf-8"),
        ("/about", 200, "about", "text/html; charset=utf-8"),
        ("/about.html", 200, "about", "text/html; charset=utf-8"),
        ("/news/", 200, "news", "text/html; charset=utf-8"),
        ("/style.css", 200, "css", "text/css; charset=utf-8"),
        ("/%C3%A6.txt", 200, "ae", "text/plain; charset=utf-8"),
        ("/nowhere", 404, "lost", "text/html; charset=utf-8"),
    ] {
        let answer = get(&site, path).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (status, body),
            "{path}"
        );
        assert_eq!(answer.header("content-type"), content_type);
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let folder_without_slash = get(&site, "/news?a=1").await;
    assert_eq!(folder_without_slash.status, 307);
    assert_eq!(folder_without_slash.header("location"), "/news/?a=1");
    assert_eq!(send(&site, "POST", "/", &[], "").await.status, 405);
    assert_eq!(get(&site, "/favicon.ico").await.status, 204);
    let head = send(&site, "HEAD", "/", &[], "").await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
}

#[tokio::test]
async fn danish_readers_get_the_danish_page_at_the_same_address() {
    let folder = Folder::with(&[
        ("index.html", "home"),
        ("index.da.html", "hjem"),
        ("about.html", "about"),
        ("404.html", "lost"),
        ("404.da.html", "faret vild"),
    ]);
    let (_standin, site) = site(&folder).await;
    for (path, accepted, body, vary) in [
        ("/", "da-DK,da;q=0.9,en;q=0.8", "hjem", "Accept-Language"),
        ("/", "en-GB,en;q=0.9,da;q=0.5", "home", "Accept-Language"),
        ("/", "fr", "home", "Accept-Language"),
        ("/about", "da", "about", ""),
        ("/nowhere", "da", "faret vild", "Accept-Language"),
    ] {
        let answer = send(&site, "GET", path, &[("Accept-Language", accepted)], "").await;
        let told: String = answer.headers("vary").collect();
        assert_eq!(
            (answer.body.as_str(), told.as_str()),
            (body, vary),
            "{path} {accepted}"
        );
    }
    assert_eq!(get(&site, "/").await.body, "home");
}

#[tokio::test]
async fn the_built_documentation_is_served_below_docs() {
    let folder = Folder::with(&[("index.html", "home"), ("docs.html", "ours")]);
    let dist = Folder::with(&[
        ("site/index.html", "contents"),
        ("site/guides/nginx.html", "nginx"),
        ("iteras.js", "script"),
    ]);
    let options = Options {
        site: Some(folder.path().into()),
        dist: Some(dist.path().into()),
        ..Options::on_free_ports()
    };
    let standin = Standin::start(options).await.unwrap();
    let site = &standin.origins().site;
    for (path, status, body) in [
        ("/docs/", 200, "contents"),
        ("/docs/guides/nginx.html", 200, "nginx"),
        ("/docs", 200, "ours"),
    ] {
        let answer = get(site, path).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (status, body),
            "{path}"
        );
    }
    for path in ["/docs/iteras.js", "/docs/../iteras.js", "/iteras.js"] {
        assert_eq!(get(site, path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn nothing_outside_the_folder_is_served() {
    let outer = Folder::with(&[
        ("secret.txt", "secret"),
        ("site/index.html", "home"),
        ("site/.env", "secret"),
    ]);
    std::os::unix::fs::symlink(
        outer.path().join("secret.txt"),
        outer.path().join("site/link.txt"),
    )
    .unwrap();
    let options = Options {
        site: Some(outer.path().join("site")),
        ..Options::on_free_ports()
    };
    let standin = Standin::start(options).await.unwrap();
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "//etc/passwd",
        "/%2fetc%2fpasswd",
        "/.env",
        "/link.txt",
        "/secret.txt%00.html",
        "/index.html/../../secret.txt",
    ] {
        let answer = get(&standin.origins().site, path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(!answer.body.contains("secret"), "{path}");
    }
}

#[tokio::test]
async fn pages_and_scripts_name_the_real_addresses() {
    let text = "http://127.0.0.1:4802/x http://127.0.0.1:4803/y";
    let folder = Folder::with(&[
        ("a.html", text),
        ("a.js", text),
        ("a.css", text),
        ("_headers", "/a.html\n  Link: <http://127.0.0.1:4802/z>\n"),
    ]);
    let (standin, site) = site(&folder).await;
    let origins = standin.origins();
    let expected = format!("{}/x {}/y", origins.service, origins.control);
    let page = get(&site, "/a.html").await;
    assert_eq!(page.body, expected);
    assert_eq!(page.header("link"), format!("<{}/z>", origins.service));
    assert_eq!(get(&site, "/a.js").await.body, expected);
    assert_eq!(get(&site, "/a.css").await.body, text);
}

#[tokio::test]
async fn headers_of_the_folder_are_added() {
    let rules = "/csp/*\n  Content-Security-Policy: default-src 'self'\n/*\n  X-All: yes\n";
    let folder = Folder::with(&[("csp/a.html", ""), ("b.html", ""), ("_headers", rules)]);
    let (_standin, site) = site(&folder).await;
    let page = get(&site, "/csp/a").await;
    assert_eq!(page.header("content-security-policy"), "default-src 'self'");
    assert_eq!(page.header("x-all"), "yes");
    let plain = get(&site, "/b").await;
    assert!(plain.headers("content-security-policy").next().is_none());
    assert_eq!(get(&site, "/_headers").await.status, 404);

    std::fs::write(folder.path().join("_headers"), "nonsense\n").unwrap();
    let broken = get(&site, "/b").await;
    assert_eq!(
        (broken.status, broken.body.as_str()),
        (500, "_headers line 1: a path begins with /")
    );
}
