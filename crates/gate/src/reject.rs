//! Answers to visitors who are not let through: a type or a closure.

use http::header::{CONTENT_TYPE, HeaderValue, LOCATION};
use http::{Response, StatusCode};
use iteras_guard::config_error::shown;
use iteras_guard::landing::{self, Address, Landing, denial_page};
use iteras_guard::plan::Denial;
use url::Url;

use crate::{Asked, Body, ConfigError, text_body};

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

/// A short page with status 401 or 403 (rules, "Statuses and headers").
#[derive(Clone, Debug, Default)]
pub struct StatusPage {
    /// In place of the pages of [`denial_page`].
    page: Option<String>,
    payment_required: bool,
}

impl StatusPage {
    /// A page in English with one sentence, which says the public reason.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Another page, HTML in UTF-8.
    #[must_use]
    pub fn with_page(mut self, html: impl Into<String>) -> Self {
        self.page = Some(html.into());
        self
    }

    /// Answers 402 instead of 401 and 403.
    #[must_use]
    pub fn payment_required(mut self) -> Self {
        self.payment_required = true;
        self
    }
}

impl Reject for StatusPage {
    fn reject(&self, denial: &Denial, _asked: &Asked<'_>) -> Response<Body> {
        let page = match &self.page {
            Some(page) => text_body(page.clone()),
            None => text_body(denial_page(denial.reason())),
        };
        let mut response = Response::new(page);
        let status = landing::status(denial.reason(), self.payment_required);
        *response.status_mut() = StatusCode::from_u16(status).expect("401 to 403 are statuses");
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, html);
        response
    }
}

/// Sends readers to a landing page with `iterasnext` and `iterasaccess` (surface, section 2.1).
///
/// Only navigations: `GET` and `HEAD`, and where the browser says what the answer is for, a document or
/// a frame. Everything else, and what would go round in circles, gets the [`StatusPage`].
#[derive(Clone, Debug)]
pub struct LandingPage {
    landing: Landing,
    otherwise: StatusPage,
}

impl LandingPage {
    /// Takes a path (`/subscribe`) or an absolute http or https URL.
    pub fn new(target: &str) -> Result<Self, ConfigError> {
        let problem = || format!("{} is not a path or a http(s) URL", shown(target));
        let landing = Landing::new(target, &parse);
        Ok(Self {
            landing: landing.ok_or_else(|| ConfigError::new("landing", problem()))?,
            otherwise: StatusPage::new(),
        })
    }

    /// The page for those who are not sent on.
    #[must_use]
    pub fn otherwise(mut self, page: StatusPage) -> Self {
        self.otherwise = page;
        self
    }

    /// The address that this reader is sent to; `None` for those who get the page instead.
    pub(crate) fn location(&self, denial: &Denial, asked: &Asked<'_>) -> Option<HeaderValue> {
        if denial.is_ahead() {
            return None;
        }
        let location = self.landing.location(asked, denial.access(), &parse)?;
        HeaderValue::try_from(location).ok()
    }
}

impl Reject for LandingPage {
    fn reject(&self, denial: &Denial, asked: &Asked<'_>) -> Response<Body> {
        let Some(location) = self.location(denial, asked) else {
            return self.otherwise.reject(denial, asked);
        };
        let mut response = Response::new(crate::body::empty());
        *response.status_mut() = StatusCode::FOUND;
        response.headers_mut().insert(LOCATION, location);
        response
    }
}

fn parse(text: &str, base: Option<&str>) -> Option<Address> {
    let url = match base {
        Some(base) => Url::parse(base).ok()?.join(text).ok()?,
        None => Url::parse(text).ok()?,
    };
    Some(Address {
        origin: url.origin().ascii_serialization(),
        protocol: [url.scheme(), ":"].concat(),
        pathname: url.path().to_owned(),
        href: url.into(),
    })
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
        let denial = Denial::new(Reason::NoPass, Access::Sub);
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
