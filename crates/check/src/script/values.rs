//! Options as they are written: the keys of an object literal, and as much of their values as can be read without
//! running anything.

use super::tokens::{Kind, Token};

/// The value of an option.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Text(String),
    /// An array whose items are all texts; of other arrays nothing is known.
    Texts(Vec<String>),
    Null,
    /// `true`, `false` or a number.
    Scalar,
    Function,
    /// Something that only running tells.
    Unknown,
}

impl Value {
    /// True for what counts as absent (surface, section 2.3).
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self, Self::Null) || matches!(self, Self::Text(text) if text.is_empty())
    }
}

/// The first argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Argument {
    Absent,
    /// An object literal.
    Options {
        options: Vec<(String, Value)>,
        /// True when it holds more than can be read: `...rest`, `[name]: …`.
        more: bool,
    },
    /// A variable, or another expression.
    Unknown,
}

/// Reads the argument that begins with the first of these tokens.
pub(super) fn argument(tokens: &[Token]) -> Argument {
    match tokens.first().map(|token| &token.kind) {
        None | Some(Kind::Mark(')')) => Argument::Absent,
        Some(Kind::Mark('{')) => object(&tokens[1..]),
        Some(_) => Argument::Unknown,
    }
}

fn object(tokens: &[Token]) -> Argument {
    let mut options = Vec::new();
    let mut more = false;
    let mut rest = tokens;
    loop {
        let end = item_end(rest);
        let item = &rest[..end];
        match option(item) {
            Some(option) => options.push(option),
            None => more |= !item.is_empty(),
        }
        match rest.get(end).map(|token| &token.kind) {
            Some(Kind::Mark(',')) => rest = &rest[end + 1..],
            _ => return Argument::Options { options, more },
        }
    }
}

/// The end of an item: the comma or the closing bracket that is not inside of it.
fn item_end(tokens: &[Token]) -> usize {
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Mark('(' | '[' | '{') => depth += 1,
            Kind::Mark(')' | ']' | '}') if depth == 0 => return at,
            Kind::Mark(')' | ']' | '}') => depth -= 1,
            Kind::Mark(',') if depth == 0 => return at,
            _ => {}
        }
    }
    tokens.len()
}

fn option(item: &[Token]) -> Option<(String, Value)> {
    let (first, rest) = item.split_first()?;
    let name = match &first.kind {
        Kind::Name(name) | Kind::Text(name) => name.clone(),
        _ => return None,
    };
    match rest.first().map(|token| &token.kind) {
        None => Some((name, Value::Unknown)),
        Some(Kind::Mark(':')) => Some((name, value(&rest[1..]))),
        Some(Kind::Mark('(')) => Some((name, Value::Function)),
        // `async name() {…}`, `get name() {…}`
        Some(Kind::Name(_)) => option(rest).map(|(name, _)| (name, Value::Function)),
        Some(_) => None,
    }
}

fn value(tokens: &[Token]) -> Value {
    match tokens {
        [
            Token {
                kind: Kind::Text(text),
                ..
            },
        ] => Value::Text(text.clone()),
        [
            Token {
                kind: Kind::Number, ..
            },
        ] => Value::Scalar,
        [
            Token {
                kind: Kind::Name(name),
                ..
            },
        ] => match name.as_str() {
            "null" | "undefined" => Value::Null,
            "true" | "false" => Value::Scalar,
            _ => Value::Unknown,
        },
        [
            Token {
                kind: Kind::Mark('['),
                ..
            },
            items @ ..,
            Token {
                kind: Kind::Mark(']'),
                ..
            },
        ] => texts(items).map_or(Value::Unknown, Value::Texts),
        [
            Token {
                kind: Kind::Name(name),
                ..
            },
            ..,
        ] if name == "function" || name == "async" => Value::Function,
        _ if is_arrow(tokens) => Value::Function,
        _ => Value::Unknown,
    }
}

fn texts(items: &[Token]) -> Option<Vec<String>> {
    let items = items.iter().filter(|token| token.kind != Kind::Mark(','));
    items
        .map(|token| match &token.kind {
            Kind::Text(text) => Some(text.clone()),
            _ => None,
        })
        .collect()
}

/// `name => …` or `(…) => …`
fn is_arrow(tokens: &[Token]) -> bool {
    let behind = match tokens.first().map(|token| &token.kind) {
        Some(Kind::Mark('(')) => {
            let inside = &tokens[1..];
            let mut end = item_end(inside);
            while matches!(
                inside.get(end),
                Some(Token {
                    kind: Kind::Mark(','),
                    ..
                })
            ) {
                end += 1 + item_end(&inside[end + 1..]);
            }
            inside.get(end + 1..)
        }
        Some(Kind::Name(_)) => tokens.get(1..),
        _ => None,
    };
    let marks = [Kind::Mark('='), Kind::Mark('>')];
    let behind = behind.unwrap_or_default();
    behind.len() >= 2
        && behind
            .iter()
            .zip(&marks)
            .all(|(token, mark)| token.kind == *mark)
}
