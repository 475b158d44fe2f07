//! The answers that readers get, and the attempts that are allowed.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::common::{self, Answer, HOST, Publisher, standin};

#[tokio::test]
async fn a_reader_is_logged_in_to_self_service() {
    let service = standin().await;
    let publisher = Publisher::new(&service.origins().service, |log_in| log_in);
    let answer = publisher.tries("anna@example.com", "lumen").await;
    let location = answer.header("location");
    let token = location
        .strip_prefix("/account?a=1&iteraspreauth=")
        .unwrap();
    assert_eq!(
        (answer.status, token.matches("%3A").count()),
        (303, 2),
        "{location}"
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
}

#[tokio::test]
async fn scripts_get_json() {
    let service = standin().await;
    let publisher = Publisher::new(&service.origins().service, |log_in| log_in);
    let asked = [("accept", "text/x, application/json")];
    let answer = publisher
        .post(&asked, "email=anna%40example.com&password=lumen")
        .await;
    let json: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    let (id, preauth) = (
        json["id"].as_str().unwrap(),
        json["preauth"].as_str().unwrap(),
    );
    assert_eq!((answer.status, &json["authenticated"]), (200, &true.into()));
    assert!(preauth.starts_with(&format!("{id}:")));
    let answer = publisher
        .post(&asked, "email=anna%40example.com&password=x")
        .await;
    let wrong = r#"{"authenticated":false,"error":"wrong"}"#;
    assert_eq!((answer.status, &*answer.body), (401, wrong));
}

#[tokio::test]
async fn unknown_and_wrong_look_alike_to_the_end() {
    let service = standin().await;
    let publisher = Publisher::new(&service.origins().service, |log_in| log_in);
    let told = |answer: Answer| {
        let wait: Option<u64> = answer.header("retry-after").parse().ok();
        assert!(
            wait.is_none_or(|wait| (840..=900).contains(&wait)),
            "{wait:?}"
        );
        (
            answer.status,
            answer.header("location").to_owned(),
            answer.body,
            wait.is_some(),
        )
    };
    let mut seen = Vec::new();
    for account in ["anna@example.com", "nobody@example.com"] {
        let mut answers = Vec::new();
        for _ in 0..11 {
            answers.push(told(publisher.tries(account, "wrong").await));
        }
        seen.push(answers);
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0][9].1, "/sign-in?login=wrong");
    assert_eq!((seen[0][10].0, seen[0][10].3), (429, true));
    // The right password does not help now, and others still get in from there.
    assert_eq!(
        publisher.tries("anna@example.com", "lumen").await.status,
        429
    );
    assert_eq!(publisher.tries("bo@example.com", "lumen").await.status, 303);
}

#[tokio::test]
async fn a_hundred_tries_at_once_find_room_for_ten() {
    let service = standin().await;
    let publisher = Publisher::new(&service.origins().service, |log_in| log_in);
    let tries = (0..100).map(|_| {
        let publisher = publisher.clone();
        async move { publisher.tries("anna@example.com", "wrong").await.status }
    });
    let answers = common::all(tries).await;
    let begun = answers.iter().filter(|status| **status == 303).count();
    assert_eq!((begun, answers.len()), (10, 100));
}

#[tokio::test]
async fn right_passwords_are_not_counted() {
    let service = standin().await;
    let publisher = Publisher::new(&service.origins().service, |log_in| log_in);
    for _ in 0..40 {
        let answer = publisher.tries("anna@example.com", "lumen").await;
        assert!(answer.header("location").contains("iteraspreauth="));
    }
}

#[tokio::test]
async fn forms_of_other_sites_and_half_forms() {
    let service = standin().await;
    let publisher = Publisher::new(&service.origins().service, |log_in| {
        log_in.with_origins(["https://www.pub.example"]).unwrap()
    });
    let form = "email=anna%40example.com&password=lumen";
    let own = format!("https://{HOST}");
    for (name, value, status) in [
        ("origin", own.as_str(), 303),
        ("origin", "https://www.pub.example", 303),
        ("origin", "https://evil.example", 403),
        ("origin", "null", 403),
        ("sec-fetch-site", "cross-site", 403),
        ("sec-fetch-site", "same-origin", 303),
    ] {
        let answer = publisher.post(&[(name, value)], form).await;
        assert_eq!(answer.status, status, "{name}: {value}");
    }
    for form in ["", "email=anna%40example.com", "password=lumen", "%FF"] {
        let answer = publisher.post(&[], form).await;
        let told = (answer.status, answer.header("location"));
        assert_eq!(told, (303, "/sign-in?login=badform"));
    }
}

#[tokio::test]
async fn peers_behind_a_proxy_are_told_apart_only_if_it_is_trusted() {
    let service = standin().await;
    for (trusted, last) in [(&[][..], 429), (&["127.0.0.0/8", "::1"], 303)] {
        let publisher = Publisher::new(&service.origins().service, |log_in| {
            log_in
                .with_trusted_proxies(trusted.iter().copied())
                .unwrap()
        });
        let mut status = 0;
        for at in 0..11 {
            let from = format!("203.0.113.1, 198.51.100.{at}");
            let form = "email=anna%40example.com&password=wrong";
            status = publisher
                .post(&[("x-forwarded-for", &from)], form)
                .await
                .status;
        }
        assert_eq!(status, last);
    }
}

#[tokio::test]
async fn c78_who_can_not_be_told_is_not_the_proxy() {
    let service = standin().await;
    for (trusted, forwarded) in [
        (&["127.0.0.1"][..], "unknown"),
        (&["127.0.0.1"], "unix:/run/web.sock"),
        (&["127.0.0.1"], "203.0.113.9, _hidden"),
    ] {
        let publisher = Publisher::new(&service.origins().service, |log_in| {
            log_in
                .with_trusted_proxies(trusted.iter().copied())
                .unwrap()
        });
        let wrong = |id: usize| format!("id={id}&password=wrong");
        let asked = [("x-forwarded-for", forwarded)];
        for at in 0..40 {
            assert_eq!(
                publisher.post(&asked, &wrong(900_000 + at)).await.status,
                303,
                "{forwarded} {at}"
            );
        }
        for _ in 0..9 {
            assert_eq!(publisher.post(&asked, &wrong(900_000)).await.status, 303);
        }
        assert_eq!(
            publisher.post(&asked, &wrong(900_000)).await.status,
            429,
            "{forwarded}"
        );
    }
}

#[tokio::test]
async fn c78_a_unix_socket_speaks_for_others_when_it_is_trusted() {
    let service = standin().await;
    for (trusted, status) in [(&[][..], "outage"), (&["unix:"], "wrong")] {
        let publisher = Publisher::new(&service.origins().service, |log_in| {
            log_in
                .with_trusted_proxies(trusted.iter().copied())
                .unwrap()
        });
        let mut answers = Vec::new();
        for at in 0..12 {
            // Without ConnectInfo, as axum serves a Unix socket.
            let request = http::Request::post("/sign-in")
                .header("host", HOST)
                .header("x-forwarded-for", format!("198.51.100.{}:4{at}", at % 2));
            let form = axum::body::Body::from("email=anna%40example.com&password=wrong");
            answers.push(publisher.ask(request.body(form).unwrap()).await);
        }
        for answer in answers {
            assert_eq!(
                answer.header("location"),
                format!("/sign-in?login={status}")
            );
        }
    }
}

#[tokio::test]
async fn accounts_that_are_too_long_are_not_counted() {
    let service = standin().await;
    let publisher = Publisher::new(&service.origins().service, |log_in| log_in);
    let long = format!("{}@example.com", "x".repeat(400));
    for _ in 0..40 {
        let answer = publisher.tries(&long, "wrong").await;
        assert_eq!(answer.header("location"), "/sign-in?login=wrong");
    }
    assert_eq!(
        publisher.tries("anna@example.com", "lumen").await.status,
        303
    );
}

#[tokio::test]
async fn an_id_and_the_address_of_one_customer_share_once_they_are_known() {
    let service = standin().await;
    let publisher = Publisher::new(&service.origins().service, |log_in| log_in);
    let post = async |form: &str| publisher.post(&[], form).await.status;
    assert_eq!(
        publisher.tries("anna@example.com", "lumen").await.status,
        303
    );
    for _ in 0..10 {
        assert_eq!(
            publisher.tries("Anna@Example.com", "wrong").await.status,
            303
        );
    }
    for id in ["31168", "031168", "%EF%BC%93%EF%BC%91168", "31+168"] {
        assert_eq!(post(&format!("id={id}&password=lumen")).await, 429, "{id}");
    }
}

#[tokio::test]
async fn a_body_over_16_kib_is_413_and_the_answer_arrives() {
    let service = standin().await;
    let log_in = common::log_in(&service.origins().service);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = log_in.router::<()>("/sign-in");
    let server = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
    let server = tokio::spawn(async move { axum::serve(listener, server).await });
    for (length, status) in [(100, "303"), (16 << 10, "413"), (600_000, "413")] {
        let form = format!("email=anna%40example.com&password={}", "x".repeat(length));
        let request = format!(
            "POST /sign-in HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = [0; 12];
        stream.read_exact(&mut head).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&head), format!("HTTP/1.1 {status}"));
    }
    server.abort();
}

#[tokio::test]
async fn an_outage_is_none_of_the_readers_fault() {
    // Nobody listens there.
    let publisher = Publisher::new("http://127.0.0.1:1", |log_in| log_in);
    for _ in 0..12 {
        let answer = publisher.tries("anna@example.com", "lumen").await;
        assert_eq!(answer.header("location"), "/sign-in?login=outage");
    }
}

#[test]
fn settings_that_can_not_be_meant() {
    let log_in = || common::log_in("http://127.0.0.1:1");
    for odd in [
        "",
        "account",
        "//evil.example",
        "/\\evil",
        "javascript:x",
        "/a\nb",
    ] {
        let error = log_in().with_pages(odd, "/").unwrap_err().to_string();
        assert!(error.starts_with("account page: "), "{odd}");
    }
    for odd in [
        "pub.example",
        "https://pub.example/",
        "https://PUB.example",
        "null",
    ] {
        let error = log_in().with_origins([odd]).unwrap_err().to_string();
        assert!(error.starts_with("origins: "), "{odd}");
    }
    let error = log_in()
        .with_trusted_proxies(["proxy"])
        .unwrap_err()
        .to_string();
    assert!(error.contains("\"proxy\""));
}
