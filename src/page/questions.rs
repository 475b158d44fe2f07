//! The schema of what a page's script asks and is answered; `questions.js` is its other side.
//!
//! A new question is one entry here, one method in `answers.rs`, one line in `questions.js` and one entry in
//! `questions.json`, against which tests hold both sides. The script beside the official one (feature `companion`) asks
//! some of these and five of its own.

use alloc::string::String;

use super::wire::{Asked, Fields, Parameter, Rest, Stored, Told, Url, questions};
#[cfg(any(test, feature = "companion"))]
use crate::companion::Change;
use crate::marker::{Awaited, Mark};
use crate::protocol::Field;
use crate::renewal::Turn;
use crate::requirement::{Access, Ids};
use crate::text::Parts;

questions! {
    /// The service's base: the usable form of a URL that names it, else what the script's own URL implies.
    #[cfg(any(test, not(feature = "companion")))]
    b'b' base {
        url: Url<'a>,
        script: &'a str,
    } -> <'a> {
        base: &'a str,
    }

    /// The usable form of a `cookieDomain` on this host; `domain` is a URL on it, whose host the page's parser wrote.
    #[cfg(any(test, not(feature = "companion")))]
    b'c' cookie_domain {
        domain: Url<'a>,
        host: &'a str,
    } -> <'a> {
        domain: &'a str,
    }

    /// The URL template for an endpoint, where it may be one.
    #[cfg(any(test, not(feature = "companion")))]
    b'e' template {
        name: &'a str,
        template: &'a str,
    } -> <'a> {
        template: &'a str,
    }

    /// The decision about the page's cookies at a time; without ids any paywall will do. The service has
    /// vouched for the pass `confirmed`; nothing is awaited for the pass `given_up` any more. Told are what the
    /// verdict waits for (`renewal`, `page`), and of a value that parses level, paywall, expiry (seconds since
    /// 1970), subscriber, and all paywalls that the pass names, between commas.
    #[cfg(any(test, not(feature = "companion")))]
    b'd' decide {
        cookie: &'a str,
        access: Access,
        confirmed: &'a str,
        given_up: &'a str,
        mark: Mark,
        ids: Ids<'a>,
    } -> <'a> {
        reason: &'a str,
        awaits: &'a str,
        value: &'a str,
        level: &'a str,
        paywallid: &'a str,
        expires: Option<u64>,
        subscriber: &'a str,
        named: &'a str,
    }

    /// The facts of the first value that parses, its lists as they stand in a pass, between commas; no expiry where
    /// there is none.
    b'p' pass {
        cookie: &'a str,
    } -> <'a> {
        expires: Option<u64>,
        subscriber: &'a str,
        ip: &'a str,
        levels: &'a str,
        paywallids: &'a str,
    }

    /// The landing page's URL for a visitor who is sent there from the page on which `wall` was called; nothing
    /// where that would go round in circles, or where the page is another one by now.
    b'l' landing {
        target: Url<'a>,
        called_on: &'a str,
        page: Url<'a>,
        access: Access,
        ids: Ids<'a>,
    } -> {
        url: String,
        loops: bool,
    }

    /// A frame as HTML and as names and values of its attributes in turn, or the option that makes no sense.
    /// `kept` is the page's log-in token from before its address was cleaned; told are the token that the
    /// address holds, and the address without it. Of a refused one nothing else counts.
    #[cfg(any(test, not(feature = "companion")))]
    b'f' frame {
        kind: &'a str,
        base: &'a str,
        template: &'a str,
        id: &'a str,
        page: Url<'a>,
        kept: &'a str,
        profile: &'a str,
        cssclass: &'a str,
        preauth: &'a str,
        next: &'a str,
        access: Access,
        title: &'a str,
        ids: Ids<'a>,
        prefill: Rest<'a>,
    } -> <'a> {
        refused: &'a str,
        html: String,
        token: Parameter,
        clean: String,
        attributes: [(&'a str, &'a str); 8],
    }

    /// The effect of a frame's message, named as the message, with what it needs: the reader's state for `hello`,
    /// height, URL, for `pass` the page's `iterasnext`. `number` is the height or the time.
    #[cfg(any(test, not(feature = "companion")))]
    b'm' message {
        name: &'a str,
        text: &'a str,
        kind: &'a str,
        ids: Ids<'a>,
        target: Url<'a>,
        origin: &'a str,
        page: Url<'a>,
        cookie: &'a str,
        confirmed: &'a str,
    } -> <'a> {
        effect: &'a str,
        value: Parameter,
    }

    /// The URL to which a page goes after log-in, if any: its own target comes before the frame's. `lacking` tells
    /// a target that the new pass does not open.
    #[cfg(any(test, not(feature = "companion")))]
    b'n' after_log_in {
        page: Url<'a>,
        next: &'a str,
        next_url: Url<'a>,
        frame: &'a str,
        frame_url: Url<'a>,
        pass: &'a str,
    } -> <'a> {
        url: &'a str,
        lacking: bool,
    }

    /// The step of a page that may have opened: `call` the callbacks, `load` it again. For each call three digits:
    /// 1 where it is authorized, where its handler has run, and where it has a callback.
    b'o' opened {
        calls: Parts<'a>,
        marker: bool,
    } -> <'a> {
        step: &'a str,
    }

    /// The record to store before a page loads itself again, or redirects because of a marker; nothing where that
    /// is not allowed. `checks` is the record of renewals.
    b'g' again {
        redirects: bool,
        page: &'a str,
        value: &'a str,
        confirmed: &'a str,
        checks: Stored<'a>,
        record: &'a str,
    } -> {
        record: String,
    }

    /// Tells that this very value is among the cookies.
    #[cfg(any(test, not(feature = "companion")))]
    b'h' has {
        cookie: &'a str,
        value: &'a str,
    } -> {
        has: bool,
    }

    /// A link's address with the page's parameters; nothing where it stays as it is.
    b'y' carry {
        link: Url<'a>,
        page: Url<'a>,
        paths: Parts<'a>,
    } -> {
        url: String,
    }

    /// The cookie that stores a pass, and the record of its having been checked now.
    #[cfg(any(test, not(feature = "companion")))]
    b's' store {
        pass: &'a str,
        domain: &'a str,
        secure: bool,
    } -> {
        cookie: String,
        record: String,
    }

    /// The next step of renewal; for `send` also the record to store and the URL to send to.
    #[cfg(any(test, not(feature = "companion")))]
    b'r' renew {
        value: &'a str,
        awaits: Awaited,
        renew_after: u64,
        turn: Turn,
        asked_before: bool,
        record: Stored<'a>,
        template: &'a str,
        base: &'a str,
    } -> <'a> {
        step: &'a str,
        record: String,
        url: String,
    }

    /// The outcome of a renewal, and after an outage the record to store. `random` is below 1000.
    #[cfg(any(test, not(feature = "companion")))]
    b'a' outcome {
        sent: &'a str,
        status: u64,
        pass: Field<'a>,
        errorcode: Field<'a>,
        retry_after: Option<u64>,
        random: u64,
        record: Stored<'a>,
    } -> <'a> {
        outcome: &'a str,
        record: String,
    }

    /// The decision in companion mode, told as `decide` tells it. `asked` lists the official `wall`'s calls so far: for
    /// each the key of its kind of call, the pass and its word. A verdict that awaits a `page` is refused by the marker
    /// alone. No value is told of a pass that was refused.
    #[cfg(any(test, feature = "companion"))]
    b'q' beside {
        cookie: &'a str,
        access: Access,
        confirmed: &'a str,
        asked: &'a str,
        mark: Mark,
        ids: Ids<'a>,
    } -> <'a> {
        reason: &'a str,
        awaits: &'a str,
        value: &'a str,
        level: &'a str,
        paywallid: &'a str,
        expires: Option<u64>,
        subscriber: &'a str,
        named: &'a str,
    }

    /// Tells that the official `wall` is to be called for this pass and kind of call, and the key of that kind.
    #[cfg(any(test, feature = "companion"))]
    b'k' due {
        value: &'a str,
        asked: &'a str,
        access: Access,
        ids: Ids<'a>,
    } -> {
        due: bool,
        key: String,
    }

    /// Tells that a callback of the official `wall` counts that was called for the pass `value`.
    #[cfg(any(test, feature = "companion"))]
    b'w' counts {
        cookie: &'a str,
        value: &'a str,
        access: Access,
        ids: Ids<'a>,
        confirmed: &'a str,
    } -> {
        counts: bool,
    }

    /// The event of cookies that were `had`, with the pass `before`; the pass that they hold now, and where that is new
    /// the record of its having come now.
    #[cfg(any(test, feature = "companion"))]
    b'x' change {
        cookie: &'a str,
        had: &'a str,
        before: &'a str,
        asked: &'a str,
    } -> <'a> {
        change: &'a str,
        held: String,
        record: String,
    }

    /// Tells after a change that the `authorized` callbacks run, and when the page is loaded again: `now`, `later`, or
    /// never. The calls are written as for `opened`.
    #[cfg(any(test, feature = "companion"))]
    b'u' reopened {
        calls: Parts<'a>,
        marker: bool,
        change: Change,
        page: Url<'a>,
    } -> <'a> {
        calls: bool,
        load: &'a str,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use serde_json::Value;

    const AGREED: &str = include_str!("questions.json");

    /// `asked_before` as JavaScript spells it.
    fn camel(name: &str) -> String {
        let mut words = name.split('_');
        let mut spelled = String::from(words.next().unwrap());
        for word in words {
            spelled.push_str(&word[..1].to_uppercase());
            spelled.push_str(&word[1..]);
        }
        spelled
    }

    /// The names as JavaScript spells them; `...` before one that takes all fields that are left.
    fn spelled(fields: &[(&str, &str)]) -> Value {
        let takes_rest = |kind: &str| kind.starts_with("Rest") || kind.starts_with('[');
        let names = fields.iter().map(|(name, kind)| {
            let dots = if takes_rest(kind) { "..." } else { "" };
            [dots, &camel(name)].concat()
        });
        names.collect()
    }

    #[test]
    fn the_schema_is_the_one_that_both_sides_agreed_on() {
        let agreed: Value = serde_json::from_str(AGREED).unwrap();
        let own: Vec<Value> = SCHEMA
            .iter()
            .map(|(letter, name, question, answer)| {
                serde_json::json!({
                    "letter": char::from(*letter),
                    "name": camel(name),
                    "question": spelled(question),
                    "answer": spelled(answer),
                })
            })
            .collect();
        assert_eq!(agreed["questions"], Value::from(own));
    }

    #[test]
    fn no_two_questions_share_a_letter() {
        let mut letters: Vec<u8> = SCHEMA.iter().map(|(letter, ..)| *letter).collect();
        letters.sort_unstable();
        letters.dedup();
        assert_eq!(letters.len(), SCHEMA.len());
    }

    #[test]
    fn a_question_with_a_field_missing_too_many_or_of_another_kind_is_refused() {
        let asked = |question| answer(question, 0.0);
        assert_eq!(
            asked("d\u{1f}\u{1f}sub\u{1f}\u{1f}\u{1f}\u{1f}A"),
            "\u{1f}nopass\u{1f}\u{1f}\u{1f}\u{1f}\u{1f}\u{1f}\u{1f}"
        );
        for bad in [
            "",
            "d",
            "?",
            "decide\u{1f}\u{1f}sub\u{1f}\u{1f}A",
            "d\u{1f}\u{1f}sub\u{1f}",
            "d\u{1f}\u{1f}sub\u{1f}\u{1f}A\u{1f}",
            "d\u{1f}\u{1f}all\u{1f}\u{1f}A",
            "s\u{1f}p\u{1f}\u{1f}",
            "s\u{1f}p\u{1f}\u{1f}1",
            "o\u{1f}111\u{1f}1",
            "a\u{1f}p\u{1f}\u{1f}null\u{1f}\u{1f}\u{1f}1\u{1f}",
            "a\u{1f}p\u{1f}200\u{1f}null\u{1f}\u{1f}soon\u{1f}1\u{1f}",
        ] {
            assert_eq!(asked(bad), "?", "{bad:?}");
        }
    }

    /// The answer to a pass that a log-in frame has sent to that page: it holds the page's `iterasnext`.
    fn log_in(page: &str) -> String {
        let pass = "sub|A|2026-02-01T00:00:00Z|1|/sha256:0";
        let fields = ["m", "pass", pass, "paywall", "A", "", "", page, "", ""];
        answer(&fields.join("\u{1f}"), 0.0)
    }

    #[test]
    fn a_url_with_other_parts_than_six_leads_nowhere() {
        let page =
            "https://a.dk/?iterasnext=x\u{1e}https://a.dk\u{1e}https:\u{1e}\u{1e}/\u{1e}a.dk";
        assert_eq!(log_in(page), "\u{1f}pass\u{1f}x");
        let short = page.strip_suffix("\u{1e}a.dk").unwrap();
        assert_eq!(log_in(short), "\u{1f}pass\u{1f}");
    }

    #[test]
    fn a_parameter_with_a_separator_in_it_stays_one_field() {
        let page =
            "https://a.dk/?iterasnext=a%1Fb\u{1e}https://a.dk\u{1e}https:\u{1e}\u{1e}/\u{1e}a.dk";
        assert_eq!(log_in(page), "\u{1f}pass\u{1f}a\0b");
    }
}
