//! `iteras authenticate`, by running the program against the stand-in.
#![allow(clippy::unwrap_used)]

mod program;
mod service;

use program::Run;
use serde_json::{Value, json};
use service::Service;

const NO: &str = "not authenticated\n";

fn ask(service: &Service, args: &[&str], password: &str) -> Run {
    let args = [&["authenticate"], args].concat();
    service.iteras(&args).input(&format!("{password}\n")).run()
}

fn answer(run: &Run) -> Value {
    assert_eq!(run.err, "");
    serde_json::from_str(&run.out).unwrap()
}

#[test]
fn the_right_password_is_right() {
    let service = Service::start();
    for args in [["--id", "31168"], ["--email", "Anna@example.com"]] {
        let run = ask(&service, &args, "lumen");
        assert_eq!(
            (run.code, run.out.as_str()),
            (0, "authenticated: customer 31168\n")
        );
        assert_eq!(run.err, "", "no prompt where nobody types");
        let run = ask(&service, &[&args[..], &["--json"]].concat(), "lumen");
        assert_eq!(
            answer(&run),
            json!({ "authenticated": true, "id": "31168" })
        );
    }
}

#[test]
fn a_token_comes_along_when_it_is_asked_for() {
    let service = Service::start();
    let run = ask(&service, &["--id", "31168", "--preauth", "60"], "lumen");
    let (first, second) = run.out.split_once('\n').unwrap();
    assert_eq!((run.code, first), (0, "authenticated: customer 31168"));
    assert_eq!(
        second.strip_prefix("preauth: ").unwrap().split(':').count(),
        3
    );
    let run = ask(
        &service,
        &["--id", "31168", "--preauth", "60", "--json"],
        "lumen",
    );
    assert_eq!(
        answer(&run)["preauth"].as_str().unwrap().split(':').count(),
        3
    );
}

#[test]
fn unknown_and_wrong_look_alike_but_in_json() {
    let service = Service::start();
    for (id, code) in [("1", "unknowncustomer"), ("31168", "invalidpassword")] {
        let run = ask(&service, &["--id", id], "wrong");
        assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (1, NO, ""));
        let run = ask(&service, &["--id", id, "--json"], "wrong");
        assert_eq!(run.code, 1);
        assert_eq!(
            answer(&run),
            json!({ "authenticated": false, "errorcode": code })
        );
    }
}

#[test]
fn c66_only_true_is_yes() {
    let service = Service::start();
    for (body, code) in [
        (r#"{"authenticated":"true","id":"1"}"#, 2),
        (r#"{"authenticated":1,"id":"1"}"#, 2),
        (r#"{"id":"1"}"#, 2),
        (r#"{"authenticated":true,"id":"1","errorcode":"locked"}"#, 1),
        (r#"{"authenticated":false}"#, 1),
        (r#"{"authenticated":true,"id":"1"}"#, 0),
    ] {
        service.answer("authenticatecustomer/", body);
        assert_eq!(ask(&service, &["--id", "1"], "x").code, code, "{body}");
    }
}

#[test]
fn everything_else_is_neither_right_nor_wrong() {
    let service = Service::start();
    for (args, password, text) in [
        (&[][..], "x", "<--id <ID>|--email <ADDRESS>>"),
        (
            &["--id", "1", "--email", "a@example.com"],
            "x",
            "cannot be used with",
        ),
        (&["--id", ""], "x", "no customer: give --id or --email"),
        (
            &["--id", "1", "--preauth", "0"],
            "x",
            "invalid value '0' for '--preauth",
        ),
        (&["--id", "1"], "", "the password is empty"),
        (&["--id", "1"], "a\nb", "found several lines"),
        (
            &["--id", "1", "--password", "x"],
            "x",
            "unexpected argument '--password'",
        ),
    ] {
        let run = ask(&service, args, password);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args:?}");
        assert!(run.err.contains(text), "{args:?}: {}", run.err);
    }
    assert_eq!(service.calls(), 0);
    let run = ask(&service, &["--id", "31168", "--preauth", "86401"], "lumen");
    assert_eq!(run.code, 2);
    assert!(
        run.err
            .contains("preauthseconds is not a number from 1 to 86400"),
        "{}",
        run.err
    );
}

#[test]
fn f32_a_lost_answer_is_not_asked_for_twice() {
    let service = Service::start();
    service.refuse(
        "authenticatecustomer/",
        503,
        &[("Content-Type", "text/plain")],
        "busy",
    );
    let run = ask(&service, &["--id", "31168"], "lumen");
    assert_eq!((run.code, run.out.as_str(), service.calls()), (2, "", 1));
    assert!(
        run.err.contains("status 503: busy\n  check --service http"),
        "{}",
        run.err
    );
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let count = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let read = std::io::Read::read(&mut stream, &mut [0; 4096]).unwrap();
        drop(stream);
        listener.set_nonblocking(true).unwrap();
        (read, listener)
    });
    let args = ["authenticate", "--id", "31168", "--service", &address];
    let run = program::iteras(&args)
        .variable("ITERAS_API_KEY", "any")
        .input("lumen")
        .run();
    let (read, listener) = count.join().unwrap();
    assert!(read > 0 && listener.accept().is_err(), "sent once");
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(
        run.err.contains("nothing was sent a second time"),
        "{}",
        run.err
    );
}
