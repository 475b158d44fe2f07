//! C64: random secrets are looked for in everything that a program may show.
//!
//! A program of its own, since what logs and panics go to is chosen once for a whole process.

// clippy.toml allows it in tests, but does not see helpers as such.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

use std::io::Write;
use std::num::NonZeroU32;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::Request as Asked;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use iteras_client::iteras::{Iteras, Operation, Who};
use iteras_client::request::{Nature, Request};
use iteras_client::retry::Policy;
use iteras_client::webhook::Webhook;
use iteras_client::{
    ApiKey, Client, Clock as _, Credentials, Login, Place, System, SystemClock, Token, TokenSource,
};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tracing_subscriber::fmt::MakeWriter;

/// All that was logged or shown.
#[derive(Clone, Default)]
struct Shown(Arc<Mutex<Vec<u8>>>);

impl Shown {
    fn note(&self, text: impl std::fmt::Display) {
        writeln!(self.0.lock().unwrap(), "{text}").unwrap();
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Shown {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Shown {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Echoes everything it is sent, as a careless service does, with the status in the path.
async fn echo(asked: Asked) -> impl IntoResponse {
    let status = asked
        .uri()
        .path()
        .split('/')
        .nth(1)
        .and_then(|code| code.parse().ok());
    let status = StatusCode::from_u16(status.unwrap_or(400)).unwrap();
    let (parts, body) = asked.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let body = String::from_utf8_lossy(&body).into_owned();
    let mut text = format!("bad: {} {:?} {body}", parts.uri, parts.headers);
    // Mistakes of a person are told with 200.
    if status == StatusCode::OK {
        text = serde_json::json!({ "errorcode": text }).to_string();
    }
    (status, [(header::CONTENT_TYPE, "text/plain")], text)
}

/// The base addresses of a service that echoes, of one that closes every connection, and of nobody.
async fn services(tasks: &mut JoinSet<()>) -> [String; 3] {
    let echoing = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closing = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = |listener: &TcpListener| format!("http://{}/", listener.local_addr().unwrap());
    let bases = [
        base(&echoing),
        base(&closing),
        "http://127.0.0.1:1/".to_owned(),
    ];
    let router = Router::new().fallback(echo);
    tasks.spawn(async move { axum::serve(echoing, router).await.unwrap() });
    tasks.spawn(async move {
        loop {
            drop(closing.accept().await.unwrap());
        }
    });
    bases
}

fn key(text: &str) -> ApiKey {
    ApiKey::new(text).unwrap()
}

struct Secrets(Vec<String>);

impl Secrets {
    /// A new one, that is looked for from now on.
    fn one_more(&mut self) -> String {
        let clock = SystemClock::new();
        let secret = format!("x{:016x}{:016x}", clock.random(), clock.random());
        self.0.push(secret.clone());
        secret
    }

    fn found_in(&self, text: &str) -> Vec<&String> {
        let forms = |secret: &String| {
            let coded = STANDARD.encode(secret);
            // The middle of a Basic header, whatever the user's length.
            let bits = [0, 1, 2].map(|skip| STANDARD.encode(&secret[skip..])[..20].to_owned());
            [secret.clone(), coded].into_iter().chain(bits)
        };
        self.0
            .iter()
            .filter(|secret| forms(secret).any(|form| text.contains(&form)))
            .collect()
    }
}

fn ways(secrets: &mut Secrets) -> Vec<Credentials> {
    let login = |secrets: &mut Secrets| Login::new("demo", &secrets.one_more()).unwrap();
    let token = |secrets: &mut Secrets| Token::new(&secrets.one_more()).unwrap();
    let source = TokenSource::new("200/token");
    vec![
        Credentials::basic(login(secrets)),
        Credentials::bearer(token(secrets)),
        Credentials::header("X-Iteras-Key", key(&secrets.one_more())).unwrap(),
        Credentials::query("iteras-key", key(&secrets.one_more())).unwrap(),
        Credentials::query("apiKey", key(&secrets.one_more())).unwrap(),
        Credentials::query("other", key(&secrets.one_more())).unwrap(),
        Credentials::cookie("dtz-auth", token(secrets)).unwrap(),
        Credentials::renewed(
            source
                .clone()
                .with_basic(login(secrets))
                .with_field("password", &secrets.one_more()),
        ),
        Credentials::renewed(
            source
                .with_field("key", &secrets.one_more())
                .sent_as(Place::Cookie("dtz-auth".into())),
        ),
    ]
}

async fn fail_every_way(shown: &Shown, secrets: &mut Secrets, bases: &[String]) {
    for base in bases {
        for credentials in ways(secrets) {
            let careless = System::new("test", &format!("{base}200/"), credentials.clone());
            let careless = Iteras::with_client(Client::new(careless).unwrap());
            if base == &bases[0] {
                let password = secrets.one_more();
                let asked = careless.authenticate_customer(Who::Id("1"), &password, None);
                let error = asked.await.unwrap_err();
                shown.note(format!("{error} {error:?} {}", error.code()));
                let error = careless.setup().await.unwrap_err();
                shown.note(format!("{error} {error:?} {}", error.code()));
            }
            let system = System::new("test", base, credentials);
            shown.note(format!("{system:?}"));
            // The texts do not depend on the time that was waited.
            let policy = Policy {
                base: Duration::ZERO,
                ..Policy::default()
            };
            let client = Client::builder(system).with_policy(policy).build().unwrap();
            shown.note(format!("{client:?}"));
            for path in ["400/x", "401/x", "403/x", "500/x"] {
                let error = client.send(&Request::get(path)).await.unwrap_err();
                shown.note(format!("{error} {error:?} {error:#?} {}", error.code()));
            }
            let iteras = Iteras::with_client(client.clone());
            let password = secrets.one_more();
            let seconds = NonZeroU32::new(60);
            let error = iteras
                .authenticate_customer(Who::Id("1"), &password, seconds)
                .await
                .unwrap_err();
            shown.note(format!("{error} {error:?} {iteras:?}"));
            let form = Request::post("403/x", Nature::Write).with_form(&[("password", &password)]);
            shown.note(format!("{form:?}"));
            let error = client.send(&form.with_secret(&password)).await.unwrap_err();
            shown.note(format!("{error} {error:?}"));
        }
    }
}

#[tokio::test]
async fn c64_no_secret_is_shown_anywhere() {
    let shown = Shown::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(shown.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    // reqwest logs by the older crate.
    tracing_log::LogTracer::init().unwrap();
    let hooked = shown.clone();
    panic::set_hook(Box::new(move |panicked| hooked.note(panicked)));
    let mut secrets = Secrets(Vec::new());
    let mut tasks = JoinSet::new();
    let bases = services(&mut tasks).await;
    fail_every_way(&shown, &mut secrets, &bases).await;

    let webhook = Webhook::new(Token::new(&secrets.one_more()).unwrap());
    let body = format!("[\"{}\"]", secrets.0[0]);
    let refusal = webhook
        .events(Some(b"Bearer x"), body.as_bytes())
        .unwrap_err();
    shown.note(format!("{webhook:?} {refusal} {refusal:?}"));
    let unusable = format!("{}\r\n", secrets.one_more());
    for error in [
        iteras_client::ApiKey::new(&unusable).unwrap_err(),
        Token::new(&unusable).unwrap_err(),
        Login::new("a", &unusable).unwrap_err(),
    ] {
        shown.note(format!("{error} {error:?}"));
    }
    let held = key(&secrets.one_more());
    let panicked = AssertUnwindSafe(|| panic!("unexpected {held:?}"));
    assert!(panic::catch_unwind(panicked).is_err());
    let operation = Operation::CreateCustomer {
        data: Default::default(),
    };
    shown.note(format!("{operation:?}"));

    // From here on a failure shall be seen.
    drop(panic::take_hook());
    let text = shown.text();
    for expected in [
        "refused",
        "no answer",
        "iteras-key=[redacted]",
        "unexpected ApiKey([redacted])",
        "starting new connection",
    ] {
        assert!(text.contains(expected), "expected {expected} in {text}");
    }
    let planted = STANDARD.encode(format!("demo:{}", secrets.0[0]));
    assert_eq!(
        secrets.found_in(&planted),
        [&secrets.0[0]],
        "the search works"
    );
    assert_eq!(secrets.found_in(&text), Vec::<&String>::new(), "{text}");
    assert!(secrets.0.len() >= 50, "{} secrets", secrets.0.len());
}
