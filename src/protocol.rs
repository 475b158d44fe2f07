//! The wire protocol: what the service has not published, in one place, as plain data.
//!
//! Whoever knows the real service fills in [`ENDPOINTS`] (five values), and, where messages or answers
//! differ, [`Message::read`] and [`Answer::read`]. Nothing else in the project knows a URL.
//!
//! ```
//! use iteras::protocol::{FrameKind, endpoint};
//!
//! let url = endpoint(FrameKind::Ordering.endpoint(), "", "", "lumen", "autumn 12");
//! assert_eq!(url, "https://app.iteras.dk/lumen/order/autumn%2012/?iframe=1");
//! ```

use alloc::string::String;

use crate::pass::Pass;
use crate::requirement::Access;
use crate::text::{cut, cut_last, parts, push};
use crate::urls::{Resolved, add_query, keep_pieces, push_percent_encoded, without_fragment};

/// The service's base URL when neither configuration nor the script's own URL says otherwise.
pub const DEFAULT_BASE: &str = "https://app.iteras.dk";

/// The names of the endpoints, as in `configure({ endpoints })`.
pub const ENDPOINT_NAMES: [&str; 5] = ["selfservice", "ordering", "signup", "paywall", "renew"];

/// **The five values to fill in before production**: URL templates with `{base}`, `{profile}`, `{id}`.
pub const ENDPOINTS: [&str; 5] = [
    "{base}/{profile}/selfservice/?iframe=1",
    "{base}/{profile}/order/{id}/?iframe=1",
    "{base}/{profile}/signup/{id}/?iframe=1",
    "{base}/{profile}/paywall/{id}/?iframe=1",
    "{base}/api/paywall/renew/",
];

/// The index of the renewal endpoint in [`ENDPOINTS`].
pub const RENEW_ENDPOINT: usize = 4;

/// The page's query parameter that holds where to go after log-in.
pub const NEXT: &str = "iterasnext";
/// The page's query parameter that holds the entitlement level asked for.
pub const ACCESS: &str = "iterasaccess";
/// The page's query parameter that holds a log-in token: a credential.
pub const PREAUTH: &str = "iteraspreauth";
/// The page's query parameter that opens one page as a gift; it concerns no other page and no frame.
pub const GIFT: &str = "iterasgift";

/// Whether a query parameter belongs to the service and may be handed on to frames and links.
pub fn is_carried(name: &str) -> bool {
    name.starts_with("iteras") && name != PREAUTH && name != GIFT
}

/// The URL of an endpoint (index into [`ENDPOINTS`]); `template` replaces the built-in one unless it is
/// empty. Values are percent-encoded; ids come one a line and are joined by `,`.
pub fn endpoint(index: usize, template: &str, base: &str, profile: &str, ids: &str) -> String {
    let built_in = ENDPOINTS.get(index).copied().unwrap_or("");
    let mut rest = if template.is_empty() {
        built_in
    } else {
        template
    };
    let mut url = String::new();
    while let Some((before, name, after)) = placeholder(rest) {
        push(&mut url, before);
        match name {
            "base" => push(&mut url, if base.is_empty() { DEFAULT_BASE } else { base }),
            "profile" => push_percent_encoded(&mut url, profile),
            _ => {
                let mut comma = "";
                for id in parts(ids, b'\n') {
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

/// Whether a template can only give http or https URLs whose host no option can change: it begins
/// with `{base}`, `https://` or `http://`, and `{profile}` and `{id}` stand behind the host.
pub fn is_template(template: &str) -> bool {
    let behind_scheme = template
        .strip_prefix("https://")
        .or_else(|| template.strip_prefix("http://"));
    let path = match behind_scheme {
        None => template.strip_prefix("{base}/"),
        Some(rest) => cut(rest, b'/')
            .filter(|(host, _)| {
                !host.is_empty() && !host.bytes().any(|b| matches!(b, b'{' | b'@' | b'?' | b'#'))
            })
            .map(|(_, path)| path),
    };
    let Some(mut rest) = path else { return false };
    while let Some((_, name, after)) = placeholder(rest) {
        if name != "profile" && name != "id" {
            return false;
        }
        rest = after;
    }
    !rest.bytes().any(|byte| byte == b'{')
        && template
            .bytes()
            .all(|byte| matches!(byte, 0x21..=0x7e) && byte != b'\\')
}

/// The base URL that a script at this URL belongs to: what stands before `/static/api/iteras.js`,
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

/// The four kinds of frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameKind {
    /// The customer's own data.
    SelfService,
    /// An order form.
    Ordering,
    /// The deprecated predecessor of the order form.
    SignUp,
    /// Log-in to one or several paywalls.
    Paywall,
}

impl FrameKind {
    /// The kind of this name, as `frame(kind, …)` and `endpoints` spell it.
    pub fn named(name: &str) -> Option<Self> {
        let kinds = [
            Self::SelfService,
            Self::Ordering,
            Self::SignUp,
            Self::Paywall,
        ];
        kinds
            .into_iter()
            .find(|kind| ENDPOINT_NAMES[kind.endpoint()] == name)
    }

    /// The index into [`ENDPOINTS`].
    pub const fn endpoint(self) -> usize {
        match self {
            Self::SelfService => 0,
            Self::Ordering => 1,
            Self::SignUp => 2,
            Self::Paywall => 3,
        }
    }

    /// The option that names the ids, where the kind has one.
    pub const fn id_option(self) -> Option<&'static str> {
        match self {
            Self::SelfService => None,
            Self::Ordering => Some("orderingid"),
            Self::SignUp => Some("signupid"),
            Self::Paywall => Some("paywallid"),
        }
    }

    /// The frame's accessible name when the page gives none.
    pub const fn title(self) -> &'static str {
        match self {
            Self::SelfService => "Self-service",
            Self::Ordering => "Order",
            Self::SignUp => "Sign up",
            Self::Paywall => "Log in",
        }
    }

    /// Whether a pass from a frame of this kind with these ids is stored: it parses, self-service log-in
    /// is separate on purpose, and log-in to paywalls names one of them.
    pub fn may_store(self, pass: &str, ids: &str) -> bool {
        let Ok(pass) = Pass::parse(pass) else {
            return false;
        };
        match self {
            Self::SelfService => false,
            Self::Paywall => parts(ids, b'\n').any(|id| pass.names(id)),
            Self::Ordering | Self::SignUp => true,
        }
    }
}

/// What a frame call asks for; empty texts are absent.
#[derive(Clone, Debug, Default)]
pub struct FrameRequest<'a> {
    /// The service's base URL.
    pub base: &'a str,
    /// The template of the endpoint.
    pub template: &'a str,
    /// The publisher's profile.
    pub profile: &'a str,
    /// Paywalls, order form or sign-up form, one a line.
    pub ids: &'a str,
    /// Class on the `<body>` inside.
    pub cssclass: &'a str,
    /// Token that logs a customer in.
    pub preauth: &'a str,
    /// Where to go when done.
    pub next: &'a str,
    /// Entitlement level asked for.
    pub access: Access,
    /// The element's accessible name.
    pub title: &'a str,
    /// The query of the embedding page, without `?`.
    pub page_query: &'a str,
    /// 32 random hex digits that tie messages to the element.
    pub id: &'a str,
}

impl FrameRequest<'_> {
    /// The frame's URL, or the name of the option that makes no sense. `prefill` = names and values of
    /// the fields to fill in, in turn.
    pub fn url<'p>(
        &self,
        kind: FrameKind,
        mut prefill: impl Iterator<Item = &'p str>,
    ) -> Result<String, &'static str> {
        if !is_path_value(self.profile) {
            return Err("profile");
        }
        if let Some(option) = kind.id_option()
            && !parts(self.ids, b'\n').all(is_path_value)
        {
            return Err(option);
        }
        let mut extra = String::new();
        push_field(&mut extra, "cssclass", self.cssclass);
        push_field(&mut extra, "preauth", self.preauth);
        push_field(&mut extra, "next", self.next);
        push_field(&mut extra, "access", self.access.name().unwrap_or(""));
        while let (Some(field), Some(value)) = (prefill.next(), prefill.next()) {
            push(&mut extra, "&prefill.");
            push_percent_encoded(&mut extra, field);
            push(&mut extra, "=");
            push_percent_encoded(&mut extra, value);
        }
        keep_pieces(&mut extra, self.page_query, is_carried);
        push_field(&mut extra, "frame", self.id);
        let mut url = endpoint(
            kind.endpoint(),
            self.template,
            self.base,
            self.profile,
            self.ids,
        );
        add_query(&mut url, &extra);
        Ok(url)
    }

    /// Names and values of the element's attributes, exactly these; one without a value is left out.
    pub fn attributes<'s>(&'s self, kind: FrameKind, url: &'s str) -> [(&'s str, &'s str); 8] {
        let or = |text: &'s str, otherwise| if text.is_empty() { otherwise } else { text };
        // A page that handed over a log-in token has one in its address as well.
        let referrer = match self.preauth {
            "" => "strict-origin-when-cross-origin",
            _ => "no-referrer",
        };
        let allow = if kind == FrameKind::Ordering {
            "payment"
        } else {
            ""
        };
        [
            ("src", url),
            ("title", or(self.title, kind.title())),
            ("width", "100%"),
            ("height", "200"),
            ("frameborder", "0"),
            ("data-iteras-frame", self.id),
            ("referrerpolicy", referrer),
            ("allow", allow),
        ]
    }
}

fn push_field(query: &mut String, name: &str, value: &str) {
    if !value.is_empty() {
        push(query, "&");
        push(query, name);
        push(query, "=");
        push_percent_encoded(query, value);
    }
}

/// A message from a frame that passed the message rule: right window, exact origin, known frame id.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Message<'a> {
    /// The content is there; the page answers `welcome`.
    Hello,
    /// The content's height in whole CSS pixels.
    Resize(u32),
    /// A pass to store.
    Pass(&'a str),
    /// Where the page is to go.
    Navigate(&'a str),
}

/// The longest text in a message, in bytes.
const MAX_TEXT: usize = 8192;
/// The greatest height of a frame, in CSS pixels.
const MAX_HEIGHT: f64 = 100_000.0;

impl<'a> Message<'a> {
    /// Reads a message; `None` for everything that the table of messages does not allow.
    ///
    /// `text` is the message's `pass` or `url`, empty when that is no string; `height` NaN when it is
    /// no number.
    pub fn read(kind: &str, text: &'a str, height: f64) -> Option<Self> {
        let text = Some(text).filter(|text| !text.is_empty() && text.len() <= MAX_TEXT);
        match kind {
            "hello" => Some(Self::Hello),
            // NaN fails the comparison.
            "resize" if height > 0.0 && height <= MAX_HEIGHT => {
                let whole = height as u32;
                Some(Self::Resize(whole + u32::from(f64::from(whole) < height)))
            }
            "pass" => text.map(Self::Pass),
            "navigate" => text.map(Self::Navigate),
            _ => None,
        }
    }
}

/// What the service said to a pass that was sent for renewal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer<'a> {
    /// A new pass, not yet looked at.
    Renewed(&'a str),
    /// A definite no.
    Refused,
    /// Anything else: the old pass stays.
    Outage,
}

/// A field of an answer, as far as its type matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field<'a> {
    /// A string.
    Text(&'a str),
    /// `null`.
    Null,
    /// Missing, or of another type.
    Other,
}

impl<'a> Answer<'a> {
    /// Reads an answer: HTTP 200 with a pass, or with `null` and a non-empty error code.
    pub fn read(status: u16, pass: Field<'a>, errorcode: Field<'a>) -> Self {
        match (status, pass, errorcode) {
            (200, Field::Text(pass), _) => Self::Renewed(pass),
            (200, Field::Null, Field::Text(code)) if !code.is_empty() => Self::Refused,
            _ => Self::Outage,
        }
    }
}

/// Ids that a page may put into a frame's path: not empty, `.` or `..`, at most 256 bytes, no controls.
pub fn is_path_value(value: &str) -> bool {
    !matches!(value, "" | "." | "..")
        && value.len() <= 256
        && !value.bytes().any(|byte| byte < 0x20 || byte == 0x7f)
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
        for good in ENDPOINTS {
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

    #[test]
    fn c47_heights_that_are_no_heights_are_ignored() {
        let resize = |height| Message::read("resize", "", height);
        assert_eq!(resize(0.2), Some(Message::Resize(1)));
        assert_eq!(resize(300.0), Some(Message::Resize(300)));
        assert_eq!(resize(100_000.0), Some(Message::Resize(100_000)));
        for height in [f64::NAN, f64::INFINITY, 0.0, -1.0, 1e9, 100_000.5] {
            assert_eq!(resize(height), None, "{height}");
        }
    }

    #[test]
    fn only_a_pass_or_a_named_refusal_is_not_an_outage() {
        use Field::{Null, Other, Text};
        assert_eq!(Answer::read(200, Text("p"), Other), Answer::Renewed("p"));
        assert_eq!(Answer::read(200, Null, Text("noaccess")), Answer::Refused);
        for (status, pass, code) in [
            (200, Null, Other),
            (200, Null, Text("")),
            (200, Other, Text("noaccess")),
            (403, Null, Text("noaccess")),
            (500, Text("p"), Other),
            (0, Other, Other),
        ] {
            assert_eq!(Answer::read(status, pass, code), Answer::Outage);
        }
    }
}
