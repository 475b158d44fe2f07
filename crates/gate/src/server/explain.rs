//! `--check --explain URL`: which rule decides about a page, and why.

use iteras_guard::config_error::shown;
use iteras_guard::rules::Request;

use super::state::State;

impl State {
    /// Says which rule decides about the page of an absolute URL, in lines of text; a request that has a form in its
    /// body may be another one. The URL is taken to the letter, since normal forms are what is asked about.
    pub fn explain(&self, url: &str) -> Result<String, String> {
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
        let request = Request {
            host: Some(host).filter(|host| !host.is_empty()),
            path: if path.is_empty() { "/" } else { path },
            query,
            ..Request::default()
        };
        let explanation = self.rules.explain(&request).to_string();
        Ok([url, &explanation].join("\n").replace('\n', "\n    "))
    }
}
