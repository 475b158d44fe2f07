//! The parts of a request that a decision is made from.

use std::borrow::Cow;

use http::header::{ACCEPT, COOKIE, HOST, HeaderValue};
use http::request::Parts;
use http::{Extensions, HeaderMap, Method};
use iteras_guard::cookies::own_text;
use iteras_guard::headers::{FORWARDED_PROTO, PURPOSES, is_https};
use iteras_guard::parameters::ReadName;
use iteras_guard::plan::Visit;
use iteras_guard::rules::{Form, Request};

/// A view of a request: the visitor's own, also where a proxy asks on its behalf.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The method. Reported, never judged.
    pub method: &'a Method,
    /// Host with port as the visitor sent it; `None` when there is none, or two that differ.
    pub host: Option<&'a str>,
    /// The path, percent-encoded as received.
    pub path: &'a str,
    /// The query without its `?`; empty when there is none.
    pub query: &'a str,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// Facts that other layers know about the request, for the editors' check.
    pub extensions: &'a Extensions,
}

impl<'a> Asked<'a> {
    /// The view of a request that came from the visitor itself.
    pub fn of(parts: &'a Parts) -> Self {
        Self {
            method: &parts.method,
            host: host(parts),
            path: parts.uri.path(),
            query: parts.uri.query().unwrap_or(""),
            headers: &parts.headers,
            extensions: &parts.extensions,
        }
    }

    /// The request as rules look at it.
    pub fn request(&self) -> Request<'a> {
        let form = self.extensions.get::<SeenForm>();
        Request {
            host: self.host,
            path: self.path,
            query: self.query,
            form: form.map_or(Form::Unseen, SeenForm::as_form),
        }
    }
}

/// The form in a request's body, told as an extension by who reads the body before the gate is asked. The layer
/// itself can't see bodies: without this, names in forms don't count.
#[derive(Clone, Debug)]
pub enum SeenForm {
    /// The names of its fields.
    Names(Vec<ReadName>),
    /// It was not read, being too long or coded: it may hold any name.
    Unread,
}

impl SeenForm {
    fn as_form(&self) -> Form<'_> {
        match self {
            Self::Names(names) => Form::Names(names),
            Self::Unread => Form::Unread,
        }
    }
}

impl Visit for Asked<'_> {
    fn method(&self) -> Cow<'_, str> {
        self.method.as_str().into()
    }

    fn host(&self) -> Option<Cow<'_, str>> {
        self.host.map(Cow::from)
    }

    fn path(&self) -> Cow<'_, str> {
        self.path.into()
    }

    fn query(&self) -> Cow<'_, str> {
        self.query.into()
    }

    fn destination(&self) -> Option<Cow<'_, str>> {
        let value = self.headers.get("sec-fetch-dest")?;
        Some(value.to_str().unwrap_or("?").into())
    }

    fn purpose(&self) -> Cow<'_, str> {
        let lines = PURPOSES.iter().map(|name| self.headers.get_all(*name));
        joined(lines.flatten())
    }

    fn accept(&self) -> Cow<'_, str> {
        joined(self.headers.get_all(ACCEPT).iter())
    }

    // What anybody but a proxy of the publisher's says of it is deleted before.
    fn is_https(&self) -> bool {
        is_https(&joined(self.headers.get_all(FORWARDED_PROTO).iter()))
    }

    fn cookies(&self, name: &'static str) -> Cow<'_, str> {
        let lines = self.headers.get_all(COOKIE).iter();
        own_text(name, lines.map(HeaderValue::as_bytes))
    }
}

/// Lines of a list in one; a line that is no text says nothing that is known.
fn joined<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Cow<'a, str> {
    lines.fold(Cow::Borrowed(""), |all, line| {
        let line = line.to_str().unwrap_or("?");
        match &*all {
            "" => line.into(),
            _ => format!("{all},{line}").into(),
        }
    })
}

fn host(parts: &Parts) -> Option<&str> {
    let mut lines = parts.headers.get_all(HOST).iter();
    let line = lines.next().map(|line| line.to_str());
    if lines.next().is_some() {
        return None;
    }
    let authority = parts.uri.authority().map(|authority| authority.as_str());
    match (authority, line) {
        (None, line) => line?.ok(),
        (Some(authority), None) => Some(authority),
        (Some(authority), Some(Ok(line))) => authority.eq_ignore_ascii_case(line).then_some(line),
        (Some(_), Some(Err(_))) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_hosts_that_differ_are_no_host() {
        let request = http::Request::get("http://pub.example/").header("host", "club.example");
        let (parts, ()) = request.body(()).unwrap().into_parts();
        assert_eq!(Asked::of(&parts).request().host, None);
    }
}
