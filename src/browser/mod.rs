//! What the page's script asks: one function, text in, text out. Converts, calls, converts.
//!
//! The module imports nothing of the page and keeps nothing between calls. So no page code, however it
//! patched the doors and from wherever it calls in, can find anything half-changed in here.
//!
//! There is one function and not one for each question, since each brings glue and conversions of its
//! own, and the page's state is kept by the script: JavaScript says that in half the bytes.

#[cfg(feature = "bare")]
mod bare;

use alloc::string::String;

use crate::landing::landing_url;
use crate::pass::Pass;
use crate::policy::{Candidate, Reason, best, examine_unverified};
use crate::protocol::{
    Answer, ENDPOINT_NAMES, Field, FrameKind, FrameRequest, Message, RENEW_ENDPOINT,
    base_of_script, endpoint, is_carried, is_template, usable_base,
};
use crate::renewal::{Record, Situation, Step, Turn, continues, next_step};
use crate::requirement::{Access, Ids, Requirement};
use crate::text::{Parts, number, parts, push, push_number};
use crate::timestamp::Timestamp;
use crate::urls::{
    Resolved, add_query, is_own_target, is_safe_target, keep_pieces, parameter, piece_name, pieces,
    same_path,
};
use crate::{cookies, html};

/// Between two fields of a question or an answer.
const FIELD: u8 = 0x1f;

// The questions' names, as in `questions.js`: one letter each, since every byte of them travels.
const BASE: &[u8] = b"b";
const CONFIGURE: &[u8] = b"c";
const DECIDE: &[u8] = b"d";
const PASS: &[u8] = b"p";
const LANDING: &[u8] = b"l";
const FRAME: &[u8] = b"f";
const MESSAGE: &[u8] = b"m";
const NEXT: &[u8] = b"n";
const PARAMETER: &[u8] = b"q";
const WITHOUT: &[u8] = b"w";
const HAS: &[u8] = b"h";
const CARRY: &[u8] = b"y";
const STORE: &[u8] = b"s";
const RENEW: &[u8] = b"r";
const CHECKED: &[u8] = b"k";
const ANSWER: &[u8] = b"a";

/// Answers one question. `question` is its name and its fields, each after U+001F; `number` is what
/// the question needs of numbers, most often the time in milliseconds since 1970. The answer is its
/// fields, each after U+001F as well.
///
/// A URL comes as its parts: href, origin, protocol, user name with password, path and host name, one
/// a line; nothing at all where it does not resolve. Ids come one a line as well.
#[cfg_attr(not(feature = "bare"), wasm_bindgen::prelude::wasm_bindgen(js_name = ask))]
#[allow(unreachable_pub, reason = "wasm-bindgen exports public functions")]
pub fn answer(question: &str, number: f64) -> String {
    let mut fields = Fields(parts(question, FIELD));
    let mut answer = Answered::default();
    match fields.next().as_bytes() {
        BASE => answer.text(base_of_script(fields.next()).unwrap_or("")),
        CONFIGURE => configure(&mut fields, &mut answer),
        DECIDE => decide_cookie(&mut fields, number, &mut answer),
        PASS => first_pass(fields.next(), &mut answer),
        LANDING => {
            let (target, page, access) = (fields.url(), fields.url(), access(fields.next()));
            answer.text(&landing_url(&target, &page, access).unwrap_or_default());
        }
        FRAME => frame(&mut fields, &mut answer),
        MESSAGE => message(&mut fields, number, &mut answer),
        NEXT => after_log_in(&mut fields, &mut answer),
        PARAMETER => {
            let (page, name) = (fields.url(), fields.next());
            answer.text(&parameter(page.query(), name).unwrap_or_default());
        }
        WITHOUT => {
            let (page, name) = (fields.url(), fields.next());
            if parameter(page.query(), name).is_some() {
                answer.text(&page.with_pieces(|piece| piece != name));
            }
        }
        HAS => {
            let (cookie, value) = (fields.next(), fields.next());
            let is_stored = cookies::pass_values(cookie).any(|own| own == value);
            answer.text(if is_stored { "1" } else { "" });
        }
        CARRY => carry(&mut fields, &mut answer),
        STORE => {
            let (pass, domain, secure) = (fields.next(), fields.next(), fields.flag());
            let domain = Some(domain).filter(|domain| !domain.is_empty());
            answer.text(&cookies::store(pass, secure, domain));
        }
        RENEW => renew(&mut fields, number, &mut answer),
        CHECKED => answer.text(&Record::checked(fields.next(), number).write()),
        ANSWER => renewal_answer(&mut fields, number, &mut answer),
        _ => {}
    }
    answer.0
}

struct Fields<'a>(Parts<'a>);

impl<'a> Fields<'a> {
    fn next(&mut self) -> &'a str {
        self.0.next().unwrap_or("")
    }

    fn flag(&mut self) -> bool {
        !self.next().is_empty()
    }

    fn number(&mut self) -> Option<u64> {
        number(self.next())
    }

    fn url(&mut self) -> Resolved<'a> {
        let mut lines = parts(self.next(), b'\n');
        let mut next = || lines.next().unwrap_or("");
        Resolved {
            href: next(),
            origin: next(),
            protocol: next(),
            credentials: next(),
            pathname: next(),
            hostname: next(),
        }
    }

    fn record(&mut self) -> Option<Record> {
        let (usable, record) = (self.flag(), self.next());
        usable.then(|| Record::read(record))
    }

    fn typed(&mut self) -> Field<'a> {
        match (self.next(), self.next()) {
            ("string", text) => Field::Text(text),
            ("null", _) => Field::Null,
            _ => Field::Other,
        }
    }
}

#[derive(Default)]
struct Answered(String);

impl Answered {
    #[inline(never)]
    fn text(&mut self, text: &str) {
        self.0.push(char::from(FIELD));
        push(&mut self.0, text);
    }

    fn number(&mut self, number: u64) {
        self.text("");
        push_number(&mut self.0, number);
    }

    fn pass(&mut self, pass: &Pass<'_>) {
        self.number(pass.expires().unix() as u64);
        self.text(pass.subscriber());
    }
}

/// The level asked for; the strictest where it is unknown.
fn access(text: &str) -> Access {
    match text {
        "" => Access::Any,
        _ => Access::parse(text).unwrap_or(Access::Sub),
    }
}

/// `name value`: the value as it is used, or nothing where the option makes no sense.
fn configure(fields: &mut Fields<'_>, answer: &mut Answered) {
    let (name, value) = (fields.next(), fields.next());
    answer.text(match name {
        "base" => usable_base(&fields.url()).unwrap_or(""),
        "cookieDomain" => {
            let domain = value.strip_prefix('.').unwrap_or(value);
            if cookies::is_own_domain(domain, fields.next()) {
                domain
            } else {
                ""
            }
        }
        _ if ENDPOINT_NAMES.contains(&name) && is_template(value) => value,
        _ => "",
    });
}

/// `cookie access confirmed ids`: reason (nothing = authorized), the value it is about, and of its
/// pass level, paywall, expiry, subscriber; the last four only where it parses.
fn decide_cookie(fields: &mut Fields<'_>, now: f64, answer: &mut Answered) {
    let (cookie, access, confirmed) = (fields.next(), access(fields.next()), fields.next());
    let ids = Some(fields.next()).filter(|ids| !ids.is_empty());
    let paywalls = ids.map(Ids::packed);
    let wanted = Requirement {
        paywalls,
        access,
        leeway: 0,
    };
    let now = Timestamp::from_millis(now);
    let candidate: Candidate<'_> = best(cookies::pass_values(cookie), |value| {
        examine_unverified(value, &wanted, now, confirmed)
    });
    answer.text(candidate.reason().map_or("", Reason::code));
    if let Some(pass) = candidate.pass() {
        answer.text(candidate.value());
        let (level, paywall) = candidate.entitlement().unwrap_or_default();
        answer.text(level);
        answer.text(paywall);
        answer.pass(&pass);
    }
}

/// `cookie`: of the first value that parses expiry, subscriber, IP, then levels and paywalls in turn.
fn first_pass(cookie: &str, answer: &mut Answered) {
    for value in cookies::pass_values(cookie) {
        if let Ok(pass) = Pass::parse(&value) {
            answer.pass(&pass);
            answer.text(pass.ip());
            for (level, paywall) in pass.entitlements() {
                answer.text(level);
                answer.text(paywall);
            }
            return;
        }
    }
}

/// `kind base template …`: the name of an option that makes no sense, or nothing and then the element
/// as HTML, and names and values of its attributes in turn.
fn frame(fields: &mut Fields<'_>, answer: &mut Answered) {
    let Some(kind) = FrameKind::named(fields.next()) else {
        return answer.text("kind");
    };
    let request = FrameRequest {
        base: fields.next(),
        template: fields.next(),
        id: fields.next(),
        page_query: fields.url().query(),
        profile: fields.next(),
        cssclass: fields.next(),
        preauth: fields.next(),
        next: fields.next(),
        access: access(fields.next()),
        title: fields.next(),
        ids: fields.next(),
    };
    match request.url(kind, &mut fields.0) {
        Err(option) => answer.text(option),
        Ok(url) => {
            let attributes = request.attributes(kind, &url);
            answer.text("");
            answer.text(&html::iframe(&attributes));
            for (name, value) in attributes {
                answer.text(name);
                answer.text(value);
            }
        }
    }
}

/// `type text kind ids target origin page`: what is to be done, and the height or URL to do it with.
fn message(fields: &mut Fields<'_>, height: f64, answer: &mut Answered) {
    let (name, text, kind) = (fields.next(), fields.next(), fields.next());
    let (ids, target, origin, page) = (fields.next(), fields.url(), fields.next(), fields.url());
    let value = match Message::read(name, text, height) {
        Some(Message::Hello) => String::new(),
        Some(Message::Resize(height)) => {
            let mut pixels = String::new();
            push_number(&mut pixels, u64::from(height));
            pixels
        }
        Some(Message::Pass(pass))
            if FrameKind::named(kind).is_some_and(|kind| kind.may_store(pass, ids)) =>
        {
            String::new()
        }
        Some(Message::Navigate(raw))
            if is_safe_target(raw, &target, &page) || is_own_target(raw, &target, origin) =>
        {
            target.href.into()
        }
        _ => return,
    };
    answer.text(name);
    answer.text(&value);
}

/// `page`, then the targets that page and frame name, each as written and resolved: where to go.
fn after_log_in(fields: &mut Fields<'_>, answer: &mut Answered) {
    let page = fields.url();
    let mut unusable = false;
    for _ in 0..2 {
        let (raw, target) = (fields.next(), fields.url());
        // One that is this page would show the log-in form again.
        if raw.is_empty() || target.is_same_document(&page) {
            continue;
        }
        if is_safe_target(raw, &target, &page) {
            return answer.text(target.href);
        }
        unusable = true;
    }
    let at_root = page.pathname == "/" && page.query().is_empty();
    // Absolute, since a page may have a `<base>`.
    answer.text(if unusable && !at_root {
        page.origin
    } else {
        ""
    });
}

/// `link page paths`: the link's address with the page's parameters, nothing where it stays as it is.
fn carry(fields: &mut Fields<'_>, answer: &mut Answered) {
    let (link, page, paths) = (fields.url(), fields.url(), fields.next());
    let wanted = paths.is_empty() || parts(paths, b'\n').any(|path| same_path(path, link.pathname));
    let mut extra = String::new();
    if wanted && link.origin == page.origin && link.is_http() {
        keep_pieces(&mut extra, page.query(), |name| {
            is_carried(name) && !pieces(link.query()).any(|own| piece_name(own) == name)
        });
    }
    if !extra.is_empty() {
        let mut url = String::from(link.href);
        add_query(&mut url, &extra);
        answer.text(&url);
    }
}

/// `pass waits renewAfter turn askedBefore usable record base template`: the step; with `send` also
/// the record to store and the URL to send to.
fn renew(fields: &mut Fields<'_>, now: f64, answer: &mut Answered) {
    let value = fields.next();
    let Ok(pass) = Pass::parse(value) else { return };
    let expired = fields.flag();
    let renew_after = fields.number().unwrap_or(0) as u32;
    let turn = match fields.next() {
        "locked" => Turn::Locked,
        "claimed" => Turn::Claimed,
        _ => Turn::NotTaken,
    };
    let asked_before = fields.flag();
    let record = fields.record();
    let situation = Situation {
        record,
        now,
        pass: value,
        expires: pass.expires(),
        expired,
        renew_after,
        turn,
        asked_before,
    };
    answer.text(match next_step(&situation) {
        Step::Nothing => "",
        Step::TakeTurn => "turn",
        Step::Send => "send",
        Step::Confirmed => "confirmed",
        Step::GiveUp => "giveup",
    });
    let record = situation.record.unwrap_or_default();
    answer.text(&record.asked(value, now).write());
    answer.text(&endpoint(
        RENEW_ENDPOINT,
        fields.next(),
        fields.next(),
        "",
        "",
    ));
}

/// `sent status pass errorcode retryAfter random usable record`: what the service said, and after an
/// outage the record to store. A field of the service's answer is its type and its text.
fn renewal_answer(fields: &mut Fields<'_>, now: f64, answer: &mut Answered) {
    let sent = fields.next();
    let status = fields.number().unwrap_or(0) as u16;
    let (pass, errorcode) = (fields.typed(), fields.typed());
    let (retry_after, random) = (fields.number(), fields.number().unwrap_or(0));
    let record = fields.record().unwrap_or_default();
    match Answer::read(status, pass, errorcode) {
        Answer::Renewed(new) if continues(new, sent) => answer.text("renewed"),
        Answer::Refused => answer.text("refused"),
        Answer::Renewed(_) | Answer::Outage => {
            answer.text("outage");
            answer.text(&record.after_outage(now, retry_after, random).write());
        }
    }
}
