//! A frame call as it is written: for a tag, for an app, as an element.
//!
//! Whether its options make sense is said by `iteras.js`, which the page calls with them.

use iteras::Access;
use iteras::html::escaped;
use iteras::protocol::{DEFAULT_BASE, FrameKind};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::request;

/// The documented calls, the kinds of their frames and the elements that stand for them.
const CALLS: [(&str, FrameKind, Option<&str>); 4] = [
    ("paywalliframe", FrameKind::Paywall, Some("iteras-login")),
    ("orderingiframe", FrameKind::Ordering, Some("iteras-order")),
    (
        "selfserviceiframe",
        FrameKind::SelfService,
        Some("iteras-selfservice"),
    ),
    ("signupiframe", FrameKind::SignUp, None),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    call: String,
    profile: String,
    ids: String,
    access: String,
    cssclass: String,
    preauth: String,
    next: String,
    title: String,
    prefill: String,
    companion: bool,
}

/// The call of this name.
pub(crate) fn is_call(name: &str) -> bool {
    CALLS.iter().any(|(call, ..)| *call == name)
}

/// Writes a call. A request: `{ call, profile, ids, access, cssclass, preauth, next, title, prefill, companion }`, all
/// but the last texts, empty where there is nothing; `ids` has commas between several, `prefill` a line `field=value`
/// for each. What the call does not take is left out.
///
/// The answer: `{ takes, options, tag, import, element }`: the names of the fields that count, the options as an
/// object, and three texts, the last of which is null for a call without an element.
///
/// # Errors
///
/// A sentence where the request is none, or a line of `prefill` no pair.
pub fn write(text: &str) -> Result<Value, String> {
    let asked: Asked = request(text)?;
    let found = CALLS.iter().find(|(call, ..)| *call == asked.call);
    let &(call, kind, element) = found.ok_or("call: expected one of the four frame calls")?;
    let mut takes = vec!["profile", "cssclass", "preauth", "next", "title"];
    let mut options: Vec<(&str, Value)> = Vec::new();
    put(&mut options, "profile", &asked.profile);
    if let Some(name) = kind.id_option() {
        takes.push("ids");
        let ids: Vec<&str> = asked.ids.split(',').map(str::trim).collect();
        match (kind, &ids[..]) {
            (FrameKind::Paywall, [_, _, ..]) => options.push((name, json!(ids))),
            _ => put(&mut options, name, asked.ids.trim()),
        }
    }
    if kind == FrameKind::Paywall {
        takes.push("access");
        if !asked.access.is_empty() && Access::parse(&asked.access).is_none() {
            return Err("access: expected \"user\" or \"sub\"".into());
        }
        put(&mut options, "access", &asked.access);
    }
    put(&mut options, "cssclass", &asked.cssclass);
    put(&mut options, "preauth", &asked.preauth);
    put(&mut options, "next", &asked.next);
    put(&mut options, "title", &asked.title);
    let mut fields = Vec::new();
    if kind == FrameKind::Ordering {
        takes.push("prefill");
        fields = prefill(&asked.prefill)?;
        if !fields.is_empty() {
            options.push(("prefill", grouped(&fields)));
        }
    }
    let script = tag(call, &options, asked.companion);
    let app = import(call, &options, asked.companion);
    let element = element.map(|name| as_element(name, &options, &fields, asked.companion));
    let object: serde_json::Map<String, Value> = options
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    Ok(json!({
        "takes": takes, "options": object, "tag": script, "import": app, "element": element,
    }))
}

/// Adds an option; an empty text is none.
fn put<'a>(options: &mut Vec<(&'a str, Value)>, name: &'a str, text: &str) {
    if !text.is_empty() {
        options.push((name, text.into()));
    }
}

/// Fields and values, one pair a line.
fn prefill(text: &str) -> Result<Vec<(&str, &str)>, String> {
    let lines = text.lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| {
            let pair = line
                .split_once('=')
                .filter(|(name, _)| !name.trim().is_empty());
            let (name, value) =
                pair.ok_or(format!("prefill, line {}: expected field=value", at + 1))?;
            Ok((name.trim(), value.trim()))
        })
        .collect()
}

/// An object of them; a field that stands there more than once has an array.
fn grouped(fields: &[(&str, &str)]) -> Value {
    let mut object = serde_json::Map::new();
    for (name, value) in fields {
        match object.get_mut(*name) {
            None => {
                object.insert((*name).to_owned(), json!(value));
            }
            Some(Value::Array(values)) => values.push(json!(value)),
            Some(first) => *first = json!([first, value]),
        }
    }
    Value::Object(object)
}

fn tag(call: &str, options: &[(&str, Value)], companion: bool) -> String {
    let mut text = format!("<script src=\"{DEFAULT_BASE}/static/api/iteras.js\"></script>\n");
    if companion {
        text.push_str("<script src=\"/js/iteras.companion.js\"></script>\n");
    }
    let options = object(options, "  ");
    text + &format!("<script>\n  document.write(Iteras.{call}({options}));\n</script>\n")
}

fn import(call: &str, options: &[(&str, Value)], companion: bool) -> String {
    let from = match companion {
        true => "iteras/companion",
        false => "iteras",
    };
    let options = object(options, "");
    format!(
        "import {{ {call} }} from \"{from}\";\n\n\
         document.getElementById(\"frame\").innerHTML = {call}({options});\n"
    )
}

fn as_element(
    name: &str,
    options: &[(&str, Value)],
    fields: &[(&str, &str)],
    companion: bool,
) -> String {
    let from = match companion {
        true => "iteras/companion/elements",
        false => "iteras/elements",
    };
    let mut text = format!("<script type=\"module\">import \"{from}\";</script>\n\n<{name}");
    let mut put = |name: &str, value: &str| {
        text.push_str(&format!(" {name}=\"{}\"", escaped(value)));
    };
    for (option, value) in options {
        match value {
            Value::String(value) => put(option, value),
            Value::Array(values) => {
                let ids: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
                put(option, &ids.join(","));
            }
            _ => {}
        }
    }
    let is_attribute = |name: &str| {
        let fits =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
        name.bytes().all(fits)
    };
    let mut seen: Vec<&str> = Vec::new();
    let mut more = false;
    for (field, value) in fields {
        match is_attribute(field) && !seen.contains(field) {
            true => put(&format!("prefill-{field}"), value),
            false => more = true,
        }
        seen.push(field);
    }
    text.push_str(&format!("></{name}>\n"));
    if more {
        text.push_str("<!-- Fields with capitals, and several values of one, are for its property `prefill`. -->\n");
    }
    text
}

/// Options as an object of JavaScript, safe inside a script of a page.
fn object(options: &[(&str, Value)], indent: &str) -> String {
    let mut text = String::from("{\n");
    for (name, value) in options {
        text.push_str(&format!("{indent}  {name}: {},\n", literal(value)));
    }
    text + indent + "}"
}

fn literal(value: &Value) -> String {
    let text = match value {
        Value::Object(fields) => {
            let fields = fields.iter();
            let fields: Vec<String> = fields
                .map(|(name, value)| format!("{}: {}", json!(name), literal(value)))
                .collect();
            return format!("{{ {} }}", fields.join(", "));
        }
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(literal).collect();
            return format!("[{}]", values.join(", "));
        }
        other => other.to_string(),
    };
    // `</script>` would end the script, `<!--` begin a comment in it; old engines end a line at the last two.
    text.replace('<', "\\u003C")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}
