//! The crate for programs that speak JSON: a request in, an answer out. An error is a sentence.
//!
//! A request: `{ sources: [{ name, address, policies, text, form }], measured: [{ place, window, boxes }] }`, with
//! `address` empty where none is known, `policies` the value of a `Content-Security-Policy` header, and `form` either
//! `page` or `script`. A member too many or too few is an error.

use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::{FRAME_HEIGHT, Form, LONGEST, MeasuredFrame, PROPERTIES, Report, Source, WINDOWS};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    sources: Vec<Given>,
    measured: Vec<MeasuredFrame>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    name: String,
    address: String,
    policies: String,
    text: String,
    form: Form,
}

impl Request {
    fn read(request: &str) -> Result<(Vec<Source>, Vec<MeasuredFrame>), String> {
        let request: Self = serde_json::from_str(request).map_err(|error| error.to_string())?;
        let sources: Result<_, String> = request.sources.into_iter().map(Given::source).collect();
        Ok((sources?, request.measured))
    }
}

impl Given {
    fn source(self) -> Result<Source, String> {
        let Self {
            name,
            address,
            policies,
            text,
            form,
        } = self;
        if text.len() as u64 > LONGEST {
            let length = text.len();
            return Err(format!(
                "{name}: expected at most {LONGEST} bytes, got {length}"
            ));
        }
        Ok(Source {
            address: match address.trim() {
                "" => None,
                address => Some(of_page(address)?),
            },
            policies: Source::policies(&policies).collect(),
            name,
            text,
            form,
        })
    }
}

/// The address of a page.
///
/// # Errors
///
/// A sentence where it is none, or not http(s).
pub fn of_page(address: &str) -> Result<Url, String> {
    let refused = || format!("expected an http(s) address, got {address:?}");
    let url = Url::parse(address.trim()).map_err(|_| refused())?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        _ => Err(refused()),
    }
}

/// Constants for a program that renders pages: `{ height, windows, properties, longest }`.
#[must_use]
pub fn constants() -> Value {
    json!({
        "height": FRAME_HEIGHT, "windows": WINDOWS, "properties": PROPERTIES, "longest": LONGEST,
    })
}

/// The [`places`](crate::places()) of a request's sources, in order: `[{ source, line, call, target }]`.
///
/// # Errors
///
/// A sentence where the request is none.
pub fn places(request: &str) -> Result<Value, String> {
    let (sources, _) = Request::read(request)?;
    Ok(json!(crate::places(&sources)))
}

/// The report: `{ report, text, unmeasured }`, the first as [`Report::json`], the second as [`Report::text`].
///
/// # Errors
///
/// A sentence where the request is none.
pub fn check(request: &str) -> Result<Value, String> {
    let (sources, measured) = Request::read(request)?;
    let report = Report::of(&sources, &measured);
    let unmeasured = report.unmeasured(&measured);
    Ok(json!({ "report": report.json(&[]), "text": report.text(), "unmeasured": unmeasured }))
}
