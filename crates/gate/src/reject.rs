//! What a visitor gets who is not let through: a type or a closure.

use http::header::{CONTENT_TYPE, HeaderValue, LOCATION};
use http::{Response, StatusCode};
use iteras::Requirement;
use iteras::landing::landing_url;
use iteras::urls::Resolved;
use iteras_guard::landing::{self, DENIAL_PAGE};
use url::Url;

use crate::{Asked, Body, ConfigError, Denial, text_body};

/// Makes the answer for a request that was denied. Implemented for closures
/// `Fn(&Denial, &Asked<'_>) -> Response<Body>`.
///
/// The layer then sees to the header rules: never stored, no `ETag`, the public reason.
pub trait Reject: Send + Sync + 'static {
    /// The answer.
    fn reject(&self, denial: &Denial, asked: &Asked<'_>) -> Response<Body>;
}

impl<F> Reject for F
where
    F: Fn(&Denial, &Asked<'_>) -> Response<Body> + Send + Sync + 'static,
{
    fn reject(&self, denial: &Denial, asked: &Asked<'_>) -> Response<Body> {
        self(denial, asked)
    }
}

/// A short page with status 401 or 403, see [`Denial::status`].
#[derive(Clone, Debug)]
pub struct StatusPage {
    page: String,
    payment_required: bool,
}

impl StatusPage {
    /// A page in English with one sentence.
    #[must_use]
    pub fn new() -> Self {
        Self {
            page: DENIAL_PAGE.to_owned(),
            payment_required: false,
        }
    }

    /// Another page, HTML in UTF-8.
    #[must_use]
    pub fn with_page(mut self, html: impl Into<String>) -> Self {
        self.page = html.into();
        self
    }

    /// Answers 402 instead of 401 and 403.
    #[must_use]
    pub fn payment_required(mut self) -> Self {
        self.payment_required = true;
        self
    }
}

impl Default for StatusPage {
    fn default() -> Self {
        Self::new()
    }
}

impl Reject for StatusPage {
    fn reject(&self, denial: &Denial, _asked: &Asked<'_>) -> Response<Body> {
        let mut response = Response::new(text_body(self.page.clone()));
        *response.status_mut() = if self.payment_required {
            StatusCode::PAYMENT_REQUIRED
        } else {
            denial.status()
        };
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, html);
        response
    }
}

/// Sends readers to a landing page with `iterasnext` and `iterasaccess` (documented surface, section 2.1).
///
/// Only navigations: `GET` and `HEAD`, and where the browser says what the answer is for, a document or
/// a frame. Everything else, and what would go round in circles, gets the [`StatusPage`].
#[derive(Clone, Debug)]
pub struct LandingPage {
    target: String,
    otherwise: StatusPage,
}

impl LandingPage {
    /// Takes a path (`/subscribe`) or an absolute http or https URL.
    pub fn new(target: &str) -> Result<Self, ConfigError> {
        let refused = || {
            ConfigError::new(
                "landing",
                format!("{target:?} is not a path or a http(s) URL"),
            )
        };
        let url = base().join(target).map_err(|_| refused())?;
        let relative = target.starts_with('/') && url.host_str() == base().host_str();
        let absolute = Url::parse(target).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !relative && !absolute {
            return Err(refused());
        }
        Ok(Self {
            target: target.to_owned(),
            otherwise: StatusPage::new(),
        })
    }

    /// What those get who are not sent on.
    #[must_use]
    pub fn otherwise(mut self, page: StatusPage) -> Self {
        self.otherwise = page;
        self
    }

    /// Where this reader is sent; `None` for those who get the page instead.
    pub(crate) fn target(&self, denial: &Denial, asked: &Asked<'_>) -> Option<HeaderValue> {
        is_navigation(asked).then(|| self.location(denial, asked))?
    }

    fn location(&self, denial: &Denial, asked: &Asked<'_>) -> Option<HeaderValue> {
        // The gate may not know the scheme that the visitor used; a host and path tell pages apart as well.
        let origin = match Url::parse(&self.target) {
            Ok(target) => format!("{}://{}", target.scheme(), asked.host?),
            Err(_) => format!("http://{}", asked.host?),
        };
        let query = if asked.query.is_empty() { "" } else { "?" };
        let page = Url::parse(&format!("{origin}{}{query}{}", asked.path, asked.query)).ok()?;
        let target = page.join(&self.target).ok()?;
        let (page_origin, target_origin) = (
            page.origin().ascii_serialization(),
            target.origin().ascii_serialization(),
        );
        let wanted = Requirement {
            access: denial.access(),
            ..Requirement::ANY
        };
        let url = landing_url(
            &resolved(&target, &target_origin),
            &resolved(&page, &page_origin),
            &wanted,
        )?;
        // A path stays one, so that no Host header of a visitor ends up in a Location.
        let location = match self.target.starts_with('/') {
            true => url.strip_prefix(&target_origin)?,
            false => &url,
        };
        HeaderValue::from_str(location).ok()
    }
}

fn base() -> Url {
    Url::parse("http://site.invalid/").expect("the text above is a URL")
}

fn resolved<'a>(url: &'a Url, origin: &'a str) -> Resolved<'a> {
    Resolved {
        href: url.as_str(),
        origin,
        protocol: if url.scheme() == "https" {
            "https:"
        } else {
            "http:"
        },
        pathname: url.path(),
        hostname: url.host_str().unwrap_or(""),
        credentials: url.username(),
    }
}

fn is_navigation(asked: &Asked<'_>) -> bool {
    // A value that is no text is no destination either.
    let destination = asked.headers.get("sec-fetch-dest");
    let destination = destination.map(|value| value.to_str().unwrap_or("?"));
    landing::is_navigation(asked.method.as_str(), destination)
}

impl Reject for LandingPage {
    fn reject(&self, denial: &Denial, asked: &Asked<'_>) -> Response<Body> {
        let Some(location) = self.target(denial, asked) else {
            return self.otherwise.reject(denial, asked);
        };
        let mut response = Response::new(crate::body::empty());
        *response.status_mut() = StatusCode::FOUND;
        response.headers_mut().insert(LOCATION, location);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;
    use iteras::{Access, Reason};

    fn answer(landing: &str, uri: &str, destination: &str) -> (u16, String) {
        let request = Request::get(uri)
            .header("host", "pub.example")
            .header("sec-fetch-dest", destination);
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let denial = Denial {
            reason: Reason::NoPass,
            access: Access::Sub,
            facts: None,
        };
        let response = LandingPage::new(landing)
            .unwrap()
            .reject(&denial, &Asked::of(&parts));
        let location = response
            .headers()
            .get(LOCATION)
            .map(|value| value.to_str().unwrap());
        (
            response.status().as_u16(),
            location.unwrap_or("").to_owned(),
        )
    }

    #[test]
    fn readers_are_sent_on_with_what_the_landing_page_needs() {
        let sent = |to: &str| (302, to.to_owned());
        assert_eq!(
            answer("/buy?a=1#top", "/x?y=1&iterasgift=2", "document"),
            sent("/buy?a=1&iterasnext=%2Fx%3Fy%3D1&iterasaccess=sub#top")
        );
        assert_eq!(
            answer("https://login.example/in", "/x", "document"),
            sent("https://login.example/in?iterasnext=%2Fx&iterasaccess=sub")
        );
    }

    #[test]
    fn others_and_circles_get_the_page() {
        assert_eq!(answer("/buy", "/x.png", "image").0, 401);
        assert_eq!(answer("/buy", "/buy/", "document").0, 401);
        assert_eq!(answer("https://pub.example/buy", "/buy", "document").0, 401);
    }

    #[test]
    fn a_landing_page_is_a_path_or_an_http_url() {
        for odd in [
            "",
            "buy",
            "//evil.example/",
            "javascript:alert(1)",
            "/\\evil.example",
            "ftp://x/",
        ] {
            assert!(LandingPage::new(odd).is_err(), "{odd}");
        }
    }
}
