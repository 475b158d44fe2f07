//! Links to what was typed in: the part of the page's address behind `#`, which no server gets.
//!
//! `#gate?url=https%3A%2F%2Fpub.example%2F&method=GET`: the name of a tool, then its fields. Cookies, keys, log-in
//! tokens and what an order form is filled with have no field here, and a field in which one was typed makes no link.

use std::collections::BTreeMap;

use iteras::protocol::{GIFT, PREAUTH};
use iteras::urls::{
    Escapes, keep_pieces, percent_decode, piece_name, pieces, push_percent_encoded,
};
use iteras_gate::settings::Config;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cookie::walls;
use crate::{frames, gate, policy, request};

/// The longest link, in bytes; chat programs and mails cut longer ones.
const LONGEST: usize = 16_384;
/// From this length on a word of letters and digits may be a key, and from the second one of letters alone.
const KEY: (usize, usize) = (16, 24);

/// The tools, and the fields that a link may carry.
const TOOLS: [(&str, &[&str]); 4] = [
    ("cookie", &["walls", "at"]),
    (
        "frame",
        &[
            "call",
            "profile",
            "ids",
            "access",
            "cssclass",
            "next",
            "title",
            "companion",
        ],
    ),
    ("csp", &["policy", "page", "mode"]),
    (
        "gate",
        &[
            "settings",
            "url",
            "method",
            "destination",
            "access",
            "paywalls",
            "ended",
            "read",
        ],
    ),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    tool: String,
    fields: BTreeMap<String, String>,
}

/// Writes a link. Asked is `{ tool, fields }`, with the fields' texts; empty ones are left out, and so are a gift
/// link's and a log-in's parameter of an address.
///
/// Gives the part of the address from `#` on.
///
/// # Errors
///
/// A sentence that names the field that no link may carry, or in which something stands that none may.
pub fn write(text: &str) -> Result<String, String> {
    let asked: Asked = request(text)?;
    let fields = tool(&asked.tool).ok_or("there is no such tool")?;
    let mut link = ["#", &asked.tool].concat();
    let mut before = "?";
    // In the order of the tool, so that one page has one link.
    for name in fields {
        let Some(value) = asked.fields.get(*name).filter(|value| !value.is_empty()) else {
            continue;
        };
        let value = match *name {
            "url" | "next" | "page" => without_tokens(value),
            _ => value.clone(),
        };
        check(name, &value)?;
        link.push_str(before);
        link.push_str(name);
        link.push('=');
        push_percent_encoded(&mut link, &value);
        before = "&";
    }
    if let Some(other) = asked.fields.keys().find(|name| !fields.contains(&&***name)) {
        return Err(format!("{other} is in no link"));
    }
    match link.len() {
        0..=LONGEST => Ok(link),
        length => Err(format!(
            "the link would have {length} bytes, more than {LONGEST}"
        )),
    }
}

/// Reads a link, with or without its `#`: `{ tool, fields, wrong }`. Of a link that is wrong nothing counts: its fields
/// are none, and `wrong` is a sentence. Without a link the tool is the first one.
pub fn read(fragment: &str) -> Value {
    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
    match fields_of(fragment) {
        Ok((tool, fields)) => json!({ "tool": tool, "fields": fields, "wrong": null }),
        Err(wrong) => {
            let named = fragment.split('?').next().unwrap_or("");
            let known = TOOLS.iter().find(|(name, _)| *name == named);
            let (tool, _) = known.unwrap_or(&TOOLS[0]);
            json!({ "tool": tool, "fields": {}, "wrong": wrong })
        }
    }
}

fn fields_of(fragment: &str) -> Result<(&str, BTreeMap<&'static str, String>), String> {
    let (name, query) = fragment.split_once('?').unwrap_or((fragment, ""));
    if fragment.is_empty() {
        return Ok((TOOLS[0].0, BTreeMap::new()));
    }
    let known = tool(name).ok_or("The link names none of the four tools.")?;
    if fragment.len() > LONGEST {
        return Err(format!(
            "The link has {} bytes, more than {LONGEST}.",
            fragment.len()
        ));
    }
    let mut fields = BTreeMap::new();
    for piece in pieces(query) {
        let name = known.iter().find(|known| **known == piece_name(piece));
        let name = name.ok_or("The link has a field that this tool has not.")?;
        let (_, value) = piece.split_once('=').unwrap_or((piece, ""));
        let value = decoded(value).ok_or(format!("The link's {name} is not percent-encoded."))?;
        check(name, &value).map_err(|error| format!("The link does not make sense: {error}."))?;
        if fields.insert(*name, value).is_some() {
            return Err(format!("The link has {name} twice."));
        }
    }
    Ok((name, fields))
}

fn tool(name: &str) -> Option<&'static [&'static str]> {
    let tool = TOOLS.iter().find(|(known, _)| *known == name);
    tool.map(|(_, fields)| *fields)
}

/// A value percent-decoded, UTF-8 and all; none for what is not so encoded.
fn decoded(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut parts = value.split('%');
    bytes.extend_from_slice(parts.next()?.as_bytes());
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        bytes.push(u8::from_str_radix(digits, 16).ok().filter(|_| is_hex)?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

/// Refuses what a field can't be, and what may be a secret.
fn check(name: &str, value: &str) -> Result<(), String> {
    let one_of = |known: &[&str]| match known.contains(&value) {
        true => Ok(()),
        false => Err(format!("{name}: expected one of {}", known.join(", "))),
    };
    let decoded = percent_decode(value, Escapes::Form);
    if value.contains("/sha256:") || decoded.contains("/sha256:") || decoded.contains("/sha1:") {
        return Err(format!("{name}: a pass is in no link"));
    }
    // Policies have hashes and nonces; settings are looked at line by line.
    if !["policy", "settings"].contains(&name) && keys(value).next().is_some() {
        return Err(format!("{name}: it may hold a key"));
    }
    match name {
        "walls" | "paywalls" => walls(value).map(drop),
        "at" => match value.parse::<u64>() {
            Ok(_) => Ok(()),
            Err(_) => Err("at: expected milliseconds since 1970".into()),
        },
        "call" if frames::is_call(value) => Ok(()),
        "call" => Err("call: expected one of the four frame calls".into()),
        "access" => one_of(&["user", "sub"]),
        "companion" | "ended" => one_of(&["true", "false"]),
        "mode" => one_of(&["companion", "replacement", "package"]),
        "page" => policy::page(value).map(drop),
        "read" => gate::read_before(value).map(drop),
        "settings" => settings(value),
        _ => Ok(()),
    }
}

/// Settings that the gate reads, in which nothing looks like a key, in no comment either.
fn settings(text: &str) -> Result<(), String> {
    Config::parse(text).map_err(|error| format!("settings: {error}"))?;
    match keys(text).next() {
        Some(line) => Err(format!("settings, line {line}: it may hold a key")),
        None => Ok(()),
    }
}

/// The lines in which a word is as long as keys are.
fn keys(text: &str) -> impl Iterator<Item = usize> {
    let is_key = |word: &str| {
        let has = |fits: fn(&u8) -> bool| word.as_bytes().iter().any(fits);
        let is_mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
        word.len() >= KEY.0 && is_mixed || word.len() >= KEY.1
    };
    let lines = text.lines().enumerate();
    lines.filter_map(move |(at, line)| {
        let mut words = line.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(is_key).then_some(at + 1)
    })
}

/// An address without the parameters that are credentials.
fn without_tokens(address: &str) -> String {
    let (rest, fragment) = match address.split_once('#') {
        Some((rest, fragment)) => (rest, ["#", fragment].concat()),
        None => (address, String::new()),
    };
    let Some((path, query)) = rest.split_once('?') else {
        return address.to_owned();
    };
    let mut kept = String::new();
    keep_pieces(&mut kept, query, |name| ![PREAUTH, GIFT].contains(&name));
    let mark = if kept.is_empty() { "" } else { "?" };
    [path, mark, kept.trim_start_matches('&'), &fragment].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(tool: &str, fields: &[(&str, &str)]) -> Result<String, String> {
        let fields: BTreeMap<&str, &str> = fields.iter().copied().collect();
        write(&json!({ "tool": tool, "fields": fields }).to_string())
    }

    #[test]
    fn links_lead_back_to_what_was_typed_in() {
        let text = "default-src 'self'; x æ\n%41&=?#\"<script>";
        let written = link(
            "csp",
            &[("policy", text), ("page", ""), ("mode", "package")],
        )
        .unwrap();
        assert!(written.starts_with("#csp?policy=default-src%20%27self%27"));
        let read = read(&written);
        assert_eq!(read["tool"], "csp");
        assert_eq!(read["fields"], json!({ "policy": text, "mode": "package" }));
        assert_eq!(read["wrong"], Value::Null);
    }

    #[test]
    fn what_is_secret_is_in_no_link() {
        const PASS: &str = "sub|A|2026-02-01T00:00:00Z|1|/sha256:00";
        const KEY: &str = "j8kau2v3lzp0n12ilw1d0hurr6059gyo";
        let refused =
            |tool: &str, name: &str, value: &str| link(tool, &[(name, value)]).unwrap_err();
        for (tool, name) in [
            ("cookie", "text"),
            ("cookie", "key"),
            ("frame", "preauth"),
            ("frame", "prefill"),
        ] {
            assert_eq!(refused(tool, name, "x"), format!("{name} is in no link"));
        }
        for (tool, fields) in TOOLS {
            for name in fields {
                for value in [
                    PASS,
                    &PASS
                        .replace('|', "%7C")
                        .replace('/', "%2F")
                        .replace(':', "%3A"),
                ] {
                    refused(tool, name, value);
                }
                if *name != "policy" {
                    refused(tool, name, KEY);
                }
            }
        }
        let url = "https://pub.example/a?b=1&iterasgift=2&iteraspreauth=3#c";
        assert_eq!(
            link("gate", &[("url", url)]).unwrap(),
            "#gate?url=https%3A%2F%2Fpub.example%2Fa%3Fb%3D1%23c"
        );
        let settings = "mode = \"proxy\"\nlisten = \"127.0.0.1:1\"\n";
        assert!(link("gate", &[("settings", settings)]).is_ok());
        for key in [KEY, "abcdefghijklmnopqrstuvwxyzabcdef"] {
            let with_key = format!("{settings}# {key}\n");
            assert_eq!(
                refused("gate", "settings", &with_key),
                "settings, line 3: it may hold a key"
            );
        }
        let broken = format!("{settings}gifts = \"{KEY}\"");
        assert!(!refused("gate", "settings", &broken).contains(KEY));
    }

    #[test]
    fn a_wrong_link_says_so_and_counts_for_nothing() {
        for (fragment, tool, told) in [
            ("#nothing", "cookie", "none of the four tools"),
            ("#gate?key=x", "gate", "a field that this tool has not"),
            ("#gate?read=51", "gate", "0 to 50 pages"),
            ("#gate?url=%zz", "gate", "not percent-encoded"),
            ("#gate?url=%ff", "gate", "not percent-encoded"),
            ("#frame?call=wall", "frame", "four frame calls"),
            ("#csp?mode=package&mode=package", "csp", "twice"),
            ("#cookie?walls=a%7Cb", "cookie", "is not a paywall id"),
            ("#cookie?at=now", "cookie", "milliseconds"),
        ] {
            let read = read(fragment);
            assert_eq!((&read["tool"], &read["fields"]), (&json!(tool), &json!({})));
            let wrong = read["wrong"].as_str().unwrap();
            assert!(wrong.contains(told), "{fragment}: {wrong}");
        }
        let long = format!("#csp?policy={}", "x".repeat(LONGEST));
        assert!(read(&long)["wrong"].as_str().unwrap().contains("bytes"));
        assert_eq!(
            read(""),
            json!({ "tool": "cookie", "fields": {}, "wrong": null })
        );
    }
}
