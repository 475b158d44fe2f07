//! On wasm32: the fetch of Workers and Node.
//!
//! fetch does not tell whether bytes went out, so every failure counts as if they had; redirects are not
//! followed; `Cookie` headers are not sent by it, which is why that scheme is refused beforehand.

use std::time::Duration;

use bytes::Bytes;
use gloo_net::http::{Headers, RequestBuilder};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader, RequestRedirect};

use super::{Broken, Incoming};
use crate::request::{Method, Outgoing};
use crate::system::Host;
use crate::{Clock, ConfigError};

pub(crate) const HOST: Host = Host::Fetch;

/// The host's fetch; there is nothing to hold.
pub(crate) struct Http;

impl Http {
    /// Refused in a page: who reads it would read the key.
    pub(crate) fn new() -> Result<Self, ConfigError> {
        let document = Reflect::get(&js_sys::global(), &JsValue::from_str("document"));
        match document {
            Ok(document) if !document.is_undefined() => Err(ConfigError::new(
                "host",
                "expected a Worker or Node, found a page, whose readers would get the key",
            )),
            _ => Ok(Self),
        }
    }

    pub(crate) async fn send(&self, outgoing: &Outgoing) -> Result<Incoming, Broken> {
        let abort = Abort::new()?;
        let headers = Headers::new();
        for (name, value) in outgoing.headers() {
            headers.set(name, value);
        }
        let method = match outgoing.method() {
            Method::Get => gloo_net::http::Method::GET,
            Method::Post => gloo_net::http::Method::POST,
        };
        let request = RequestBuilder::new(outgoing.url())
            .method(method)
            .headers(headers)
            // Workers know no `error`; with `manual` the 3xx itself comes, or an opaque answer of status 0.
            .redirect(RequestRedirect::Manual)
            .abort_signal(Some(&abort.0.signal()));
        let request = match outgoing.body() {
            Some(body) => request.body(body),
            None => request.build(),
        };
        // Their texts may hold the address.
        let unsent = |_| Broken::Unsent("fetch does not take the request".into());
        let request = request.map_err(unsent)?;
        let response = request.send().await.map_err(|_| lost("fetch failed"))?;
        let reader = match response.body() {
            Some(stream) => Some(reader(&stream)?),
            None => None,
        };
        let headers = response.headers();
        Ok(Incoming {
            status: match response.status() {
                0 => 302,
                status => status,
            },
            retry_after: headers.get("retry-after"),
            // Without it no redirect is followed.
            location: None,
            content_type: headers.get("content-type"),
            body: Body { reader, abort },
        })
    }
}

/// Ends the request when nobody waits for it any more.
struct Abort(AbortController);

impl Abort {
    fn new() -> Result<Self, Broken> {
        let controller = AbortController::new();
        controller
            .map(Self)
            .map_err(|_| lost("there is no AbortController"))
    }
}

impl Drop for Abort {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// An answer's body, piece by piece.
pub(crate) struct Body {
    reader: Option<ReadableStreamDefaultReader>,
    #[expect(dead_code, reason = "held for what its drop does")]
    abort: Abort,
}

impl Body {
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, Broken> {
        let Some(reader) = &self.reader else {
            return Ok(None);
        };
        let read = JsFuture::from(reader.read()).await;
        let read = read.map_err(|_| lost("the answer broke off"))?;
        let field =
            |name| Reflect::get(&read, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED);
        if field("done").is_truthy() {
            return Ok(None);
        }
        let bytes = field("value").dyn_into::<Uint8Array>();
        let bytes = bytes.map_err(|_| lost("the answer is not made of bytes"))?;
        Ok(Some(Bytes::from(bytes.to_vec())))
    }
}

fn reader(stream: &web_sys::ReadableStream) -> Result<ReadableStreamDefaultReader, Broken> {
    ReadableStreamDefaultReader::new(stream).map_err(|_| lost("the answer can't be read"))
}

fn lost(text: &str) -> Broken {
    Broken::Lost(text.into())
}

pub(crate) async fn sleep(time: Duration) {
    gloo_timers::future::sleep(time).await;
}

/// The host's clocks.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl SystemClock {
    /// The host's clocks.
    pub fn new() -> Self {
        Self
    }
}

impl Clock for SystemClock {
    fn monotonic(&self) -> Duration {
        Duration::from_secs_f64(now() / 1000.0)
    }

    fn unix(&self) -> i64 {
        (js_sys::Date::now() / 1000.0) as i64
    }

    fn random(&self) -> u64 {
        let half = || u64::from((js_sys::Math::random() * 4_294_967_296.0) as u32);
        half() << 32 | half()
    }
}

#[wasm_bindgen::prelude::wasm_bindgen]
extern "C" {
    // Node and Workers have it as a global; web-sys looks for it on a window.
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}
