//! The program itself: addresses on start, a taken port, a clean stop.

use std::io::Read;
use std::net::TcpListener;
use std::process::Command;

use crate::program::{Program, command};

#[test]
fn it_prints_its_addresses_and_stops_when_told() {
    let mut program = Program::start(&[]);
    for name in ["site", "service", "control"] {
        let origin = program.origins[name].as_str().unwrap();
        assert!(origin.starts_with("http://"), "{origin}");
    }
    let pid = program.child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .unwrap()
            .success()
    );
    let mut rest = String::new();
    program.output.read_to_string(&mut rest).unwrap();
    assert!(
        rest.contains("Stand-in for development") && rest.contains("anna@example.com"),
        "{rest}"
    );
    for key in [
        "lumenpasskeyfordevelopment000001",
        "lumen-api-key-for-development",
    ] {
        assert!(rest.contains(key), "{rest}");
    }
    assert!(rest.ends_with("Stopped.\n"));
    assert_eq!(program.child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_taken_port_is_one_sentence() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = command().args(["--port", &port]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        error,
        format!("iteras-standin: port {port} is taken; choose another with --port\n")
    );
}

#[test]
fn help_says_what_it_is_not() {
    let output = Command::new(env!("CARGO_BIN_EXE_iteras-standin"))
        .arg("--help")
        .output()
        .unwrap();
    assert!(output.status.success());
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("not the real service")
    );
}
