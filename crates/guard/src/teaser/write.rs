//! HTML written anew from what a parser reported.

use alloc::string::String;

use super::rules::is_void;

/// A start tag with the attributes that `keep` wants.
pub(super) fn push_start<T: AsRef<str>>(
    out: &mut String,
    name: &str,
    attributes: &[(T, T)],
    content: bool,
    keep: impl Fn(&str, &str) -> bool,
) {
    push(out, &["<", name]);
    for (key, value) in strings(attributes).filter(|(key, value)| keep(key, value)) {
        push_attribute(out, key, &[value]);
    }
    let closes_itself = !content && !is_void(name);
    push(out, &[if closes_itself { "/>" } else { ">" }]);
}

/// Values come with their references, so that only the quotes around them can differ.
pub(super) fn push_attribute(out: &mut String, name: &str, value: &[&str]) {
    push(out, &[" ", name, "=\""]);
    for part in value {
        push_replaced(out, part, '"', "&quot;");
    }
    out.push('"');
}

/// A `<` in a text is one that opens no tag where it stands; written so, it opens none anywhere.
pub(super) fn push_text(out: &mut String, text: &str) {
    push_replaced(out, text, '<', "&lt;");
}

pub(super) fn push_end(out: &mut String, name: &str) {
    push(out, &["</", name, ">"]);
}

pub(super) fn push_doctype(
    out: &mut String,
    name: Option<&str>,
    public: Option<&str>,
    system: Option<&str>,
) {
    push(out, &["<!doctype ", name.unwrap_or("html")]);
    let kind = match (public, system) {
        (Some(_), _) => " public",
        (None, Some(_)) => " system",
        (None, None) => "",
    };
    out.push_str(kind);
    for id in [public, system].into_iter().flatten() {
        // An identifier holds quotes of one kind only: the others stood around it.
        let quote = if id.contains('"') { "'" } else { "\"" };
        push(out, &[" ", quote, id, quote]);
    }
    out.push('>');
}

pub(super) fn push(out: &mut String, parts: &[&str]) {
    for part in parts {
        out.push_str(part);
    }
}

fn push_replaced(out: &mut String, text: &str, odd: char, reference: &str) {
    for (at, piece) in text.split(odd).enumerate() {
        push(out, &[if at > 0 { reference } else { "" }, piece]);
    }
}

pub(super) fn strings<T: AsRef<str>>(attributes: &[(T, T)]) -> impl Iterator<Item = (&str, &str)> {
    attributes
        .iter()
        .map(|(name, value)| (name.as_ref(), value.as_ref()))
}

pub(super) fn get<'a, T: AsRef<str>>(attributes: &'a [(T, T)], name: &str) -> Option<&'a str> {
    strings(attributes)
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}
