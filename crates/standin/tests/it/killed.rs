//! The stand-in killed while it is written to, and started again.

use std::io::Read;
use std::sync::mpsc;
use std::thread;

use serde_json::Value;

use crate::client::Folder;
use crate::program::{Program, ask};

/// Creates customers until the program is gone; sends the id of each that was confirmed.
fn create(host: &str, thread: usize, confirmed: &mpsc::Sender<String>) {
    for at in 0.. {
        let body = format!(
            r#"{{"operations":[{{"operation":"createcustomer","data":{{"name":"{thread} {at}"}}}}]}}"#
        );
        let mut answer = String::new();
        let asked = ask(host, "POST", "/api/customers/update/", &body);
        if asked
            .and_then(|mut stream| stream.read_to_string(&mut answer))
            .is_err()
        {
            return;
        }
        let json = answer.split("\r\n\r\n").nth(1).map(serde_json::from_str);
        let Some(Ok::<Value, _>(json)) = json else {
            return;
        };
        confirmed
            .send(json["ids"][0].as_str().unwrap().into())
            .unwrap();
    }
}

#[test]
fn f34_what_was_confirmed_survives_a_kill_under_load() {
    let folder = Folder::with(&[]);
    std::fs::create_dir_all(folder.path()).unwrap();
    let file = folder.path().join("data.toml");
    let args = ["--data", file.to_str().unwrap()];
    let mut program = Program::start(&args);
    let host = program.host("service");
    let (sender, receiver) = mpsc::channel();
    let threads: Vec<_> = (0..4)
        .map(|thread| {
            let (host, sender) = (host.clone(), sender.clone());
            thread::spawn(move || create(&host, thread, &sender))
        })
        .collect();
    drop(sender);
    let mut confirmed: Vec<String> = receiver.iter().take(40).collect();
    program.child.kill().unwrap();
    threads
        .into_iter()
        .for_each(|thread| thread.join().unwrap());
    confirmed.extend(receiver.iter());

    let again = Program::start(&args);
    let path = "/api/customers/?fields=active_subscriptions";
    let mut answer = String::new();
    let mut stream = ask(&again.host("service"), "GET", path, "").unwrap();
    stream.read_to_string(&mut answer).unwrap();
    for id in &confirmed {
        assert!(answer.contains(&format!("\"id\":\"{id}\"")), "{id} is lost");
    }
    let mut unique = confirmed.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), confirmed.len(), "an id was given twice");
}
