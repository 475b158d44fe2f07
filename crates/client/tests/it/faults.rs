//! Connections that break, hang and come back.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use iteras_client::iteras::{Fields, Iteras, Operation, Which, Who};
use iteras_client::request::{Nature, Request};
use iteras_client::retry::Policy;
use iteras_client::{Client, Kind, systems};
use iteras_standin::{Options, Standin, StartError};
use serde_json::{Map, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::server::{KEY, Server, account, control, key, standin};

/// Fails until it has been asked so often.
async fn failing(times: usize, status: StatusCode) -> (Server, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let router = Router::new().fallback(move || async move {
        match count.fetch_add(1, Ordering::SeqCst) < times {
            true => (status, [("retry-after", "0")], "down"),
            false => (StatusCode::OK, [("retry-after", "0")], "{\"paywalls\":[]}"),
        }
    });
    (Server::routes(router).await, asked)
}

fn patient(base: &str, overall: Duration) -> Client {
    let system = systems::iteras::header(key(KEY)).unwrap().with_base(base);
    let policy = Policy {
        overall,
        ..Policy::default()
    };
    Client::builder(system).with_policy(policy).build().unwrap()
}

#[tokio::test]
async fn reads_get_over_two_failures_and_not_over_three() {
    for status in [429, 502, 503, 504] {
        let status = StatusCode::from_u16(status).unwrap();
        let (server, asked) = failing(2, status).await;
        assert_eq!(server.iteras().setup().await.unwrap(), [], "{status}");
        assert_eq!(asked.load(Ordering::SeqCst), 3);
        let (server, asked) = failing(3, status).await;
        let error = server.iteras().setup().await.unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (Kind::Outage, Some(status.as_u16()))
        );
        assert_eq!(error.retry_after(), Some(Duration::ZERO));
        assert_eq!(asked.load(Ordering::SeqCst), 3);
    }
    let (server, asked) = failing(1, StatusCode::INTERNAL_SERVER_ERROR).await;
    assert_eq!(
        server.iteras().setup().await.unwrap_err().kind(),
        Kind::Outage
    );
    assert_eq!(asked.load(Ordering::SeqCst), 1, "a 500 would be one again");
}

#[tokio::test]
async fn f32_a_reset_after_a_post_was_sent() {
    let server = Server::raw(None).await;
    let iteras = server.iteras();
    let error = iteras
        .authenticate_customer(Who::Id("31168"), "lumen", None)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (Kind::UnknownOutcome, "unknown_outcome")
    );
    assert_eq!(server.calls(), 1, "not repeated");
    let operations = [Operation::CreateCustomer { data: Map::new() }];
    let error = iteras.update_customers(&operations).await.unwrap_err();
    assert_eq!((error.kind(), server.calls()), (Kind::UnknownOutcome, 2));
    let error = iteras.setup().await.unwrap_err();
    assert_eq!(
        (error.kind(), server.calls()),
        (Kind::Outage, 5),
        "a read is tried three times"
    );
}

#[tokio::test]
async fn f7_an_answer_that_is_cut() {
    let cut =
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"authenticated\":true,\"id\":\"31168\"}";
    let server = Server::raw(Some(cut.to_vec())).await;
    let logged_in = server.log_in(None);
    assert_eq!(logged_in.await.unwrap_err().kind(), Kind::UnknownOutcome);
    assert_eq!(server.calls(), 1);
    let error = server.iteras().setup().await.unwrap_err();
    assert_eq!((error.kind(), server.calls()), (Kind::Outage, 4));
}

#[tokio::test]
async fn a_list_that_breaks_off_ends_in_an_error() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n{\"customers\":[{\"id\":\"1\"},{\"id\":\"2\"},{\"i";
    let server = Server::raw(Some(cut.to_vec())).await;
    let mut customers = server.iteras().customers(Which::All, Fields::USUAL);
    for id in ["1", "2"] {
        assert_eq!(customers.next().await.unwrap().unwrap().id, id);
    }
    let error = customers.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), Kind::Outage);
    assert!(
        error
            .to_string()
            .starts_with("iteras: the answer to GET customers/ broke off: "),
        "{error}"
    );
    assert!(customers.next().await.is_none());
    assert_eq!(
        server.calls(),
        1,
        "what was handed out is not handed out again"
    );
}

#[tokio::test]
async fn f31_callers_fail_inside_the_deadline() {
    // Accepts connections, as the system does for it, and never answers.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/", listener.local_addr().unwrap());
    let client = patient(&base, Duration::from_millis(300));
    let error = client.send(&Request::get("setup/")).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Outage);
    assert_eq!(
        error.to_string(),
        "iteras: GET setup/: no whole answer in time"
    );
    let error = client
        .send(&Request::post("x", Nature::Check))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), Kind::UnknownOutcome);
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_told_instead() {
    let router = Router::new().fallback(|| async {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            [("retry-after", "3600")],
            "down",
        )
    });
    let server = Server::routes(router).await;
    let error = server.iteras().setup().await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(
        error.to_string(),
        "iteras: GET setup/ was answered with status 503: down"
    );
}

#[tokio::test]
async fn nobody_there_is_an_outage_even_for_a_log_in() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let iteras = Iteras::with_client(patient(&base, Duration::from_secs(15)));
    let error = iteras
        .authenticate_customer(Who::Id("31168"), "lumen", None)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), Kind::Outage, "not one byte went out: {error}");
}

#[tokio::test]
async fn f8_a_failed_handshake_is_an_outage_without_http() {
    let (server, asked) = failing(0, StatusCode::OK).await;
    let client = patient(
        &server.base.replace("http:", "https:"),
        Duration::from_secs(15),
    );
    let error = client.send(&Request::get("setup/")).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Outage, "{error}");
    let nothing_in_the_clear = asked.load(Ordering::SeqCst) == 0;
    assert!(nothing_in_the_clear);
    assert!(
        server.iteras().setup().await.is_ok(),
        "by http it would answer"
    );
}

#[tokio::test]
async fn f32_a_change_whose_answer_was_lost_is_made_once() {
    let standin = standin().await;
    let fault = json!({ "system": "iteras", "api": { "mode": "down", "after": true } });
    control(&standin, "systems", fault).await;
    let created = Operation::CreateCustomer {
        data: json!({ "name": "Dorte", "email": "dorte@example.com" })
            .as_object()
            .unwrap()
            .clone(),
    };
    let before = standin.state().store.accounts("lumen").len();
    let error = account(&standin)
        .update_customers(&[created])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), Kind::UnknownOutcome);
    assert_eq!(
        standin.state().store.accounts("lumen").len(),
        before + 1,
        "made, and once"
    );
}

/// Calls until it is told to stop, and counts what came back good.
async fn calling(iteras: Iteras, good: watch::Sender<u64>, stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        match iteras.setup().await {
            Ok(paywalls) => {
                assert_eq!(paywalls.len(), 2, "whole, or not at all");
                good.send_modify(|count| *count += 1);
            }
            Err(error) => assert_eq!(error.kind(), Kind::Outage, "{error}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f34_clients_recover_when_the_service_comes_back_under_load() {
    let first = standin().await;
    let iteras = account(&first);
    let (stop, stopped) = watch::channel(false);
    let (mut callers, mut counts) = (JoinSet::new(), Vec::new());
    for _ in 0..20 {
        let (good, count) = watch::channel(0);
        callers.spawn(calling(iteras.clone(), good, stopped.clone()));
        counts.push(count);
    }
    for count in &mut counts {
        count.wait_for(|good| *good > 0).await.unwrap();
    }
    let port = first
        .origins()
        .service
        .rsplit(':')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    drop(first);
    let options = Options {
        port,
        ..Options::on_free_ports()
    };
    let _second = loop {
        match Standin::start(options.clone()).await {
            Ok(standin) => break standin,
            // The first one's tasks are still being dropped.
            Err(StartError::Port { .. }) => tokio::task::yield_now().await,
            Err(error) => panic!("{error}"),
        }
    };
    for count in &mut counts {
        // The call that was under way when the service came back may still fail.
        let seen = *count.borrow_and_update();
        count.wait_for(|good| *good > seen + 1).await.unwrap();
    }
    stop.send_replace(true);
    callers.join_all().await;
}
