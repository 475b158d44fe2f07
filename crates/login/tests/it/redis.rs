//! Attempts counted in a real Redis server, for several machines at once (feature `redis`).
//!
//! Runs `redis-server` from PATH, where Debian's package of that name puts it, or what `REDIS` names.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use iteras_login::Counters;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, watch};

use crate::common::{self, Publisher, standin};

struct Redis {
    port: u16,
    /// Folder in which the counters are written before each answer, so that they are there again after a crash.
    folder: PathBuf,
    process: Child,
}

impl Redis {
    async fn start() -> Self {
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let folder = std::env::temp_dir().join(format!("iteras-login-redis-{port}"));
        std::fs::create_dir(&folder).unwrap();
        let process = Self::run(port, &folder).await;
        Self {
            port,
            folder,
            process,
        }
    }

    async fn run(port: u16, folder: &Path) -> Child {
        let mut process = Command::new(std::env::var_os("REDIS").unwrap_or("redis-server".into()))
            .args(["--bind", "127.0.0.1", "--port", &port.to_string()])
            .args(["--save", "", "--appendonly", "yes"])
            .args(["--appendfsync", "always", "--dir"])
            .arg(folder)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("redis-server is needed: apt-get install redis-server");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        while let Some(line) = lines.next_line().await.unwrap() {
            if line.contains("Ready to accept connections") {
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return process;
            }
        }
        panic!("redis-server ended before it was ready");
    }

    async fn start_again(&mut self) {
        self.process = Self::run(self.port, &self.folder).await;
    }

    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    fn counters(&self) -> Counters {
        Counters::in_redis(&self.url()).unwrap()
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[tokio::test]
async fn machines_count_together_and_fail_closed() {
    let (service, mut redis) = (standin().await, Redis::start().await);
    let service = &service.origins().service;
    let one = Publisher::new(service, |log_in| log_in.with_counters(redis.counters()));
    let other = Publisher::new(service, |log_in| log_in.with_counters(redis.counters()));
    // Right passwords count nowhere.
    for _ in 0..12 {
        let answer = one.tries("anna@example.com", "lumen").await;
        assert!(answer.header("location").contains("iteraspreauth="));
    }
    for publisher in [&one, &other].into_iter().cycle().take(10) {
        let answer = publisher.tries("anna@example.com", "wrong").await;
        assert_eq!(answer.header("location"), "/sign-in?login=wrong");
    }
    for publisher in [&one, &other] {
        let answer = publisher.tries("anna@example.com", "lumen").await;
        let wait: u64 = answer.header("retry-after").parse().unwrap();
        assert_eq!(
            (answer.status, (840..=900).contains(&wait)),
            (429, true),
            "{wait}"
        );
        assert_eq!(publisher.tries("bo@example.com", "lumen").await.status, 303);
    }
    redis.process.kill().await.unwrap();
    for publisher in [&one, &other] {
        let answer = publisher.tries("bo@example.com", "lumen").await;
        assert_eq!(answer.header("location"), "/sign-in?login=outage");
    }
}

#[tokio::test]
async fn tries_at_once_on_two_machines_find_room_for_ten() {
    let (service, redis) = (standin().await, Redis::start().await);
    let mut publishers = Vec::new();
    for _ in 0..2 {
        let settings = |log_in: iteras_login::LogIn| log_in.with_counters(redis.counters());
        publishers.push(Publisher::new(&service.origins().service, settings));
    }
    let tries = (0..60).map(|at: usize| {
        let publisher = publishers[at % 2].clone();
        async move { publisher.tries("anna@example.com", "wrong").await.status }
    });
    let answers = common::all(tries).await;
    assert_eq!(answers.iter().filter(|status| **status == 303).count(), 10);
}

/// Readers of four machines, each of whom guesses at an account of his own until `until` is true, and what they are told.
fn guessers(
    publishers: &[Publisher],
    until: &watch::Receiver<bool>,
) -> mpsc::UnboundedReceiver<(usize, Told)> {
    let (tell, told) = mpsc::unbounded_channel();
    for guesser in 0..GUESSERS {
        let (publisher, until) = (
            publishers[guesser % publishers.len()].clone(),
            until.clone(),
        );
        let tell = tell.clone();
        tokio::spawn(async move {
            let form = format!("email=guess{guesser}@example.com&password=wrong");
            let address = format!("198.51.100.{guesser}");
            while !*until.borrow() {
                let answer = publisher
                    .post(&[("x-forwarded-for", &address)], &form)
                    .await;
                let what = match (answer.status, answer.header("location")) {
                    (303, "/sign-in?login=wrong") => Told::Wrong,
                    (303, "/sign-in?login=outage") => Told::Outage,
                    (429, _) => Told::Wait,
                    (status, location) => panic!("{status} {location}"),
                };
                tell.send((guesser, what)).unwrap();
            }
        });
    }
    told
}

const GUESSERS: usize = 24;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Wrong,
    Wait,
    Outage,
}

/// Redis dies under load and comes back twice: nobody gets a password checked meanwhile, everybody is served afterwards,
/// and no account was guessed at more often than its ten times.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_under_load_gives_no_free_tries() {
    let (service, mut redis) = (standin().await, Redis::start().await);
    let publishers: Vec<_> = (0..4)
        .map(|_| {
            Publisher::new(&service.origins().service, |log_in| {
                let log_in = log_in.with_trusted_proxies(["127.0.0.1"]).unwrap();
                log_in.with_counters(redis.counters())
            })
        })
        .collect();
    let (stop, until) = watch::channel(false);
    let mut told = guessers(&publishers, &until);
    let mut wrong = [0; GUESSERS];
    // Reads answers until everybody was told so once more; wrong passwords are counted all along.
    let mut everybody = async |expected: &[Told]| {
        let mut left: HashSet<usize> = (0..GUESSERS).collect();
        while !left.is_empty() {
            let (guesser, what) = told.recv().await.unwrap();
            wrong[guesser] += u32::from(what == Told::Wrong);
            if expected.contains(&what) {
                left.remove(&guesser);
            }
        }
        wrong
    };
    everybody(&[Told::Wrong, Told::Wait]).await;
    for _ in 0..2 {
        redis.process.kill().await.unwrap();
        let before = everybody(&[Told::Outage]).await;
        // Whoever was told of the outage asks on, and is told again.
        assert_eq!(
            everybody(&[Told::Outage]).await,
            before,
            "a password was checked uncounted"
        );
        redis.start_again().await;
        everybody(&[Told::Wrong, Told::Wait]).await;
    }
    let wrong = everybody(&[Told::Wait]).await;
    stop.send(true).unwrap();
    assert!(wrong.iter().all(|tries| *tries <= 10), "{wrong:?}");
    for publisher in &publishers {
        let answer = publisher.tries("anna@example.com", "lumen").await;
        assert!(
            answer.header("location").contains("iteraspreauth="),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn counters_are_bounded_and_those_at_their_limit_stay() {
    let (service, redis) = (standin().await, Redis::start().await);
    let publisher = Publisher::new(&service.origins().service, |log_in| {
        let log_in = log_in.with_counters(redis.counters().with_capacity(30));
        log_in.with_trusted_proxies(["127.0.0.1"]).unwrap()
    });
    let from = |peer: String, email: String| {
        let publisher = publisher.clone();
        async move {
            let form = format!("email={email}&password=wrong");
            publisher
                .post(&[("x-forwarded-for", &peer)], &form)
                .await
                .status
        }
    };
    let ane = || from("192.0.2.1".into(), "anna@example.com".into());
    for _ in 0..10 {
        assert_eq!(ane().await, 303);
    }
    for at in 0..100 {
        assert_eq!(
            from(format!("198.51.100.{at}"), format!("a{at}@example.com")).await,
            303
        );
    }
    assert_eq!(ane().await, 429);
    let mut connection = ::redis::Client::open(redis.url())
        .unwrap()
        .get_multiplexed_async_connection()
        .await
        .unwrap();
    let keys: usize = ::redis::cmd("DBSIZE")
        .query_async(&mut connection)
        .await
        .unwrap();
    // The counters, and the two sets that know them.
    assert_eq!(keys, 30 + 2);
    let unlimited: usize = ::redis::cmd("EVAL")
        .arg(
            "local n = 0
            for _, key in ipairs(redis.call('KEYS', '*')) do
              if redis.call('TTL', key) < 0 then n = n + 1 end
            end
            return n",
        )
        .arg(0)
        .query_async(&mut connection)
        .await
        .unwrap();
    assert_eq!(unlimited, 0, "nothing outlives the window");
    // An attempt that is taken back leaves nothing behind.
    for _ in 0..3 {
        let form = "email=bo@example.com&password=lumen";
        let welcome = publisher
            .post(&[("x-forwarded-for", "203.0.113.9")], form)
            .await;
        assert!(
            welcome.header("location").contains("iteraspreauth="),
            "{welcome:?}"
        );
    }
    let keys: usize = ::redis::cmd("DBSIZE")
        .query_async(&mut connection)
        .await
        .unwrap();
    assert!(keys <= 30 + 2, "{keys}");
}

#[test]
fn an_address_that_is_none_is_not_repeated() {
    let error = Counters::in_redis("http://:secret-in-it@host")
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "redis: expected redis://[:password@]host[:port][/database]"
    );
}
