//! Free articles on servers: a signed cookie of the pages that were opened without a pass (reach, "Meter").
//!
//! ```
//! use iteras::Timestamp;
//! use iteras::meter::Limits;
//! use iteras_guard::meter::MeterKey;
//!
//! let key = MeterKey::new("a key that is for meters only").unwrap();
//! let one = Limits::new(1, 30).unwrap();
//! let now = Timestamp::from_unix(1_768_478_400);
//! let first = key.count("", "pub.example", "/a", "", one, now).unwrap();
//! assert!(first.opens && first.used == 1);
//! let cookie = key.cookie(&first, "pub.example").unwrap();
//! assert!(key.count(&cookie, "pub.example", "/a", "utm_source=x", one, now).unwrap().opens);
//! assert!(!key.count(&cookie, "pub.example", "/b", "", one, now).unwrap().opens);
//! ```
//!
//! `iterasmeter=<seconds since 1970 of the first page>.<12 hex for each page>.<64 hex>`: HMAC-SHA256 of
//! `meter1|host|seconds|pages` with a key of its own; a page is the beginning of the HMAC of
//! `meterpage1|host|path|query`, host and path in their normal form, the query less `iteras*` and tracking parameters. So
//! whoever holds a cookie can't read off it what was read, nor write one. Deleted, it begins anew; an old one that is put
//! back counts as it stands; requests at the same time may all open. A forged, foreign, expired or longer cookie is none.

use alloc::string::{String, ToString};
use core::fmt;

use iteras::cookies;
use iteras::meter::{Counted, Limits, Seen, count};
use iteras::timestamp::Timestamp;

use crate::gift::{field, own_query};
use crate::paths::{normal_host, normal_path};
use crate::plan::Visit;
use crate::signature::{KeyError, PassKey};
use crate::tag::push_hex;

/// The cookie's name.
pub const NAME: &str = "iterasmeter";

/// The hex digits of a page.
const DIGITS: usize = 12;
/// The digits of the greatest time, in the year 2106.
const LONGEST_START: usize = 10;

/// A meter of a gate: its key and its limits.
#[derive(Clone, Debug)]
pub struct Meter {
    key: MeterKey,
    limits: Limits,
    is_secure: bool,
}

/// The free pages of a reader that were used, and how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metered {
    /// Pages that were counted, at most as many as are free.
    pub used: u32,
    /// Pages that are free.
    pub free: u32,
}

/// As headers tell it, `2/3`.
impl fmt::Display for Metered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.used, self.free)
    }
}

/// A meter's part in a request that nothing else opens.
pub(crate) enum Metering {
    /// It opens the page; `cookie` is the value of `Set-Cookie` where the page was counted just now.
    Opens {
        metered: Metered,
        cookie: Option<String>,
    },
    /// The free pages are used up, and this is none of them.
    UsedUp(Metered),
    /// It would look when the reader comes.
    Ahead,
    /// It has no part in it.
    Nothing,
}

impl Meter {
    /// A meter with these limits.
    pub fn new(key: MeterKey, limits: Limits) -> Self {
        Self {
            key,
            limits,
            is_secure: false,
        }
    }

    /// Makes the cookie `Secure` also where no proxy says that the visitor came by https: for servers that have TLS
    /// themselves.
    #[must_use]
    pub fn with_https(self) -> Self {
        Self {
            is_secure: true,
            ..self
        }
    }

    /// The limits.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    pub(crate) fn has_key(&self, key: &PassKey) -> bool {
        self.key.0.is(key)
    }

    pub(crate) fn decide(&self, request: &impl Visit, now: Timestamp) -> Metering {
        let destination = request.destination();
        let navigation = Navigation::of(
            &request.method(),
            destination.as_deref().unwrap_or(""),
            &request.purpose(),
            &request.accept(),
        );
        match navigation {
            Navigation::Reader => self.visited(request, now).unwrap_or(Metering::Nothing),
            Navigation::Ahead => Metering::Ahead,
            Navigation::Other => Metering::Nothing,
        }
    }

    fn visited(&self, request: &impl Visit, now: Timestamp) -> Option<Metering> {
        let (host, text) = (Host::of(&request.host()?)?, request.cookies(NAME));
        let page = self.key.page(&host, &request.path(), &request.query())?;
        let now = u32::try_from(now.unix()).ok()?;
        let values = cookies::values(&text, NAME);
        let counted = count(self.seen(values, &host, now), page, self.limits, now);
        let metered = Metered {
            used: counted.used,
            free: self.limits.free(),
        };
        if !counted.opens {
            return Some(Metering::UsedUp(metered));
        }
        let cookie = match counted.is_new {
            true => Some(self.set_cookie(&counted, &host, now, request.is_https())),
            false => None,
        };
        Some(Metering::Opens { metered, cookie })
    }

    /// The state that counts, of several values of the cookie that of the most pages.
    fn seen<'a>(
        &self,
        values: impl Iterator<Item = &'a str>,
        host: &Host,
        now: u32,
    ) -> Option<Seen<Page>> {
        let states = values.filter_map(|value| self.key.read(value, host));
        let states = states.filter(|seen| seen.counts_at(self.limits, now));
        states.max_by_key(|seen| seen.pages.len())
    }

    fn set_cookie(&self, counted: &Counted<Page>, host: &Host, now: u32, is_https: bool) -> String {
        let value = self.key.write(&counted.seen, host);
        let life = counted.until.saturating_sub(now).to_string();
        let secure = match self.is_secure || is_https {
            true => "; Secure",
            false => "",
        };
        let parts = [
            NAME,
            "=",
            &value,
            "; Path=/; Max-Age=",
            &life,
            "; HttpOnly; SameSite=Lax",
            secure,
        ];
        parts.concat()
    }
}

/// A host in its normal form.
struct Host(String);

impl Host {
    fn of(host: &str) -> Option<Self> {
        normal_host(host).map(Self)
    }
}

/// A page, as the cookie names it: 12 hex digits, of whose HMAC nobody without the key can tell which page it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page([u8; DIGITS]);

impl Page {
    /// As the key made them: nothing else is ever a page.
    fn digits(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The key of meters; neither a signing key of passes nor that of gift links or editors. Shows nothing of itself.
#[derive(Clone)]
pub struct MeterKey(PassKey);

impl MeterKey {
    /// Takes the key as text, under the rules of [`PassKey::new`].
    pub fn new(key: &str) -> Result<Self, KeyError> {
        PassKey::new(key).map(Self)
    }

    /// Takes the content of a key file: as [`new`](Self::new), less one final LF or CRLF.
    pub fn from_file(content: &str) -> Result<Self, KeyError> {
        PassKey::from_file(content).map(Self)
    }

    /// Decides about a page that nothing else opens, by the cookie's value, which may be empty; `None` for a host or path
    /// without a normal form, which no meter opens.
    pub fn count(
        &self,
        value: &str,
        host: &str,
        path: &str,
        query: &str,
        limits: Limits,
        now: Timestamp,
    ) -> Option<Counted<Page>> {
        let host = Host::of(host)?;
        let page = self.page(&host, path, query)?;
        let now = u32::try_from(now.unix()).ok()?;
        Some(count(self.read(value, &host), page, limits, now))
    }

    /// The cookie's value for that state; `None` for what is no host.
    pub fn cookie(&self, counted: &Counted<Page>, host: &str) -> Option<String> {
        Some(self.write(&counted.seen, &Host::of(host)?))
    }

    /// The state that a value of ours holds; `None` for what this key did not make for this host.
    pub fn seen(&self, value: &str, host: &str) -> Option<Seen<Page>> {
        self.read(value, &Host::of(host)?)
    }

    fn page(&self, host: &Host, path: &str, query: &str) -> Option<Page> {
        let (path, query) = (normal_path(path)?, own_query(query));
        let (path, query) = (field(&path), field(&query));
        let named = ["meterpage1|", &host.0, "|", &path, "|", &query].concat();
        let tag: [u8; 32] = self.0.tag(named.as_bytes());
        let mut digits = String::with_capacity(DIGITS);
        push_hex(&mut digits, &tag[..DIGITS / 2]);
        digits.as_bytes().first_chunk().copied().map(Page)
    }

    fn write(&self, seen: &Seen<Page>, host: &Host) -> String {
        let mut value = String::with_capacity(LONGEST_START + 2 + seen.pages.len() * DIGITS + 64);
        value.push_str(&seen.start.to_string());
        let pages = value.len() + 1;
        value.push('.');
        for page in &seen.pages {
            value.push_str(page.digits());
        }
        let signed = signed(host, &value[..pages - 1], &value[pages..]);
        value.push('.');
        self.0.push_tag(&mut value, signed.as_bytes());
        value
    }

    fn read(&self, value: &str, host: &Host) -> Option<Seen<Page>> {
        let (state, tag) = value.rsplit_once('.')?;
        let (start, digits) = state.split_once('.')?;
        let (pages, rest) = digits.as_bytes().as_chunks();
        let is_whole = start.len() <= LONGEST_START
            && start.bytes().all(|byte| byte.is_ascii_digit())
            && rest.is_empty()
            && (1..=Limits::MOST_FREE as usize).contains(&pages.len());
        if !is_whole || !self.0.made_tag(signed(host, start, digits).as_bytes(), tag) {
            return None;
        }
        Some(Seen {
            start: start.parse().ok()?,
            pages: pages.iter().copied().map(Page).collect(),
        })
    }
}

fn signed(host: &Host, start: &str, pages: &str) -> String {
    ["meter1|", &host.0, "|", start, "|", pages].concat()
}

impl fmt::Debug for MeterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MeterKey([redacted])")
    }
}

/// What a request is to a meter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Navigation {
    /// A reader who opens a page: it counts, and may open.
    Reader,
    /// A page that is fetched or rendered ahead: it does not count, so it is not opened, and a teaser of it would stay
    /// in its place when the reader comes.
    Ahead,
    /// Anything else: a meter changes nothing about it.
    Other,
}

impl Navigation {
    /// Reads method and the headers `Sec-Fetch-Dest`, those of [`PURPOSES`](crate::headers::PURPOSES) and `Accept`, each
    /// empty where there is none. Browsers without `Sec-Fetch-Dest` are told by the pages that they accept.
    pub fn of(method: &str, destination: &str, purpose: &str, accept: &str) -> Self {
        let is_page = match destination {
            "" => accept.split(',').any(|kind| {
                let kind = kind.split(';').next().unwrap_or("").trim();
                kind.eq_ignore_ascii_case("text/html")
            }),
            destination => destination == "document",
        };
        let is_ahead = purpose.split([',', ';']).any(|word| {
            let word = word.trim();
            let ahead = ["prefetch", "prerender", "preview"];
            ahead.iter().any(|other| word.eq_ignore_ascii_case(other))
        });
        match (method, is_page, is_ahead) {
            ("GET", true, false) => Self::Reader,
            ("GET", true, true) => Self::Ahead,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::EditorKey;
    use crate::gift::GiftKey;
    use std::format;

    const KEY: &str = "gift0123456789abcdefghijklmnopqr";
    const HOST: &str = "pub.example";
    const NOW: Timestamp = Timestamp::from_unix(1_768_478_400);

    fn key() -> MeterKey {
        MeterKey::new(KEY).unwrap()
    }

    fn three() -> Limits {
        Limits::new(3, 30).unwrap()
    }

    fn visit(value: &str, path: &str) -> Counted<Page> {
        key().count(value, HOST, path, "", three(), NOW).unwrap()
    }

    fn cookie(paths: &[&str]) -> String {
        paths.iter().fold(String::new(), |value, path| {
            key().cookie(&visit(&value, path), HOST).unwrap()
        })
    }

    #[test]
    fn the_cookie_is_what_another_hmac_makes_of_it() {
        // printf 'meterpage1|pub.example|/A|id=1%%7C2' | openssl dgst -sha256 -hmac $KEY | cut -c1-12, and then of
        // 'meter1|pub.example|1768478400|…'
        let counted = key().count("", HOST, "/A", "id=1|2&utm_source=x", three(), NOW);
        let value = key().cookie(&counted.unwrap(), HOST);
        assert_eq!(
            value.as_deref(),
            Some(
                "1768478400.cae43e02278b.c3c13126cd42c2f49c3920cd8487fb1ad14d5b9ebc365d9a02dfbcde3701b596"
            )
        );
    }

    #[test]
    fn three_pages_open_and_stay_open_and_the_fourth_does_not() {
        let value = cookie(&["/a", "/b", "/c"]);
        assert!(!visit(&value, "/d").opens);
        assert!(visit(&value, "/b").opens);
        assert_eq!(cookie(&["/a", "/b", "/c", "/d", "/a"]), value);
        assert_eq!(value.len(), 10 + 1 + 3 * DIGITS + 1 + 64);
    }

    #[test]
    fn c79_a_cookie_that_was_changed_copied_or_made_too_long_is_none() {
        let value = cookie(&["/a", "/b", "/c"]);
        let shut = |value: &str| !visit(value, "/d").opens;
        assert!(shut(&value));
        for at in 0..value.len() {
            for other in ["0", "1", "f", ".", "A", ""] {
                let mut changed = value.clone();
                changed.replace_range(at..=at, other);
                assert_eq!(shut(&changed), changed == value, "{changed}");
            }
        }
        for none in [
            String::new(),
            ".".into(),
            "..".into(),
            format!("{value}0"),
            format!("0{value}"),
            value.replace("1768478400.", "1768478400.."),
            "é".repeat(40),
            format!("1768478400.{}.{}", "0".repeat(4096), "0".repeat(64)),
        ] {
            assert!(!shut(&none), "{none}");
        }
        let elsewhere = key().count(&value, "other.example", "/d", "", three(), NOW);
        assert_eq!(elsewhere.unwrap().used, 1);
        let later = Timestamp::from_unix(NOW.unix() + 30 * 86_400);
        let expired = key().count(&value, HOST, "/d", "", three(), later).unwrap();
        assert_eq!((expired.opens, expired.used), (true, 1));
    }

    #[test]
    fn c79_no_other_signature_of_the_same_key_stands_for_a_meters() {
        let end = Timestamp::from_unix(1_800_000_000);
        let gift = GiftKey::new(KEY)
            .unwrap()
            .token(HOST, "/a", "", end)
            .unwrap();
        let editor = EditorKey::new(KEY).unwrap();
        let value = cookie(&["/a"]);
        assert!(!editor.lets_in(&value, HOST, NOW));
        assert_eq!(visit(&gift, "/b").used, 1);
        assert_eq!(visit(&editor.cookie(HOST, end).unwrap(), "/b").used, 1);
    }

    #[test]
    fn a_path_or_host_without_a_normal_form_is_opened_by_no_meter() {
        for (host, path) in [("", "/a"), (HOST, "/a/../b"), (HOST, "/a%2fb"), (HOST, "")] {
            let counted = key().count("", host, path, "", three(), NOW);
            assert!(counted.is_none(), "{host}{path}");
        }
    }

    #[test]
    fn c79_only_a_reader_who_opens_a_page_counts() {
        use Navigation::{Ahead, Other, Reader};
        let html = "text/html,application/xhtml+xml;q=0.9";
        for (method, destination, purpose, accept, expected) in [
            ("GET", "document", "", "", Reader),
            ("GET", "", "", html, Reader),
            ("GET", "", "", "application/json, TEXT/HTML;q=0.1", Reader),
            ("GET", "document", "prefetch", html, Ahead),
            ("GET", "document", "prefetch;prerender", html, Ahead),
            (
                "GET",
                "document",
                "Prefetch, anonymous-client-ip",
                html,
                Ahead,
            ),
            ("GET", "", "prefetch", html, Ahead),
            ("HEAD", "document", "", html, Other),
            ("POST", "document", "", html, Other),
            ("GET", "empty", "", html, Other),
            ("GET", "iframe", "", html, Other),
            ("GET", "", "", "*/*", Other),
            ("GET", "", "", "", Other),
            ("GET", "", "", "text/html5", Other),
            ("GET", "", ",preview", html, Ahead),
            ("get", "document", "", "", Other),
        ] {
            assert_eq!(
                Navigation::of(method, destination, purpose, accept),
                expected,
                "{method} {destination} {purpose} {accept}"
            );
        }
    }

    #[test]
    fn the_key_shows_nothing_of_itself() {
        assert_eq!(format!("{:?}", key()), "MeterKey([redacted])");
    }
}
