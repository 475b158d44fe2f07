//! A DNS server on this machine: it says what it is told, the truth or not, and counts what it is asked.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex};

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::rdata::{A, AAAA, CNAME, PTR};
use hickory_proto::rr::{Name, RData, Record};

/// What the server does about a question.
#[derive(Clone, Debug)]
pub(crate) enum Say {
    Records(Vec<RData>),
    Code(ResponseCode),
    /// Nothing ever comes back.
    Nothing,
    /// Bytes that are no message.
    Noise,
}

/// The server; it ends with the process.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    says: BTreeMap<String, Say>,
    otherwise: Option<Say>,
    asked: Vec<String>,
}

/// A question as text: `1.66.249.66.in-addr.arpa. PTR`.
fn question(name: &Name, kind: impl std::fmt::Display) -> String {
    format!("{} {kind}", name.to_ascii().to_lowercase())
}

impl Server {
    pub(crate) fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let server = Self {
            address: socket.local_addr().unwrap(),
            state: Arc::default(),
        };
        let state = server.state.clone();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok((length, from)) = socket.recv_from(&mut bytes) {
                if let Some(answer) = answer(&state, &bytes[..length]) {
                    socket.send_to(&answer, from).unwrap();
                }
            }
        });
        server
    }

    /// Has an address these names.
    pub(crate) fn names(&self, address: &str, names: &[&str]) {
        let name = Name::from(address.parse::<IpAddr>().unwrap());
        let names = names
            .iter()
            .map(|name| RData::PTR(PTR(Name::from_ascii(name).unwrap())));
        self.say(&question(&name, "PTR"), Say::Records(names.collect()));
    }

    /// Has a name these addresses.
    pub(crate) fn addresses(&self, name: &str, addresses: &[&str]) {
        let name = Name::from_ascii(name).unwrap();
        let all = addresses
            .iter()
            .map(|address| address.parse::<IpAddr>().unwrap());
        let (v4, v6): (Vec<IpAddr>, Vec<IpAddr>) = all.partition(IpAddr::is_ipv4);
        let data = |address| match address {
            IpAddr::V4(address) => RData::A(A(address)),
            IpAddr::V6(address) => RData::AAAA(AAAA(address)),
        };
        self.say(
            &question(&name, "A"),
            Say::Records(v4.into_iter().map(data).collect()),
        );
        self.say(
            &question(&name, "AAAA"),
            Say::Records(v6.into_iter().map(data).collect()),
        );
    }

    /// Has one name lead to another.
    pub(crate) fn alias(&self, name: &str, other: &str, address: &str) {
        let (name, other) = (
            Name::from_ascii(name).unwrap(),
            Name::from_ascii(other).unwrap(),
        );
        let records = vec![
            RData::CNAME(CNAME(other)),
            RData::A(A(address.parse().unwrap())),
        ];
        self.say(&question(&name, "A"), Say::Records(records));
    }

    pub(crate) fn say(&self, question: &str, say: Say) {
        self.state
            .lock()
            .unwrap()
            .says
            .insert(question.to_owned(), say);
    }

    /// For every question that nothing is said about. Without this there is no such name.
    pub(crate) fn otherwise(&self, say: Say) {
        self.state.lock().unwrap().otherwise = Some(say);
    }

    /// The number of questions so far that end like this.
    pub(crate) fn asked(&self, end: &str) -> usize {
        let state = self.state.lock().unwrap();
        state
            .asked
            .iter()
            .filter(|asked| asked.ends_with(end))
            .count()
    }
}

fn answer(state: &Mutex<State>, bytes: &[u8]) -> Option<Vec<u8>> {
    let asked = Message::from_vec(bytes).unwrap();
    let query = asked.queries[0].clone();
    let text = question(query.name(), query.query_type());
    let mut state = state.lock().unwrap();
    let say = state.says.get(&text).or(state.otherwise.as_ref()).cloned();
    state.asked.push(text);
    let mut answer = Message::response(asked.metadata.id, asked.metadata.op_code);
    answer.metadata.recursion_desired = true;
    answer.metadata.recursion_available = true;
    answer.add_query(query.clone());
    match say.unwrap_or(Say::Code(ResponseCode::NXDomain)) {
        Say::Nothing => return None,
        Say::Noise => return Some(b"\x00\x01noise".to_vec()),
        Say::Code(code) => answer.metadata.response_code = code,
        Say::Records(records) => {
            let mut owner = query.name().clone();
            for data in records {
                let next = match &data {
                    RData::CNAME(name) => name.0.clone(),
                    _ => owner.clone(),
                };
                answer.add_answer(Record::from_rdata(owner, 60, data));
                owner = next;
            }
        }
    }
    Some(answer.to_vec().unwrap())
}
