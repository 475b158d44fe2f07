//! Properties of the guard that hold for any input; each panics where one does not. `fuzz/` calls the same functions.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeSet;

use iteras::cookies::{NAME, pass_values};
use iteras::meter::Limits;
use iteras::{Pass, Timestamp};
use iteras_guard::cookies::{header_text, own_script_text, own_text};
use iteras_guard::editor::EditorKey;
use iteras_guard::gift::GiftKey;
use iteras_guard::headers::{Cache, Peer, reaches_origin};
use iteras_guard::login::{Body, LogIn, Request, Settings, Step};
use iteras_guard::meter::MeterKey;
use iteras_guard::page::{MARK, mark};
use iteras_guard::parameters::{FormKind, Name, query_names};
use iteras_guard::paths::{folded, normal_host, normal_path};
use iteras_guard::patterns::{Pattern, Reading};
use iteras_guard::{Algorithms, PassKey, PassKeys};

pub(crate) const KEY: &str = "j8kau2v3lzp0n12ilw1d0hurr6059gyo";
pub(crate) const NOW: Timestamp = Timestamp::from_unix(1_768_478_400);
pub(crate) const END: Timestamp = Timestamp::from_unix(1_800_000_000);
const HOST: &str = "pub.example";

/// Signed texts of the sort that changes start from.
pub(crate) const SIGNED: [&str; 3] = [
    "sub|A|2099-12-31T23:59:59Z|31168|192.0.2.7",
    "user,sub|A,B1|2026-02-01T00:00:00Z||",
    "sub|A|2099-12-31T23:59:59Z|1||more/and|more",
];

/// Their passes.
pub(crate) fn passes() -> Vec<String> {
    let key = PassKey::new(KEY).unwrap();
    SIGNED.iter().map(|text| key.sign(text)).collect()
}

fn keys() -> PassKeys {
    let key = PassKey::new(KEY).unwrap();
    PassKeys::new(vec![("new".into(), key)], Algorithms::Sha256).unwrap()
}

/// Of all texts only those that were signed are genuine.
pub(crate) fn signature(text: &str) {
    let keys = keys();
    let is_signed = passes().iter().any(|pass| pass == text);
    match keys.verify(text) {
        Ok(verified) => {
            assert!(is_signed, "{text} was never signed");
            assert_eq!(Ok(*verified.pass()), Pass::parse(text));
        }
        Err(_) => assert!(!is_signed, "{text} was signed"),
    }
}

/// The short way to our cookies finds those that the whole header has.
pub(crate) fn cookie_lines(lines: &[Vec<u8>]) {
    let whole = lines.join(&b';');
    let whole = header_text(&whole);
    let own = own_text(NAME, lines.iter().map(Vec::as_slice));
    let values: Vec<_> = pass_values(&whole).collect();
    assert_eq!(pass_values(&own).collect::<Vec<_>>(), values);
    // A script's text: each byte is the character of its number. What can't be a pass may be shortened.
    let letters = lines.join(&b';');
    let letters: String = letters.iter().map(|byte| char::from(*byte)).collect();
    let own = own_script_text(NAME, letters.as_bytes());
    let keys = keys();
    let verdict = |value: &str| keys.verify(value).map(|verified| verified.owned());
    let own: Vec<_> = pass_values(&own).map(|value| verdict(&value)).collect();
    let values: Vec<_> = values.iter().map(|value| verdict(value)).collect();
    assert_eq!(own, values);
}

/// No spelling of our headers reaches the origin; a gate's page is never shared between readers.
pub(crate) fn headers(name: &str, given: &str) {
    let plain = name.to_ascii_lowercase().replace('_', "-");
    if plain.starts_with("x-iteras-") {
        assert!(!reaches_origin(name, Peer::Configured) && !reaches_origin(name, Peer::Other));
    }
    if reaches_origin(name, Peer::Other) {
        assert!(reaches_origin(name, Peer::Configured));
        assert!(!plain.starts_with("x-forwarded-") && plain != "forwarded");
    }
    for cache in [Cache::Checked, Cache::Never] {
        let control = cache.control(given).unwrap();
        assert!(control.starts_with("private, "), "{control}");
        if cache == Cache::Never || given.to_ascii_lowercase().contains("no-store") {
            assert_eq!(control, "private, no-store");
        }
        let vary = cache.vary(given).unwrap_or(given.into());
        let mut names = vary.split(',').map(str::trim);
        assert!(names.any(|name| name == "*" || name.eq_ignore_ascii_case("cookie")));
        assert!(vary.starts_with(given));
    }
}

/// The token of a gift link to one page.
pub(crate) fn gift() -> String {
    let key = GiftKey::new(KEY).unwrap();
    key.token(HOST, "/show", "id=1", END).unwrap()
}

/// The value of an editor's cookie.
pub(crate) fn editor() -> String {
    let key = EditorKey::new(KEY).unwrap();
    key.cookie(HOST, END).unwrap()
}

/// The value of a cookie of one free page.
pub(crate) fn meter() -> String {
    let (key, limits) = (MeterKey::new(KEY).unwrap(), Limits::new(3, 30).unwrap());
    let counted = key.count("", HOST, "/show", "id=1", limits, NOW);
    key.cookie(&counted.unwrap(), HOST).unwrap()
}

/// A browser that keeps its cookie opens as many different pages as are free in the days from the first, and each of them
/// again until these are over. A visit: its page, and how many seconds after the last one it is.
pub(crate) fn metered(visits: &[(u8, u32)], free: u32, days: u32) {
    let (key, limits) = (
        MeterKey::new(KEY).unwrap(),
        Limits::new(free, days).unwrap(),
    );
    let (mut value, mut opened) = (String::new(), BTreeSet::new());
    let (mut now, mut end) = (NOW.unix(), NOW.unix());
    for (page, later) in visits {
        now += i64::from(*later);
        if now >= end {
            opened.clear();
        }
        let (path, at) = (format!("/{page}"), Timestamp::from_unix(now));
        let counted = key.count(&value, HOST, &path, "", limits, at).unwrap();
        let is_free = opened.contains(page) || opened.len() < free as usize;
        assert_eq!(counted.opens, is_free, "{page} of {opened:?}");
        if counted.opens {
            opened.insert(*page);
            value = key.cookie(&counted, HOST).unwrap();
        }
        assert_eq!(counted.used as usize, opened.len());
        end = i64::from(counted.until);
    }
}

/// Of all tokens only those that were made open anything, and neither kind opens what the other does.
pub(crate) fn tokens(token: &str) {
    let (gifts, editors) = (GiftKey::new(KEY).unwrap(), EditorKey::new(KEY).unwrap());
    assert_eq!(
        gifts.opens(token, HOST, "/show", "id=1", NOW),
        token == gift()
    );
    assert_eq!(editors.lets_in(token, HOST, NOW), token == editor());
    let meters = MeterKey::new(KEY).unwrap();
    assert_eq!(meters.seen(token, HOST).is_some(), token == meter());
}

/// A gift opens its own page alone, however path and query are written.
pub(crate) fn gift_pages(path: &str, query: &str) {
    let key = GiftKey::new(KEY).unwrap();
    if !key.opens(&gift(), HOST, path, query, NOW) {
        return;
    }
    assert_eq!(normal_path(path).as_deref(), Some("/show"));
    let id = Name::parse("id").unwrap();
    assert!(query.contains("id=1") && query_names(query).any(|name| id.is(&name)));
}

/// A path in normal form is its own normal form, and holds nothing that servers read differently.
pub(crate) fn paths(text: &str) {
    if let Some(normal) = normal_path(text) {
        assert_eq!(normal_path(&normal).as_ref(), Some(&normal));
        let lower = normal.to_ascii_lowercase();
        for odd in [
            "//", "/./", "/../", ";", "\\", "%2f", "%5c", "%00", "%2e", " ",
        ] {
            assert!(!lower.contains(odd), "{normal:?}");
        }
        assert!(normal.starts_with('/') && normal.is_ascii());
        assert!(!normal.ends_with("/..") && !normal.ends_with("/."));
        let folded_once = folded(&normal);
        assert_eq!(folded(&folded_once), folded_once);
        assert_eq!(normal_path(&folded_once).as_ref(), Some(&folded_once));
    }
    if let Some(host) = normal_host(text) {
        assert_eq!(normal_host(&host).as_ref(), Some(&host));
        assert!(!host.is_empty() && !host.ends_with('.'));
        assert!(!host.contains(|c: char| c.is_ascii_uppercase() || c.is_control()));
    }
}

/// A pattern fits the paths that a plain search for its parts finds, and at least what it fits with case kept.
pub(crate) fn patterns(pattern: &str, path: &str) {
    let (Some(own), Some(reading)) = (Pattern::parse(pattern), Reading::of(path)) else {
        return;
    };
    if own.fits_with_case(&reading) {
        assert!(own.fits(&reading), "{pattern:?} {path:?}");
    }
    let plain = |text: &str| text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'/' | b'*'));
    let simple = plain(pattern) && plain(path) && !path.contains('*');
    let strip = |text: &str| text.strip_suffix('/').unwrap_or(text).to_owned();
    if simple && !path.contains("//") {
        let (glob, text) = (strip(pattern), strip(path));
        let is_below = glob
            .strip_suffix("/*")
            .is_some_and(|own| globs(own.as_bytes(), text.as_bytes()));
        let fits = is_below || globs(glob.as_bytes(), text.as_bytes());
        assert_eq!(own.fits(&reading), fits, "{pattern:?} {path:?}");
    }
}

// In time that many stars do not multiply: of each piece of the pattern, which beginnings of the text it fits.
fn globs(pattern: &[u8], text: &[u8]) -> bool {
    let mut fits = vec![false; text.len() + 1];
    fits[0] = true;
    for &own in pattern {
        let mut is_past = false;
        fits = (0..fits.len())
            .map(|end| match own {
                b'*' => {
                    is_past |= fits[end];
                    is_past
                }
                letter => end > 0 && text[end - 1] == letter && fits[end - 1],
            })
            .collect();
    }
    fits[text.len()]
}

/// A parameter is found however its name is written: `escaped` says which of its letters are escapes.
pub(crate) fn parameter(name: &str, escaped: u32, before: &str, behind: &str) {
    let Some(own) = Name::parse(name) else { return };
    let mut written = String::new();
    for (at, byte) in name.bytes().enumerate() {
        match byte {
            b' ' if escaped >> (at % 32) & 1 == 0 => written.push('+'),
            byte if byte.is_ascii() && escaped >> (at % 32) & 1 == 0 => {
                written.push(char::from(byte));
            }
            byte => written.push_str(&format!("%{byte:02x}")),
        }
    }
    // The part before it may hold anything but its end.
    let query = format!("{before}&{written}{behind}");
    assert!(
        query_names(&query).any(|found| own.is(&found)),
        "{name:?} in {query:?}"
    );
    let form = FormKind::Urlencoded.names(query.trim().as_bytes());
    assert!(
        form.iter().any(|found| own.is(found)),
        "{name:?} in the form {query:?}"
    );
}

/// The names in any form can be read.
pub(crate) fn forms(body: &[u8]) {
    for kind in [FormKind::Urlencoded, FormKind::Multipart] {
        assert!(kind.names(body).len() <= body.len());
    }
}

/// A multipart form's field is found among any other lines.
pub(crate) fn multipart(before: &str, name: &str, behind: &str) {
    let Some(own) = Name::parse(name) else { return };
    let line = format!(
        "Content-Disposition: form-data; name=\"{}\"",
        name.replace(['"', '\\'], "")
    );
    if name.contains(['"', '\\', '\u{7f}']) {
        return;
    }
    let body = format!("{before}\r\n{line}\r\n\r\n{behind}");
    let names = FormKind::Multipart.names(body.as_bytes());
    assert!(
        names.iter().any(|found| own.is(found)),
        "{name:?} in {body:?}"
    );
}

/// A log-in form of any bytes is refused, or asked about with what was in it; notes tell nothing of it.
pub(crate) fn log_in(body: &[u8], own: bool) {
    let mut request = Request {
        method: "POST",
        host: HOST,
        ..Request::default()
    };
    if !own {
        request.fetch_site = Some("cross-site");
    }
    let log_in = LogIn::new(Settings::default());
    let mut attempt = log_in.attempt(&request, Body::Whole(body));
    if !own {
        assert!(matches!(attempt.step(), Step::Done(_)));
        return;
    }
    if matches!(attempt.step(), Step::Count(_)) {
        attempt.counted(Ok(()));
    }
    if let Step::Ask(question) = attempt.step() {
        assert!(!question.password().is_empty());
        let secret = question.password().to_owned();
        assert!(secret.len() <= 3 * body.len());
        let is_told = |note: &String| secret.len() > 8 && note.contains(&secret);
        assert!(!attempt.notes().iter().any(is_told));
        assert!(!format!("{attempt:?}").contains(&secret) || secret.len() < 4);
    }
}

/// The service is asked about exactly the text that a reader types.
pub(crate) fn log_in_fields(email: &str, password: &str) {
    let (mut user, mut secret) = (String::new(), String::new());
    iteras::urls::push_form_encoded(&mut user, email);
    iteras::urls::push_form_encoded(&mut secret, password);
    let body = format!("x=1&email={user}&password={secret}&password=other");
    let request = Request {
        method: "POST",
        host: HOST,
        ..Request::default()
    };
    let log_in = LogIn::new(Settings::default());
    let mut attempt = log_in.attempt(&request, Body::Whole(body.as_bytes()));
    if let Step::Count(_) = attempt.step() {
        attempt.counted(Ok(()));
    }
    if let Step::Ask(question) = attempt.step() {
        assert_eq!(question.password(), password);
        let [(_, who), ..] = question.fields();
        assert!(email.contains(who.trim()) || !email.is_ascii(), "{who:?}");
    }
}

/// A mark is put into a page, and nothing else changes.
pub(crate) fn marks(page: &[u8]) {
    let marked = mark(page);
    if marked == page {
        return;
    }
    let places = marked.windows(MARK.len()).enumerate();
    let mut places = places.filter(|(_, window)| *window == MARK.as_bytes());
    let restored = |at: usize| [&marked[..at], &marked[at + MARK.len()..]].concat() == page;
    assert!(places.any(|(at, _)| restored(at)));
}
