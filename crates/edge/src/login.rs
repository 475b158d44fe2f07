//! The log-in of `iteras/server`: reads settings and requests off a script's objects, and says step by step what the
//! script has to do. Nothing is decided here: that is `iteras_guard::login`.

use serde::{Deserialize, Deserializer, Serialize};
use serde_wasm_bindgen::{Serializer, from_value};
use wasm_bindgen::prelude::*;

use iteras_guard::login::{
    self, Answer, Body, Count, Counter, Limited, MAX_ANSWER, MAX_FORM, MAX_READ, Question, Refusal,
    WINDOW,
};
use iteras_guard::peers;

use super::login_options;

/// A log-in form's other end.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public types")]
pub struct LogIn(login::LogIn);

#[wasm_bindgen]
impl LogIn {
    /// Reads the options of `createLogin`, the base address as its parts; throws a sentence that names the setting,
    /// as a string.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue) -> Result<LogIn, JsValue> {
        let settings = login_options::read(options)?;
        Ok(LogIn(login::LogIn::new(settings)))
    }

    /// Begins an attempt with the facts of a [`Request`] and the bytes of its body.
    pub fn attempt(&self, request: JsValue, form: &[u8]) -> Result<Attempt, JsValue> {
        let request: Request = from_value(request)?;
        let facts = login::Request {
            method: &request.method,
            host: &request.host,
            fetch_site: request.fetch_site.as_deref(),
            origin: request.origin.as_deref(),
            reader: request.peer.as_deref().and_then(peers::address),
        };
        let body = match request.body {
            BodyRead::Whole => Body::Whole(form),
            BodyRead::Long => Body::TooLong,
            BodyRead::Broken => Body::Broken,
        };
        Ok(Attempt(self.0.attempt(&facts, body)))
    }

    /// Hands in the service's answer.
    pub fn answered(&mut self, attempt: &mut Attempt, status: u16, body: &[u8]) {
        let answer = Answer::Came { status, body };
        self.0.answered(&mut attempt.0, answer);
    }

    /// Says why there is none, without secrets.
    pub fn unanswered(&mut self, attempt: &mut Attempt, why: &str) {
        self.0.answered(&mut attempt.0, Answer::None(why));
    }

    /// The answer for a reader who sent this `Accept` header: `{ status, headers: [[name, value]…], body }`.
    pub fn reply(&self, attempt: &Attempt, accept: &str) -> Result<JsValue, JsValue> {
        let login::Step::Done(outcome) = attempt.0.step() else {
            return Err(JsValue::from_str("expected an attempt that has ended"));
        };
        let reply = self.0.reply(outcome, accept);
        object(&Reply {
            status: reply.status,
            headers: reply.headers,
            body: reply.body,
        })
    }
}

/// One attempt under way.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public types")]
pub struct Attempt(login::Attempt);

#[wasm_bindgen]
impl Attempt {
    /// The next thing to do, as one plain object: a [`Step`].
    pub fn step(&self) -> Result<JsValue, JsValue> {
        object(&match self.0.step() {
            login::Step::Count(count) => Step::Count(Counters::of(count)),
            login::Step::Ask(question) => Step::Ask {
                call: Question::CALL,
                body: question.body().to_string(),
                seconds: Question::SECONDS,
                most: MAX_ANSWER,
            },
            login::Step::TakeBack(count) => Step::TakeBack(Counters::of(count)),
            login::Step::Done(_) => Step::Done,
        })
    }

    /// Says that it is counted, with 0, or how many seconds have to be waited for; anything else is an outage.
    pub fn counted(&mut self, wait: f64) {
        self.0.counted(match wait {
            0.0 => Ok(()),
            wait if wait > 0.0 => Err(Refusal::Wait(wait.ceil() as u64)),
            _ => Err(Refusal::Unknown),
        });
    }

    /// Says that it counts no longer.
    #[wasm_bindgen(js_name = takenBack)]
    pub fn taken_back(&mut self) {
        self.0.taken_back();
    }

    /// Sentences for the publisher's log.
    pub fn notes(&self) -> Vec<String> {
        self.0.notes().to_vec()
    }
}

/// Failed attempts, in memory. Times are seconds of a clock that never goes back.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public types")]
pub struct MemoryCounters(login::MemoryCounters);

#[wasm_bindgen]
impl MemoryCounters {
    /// For this many counters; an attempt has up to five.
    #[wasm_bindgen(constructor)]
    pub fn new(capacity: usize) -> MemoryCounters {
        MemoryCounters(login::MemoryCounters::new(capacity))
    }

    /// Notes an attempt with these counters; 0, or the seconds to wait.
    pub fn begin(
        &mut self,
        counters: Vec<String>,
        limits: Vec<usize>,
        now: f64,
    ) -> Result<f64, JsValue> {
        let begun = self.0.begin(&count(&counters, &limits)?, now as u64);
        Ok(begun.map_or_else(|wait| wait as f64, |()| 0.0))
    }

    /// Takes back the attempt begun at that time.
    #[wasm_bindgen(js_name = takeBack)]
    pub fn take_back(
        &mut self,
        counters: Vec<String>,
        limits: Vec<usize>,
        begun: f64,
    ) -> Result<(), JsValue> {
        self.0.take_back(&count(&counters, &limits)?, begun as u64);
        Ok(())
    }
}

/// The facts of a request. All have to be given, `null` for those that were not sent.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Request {
    method: String,
    host: String,
    #[serde(deserialize_with = "given")]
    fetch_site: Option<String>,
    #[serde(deserialize_with = "given")]
    origin: Option<String>,
    /// The reader's address as the server has it; `null` for a Unix socket.
    #[serde(deserialize_with = "given")]
    peer: Option<String>,
    body: BodyRead,
}

/// The part of the body that was read.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum BodyRead {
    Whole,
    Long,
    Broken,
}

/// Without this, serde takes a missing field for `null`.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

#[derive(Serialize)]
#[serde(tag = "step", rename_all = "camelCase")]
enum Step {
    Count(Counters),
    Ask {
        call: &'static str,
        body: String,
        seconds: u64,
        most: usize,
    },
    TakeBack(Counters),
    Done,
}

/// Counters as 32 hex digits each.
#[derive(Serialize)]
struct Counters {
    counters: Vec<String>,
    limits: Vec<usize>,
    window: u64,
}

impl Counters {
    fn of(count: &Count) -> Self {
        let hex = |counter: Counter| format!("{:032x}", u128::from_be_bytes(counter));
        let counters = count.counters().iter();
        Self {
            counters: counters
                .clone()
                .map(|limited| hex(limited.counter))
                .collect(),
            limits: counters.map(|limited| limited.limit).collect(),
            window: WINDOW,
        }
    }
}

#[derive(Serialize)]
struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bounds {
    max_form: usize,
    max_read: usize,
}

/// Bytes of a body that are looked at, and that are read.
#[wasm_bindgen(js_name = logInBounds)]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn bounds() -> Result<JsValue, JsValue> {
    object(&Bounds {
        max_form: MAX_FORM,
        max_read: MAX_READ,
    })
}

fn object(value: &impl Serialize) -> Result<JsValue, JsValue> {
    let objects = Serializer::new().serialize_maps_as_objects(true);
    Ok(value.serialize(&objects)?)
}

fn count(counters: &[String], limits: &[usize]) -> Result<Count, JsValue> {
    let read = |text: &String| u128::from_str_radix(text, 16).ok().map(u128::to_be_bytes);
    let limited = counters.iter().zip(limits).map(|(counter, &limit)| {
        let counter = read(counter)?;
        Some(Limited { counter, limit })
    });
    let count: Option<Count> = limited.collect();
    count.ok_or_else(|| JsValue::from_str("expected counters of 32 hex digits"))
}
