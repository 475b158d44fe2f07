//! Origins: the three addresses of a running stand-in, and the syntax of an origin.

use serde::Serialize;
use url::Url;

/// Placeholder in a profile's `sites` for the demo site, whose port is only known at run time.
pub(crate) const SITE_PLACEHOLDER: &str = "{site}";

/// The addresses of the three servers: origins without a final slash.
#[derive(Clone, Debug, Serialize)]
pub struct Origins {
    /// The demo site.
    pub site: String,
    /// The stand-in of the service: script, frames, renewal, server API.
    pub service: String,
    /// The control server for tests and the demo's what-if panel.
    pub control: String,
}

/// True for exactly an http or https origin: no path, no final slash, no user.
pub(crate) fn is_origin(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == text
    })
}

/// The origin of a URL such as a `Referer` header, if it has one.
pub(crate) fn origin_of(url: &str) -> Option<String> {
    let origin = Url::parse(url).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_in_one_way() {
        for text in ["http://localhost:4801", "https://magazine.example"] {
            assert!(is_origin(text), "{text}");
        }
        for text in [
            "https://magazine.example/",
            "https://magazine.example:443",
            "HTTPS://magazine.example",
            "https://a@magazine.example",
            "ftp://magazine.example",
            "null",
            "*",
            "https://magazine.example; script-src *",
        ] {
            assert!(!is_origin(text), "{text}");
        }
        assert_eq!(
            origin_of("http://localhost:4801/a?b").as_deref(),
            Some("http://localhost:4801")
        );
        assert_eq!(origin_of("data:text/html,x"), None);
    }
}
