//! `iteras customers`, by running the program against the stand-in.
#![allow(clippy::unwrap_used)]

mod program;
mod service;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::Command;

use program::{Folder, Run, iteras};
use serde_json::{Value, json};
use service::Service;

const BROKEN_OFF: &str = r#"{"customers":[{"id":"1"},{"id":"2"},"#;

fn lines(run: &Run) -> Vec<Value> {
    let lines = run.out.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[track_caller]
fn exported(run: &Run) {
    assert_eq!((run.code, run.err.as_str()), (0, ""));
}

#[track_caller]
fn refused(run: &Run, text: &str) {
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{}", run.err);
    assert!(
        run.err.starts_with("iteras: ") && run.err.contains(text),
        "{}",
        run.err
    );
}

#[test]
fn json_lines_keep_every_field() {
    let service = Service::start();
    let run = service.iteras(&["customers", "all"]).run();
    exported(&run);
    let customers = lines(&run);
    let ids: Vec<_> = customers.iter().map(|customer| &customer["id"]).collect();
    assert_eq!(ids, ["31168", "31169", "31170"]);
    assert_eq!(
        customers[0],
        json!({
            "id": "31168",
            "created": "2025-03-01T00:00:00",
            "data": {
                "name": "Anna Eksempel",
                "email": "anna@example.com",
                "address": "Prøvevej 12, 2. th.",
                "location": "2200 København N",
                "country": "Danmark",
                "country_code": "DK",
                "phone": "+45 12 34 56 78",
                ":Yndlingsemne": "Økonomi",
            },
            "active_subscriptions": [
                { "campaign_name": "Bestil Lumen", "campaign_id": "lumen-order" },
            ],
        })
    );
    let run = service
        .iteras(&["customers", "--ids", "31170", "--fields", "subscriptions"])
        .run();
    exported(&run);
    let customer = &lines(&run)[0];
    let period = &customer["subscriptions"][0]["periods"][0];
    assert_eq!(period["begin"], "2024-06-01T00:00:00");
    assert!(customer.get("data").is_none() && customer.get("active_subscriptions").is_none());
}

#[test]
fn a_table_is_for_people() {
    let service = Service::start();
    let customer = json!({ "customers": [
        { "id": "7", "data": { "name": "Ondt\u{1b}[2J ", "email": "x".repeat(40), "location": "8000\nÅrhus" } },
        { "id": "123456789012", "active_subscriptions": [{ "campaign_name": "A" }, { "campaign_id": "b" }] },
    ]});
    service.answer("customers/", &customer.to_string());
    let run = service
        .iteras(&["customers", "all", "--format", "table"])
        .run();
    exported(&run);
    assert_eq!(
        run.out,
        "\
id          name                        email                           location              country  active subscriptions
7           Ondt [2J                    xxxxxxxxxxxxxxxxxxxxxxxxxxxxx…  8000 Århus
123456789012                                                                                             A, b
"
    );
}

#[test]
fn a_table_has_the_columns_of_its_fields() {
    let service = Service::start();
    let args = [
        "customers",
        "--ids",
        "31170",
        "--format",
        "table",
        "--fields",
        "subscriptions",
    ];
    let run = service.iteras(&args).run();
    exported(&run);
    assert_eq!(
        run.out,
        "\
id          subscriptions
31170       Lumens sommer 2019 2024-06-01–2025-06-01
"
    );
}

#[test]
fn long_lists_of_ids_go_out_in_parts() {
    let service = Service::start();
    service.make_up(10_000, 10);
    let folder = Folder::new("ids");
    let ids: Vec<String> = (10_000_000..10_010_000).map(|id| id.to_string()).collect();
    let file = folder.write("ids", &ids.join("\n"));
    let run = service
        .iteras(&["customers", "--ids-file", &file, "--fields", "data"])
        .run();
    exported(&run);
    let came: Vec<_> = lines(&run)
        .iter()
        .map(|of| of["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(came, ids);
    assert!(service.calls() > 1);
}

#[test]
fn parameters_are_sent_once() {
    let service = Service::start();
    let args = ["customers", "--ids", "31168,31170", "--fields", "data"];
    exported(&service.iteras(&args).run());
    assert_eq!(service.queries(), ["fields=data&id=31168%2C31170"]);
}

#[test]
fn ids_that_nobody_has_are_remarked_on() {
    let service = Service::start();
    let ids = || {
        service
            .iteras(&["customers", "--ids-file", "-"])
            .input("31168, 1\n31170\n")
    };
    let run = ids().run();
    assert_eq!((run.code, lines(&run).len()), (0, 2));
    assert_eq!(
        run.err,
        "iteras: 2 customers for 3 ids: the service left out the others\n"
    );
    let quiet = service
        .iteras(&["customers", "--ids-file", "-", "--quiet"])
        .input("31168,1")
        .run();
    exported(&quiet);
    assert_eq!(lines(&quiet).len(), 1);
}

#[test]
fn a_file_is_written_whole() {
    let service = Service::start();
    let folder = Folder::new("whole");
    let file = folder.write("customers.jsonl", "those of last week\n");
    let run = service
        .iteras(&["customers", "all", "--output", &file])
        .run();
    exported(&run);
    assert_eq!(run.out, "");
    let straight = service.iteras(&["customers", "all"]).run();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), straight.out);
    assert_eq!(folder.names(), ["customers.jsonl"]);
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_the_file_and_links_stay_links() {
    use std::os::unix::fs::PermissionsExt;
    let service = Service::start();
    let folder = Folder::new("owner");
    let file = folder.write("customers.jsonl", "");
    let link = folder.path("link");
    std::os::unix::fs::symlink(&file, &link).unwrap();
    exported(
        &service
            .iteras(&["customers", "all", "--output", &link])
            .run(),
    );
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    let meant = std::fs::metadata(&file).unwrap();
    assert_eq!(meant.permissions().mode() & 0o777, 0o600);
    assert!(meant.len() > 100);
    for device in ["/dev/null", "/"] {
        let run = service
            .iteras(&["customers", "all", "--output", device])
            .run();
        refused(&run, &format!("--output {device}: expected a file"));
    }
}

#[test]
fn a_file_is_not_touched_when_the_answer_breaks_off() {
    let service = Service::start();
    service.answer("customers/", BROKEN_OFF);
    let folder = Folder::new("not-touched");
    let file = folder.write("customers.jsonl", "those of last week\n");
    let new = folder.path("new");
    for file in [&file, &new] {
        let run = service
            .iteras(&["customers", "all", "--output", file])
            .run();
        refused(&run, "the JSON ends too early");
        assert!(
            run.err.contains(&format!("{file} was left as it was")),
            "{}",
            run.err
        );
    }
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        "those of last week\n"
    );
    assert_eq!(folder.names(), ["customers.jsonl"]);
    let run = service.iteras(&["customers", "all"]).run();
    assert_eq!(
        (run.code, lines(&run)),
        (2, vec![json!({ "id": "1" }), json!({ "id": "2" })])
    );
    assert!(
        run.err
            .ends_with("this is not everything: it ended after 2 customers\n"),
        "{}",
        run.err
    );
}

#[cfg(unix)]
#[test]
fn nothing_is_left_over_by_a_program_that_was_stopped() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let service = format!("http://{}/", listener.local_addr().unwrap());
    let folder = Folder::new("stopped");
    let file = folder.path("customers.jsonl");
    let args = ["customers", "all", "--output", &file, "--service", &service];
    let mut child = iteras(&args).variable("ITERAS_API_KEY", "any").start();
    let (mut stream, _) = listener.accept().unwrap();
    let mut head = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    while head.read_line(&mut line).unwrap() > 2 {
        line.clear();
    }
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{BROKEN_OFF}");
    stream.write_all(answer.as_bytes()).unwrap();
    assert_eq!(folder.names().len(), 1, "the part");
    let pid = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(child.wait().unwrap().code(), Some(2));
    let mut err = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut err)
        .unwrap();
    assert_eq!(
        err,
        format!("iteras: interrupted\n  {file} was left as it was\n")
    );
    assert!(folder.names().is_empty());
}

#[test]
fn a_reader_that_has_seen_enough_ends_it_quietly() {
    let service = Service::start();
    service.make_up(20_000, 100);
    let mut child = service.iteras(&["customers", "all"]).start();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    drop(out);
    assert!(line.contains("Anna Eksempel"));
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

/// The last customers don't fit into the pipe, so the program is still there when it has made almost all.
#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_export() {
    const COUNT: usize = 300;
    let service = Service::start();
    service.make_up(COUNT as u32, 200_000);
    let mut child = service.iteras(&["customers", "all"]).start();
    let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
    let seen = out.by_ref().take(COUNT);
    let bytes: usize = seen.map(|line| line.unwrap().len()).sum();
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let line = line.unwrap().trim().trim_end_matches(" kB");
    let kilobytes: usize = line.parse().unwrap();
    assert_eq!(out.map(Result::unwrap).count(), 3);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(
        bytes > 59_000_000 && kilobytes < 32 << 10,
        "{kilobytes} KiB for {bytes} bytes"
    );
}

#[test]
fn mistakes_are_sentences() {
    let service = Service::start();
    let folder = Folder::new("mistakes");
    let empty = folder.write("empty", " \n");
    let missing = folder.path("missing");
    let nowhere = folder.path("no/such/file");
    for (args, text) in [
        (&[][..], "<all|--ids <ID,…>|--ids-file <FILE>>"),
        (&["everyone"], "invalid value 'everyone' for '[all]'"),
        (&["all", "--ids", "1"], "cannot be used with"),
        (&["all", "--fields", "data,name"], "invalid value 'name'"),
        (&["all", "--format", "csv"], "invalid value 'csv'"),
        (
            &["--ids", ","],
            "--ids: expected ids such as 31168,31169, found none",
        ),
        (
            &["--ids-file", &empty],
            "expected ids such as 31168,31169, found none",
        ),
        (&["--ids-file", &missing], "No such file"),
        (&["all", "--output", &nowhere], "No such file"),
        (&["all", "--key-file", &missing], "--key-file"),
        (
            &["all", "--key-file", &empty],
            "api key: expected printable ASCII",
        ),
    ] {
        let run = service.iteras(&[&["customers"], args].concat()).run();
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args:?}");
        assert!(run.err.contains(text), "{args:?}: {}", run.err);
    }
    assert_eq!(service.calls(), 0);
    let run = iteras(&["customers", "all"]).run();
    assert_eq!(
        run.err,
        "iteras: no key: give --key-file or set ITERAS_API_KEY\n"
    );
}

#[test]
fn a_wrong_key_or_address_is_told_with_what_to_do() {
    let service = Service::start();
    let run = service
        .iteras(&["customers", "all"])
        .variable("ITERAS_API_KEY", "another")
        .run();
    refused(&run, "status 403: the key is not that of any account");
    assert!(run.err.ends_with("not its signing key\n"), "{}", run.err);
    for (address, text) in [
        ("pub.example", "--service: expected an address"),
        (
            "http://pub.example/api/",
            "--service: expected https, or http on loopback (or --insecure-http)",
        ),
        (
            "ftp://pub.example/",
            "--service: expected https, or http on loopback",
        ),
        (
            "https://a:b@pub.example/",
            "--service: expected no user and password",
        ),
    ] {
        let run = iteras(&["customers", "all", "--service", address]);
        refused(&run.variable("ITERAS_API_KEY", "any").run(), text);
    }
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let address = format!("http://{free}/");
    let run = iteras(&["customers", "all", "--service", &address])
        .variable("ITERAS_API_KEY", "any")
        .run();
    refused(
        &run,
        &format!("check --service {address}, or try again later"),
    );
    service.refuse("customers/", 429, &[("Retry-After", "3600")], "");
    let run = service.iteras(&["customers", "all"]).run();
    refused(&run, "asks to be left alone for 3600 seconds");
}
