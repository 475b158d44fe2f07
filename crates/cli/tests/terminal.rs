//! Things that only a terminal shows: passwords being typed, progress. `script` gives the program one.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

mod program;
mod service;

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use program::Folder;
use service::{KEY, Service};

/// A shell command in a terminal of its own.
struct Terminal {
    child: Child,
    keys: ChildStdin,
    screen: BufReader<ChildStdout>,
    name: String,
}

impl Terminal {
    fn open(command: &str) -> Self {
        let command = format!("tty; {command}");
        let mut child = Command::new("script")
            .args(["--quiet", "--return", "--command", &command, "/dev/null"])
            .env("ITERAS_API_KEY", KEY)
            .env("TERM", "xterm")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let keys = child.stdin.take().unwrap();
        let mut screen = BufReader::new(child.stdout.take().unwrap());
        let mut name = String::new();
        screen.read_line(&mut name).unwrap();
        Self {
            child,
            keys,
            screen,
            name: name.trim_end().into(),
        }
    }

    /// Types where nothing is shown. There is no event for that: the terminal has to be asked.
    fn type_unseen(&mut self, keys: &str) {
        let echo = || {
            let stty = Command::new("stty")
                .args(["-F", &self.name, "-a"])
                .output()
                .unwrap();
            assert!(stty.status.success(), "{stty:?}");
            !String::from_utf8(stty.stdout).unwrap().contains(" -echo ")
        };
        while echo() {
            assert_eq!(
                self.child.try_wait().unwrap(),
                None,
                "it ended before it asked"
            );
        }
        self.keys.write_all(keys.as_bytes()).unwrap();
    }

    fn rest(mut self) -> String {
        let mut text = String::new();
        self.screen.read_to_string(&mut text).unwrap();
        self.child.wait().unwrap();
        text
    }
}

fn authenticate(service: &Service) -> Terminal {
    let (program, api) = (env!("CARGO_BIN_EXE_iteras"), service.api());
    Terminal::open(&format!(
        "{program} authenticate --id 31168 --service {api}; echo code $?; stty -a"
    ))
}

#[test]
fn a_password_is_typed_without_being_shown() {
    let service = Service::start();
    let mut terminal = authenticate(&service);
    terminal.type_unseen("lumen\r");
    let shown = terminal.rest();
    assert!(shown.contains("Password: "), "{shown}");
    assert!(
        shown.contains("authenticated: customer 31168\r\ncode 0"),
        "{shown}"
    );
    assert!(!shown.contains("lumen"), "{shown}");
}

#[test]
fn a_terminal_shows_what_is_typed_again_after_ctrl_c() {
    let service = Service::start();
    let mut terminal = authenticate(&service);
    terminal.type_unseen("lum\x03");
    let shown = terminal.rest();
    assert!(shown.contains("iteras: interrupted\r\ncode 2"), "{shown}");
    assert!(
        shown.contains(" echo ") && shown.contains(" icanon "),
        "{shown}"
    );
    assert_eq!(service.calls(), 0);
}

#[test]
fn progress_is_shown_at_a_terminal_and_not_when_told_to_be_quiet() {
    let (service, folder) = (Service::start(), Folder::new("progress"));
    service.make_up(997, 1000);
    let (program, api, file) = (
        env!("CARGO_BIN_EXE_iteras"),
        service.api(),
        folder.path("out"),
    );
    let run = |more: &str| {
        let command = format!("{program} customers all --service {api} {more}; echo code $?");
        Terminal::open(&command).rest()
    };
    let shown = run(&format!("--output {file}"));
    assert!(shown.contains("1,000 customers, 1."), "{shown}");
    assert!(
        shown.contains(" MiB, ") && shown.ends_with("code 0\r\n"),
        "{shown}"
    );
    assert_eq!(run(&format!("--output {file} --quiet")), "code 0\r\n");
    let rows = run("");
    assert!(
        rows.starts_with("id          name") && !rows.contains(" MiB, "),
        "a table, no bar"
    );
    assert_eq!(rows.lines().count(), 1002);
}
