//! The program itself, in a process of its own, and a client that needs no runtime.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

use crate::api::KEY;

/// The program on free ports, not started yet.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iteras-standin"));
    command.args(["--port", "0", "--control-port", "0", "--site-port", "0"]);
    command
}

/// The running program; killed when the test ends.
pub(crate) struct Program {
    pub(crate) child: Child,
    pub(crate) output: BufReader<ChildStdout>,
    pub(crate) origins: Value,
}

impl Program {
    /// Starts it and waits until it says where it listens.
    pub(crate) fn start(args: &[&str]) -> Self {
        let mut child = command()
            .arg("--print-ready-json")
            .args(args)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        Self {
            child,
            output,
            origins: serde_json::from_str(&line).unwrap(),
        }
    }

    /// Host and port of one of its servers.
    pub(crate) fn host(&self, server: &str) -> String {
        self.origins[server]
            .as_str()
            .unwrap()
            .replace("http://", "")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may be gone already, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks with the key of the embedded publisher; the answer comes as it is read.
pub(crate) fn ask(host: &str, method: &str, path: &str, body: &str) -> std::io::Result<TcpStream> {
    let mut stream = TcpStream::connect(host)?;
    let (name, key) = KEY;
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\n{name}: {key}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )?;
    Ok(stream)
}
