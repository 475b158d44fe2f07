//! F33: an export of 200 MB needs under 64 MiB. Memory is counted by process, so this test has one of its own;
//! the stand-in runs in it, too, which makes the bar higher.

// clippy.toml allows it in tests, but does not see helpers as such.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use iteras_client::iteras::{Fields, Iteras, Which};
use iteras_client::request::{Nature, Request};
use iteras_client::{ApiKey, Client, systems};
use iteras_standin::{Options, Standin};

const CUSTOMERS: u64 = 20_000;
const BYTES_EACH: u64 = 10_000;
const MOST_KIB: u64 = 64 << 10;

fn client(base: &str) -> Client {
    let key = ApiKey::new("lumen-api-key-for-development").unwrap();
    Client::new(systems::iteras::header(key).unwrap().with_base(base)).unwrap()
}

/// The most memory that this process ever held, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.unwrap()
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f33_memory_does_not_grow_with_the_answer() {
    let standin = Standin::start(Options::on_free_ports()).await.unwrap();
    let origins = standin.origins();
    let made_up = serde_json::json!({ "count": CUSTOMERS, "bytes": BYTES_EACH });
    let request = Request::post("customers", Nature::Write)
        .with_json(&made_up)
        .unwrap();
    client(&origins.control).send(&request).await.unwrap();

    let before = peak();
    let iteras = Iteras::with_client(client(&format!("{}/api/", origins.service)));
    let mut customers = iteras.customers(Which::All, Fields::ALL);
    let (mut count, mut bytes) = (0, 0);
    while let Some(customer) = customers.next().await {
        let more = customer.unwrap().data.unwrap().more;
        let longest = more
            .values()
            .filter_map(|value| value.as_str())
            .map(str::len)
            .max();
        bytes += longest.unwrap_or(0) as u64;
        count += 1;
    }
    println!(
        "{bytes} bytes of {count} customers; peak {before} KiB before, {} KiB after",
        peak()
    );
    assert_eq!(count, CUSTOMERS + 3);
    assert!(bytes >= CUSTOMERS * BYTES_EACH, "{bytes} bytes came");
    assert!(peak() < MOST_KIB, "{} KiB were held", peak());
}
