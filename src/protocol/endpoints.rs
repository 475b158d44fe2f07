//! The service's URLs: their templates, and the bases and templates that a page may set instead.

use alloc::string::String;

use crate::requirement::Ids;
use crate::text::{cut, cut_last, or, push};
use crate::urls::{Resolved, push_percent_encoded, without_fragment};

/// The service's base URL when neither configuration nor the script's own URL says otherwise.
pub const DEFAULT_BASE: &str = "https://app.iteras.dk";

/// A part of the service that has a URL of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// The customer's own pages, in a frame.
    SelfService,
    /// An order form, in a frame.
    Ordering,
    /// The deprecated sign-up form, in a frame.
    SignUp,
    /// The log-in to one or several paywalls, in a frame.
    Paywall,
    /// The renewal of a pass, which the page's script asks for.
    Renew,
}

/// **The five values to fill in before production**: URL templates with `{base}`, `{profile}`, `{id}`,
/// in the order of [`Endpoint::ALL`].
const TEMPLATES: [&str; 5] = [
    "{base}/{profile}/selfservice/?iframe=1",
    "{base}/{profile}/order/{id}/?iframe=1",
    "{base}/{profile}/signup/{id}/?iframe=1",
    "{base}/{profile}/paywall/{id}/?iframe=1",
    "{base}/api/paywall/renew/",
];

/// The names in `configure({ endpoints })`, in the order of [`Endpoint::ALL`].
const NAMES: [&str; 5] = ["selfservice", "ordering", "signup", "paywall", "renew"];

impl Endpoint {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::SelfService,
        Self::Ordering,
        Self::SignUp,
        Self::Paywall,
        Self::Renew,
    ];

    /// The name in `configure({ endpoints })`.
    pub const fn name(self) -> &'static str {
        NAMES[self as usize]
    }

    /// The built-in URL template.
    pub const fn template(self) -> &'static str {
        TEMPLATES[self as usize]
    }

    /// The endpoint's URL. An empty `template` stands for the built-in one, an empty `base` for
    /// [`DEFAULT_BASE`]. Values are percent-encoded, ids joined by `,`.
    pub fn url(self, template: &str, base: &str, profile: &str, ids: Ids<'_>) -> String {
        let mut rest = or(template, self.template());
        let mut url = String::new();
        while let Some((before, name, after)) = placeholder(rest) {
            push(&mut url, before);
            match name {
                "base" => push(&mut url, or(base, DEFAULT_BASE)),
                "profile" => push_percent_encoded(&mut url, profile),
                _ => {
                    let mut comma = "";
                    for id in ids.iter() {
                        push(&mut url, comma);
                        push_percent_encoded(&mut url, id);
                        comma = ",";
                    }
                }
            }
            rest = after;
        }
        push(&mut url, rest);
        url
    }
}

/// A template cut at its first placeholder: before it, its name, behind it.
fn placeholder(template: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = cut(template, b'{')?;
    let (name, after) = cut(rest, b'}')?;
    Some((before, name, after))
}

/// A base URL without its final slash: http or https, no user name, query or fragment; `None` for any
/// other.
pub fn usable_base<'a>(base: &Resolved<'a>) -> Option<&'a str> {
    let plain = base.is_http()
        && base.credentials.is_empty()
        && !base.href.bytes().any(|byte| byte == b'?' || byte == b'#');
    plain.then(|| base.href.strip_suffix('/').unwrap_or(base.href))
}

/// Tells a template that gives only http or https URLs whose host no option can change: it begins
/// with `{base}`, `https://` or `http://`, and `{profile}` and `{id}` stand behind the host.
pub fn is_template(template: &str) -> bool {
    let is_odd = |byte: u8| !matches!(byte, 0x21..=0x7e) || byte == b'\\';
    let Some(mut rest) = path_of_template(template).filter(|_| !template.bytes().any(is_odd))
    else {
        return false;
    };
    while let Some((_, name, after)) = placeholder(rest) {
        if name != "profile" && name != "id" {
            return false;
        }
        rest = after;
    }
    cut(rest, b'{').is_none()
}

/// A template behind its host, where that is one.
fn path_of_template(template: &str) -> Option<&str> {
    if let Some(path) = template.strip_prefix("{base}/") {
        return Some(path);
    }
    let (scheme, rest) = cut(template, b'/')?;
    let (host, path) = cut(rest.strip_prefix('/')?, b'/')?;
    let is_http = scheme == "https:" || scheme == "http:";
    let is_host = !host.is_empty() && !host.bytes().any(|b| matches!(b, b'{' | b'@' | b'?' | b'#'));
    (is_http && is_host).then_some(path)
}

/// The base URL that a script at this URL belongs to: all that stands before `/static/api/iteras.js`,
/// `/static/api/iteras-<version>.js` or `/media/api/iteras.js`.
pub fn base_of_script(url: &str) -> Option<&str> {
    let path = without_fragment(url);
    let path = cut(path, b'?').map_or(path, |(path, _)| path);
    let (folder, name) = cut_last(path, b'/')?;
    let version = name.strip_prefix("iteras")?.strip_suffix(".js")?;
    let plain = version.is_empty();
    let fits = plain || (version.starts_with('-') && version.len() > 1);
    let base = folder.strip_suffix("/static/api").filter(|_| fits);
    base.or_else(|| folder.strip_suffix("/media/api").filter(|_| plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_tells_its_base() {
        let base = |url| base_of_script(url);
        assert_eq!(
            base("https://a.dk/static/api/iteras.js?ver=1.7.0"),
            Some("https://a.dk")
        );
        assert_eq!(
            base("https://a.dk/static/api/iteras-1.2.3.js"),
            Some("https://a.dk")
        );
        assert_eq!(
            base("https://a.dk/x/media/api/iteras.js"),
            Some("https://a.dk/x")
        );
        assert_eq!(base("https://cdn.dk/iteras.js"), None);
        assert_eq!(base("https://a.dk/media/api/iteras-1.js"), None);
        assert_eq!(base("https://a.dk/static/api/iteras-.js"), None);
        assert_eq!(base(""), None);
    }

    #[test]
    fn templates_that_could_lead_elsewhere_are_refused() {
        for good in TEMPLATES {
            assert!(is_template(good), "{good}");
        }
        assert!(is_template("https://login.pub.dk/{profile}?wall={id}"));
        for bad in [
            "{base}",
            "{base}?x",
            "{base}.evil.dk/",
            "{profile}/x",
            "https://{profile}.dk/",
            "https://{base}/",
            "//evil.dk/",
            "/x",
            "javascript:{profile}//",
            "https://a@b/",
            "https:///x",
            "{base}/{unknown}",
            "{base}/{profile",
            "{base}/{id}{",
            "{base}/a b",
            "{base}/\\x",
        ] {
            assert!(!is_template(bad), "{bad}");
        }
    }
}
