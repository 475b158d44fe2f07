//! Random keys and passwords, runs that go wrong in every way, and none of them in what was printed.
#![allow(clippy::unwrap_used)]

mod program;
mod service;

use std::hash::{BuildHasher, Hasher, RandomState};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use program::{Folder, Program, Run, iteras};
use service::{KEY, Service};

fn random() -> String {
    let number = || RandomState::new().build_hasher().finish();
    // Its middle has to be encoded in forms and addresses.
    format!("{:016x}+/%{:016x}", number(), number())
}

/// The forms in which it could have got out.
fn forms(secret: &str) -> Vec<String> {
    let encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let halves = secret.split("+/%").map(str::to_owned);
    let mut forms = vec![secret.to_owned(), encoded, STANDARD_NO_PAD.encode(secret)];
    forms.extend(halves);
    forms
}

#[track_caller]
fn shows_none(run: &Run, secrets: &[&str]) {
    assert_ne!(run.out.len() + run.err.len(), 0, "it said something");
    for form in secrets.iter().flat_map(|secret| forms(secret)) {
        let found = run.out.contains(&form) || run.err.contains(&form);
        assert!(!found, "{form} in {run:?}");
    }
}

fn talkative(program: Program) -> Program {
    program
        .variable("RUST_LOG", "trace")
        .variable("RUST_BACKTRACE", "full")
}

#[test]
fn a_service_that_repeats_what_it_got_is_not_repeated() {
    let (service, key, password) = (Service::start(), random(), random());
    let both = format!("what is {key} and {password}?");
    let elsewhere = format!("http://pub.example/?iteras-key={}", forms(&key)[1]);
    let texts = [
        ("Content-Type", "text/plain"),
        ("Location", elsewhere.as_str()),
    ];
    for status in [302, 400, 401, 403, 404, 429, 500, 503] {
        for call in ["customers/", "authenticatecustomer/"] {
            service.refuse(call, status, &texts, &both);
        }
        run_both(&service, &key, &password, 2);
    }
    for body in [
        &both,
        "{",
        "[]",
        "{\"customers\":[{}]}",
        &format!("{{\"id\":\"{key}\"}}"),
    ] {
        for call in ["customers/", "authenticatecustomer/"] {
            service.answer(call, body);
        }
        run_both(&service, &key, &password, 2);
    }
    let code = format!(r#"{{"authenticated":false,"errorcode":"no {password}"}}"#);
    service.answer("authenticatecustomer/", &code);
    let run = service
        .iteras(&["authenticate", "--id", "1", "--json"])
        .input(&password)
        .run();
    shows_none(&run, &[&password, KEY]);
    assert_eq!(run.code, 1);
}

fn run_both(service: &Service, key: &str, password: &str, code: i32) {
    for args in [&["customers", "all"][..], &["authenticate", "--id", "1"]] {
        let program = talkative(service.iteras(args)).variable("ITERAS_API_KEY", key);
        let run = program.input(password).run();
        shows_none(&run, &[key, password]);
        assert_eq!(run.code, code, "{run:?}");
    }
}

#[test]
fn what_works_shows_no_secret_either() {
    let (service, password) = (Service::start(), random());
    let args = ["authenticate", "--id", "31168", "--json"];
    let wrong = talkative(service.iteras(&args)).input(&password).run();
    let right = talkative(service.iteras(&args)).input("lumen\n").run();
    let customers = talkative(service.iteras(&["customers", "all", "--format", "table"])).run();
    assert_eq!((wrong.code, right.code, customers.code), (1, 0, 0));
    shows_none(&wrong, &[&password, KEY]);
    shows_none(&customers, &[KEY]);
    shows_none(&right, &[KEY]);
    assert!(!right.out.contains("lumen"));
}

#[test]
fn odd_keys_and_passwords_are_not_shown_when_they_are_refused() {
    let (key, password, folder) = (random(), random(), Folder::new("odd"));
    let file = folder.write("key", &format!("{key}\n{key}\n"));
    let unusable = format!("{key} {key}");
    let odd = [
        iteras(&["customers", "all", "--key-file", &file]),
        iteras(&["customers", "all"]).variable("ITERAS_API_KEY", &unusable),
        iteras(&["authenticate", "--id", "1"]).variable("ITERAS_API_KEY", &key),
        iteras(&["customers", "all", &format!("--key={key}")]),
        iteras(&[
            "authenticate",
            "--id",
            "1",
            &format!("--password={password}"),
        ]),
        iteras(&[
            "customers",
            "all",
            "--service",
            &format!("https://a:{key}@pub.example/"),
        ])
        .variable("ITERAS_API_KEY", &key),
        iteras(&[
            "customers",
            "all",
            "--service",
            &format!("https://pub.example/?iteras-key={key}"),
        ])
        .variable("ITERAS_API_KEY", &key),
    ];
    for program in odd {
        let run = talkative(program)
            .input(&format!("{password}\n{password}"))
            .run();
        shows_none(&run, &[&key, &password]);
        assert_eq!(run.code, 2, "{run:?}");
    }
}
