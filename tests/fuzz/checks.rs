//! Properties of the core that hold for any input; each panics where one does not. `fuzz/` calls the same functions.

use std::collections::HashMap;

use iteras::cookies::{MAX_VALUES, pass_values};
use iteras::page::answer;
use iteras::pass::{Envelope, MAX_BYTES, Pass};
use iteras::policy::decide_unverified;
use iteras::urls::{
    Escapes, Resolved, add_query, is_safe_target, parameter, percent_decode, pieces,
    push_form_encoded, push_percent_encoded, query, without_fragment,
};
use iteras::{Access, IdList, Requirement, Timestamp};
use url::Url;

/// A text is a pass if the grammar says so. It is its fields, printed in their order, and whatever the future brings;
/// printed it parses again.
pub(crate) fn pass(text: &str) {
    let parsed = Pass::parse(text);
    assert_eq!(parsed.is_ok(), is_pass(text), "{parsed:?}");
    let Ok(pass) = parsed else { return };
    let envelope = Envelope::cut(text).unwrap();
    let (levels, ids): (Vec<_>, Vec<_>) = pass.entitlements().unzip();
    let fields = [
        &levels.join(","),
        &ids.join(","),
        &pass.expires().to_string(),
        pass.subscriber(),
        pass.ip(),
    ];
    let printed = fields.join("|");
    let more = envelope.signed().strip_prefix(&printed);
    let more = more.expect("the fields stand first");
    assert!(more.is_empty() || more.starts_with('|'), "{more}");
    let right = format!("/{}:{}", envelope.algorithm(), envelope.tag());
    assert_eq!(text, printed.clone() + more + &right);
    assert_eq!(Pass::parse(&(printed + &right)), Ok(pass));
    assert!(!ids.is_empty() && ids.iter().all(|id| pass.names(id)) && pass.shares_paywall(&pass));
}

/// The grammar of passes (rules, steps 1, 2 and 4), written another way.
fn is_pass(text: &str) -> bool {
    let is =
        |text: &str, fits: fn(&u8) -> bool| !text.is_empty() && text.as_bytes().iter().all(fits);
    let Some((signed, right)) = text.rsplit_once('/') else {
        return false;
    };
    let Some((algorithm, tag)) = right.split_once(':') else {
        return false;
    };
    let has_signature = is(algorithm, |b| b.is_ascii_lowercase() || b.is_ascii_digit())
        && is(tag, |b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let is_clean = is(signed, |b| b.is_ascii_graphic() && !b"\";\\".contains(b));
    let fields: Vec<&str> = signed.split('|').collect();
    let [levels, ids, expiry, _, _, ..] = fields[..] else {
        return false;
    };
    let has_pairs = levels.split(',').count() == ids.split(',').count()
        && !levels.split(',').chain(ids.split(',')).any(str::is_empty);
    text.len() <= MAX_BYTES && has_signature && is_clean && has_pairs && is_time(expiry)
}

/// A real date of the years 1970 to 9999.
fn is_time(text: &str) -> bool {
    let shape = |(byte, form): (u8, u8)| byte == form || form == b'0' && byte.is_ascii_digit();
    if text.len() != 20 || !text.bytes().zip(*b"0000-00-00T00:00:00Z").all(shape) {
        return false;
    }
    let number = |from: usize, to: usize| text[from..to].parse::<u32>().unwrap();
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    year >= 1970
        && (1..=days).contains(&day)
        && number(11, 13) < 24
        && number(14, 16) < 60
        && number(17, 19) < 60
}

/// Of our cookie's values there are those that a plain reading finds, at most eight.
pub(crate) fn cookies(header: &str) {
    let blank: &[char] = &[' ', '\t'];
    let raw = header.split(';').filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        (name.trim_matches(blank) == "iteraspass").then(|| value.trim_matches(blank))
    });
    let raw: Vec<&str> = raw.take(MAX_VALUES).collect();
    let values: Vec<_> = pass_values(header).collect();
    assert_eq!(values.len(), raw.len());
    for (value, raw) in values.iter().zip(raw) {
        let is_decoded = raw.len() <= MAX_BYTES
            && !raw.contains('|')
            && raw.to_ascii_lowercase().contains("%7c");
        let expected = if is_decoded {
            percent_decode(raw, Escapes::Cookie)
        } else {
            raw.to_owned()
        };
        assert_eq!(*value, expected);
    }
}

/// A browser's decision is about a value among the cookies, and none is opened that lacks an id, its level or time.
pub(crate) fn decide(cookie: &str, ids: &[String], sub: bool, now: i64) {
    let list = IdList::new(ids.iter().map(String::as_str));
    let wanted = Requirement {
        paywalls: Some(list.as_ids()),
        access: if sub { Access::Sub } else { Access::User },
        leeway: 0,
    };
    let now = Timestamp::from_unix(now);
    let candidate = decide_unverified(cookie, &wanted, now, "");
    let opens = |value: &str| {
        Pass::parse(value).is_ok_and(|pass| {
            let level_fits = |level| level == "sub" || !sub && level == "user";
            let fits =
                |(level, id): (_, &str)| level_fits(level) && ids.iter().any(|own| own == id);
            now <= pass.expires() && pass.entitlements().any(fits)
        })
    };
    assert_eq!(
        candidate.reason().is_none(),
        pass_values(cookie).any(|value| opens(&value))
    );
    if candidate.reason().is_none() {
        assert!(opens(candidate.value()) && candidate.entitlement().is_some());
    }
    if !candidate.value().is_empty() {
        assert!(pass_values(cookie).any(|value| value == candidate.value()));
    }
    // A pass of nobody's confirms nothing.
    let confirmed = decide_unverified(cookie, &wanted, now, "\u{7f}");
    assert_eq!(confirmed.reason(), candidate.reason());
}

/// A safe target stays on the page's site, whatever way its parts are handed on.
pub(crate) fn target(raw: &str) {
    for page in [
        "https://pub.example/start/page?x=1",
        "http://pub.example:8080/",
    ] {
        let page = Url::parse(page).unwrap();
        let Ok(target) = page.join(raw) else { continue };
        let origins = [&target, &page].map(|url| url.origin().ascii_serialization());
        let protocols = [&target, &page].map(|url| format!("{}:", url.scheme()));
        let credentials = format!("{}{}", target.username(), target.password().unwrap_or(""));
        let [to, from] = [(&target, 0), (&page, 1)].map(|(url, at)| Resolved {
            href: url.as_str(),
            origin: &origins[at],
            protocol: &protocols[at],
            credentials: if at == 0 { &credentials } else { "" },
            pathname: url.path(),
            hostname: url.host_str().unwrap_or(""),
        });
        if !is_safe_target(raw, &to, &from) {
            continue;
        }
        let odd = |letter: char| letter.is_ascii_control() || letter == '\\';
        assert!(!raw.contains(odd) && !raw.starts_with("//evil"), "{raw:?}");
        assert_eq!(origins[0], origins[1], "{raw:?}");
        assert!(target.scheme() == page.scheme() || target.scheme() == "https");
        assert!(target.username().is_empty() && target.password().is_none());
        let handed_on = page.join(target.path()).unwrap();
        assert_eq!(handed_on.origin(), page.origin(), "{raw:?}");
    }
}

/// Decoding never makes a text longer, and undoes both ways of encoding.
pub(crate) fn percent(text: &str) {
    for escapes in [Escapes::Cookie, Escapes::Form] {
        assert!(percent_decode(text, escapes).len() <= text.len());
    }
    let (mut escaped, mut form) = (String::new(), String::new());
    push_percent_encoded(&mut escaped, text);
    push_form_encoded(&mut form, text);
    assert!(!(escaped.clone() + &form).contains(['&', '=', '#', '?', ' ', '"', '<', '\'']));
    let ascii: String = text.chars().filter(char::is_ascii).collect();
    if ascii == text {
        assert_eq!(percent_decode(&escaped, Escapes::Cookie), text);
        assert_eq!(percent_decode(&form, Escapes::Form), text);
    }
}

/// Parameters that are added stand behind a URL's own and before its fragment, and are read back.
pub(crate) fn queries(url: &str, name: &str, value: &str) {
    let mut piece = String::from("&");
    push_form_encoded(&mut piece, name);
    piece.push('=');
    push_form_encoded(&mut piece, value);
    let fragment = url.strip_prefix(without_fragment(url)).unwrap();
    let mut longer = url.to_owned();
    add_query(&mut longer, &piece);
    let page = Resolved {
        href: url,
        ..Resolved::default()
    };
    let replaced = page.with_query(&piece);
    for made in [&longer, &replaced] {
        assert!(made.ends_with(fragment), "{made}");
        assert_eq!(made.strip_prefix(without_fragment(made)), Some(fragment));
    }
    let own: Vec<&str> = pieces(query(url)).chain([&piece[1..]]).collect();
    assert_eq!(pieces(query(&longer)).collect::<Vec<_>>(), own);
    assert_eq!(query(&replaced), &piece[1..]);
    if name.is_ascii() && value.is_ascii() {
        assert_eq!(parameter(query(&replaced), name).as_deref(), Some(value));
    }
}

/// An answer is `?`, or has the fields of its question's schema; the same question gets the same answer.
pub(crate) fn question(text: &str, number: f64) {
    let answered = answer(text, number);
    assert_eq!(answer(text, number), answered);
    if answered == "?" {
        return;
    }
    let letter = text.split('\u{1f}').next().unwrap();
    let (count, has_rest) = schema()[letter];
    let fields = answered.split('\u{1f}').count() - 1;
    assert!(
        fields == count || has_rest && fields >= count,
        "{fields} fields: {answered:?}"
    );
}

/// For each letter, how many fields its answer has, and whether more may follow.
fn schema() -> HashMap<String, (usize, bool)> {
    let file: serde_json::Value =
        serde_json::from_str(include_str!("../../src/page/questions.json")).unwrap();
    let entries = file["questions"].as_array().unwrap().iter();
    entries
        .map(|entry| {
            let fields = entry["answer"].as_array().unwrap();
            let has_rest = |field: &serde_json::Value| field.as_str().unwrap().starts_with("...");
            let rest = fields.iter().filter(|field| has_rest(field)).count();
            let letter = entry["letter"].as_str().unwrap().to_owned();
            (letter, (fields.len() - rest, rest > 0))
        })
        .collect()
}
