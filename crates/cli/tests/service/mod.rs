//! The stand-in of the service, run beside the program.
#![allow(dead_code)]

use iteras_standin::{Canned, Options, Standin, SyntheticCustomers};
use tokio::runtime::Runtime;

use crate::program::{Program, iteras};

/// The key of the embedded publisher.
pub(crate) const KEY: &str = "lumen-api-key-for-development";

/// Runs until it is dropped.
pub(crate) struct Service {
    standin: Standin,
    _runtime: Runtime,
}

impl Service {
    pub(crate) fn start() -> Self {
        let runtime = Runtime::new().unwrap();
        let standin = runtime.block_on(Standin::start(Options::on_free_ports()));
        Self {
            standin: standin.unwrap(),
            _runtime: runtime,
        }
    }

    /// The address below which its API is.
    pub(crate) fn api(&self) -> String {
        format!("{}/api/", self.standin.origins().service)
    }

    /// The program with the publisher's key, told to call this service.
    pub(crate) fn iteras(&self, args: &[&str]) -> Program {
        let service = ["--service", &self.api()];
        iteras(&[args, &service].concat()).variable("ITERAS_API_KEY", KEY)
    }

    /// So many customers, each with so many bytes besides, from id 10000000 on.
    pub(crate) fn make_up(&self, count: u32, bytes: u32) {
        let customers = SyntheticCustomers { count, bytes };
        self.standin.state().set_synthetic_customers(customers);
    }

    /// Answers a call with this JSON from now on.
    pub(crate) fn answer(&self, call: &str, body: &str) {
        self.refuse(call, 200, &[], body);
    }

    /// Answers a call with this status, these headers and this text from now on.
    pub(crate) fn refuse(&self, call: &str, status: u16, headers: &[(&str, &str)], body: &str) {
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()));
        self.standin.state().set_canned(Canned {
            path: format!("/api/{call}"),
            status,
            headers: headers.collect(),
            body: body.into(),
            calls: None,
        });
    }

    /// The number of calls so far.
    pub(crate) fn calls(&self) -> usize {
        self.standin.state().requests.entries().len()
    }

    /// The queries of the calls so far.
    pub(crate) fn queries(&self) -> Vec<String> {
        let entries = self.standin.state().requests.entries();
        entries.iter().map(|entry| entry.query.clone()).collect()
    }
}
