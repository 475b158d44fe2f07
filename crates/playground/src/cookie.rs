//! The passes in a cookie, and what walls decide about them.

use std::borrow::Cow;

use iteras::cookies::{NAME, pass_values};
use iteras::pass::{Envelope, Pass};
use iteras::policy::decide_unverified;
use iteras::{Access, IdList, Reason, Requirement, Timestamp};
use iteras_guard::config_error::shown;
use iteras_guard::cookies::own_text;
use iteras_guard::requirement::is_paywall_id;
use iteras_guard::signature::{Algorithms, PassKey, PassKeys};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::request;

/// The walls that are shown at most: a pass can name a thousand.
const MOST_WALLS: usize = 40;
/// Seconds for which servers let a pass count after its expiry, unless they are told otherwise.
const LEEWAY: u32 = 60;
const LEVELS: [Access; 3] = [Access::Any, Access::User, Access::Sub];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    text: String,
    /// Milliseconds since 1970.
    now: f64,
    walls: String,
    key: String,
    sha1: bool,
}

/// Shows a cookie. A request: `{ text, now, walls, key, sha1 }`, with `now` in milliseconds since 1970, `walls` paywall
/// ids between commas, `key` a signing key or empty.
///
/// The answer: `{ notes, passes: [{ error, algorithm, subscriber, ip, entitlements, expires: { utc, unix, off }, notes,
/// signature: { holds, told } }], walls: [{ paywall, levels: [{ access, page, server, counts }] }], more, key }`.
/// `page` and `server` are `authorized` or the verdict's reason; `counts` is the place of the pass that the page's
/// verdict is about; the first wall, whose `paywall` is null, is one that names none.
///
/// # Errors
///
/// A sentence where the request is none, or a wall no id.
pub fn show(text: &str) -> Result<Value, String> {
    let asked: Asked = request(text)?;
    let now = Timestamp::from_millis(asked.now);
    let typed = walls(&asked.walls)?;
    let (header, notes) = header(&asked.text);
    let values: Vec<Cow<'_, str>> = pass_values(&header).collect();
    let (keys, key_error) = keys(&asked.key, asked.sha1);
    let passes: Vec<Value> = values
        .iter()
        .map(|value| pass(value.clone(), keys.as_ref(), now))
        .collect();
    let mut ids: Vec<&str> = Vec::new();
    let parsed = values.iter().filter_map(|value| Pass::parse(value).ok());
    let named: Vec<Vec<&str>> = parsed
        .map(|pass| pass.entitlements().map(|(_, id)| id).collect())
        .collect();
    for id in typed.iter().copied().chain(named.into_iter().flatten()) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let more = ids.len().saturating_sub(MOST_WALLS);
    ids.truncate(MOST_WALLS);
    let each = std::iter::once(None).chain(ids.into_iter().map(Some));
    let shown: Vec<Value> = each
        .map(|id| wall(id, &header, &values, keys.as_ref(), now))
        .collect();
    Ok(json!({
        "notes": notes, "passes": passes, "walls": shown, "more": more, "key": key_error,
    }))
}

/// The paywall ids of a text, between commas or blanks.
pub(crate) fn walls(text: &str) -> Result<Vec<&str>, String> {
    let words = text.split([',', ' ', '\t', '\r', '\n']);
    let ids: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    match ids.iter().find(|id| !is_paywall_id(id)) {
        Some(odd) => Err(format!("walls: {} is not a paywall id", shown(odd))),
        None => Ok(ids),
    }
}

/// The pasted text as that of a `Cookie` header, and sentences about how it was read.
fn header(text: &str) -> (String, Vec<&'static str>) {
    let mut notes = Vec::new();
    let lines: Vec<&str> = text.lines().map(without_name).collect();
    let mut joined = lines.join(";");
    if let Some(inside) = unquoted(&joined) {
        joined = inside.to_owned();
    }
    if joined.trim().is_empty() || pass_values(&joined).next().is_some() {
        return (joined, notes);
    }
    let value = joined.trim();
    let is_bare = value.contains('|') || value.to_ascii_lowercase().contains("%7c");
    // A value by another name is another cookie.
    let first = value.split(['|', '%', '/']).next().unwrap_or("");
    if is_bare && !first.contains('=') {
        notes.push("Read as a pass alone, as if it stood in the cookie iteraspass.");
        return ([NAME, "=", value].concat(), notes);
    }
    notes.push("There is no cookie iteraspass in it.");
    (joined, notes)
}

fn without_name(line: &str) -> &str {
    let line = line.trim();
    for name in ["cookie:", "set-cookie:"] {
        if let Some((start, rest)) = line.split_at_checked(name.len())
            && start.eq_ignore_ascii_case(name)
        {
            return rest.trim();
        }
    }
    line
}

/// The inside of a text in quotes, as consoles show one.
fn unquoted(text: &str) -> Option<&str> {
    let text = text.trim();
    ['"', '\'', '`'].iter().find_map(|quote| {
        let inside = text.strip_prefix(*quote)?.strip_suffix(*quote)?;
        (!inside.contains(*quote)).then_some(inside)
    })
}

/// The key, or the sentence why it is none; neither where none was typed.
fn keys(key: &str, sha1: bool) -> (Option<PassKeys>, Option<String>) {
    if key.is_empty() {
        return (None, None);
    }
    let algorithms = match sha1 {
        true => Algorithms::Sha256AndSha1,
        false => Algorithms::Sha256,
    };
    let made = PassKey::from_file(key)
        .and_then(|key| PassKeys::new(vec![("typed".to_owned(), key)], algorithms));
    match made {
        Ok(keys) => (Some(keys), None),
        Err(error) => (None, Some(error.to_string())),
    }
}

fn pass(value: Cow<'_, str>, keys: Option<&PassKeys>, now: Timestamp) -> Value {
    let mut notes = Vec::new();
    if matches!(value, Cow::Owned(_)) {
        notes.push("It was percent-encoded as a whole, and is decoded once.");
    }
    if unquoted(&value).is_some() {
        notes.push("It stands in quotes, which belong to the value: nobody strips them.");
    }
    if value.contains("%2C") || value.contains("%2c") {
        notes.push(
            "Its commas are escaped: servers read it where it is signed with commas, pages don't.",
        );
    }
    let signature = keys.map(|keys| signature(value.clone(), keys, now));
    let envelope = Envelope::cut(&value).ok();
    let algorithm = envelope.map(|envelope| envelope.algorithm());
    match Pass::parse(&value) {
        Err(error) => json!({
            "error": error.to_string(), "algorithm": algorithm, "notes": notes, "signature": signature,
        }),
        Ok(pass) => {
            let end = pass.expires();
            let entitlements: Vec<_> = pass.entitlements().collect();
            json!({
                "error": null, "algorithm": algorithm, "notes": notes, "signature": signature,
                "subscriber": pass.subscriber(), "ip": pass.ip(), "entitlements": entitlements,
                "expires": {
                    "utc": end.to_string(), "unix": end.unix(), "off": off(end.unix() - now.unix()),
                },
            })
        }
    }
}

fn signature(value: Cow<'_, str>, keys: &PassKeys, now: Timestamp) -> Value {
    let checked = keys.examine(value.clone(), &Requirement::ANY, now);
    let told = match (checked.verified().is_some(), keys.verify_at(&value, now)) {
        (true, _) | (false, Ok(_)) => "made with this key".to_owned(),
        (false, Err(error)) => error.to_string(),
    };
    json!({ "holds": checked.verified().is_some(), "told": told })
}

fn wall(
    id: Option<&str>,
    header: &str,
    values: &[Cow<'_, str>],
    keys: Option<&PassKeys>,
    now: Timestamp,
) -> Value {
    let list = IdList::new(id);
    let own = own_text(NAME, std::iter::once(header.as_bytes()));
    let levels: Vec<Value> = LEVELS
        .iter()
        .map(|access| {
            let wanted = |leeway| Requirement {
                paywalls: id.map(|_| list.as_ids()),
                access: *access,
                leeway,
            };
            let page = decide_unverified(header, &wanted(0), now, "");
            let counts = values
                .iter()
                .position(|value| page.reason() != Some(Reason::NoPass) && value == page.value());
            // A server always names a paywall.
            let server = keys
                .filter(|_| id.is_some())
                .map(|keys| word(keys.check(&own, &wanted(LEEWAY), now).reason()));
            json!({
                "access": access.name().unwrap_or("any"), "page": word(page.reason()),
                "server": server, "counts": counts,
            })
        })
        .collect();
    json!({ "paywall": id, "levels": levels })
}

fn word(reason: Option<Reason>) -> &'static str {
    reason.map_or("authorized", Reason::code)
}

/// A distance in time, in the unit that people would take.
fn off(seconds: i64) -> String {
    const UNITS: [(i64, &str); 4] = [
        (86_400, "days"),
        (3_600, "hours"),
        (60, "minutes"),
        (1, "seconds"),
    ];
    let distance = seconds.saturating_abs();
    let fits = |(unit, _): &&(i64, &str)| distance >= 2 * unit;
    let (unit, name) = UNITS.iter().find(fits).unwrap_or(&UNITS[3]);
    let number = distance / unit;
    match seconds {
        0.. => format!("in {number} {name}"),
        _ => format!("{number} {name} ago"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pasted_is_taken_for_what_it_is() {
        const PASS: &str = "sub|A|2026-02-01T00:00:00Z|1|/sha256:00";
        for text in [
            format!("Cookie: a=b; iteraspass={PASS}; c=d"),
            format!("a=b; iteraspass={PASS}"),
            format!("'a=b; iteraspass={PASS}'"),
            format!("cookie: a=b\r\ncookie: iteraspass={PASS}\n"),
            format!("Set-Cookie: iteraspass={PASS}; Path=/; Secure"),
            PASS.to_owned(),
            format!("\"{PASS}\""),
            PASS.replace('|', "%7C"),
        ] {
            let (header, _) = header(&text);
            assert_eq!(pass_values(&header).next().as_deref(), Some(PASS), "{text}");
        }
        let (kept, notes) = header("other=sub|A|x");
        assert_eq!((&*kept, notes.len()), ("other=sub|A|x", 1));
    }

    #[test]
    fn distances_have_one_unit() {
        assert_eq!(off(0), "in 0 seconds");
        assert_eq!(off(-90), "90 seconds ago");
        assert_eq!(off(7200), "in 2 hours");
        assert_eq!(off(-86_400 * 3), "3 days ago");
    }
}
