//! `--check --explain URL`: which rule decides about a page, and why.

use http::header::HOST;
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{Method, Request, Uri};
use iteras_guard::config_error::shown;
use iteras_guard::rules;

use crate::Rules;

/// Says which rule decides about the page of an absolute URL, in lines of text; a request that has a form in its body
/// may be another one. The URL is taken to the letter, since normal forms are what is asked about.
pub(crate) fn explain(all: &Rules, url: &str) -> Result<String, String> {
    let (host, path, query) = parts(url)?;
    let request = rules::Request {
        host: Some(host).filter(|host| !host.is_empty()),
        path,
        query,
        ..rules::Request::default()
    };
    let explanation = all.explain(&request).to_string();
    Ok([url, &explanation].join("\n").replace('\n', "\n    "))
}

/// Host, path and query of an absolute URL, to the letter.
fn parts(url: &str) -> Result<(&str, &str, &str), String> {
    let refused = || {
        format!(
            "expected a URL such as https://pub.example/articles/1?p=2, got {}",
            shown(url)
        )
    };
    let (_, rest) = url
        .split_once("://")
        .filter(|(scheme, _)| ["http", "https"].contains(scheme))
        .ok_or_else(refused)?;
    let (rest, _) = rest.split_once('#').unwrap_or((rest, ""));
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, target) = rest.split_at(end);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Ok((host, if path.is_empty() { "/" } else { path }, query))
}

/// The head of the request for the page of an absolute URL, path and query to the letter, as the gate gets it.
///
/// # Errors
///
/// A sentence where that is no URL, or no request could be made of it.
pub fn request(url: &str, method: &str) -> Result<Parts, String> {
    let (host, path, query) = parts(url)?;
    let target = match query {
        "" => path.to_owned(),
        query => [path, "?", query].concat(),
    };
    let target = PathAndQuery::try_from(target);
    let target = target.map_err(|_| {
        "expected a path without blanks and the like, which are percent-encoded".to_owned()
    })?;
    let refused = |_| format!("expected a method such as GET, got {}", shown(method));
    let method = Method::from_bytes(method.as_bytes()).map_err(refused)?;
    let mut request = Request::builder().method(method).uri(Uri::from(target));
    if !host.is_empty() {
        request = request.header(HOST, host);
    }
    let request = request
        .body(())
        .map_err(|_| format!("expected a host, got {}", shown(host)))?;
    Ok(request.into_parts().0)
}
